"""`modelspec reproduce`: run a run again, and say whether it comes to the same."""

from __future__ import annotations

import signal
from typing import Annotated

import typer

from modelspec.cli.options.limits import with_limits
from modelspec.cli.options.options import PluginsOption, TracebackOption
from modelspec.cli.options.reading import Reading
from modelspec.cli.process.edge import DONE, INTERRUPTED, PROBLEM, TERMINATED, run, say, write
from modelspec.runs.interrupt import leaving_at_once
from modelspec.source.limits import Limits


@with_limits
def reproduce(
    run_path: Annotated[str, typer.Argument(help="The run directory of a finished training.", metavar="RUN")],
    limits: Limits,
    run_dir: Annotated[
        str | None,
        typer.Option("--run-dir", metavar="DIR", help="The run directory to make; by default runs/NAME/TIME."),
    ] = None,
    plugins: PluginsOption = None,
    traceback: TracebackOption = False,
) -> None:
    """Train a run again from its directory, and compare weights, history and metrics: exit code 0 if all are equal, 1 if not."""
    run(lambda: _reproduce(run_path, run_dir, Reading(limits, plugins=plugins)), traceback)


@leaving_at_once()
def _reproduce(path: str, run_dir: str | None, reading: Reading) -> int:
    from modelspec.cli.process.starting import start
    from modelspec.cli.resuming import load_own_spec

    start()
    from modelspec.cli.progress import output_names, reporter
    from modelspec.runtime.train.again import train_again
    from modelspec.runtime.train.reproduce import finished_run

    before = finished_run(path)
    network = load_own_spec(path, reading)
    if isinstance(network, int):
        return network
    result = train_again(before, network, run_dir, reporter(output_names(network)))
    write(f"run: {result.run_dir}\n")
    if result.interrupted:
        say("stopped before there was anything to compare")
        return TERMINATED if result.signal == signal.SIGTERM else INTERRUPTED
    for line in result.differences:
        write(f"differs: {line}\n")
    same = f"{path} and {result.run_dir} are equal, bit for bit\n"
    write(same if result.equal else f"{path} and {result.run_dir} differ\n")
    return DONE if result.equal else PROBLEM
