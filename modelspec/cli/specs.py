"""Loading one spec for a command: its problems are printed, and a spec with errors goes no further."""

from __future__ import annotations

from modelspec.cli.options.plugin_option import find
from modelspec.cli.options.reading import Reading
from modelspec.cli.process.edge import PROBLEM, exit_code, plural, print_diagnostics, say
from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.graph import ShapedNetwork
from modelspec.pipeline import check_file


def load_spec(
    path: str,
    reading: Reading,
    *,
    writes: bool = True,
    builds: bool = True,
) -> ShapedNetwork | int:
    """The checked spec, or after its errors were printed the code to leave with; warnings are printed too.

    `writes` says that the command would have written something, `builds` that it needs the shapes that layers of plugins
    turn out to have: the packages that the spec uses are then imported.
    """
    found, problems = find(reading.plugins)
    checked = check_file(path, reading.limits, reading.overrides, found)
    problems = (*problems, *checked.diagnostics)
    if problems:
        print_diagnostics(problems)
    network = checked.network if checked.ok and found.complete else None
    if network is not None and builds:
        network, more = with_known_shapes(network)
        print_diagnostics([problem for problem in more if problem not in problems])
        problems = more if network is None else problems
    if network is not None:
        return network
    errors = sum(problem.severity == "error" for problem in problems)
    say(f"{path}: {plural(errors, 'error')}" + ("; nothing was written" if writes else ""))
    return exit_code(problems) or PROBLEM


def with_known_shapes(network: ShapedNetwork) -> tuple[ShapedNetwork | None, tuple[Diagnostic, ...]]:
    """The spec with the shapes that layers of plugins turn out to have (None: there are errors), and what is told then."""
    if not network.spec.plugins.stubs:
        return network, ()
    try:
        from modelspec.cli.process.starting import start

        start()
        from modelspec.runtime.plugins.loading import with_known_shapes

        return with_known_shapes(network)
    except SpecError as error:
        return None, error.diagnostics
