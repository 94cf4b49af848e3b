"""Which packages the user names as plugins, and where their stubs are.

Only the command line, a caller of the library, or the project's own pyproject.toml name plugins: never a spec.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from modelspec.diagnostics import Diagnostic, Span
from modelspec.plugins.plugins import NO_PLUGINS, Plugins
from modelspec.source.project import Project, find_project, shown, upwards
from modelspec.source.words import did_you_mean, visible


def find_plugins(given: Sequence[str], folder: str = ".") -> tuple[Plugins, tuple[Diagnostic, ...]]:
    """The plugins named in pyproject.toml and in `given`, with their stubs, which are looked for from `folder` upwards."""
    packages, problems = _named(folder)
    here = os.path.abspath(folder)
    packages = {**packages, **{package: packages.get(package, here) for package in given}}
    if not packages:
        return (NO_PLUGINS if not problems else replace(NO_PLUGINS, complete=False)), problems
    plugins, more = read_plugins(packages, here)
    return (replace(plugins, complete=False) if problems else plugins), (*problems, *more)


def folder_of(package: str, folder: str = ".") -> str:
    """Where a package may be that is not installed: beside the pyproject.toml that names it, else in the working folder."""
    return _named(folder)[0].get(package, os.path.abspath(folder))


def read_plugins(packages: Mapping[str, str], here: str) -> tuple[Plugins, tuple[Diagnostic, ...]]:
    """The stubs of packages (each with the folder that it may be in), looked for from `here` upwards."""
    from modelspec.plugins.stub import is_module_name, read_stub

    stubs, problems, folders = [], list[Diagnostic](), dict[str, str]()
    for package, folder in packages.items():
        if not is_module_name(package):
            help = "write the name by which Python imports it, such as `my_package`"
            problems.append(Diagnostic("MS648", f"'{package[:80]}' is not the name of a package", help=help))
            continue
        path = stub_path(package, here)
        if path is None:
            problems.append(_missing(package))
            continue
        stub, more = read_stub(path, package)
        problems.extend(more)
        if stub is not None:
            stubs.append(stub)
            folders[package] = folder
            problems.extend(_stale(package, folder, stub.sources, path))
    owners: dict[str, str] = {}
    for stub in stubs:
        for name in stub.objects:
            if owners.setdefault(name, stub.package) != stub.package:
                message = f"both {owners[name]} and {stub.package} register '{name}'"
                help = "give one of them another name: `register_keras_serializable(package=…)`"
                problems.append(Diagnostic("MS645", message, help=help))
    complete = not any(problem.severity == "error" for problem in problems)
    return Plugins(tuple(stubs), folders, complete), tuple(problems)


def stub_path(package: str, here: str) -> str | None:
    """The stub of a package: the nearest file of its name, from `here` upwards."""
    from modelspec.plugins.stub import SUFFIX

    for folder in upwards(here):
        path = folder / f"{package}{SUFFIX}"
        if path.is_file():
            return shown(path)
    return None


def _missing(package: str) -> Diagnostic:
    from modelspec.plugins.stub import SUFFIX

    message = f"the plugin {package} has no stub: there is no {package}{SUFFIX} in this folder or above it"
    return Diagnostic("MS640", message, help=f"write it with: modelspec plugins stub {package}")


def _stale(package: str, folder: str, sources: Mapping[str, str], path: str) -> Iterator[Diagnostic]:
    from modelspec.plugins.sources import digests, find_top, parent_folder
    from modelspec.plugins.stub import write_it

    top = find_top(package, folder)
    parent = None if top is None else parent_folder(top)
    if parent is None:
        return  # a machine that only checks need not have the package
    found = digests(sources, parent)
    changed = [name for name, digest in sources.items() if found.get(name) != digest]
    if changed:
        message = f"{changed[0]} has changed since the stub of {package} was written"
        yield Diagnostic("MS642", message, Span(path, 1, 1, 1, 1), help=write_it(package), severity="warning")


KEYS = ("plugins", "data-roots")


def _named(folder: str) -> tuple[dict[str, str], tuple[Diagnostic, ...]]:
    """The packages that the project names, with its folder."""
    found = find_project(folder)
    if found is None:
        return {}, ()
    names, problem = _plugins_of(found)
    return ({}, (problem,)) if problem is not None else (dict.fromkeys(names, found.folder), ())


def _plugins_of(found: Project) -> tuple[list[str], Diagnostic | None]:
    """The names of packages, or what is wrong with the table."""
    start, table = Span(found.file, 1, 1, 1, 1), found.table
    if found.broken is not None:
        return [], Diagnostic("MS648", f"not readable: {found.broken}", start, help="correct the file")
    if found.misspelt is not None:
        return [], Diagnostic("MS648", f"{found.misspelt} is not read", start, help="write `[tool.modelspec]`")
    strange = next((name for name in table if name not in KEYS), None) if isinstance(table, dict) else None
    if strange is not None:
        help = did_you_mean(strange, KEYS) or f"it has {' and '.join(KEYS)}"
        return [], Diagnostic("MS648", f"[tool.modelspec]: unknown key '{visible(strange)}'", start, help=help)
    names = table.get("plugins", []) if isinstance(table, dict) else None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        message = "[tool.modelspec]: expected `plugins` to be a list of names of packages"
        return [], Diagnostic("MS648", message, start, help='write for example `plugins = ["my_package"]`')
    return names, None
