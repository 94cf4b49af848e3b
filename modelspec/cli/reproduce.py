"""`modelspec reproduce`: run a run again, and say whether it comes to the same."""

from __future__ import annotations

import signal
from typing import Annotated

import typer

from modelspec.cli.edge import DONE, INTERRUPTED, PROBLEM, TERMINATED, TracebackOption, run, say, write
from modelspec.cli.limits import with_limits
from modelspec.cli.plugin_option import PluginsOption
from modelspec.runs.interrupt import leaving_at_once
from modelspec.source.limits import Limits


@with_limits
def reproduce(
    run_path: Annotated[str, typer.Argument(help="The run directory of a finished training.", metavar="RUN")],
    limits: Limits,
    run_dir: Annotated[
        str | None, typer.Option("--run-dir", help="The run directory to make; by default runs/NAME/TIME.")
    ] = None,
    plugins: PluginsOption = None,
    traceback: TracebackOption = False,
) -> None:
    """Train a run again from its directory, and compare weights, history and metrics: exit code 0 if all are equal, 1 if not."""
    run(lambda: _reproduce(run_path, run_dir, limits, plugins), traceback)


@leaving_at_once()
def _reproduce(path: str, run_dir: str | None, limits: Limits, plugins: list[str] | None) -> int:
    from modelspec.cli.resuming import own_spec
    from modelspec.cli.starting import start

    start()
    from modelspec.cli.progress import output_names, reporter
    from modelspec.runs.directory import RunDir
    from modelspec.runtime.train.reproduce import comparison, fingerprint_of, finished_run, refuse_other_beginnings
    from modelspec.runtime.train.train import train_network

    before = finished_run(path)
    network = own_spec(path, limits, (), plugins)
    if isinstance(network, int):
        return network
    refuse_other_beginnings(before, network)
    result = train_network(
        network,
        run_dir=run_dir,
        before=fingerprint_of(before),
        reporter=reporter(output_names(network)),
    )
    write(f"run: {result.run_dir}\n")
    if result.interrupted:
        say("stopped before there was anything to compare")
        return TERMINATED if result.signal == signal.SIGTERM else INTERRUPTED
    lines = comparison(before, RunDir(result.run_dir))
    for line in lines:
        write(f"differs: {line}\n")
    write(f"{path} and {result.run_dir} differ\n" if lines else f"{path} and {result.run_dir} are equal, bit for bit\n")
    return PROBLEM if lines else DONE
