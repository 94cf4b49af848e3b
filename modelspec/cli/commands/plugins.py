"""`modelspec plugins stub`: what a package registers with Keras, written down so that specs are checked without it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from modelspec.cli.options.options import TracebackOption
from modelspec.cli.options.usage import WrongUsage
from modelspec.cli.process.edge import DONE, PROBLEM, note, plural, print_diagnostics, run, write
from modelspec.diagnostics import Diagnostic

if TYPE_CHECKING:
    from modelspec.plugins.stub import Stub


def plugins(
    action: Annotated[Literal["stub"], typer.Argument(help="What to do: `stub` writes the stub of a package.")],
    package: Annotated[str, typer.Argument(help="The package, as Python imports it.", metavar="PACKAGE")],
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="The file to write; by default PACKAGE.modelspec.json in this folder.",
        ),
    ] = None,
    traceback: TracebackOption = False,
) -> None:
    """Write the stub of a package with layers, losses or metrics of your own. Imports the package and TensorFlow."""
    from modelspec.plugins.stub import is_module_name

    assert action == "stub"
    if not is_module_name(package):
        raise WrongUsage("write the name by which Python imports the package", "PACKAGE")
    run(lambda: _stub(package, output), traceback)


def _stub(package: str, output: str | None) -> int:
    from modelspec.cli.process.starting import start
    from modelspec.files.writing import check_target, meant, write_text
    from modelspec.plugins.settings import folder_of, stub_path
    from modelspec.plugins.stub import SUFFIX, read_stub, stub_text, with_own_words

    target = Path(output or stub_path(package, os.getcwd()) or f"{package}{SUFFIX}")
    check_target(target)
    start()
    from modelspec.runtime.plugins.importing import import_package
    from modelspec.runtime.plugins.signatures import stub_of

    import_package(package, folder_of(package))
    stub = stub_of(package)
    if target.is_file():
        before, _ = read_stub(str(target), package)
        stub = stub if before is None else with_own_words(stub, before)
    if not stub.objects:
        print_diagnostics([_nothing(stub)])
        return PROBLEM
    write_text(meant(target), stub_text(stub))
    _tell(stub)
    write(f"{target}: {plural(len(stub.objects), 'object')}\n")
    return DONE


def _nothing(stub: Stub) -> Diagnostic:
    why = "; ".join(f"{name}: {why}" for name, why in stub.left_out.items())
    message = f"the plugin {stub.package} registers nothing that a spec can use{f' ({why})' if why else ''}"
    help = "put `@keras.saving.register_keras_serializable(package=…)` above its classes, and import their modules in the package"
    return Diagnostic("MS649", message, help=help)


def _tell(stub: Stub) -> None:
    """What a user should know of the names: what was left out, and which names alone mean Keras's own."""
    from modelspec.catalogue.kinds import names

    for name, why in stub.left_out.items():
        note(f"{name} is left out: {why}")
    for name, item in stub.objects.items():
        bare = name.rpartition(">")[2]
        if any(bare in names(kind) for kind in item.kinds):
            note(f"'{bare}' alone is Keras's own; write '{name}'")
