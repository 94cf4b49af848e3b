"""`modelspec build`: the untrained Keras model of a spec, saved."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from modelspec.cli.options.limits import with_limits
from modelspec.cli.options.options import DownloadOption, PluginsOption, SetOption, TracebackOption
from modelspec.cli.options.reading import Reading
from modelspec.cli.process.edge import DONE, USAGE, run, say, write
from modelspec.source.limits import Limits


@with_limits
def build(
    spec: Annotated[str, typer.Argument(help="The spec file.", metavar="SPEC")],
    limits: Limits,
    output: Annotated[str, typer.Option("--output", "-o", metavar="FILE", help="The .keras file to write.")],
    set: SetOption = None,
    plugins: PluginsOption = None,
    allow_download: DownloadOption = False,
    traceback: TracebackOption = False,
) -> None:
    """Build the Keras model of a spec and save it untrained."""
    run(lambda: _build(spec, output, Reading(limits, set or [], plugins), allow_download), traceback)


def _build(spec: str, output: str, reading: Reading, allow_download: bool) -> int:
    from modelspec.cli.specs import load_spec

    target = Path(output)
    if target.suffix != ".keras":
        say(f"--output {output}: the file must end in .keras")
        return USAGE
    network = load_spec(spec, reading)
    if isinstance(network, int):
        return network
    from modelspec.files.writing import check_target, meant, replace_file

    check_target(output)
    from modelspec.cli.process.starting import start

    start()
    from modelspec.runtime.build.model import build_model

    built = build_model(network, allow_download=allow_download)
    if built.model.compiled:
        # Keras saves an optimizer without its variables otherwise, and warns of that when the file is loaded.
        built.model.optimizer.build(built.model.trainable_variables)
    replace_file(meant(output), lambda beside: built.model.save(beside))
    write(f"{output}: {built.model.count_params():,} parameters\n")
    return DONE
