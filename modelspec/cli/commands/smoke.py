"""`modelspec smoke`: build specs, take two steps on random rows, save and load."""

from __future__ import annotations

from typing import Annotated

import typer

from modelspec.cli.options.limits import with_limits
from modelspec.cli.options.options import DownloadOption, PluginsOption, SetOption, TracebackOption
from modelspec.cli.options.reading import Reading
from modelspec.cli.process.edge import DONE, exit_code, print_diagnostics, run, write
from modelspec.source.limits import Limits


@with_limits
def smoke(
    specs: Annotated[list[str], typer.Argument(help="The spec files.", metavar="SPEC…")],
    limits: Limits,
    set: SetOption = None,
    plugins: PluginsOption = None,
    allow_download: DownloadOption = False,
    traceback: TracebackOption = False,
) -> None:
    """Build each spec and train it for two steps on random rows: every weight must learn, and the saved model must agree."""
    run(lambda: _smoke(specs, Reading(limits, set or [], plugins), allow_download), traceback)


def _smoke(specs: list[str], reading: Reading, allow_download: bool) -> int:
    from modelspec.cli.process.starting import start
    from modelspec.cli.specs import load_spec

    networks = [(spec, load_spec(spec, reading, writes=False)) for spec in specs]
    code = max(network if isinstance(network, int) else DONE for _, network in networks)
    if all(isinstance(network, int) for _, network in networks):
        return code
    start()
    from modelspec.runtime.train.smoke import smoke_all

    for spec, network in networks:
        if isinstance(network, int):
            continue
        problems = smoke_all(network, allow_download=allow_download)
        if problems:
            print_diagnostics(problems)
            code = max(code, exit_code(problems))
        else:
            write(f"{spec}: every weight learns, save and load agree\n")
    return code
