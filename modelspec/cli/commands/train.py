"""`modelspec train`: train a spec and write its run directory."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from modelspec.cli.options.limits import with_limits
from modelspec.cli.options.options import DownloadOption, PluginsOption, SetOption, TracebackOption
from modelspec.cli.options.reading import Reading
from modelspec.cli.options.usage import WrongUsage
from modelspec.cli.process.edge import DONE, INTERRUPTED, TERMINATED, run, say, write
from modelspec.runs.interrupt import leaving_at_once
from modelspec.source.limits import Limits

if TYPE_CHECKING:
    from modelspec.data.ahead import Ahead
    from modelspec.data.splits import Gathered
    from modelspec.graph import ShapedNetwork
    from modelspec.runs.directory import RunDir


@with_limits
def train(
    spec: Annotated[str, typer.Argument(help="The spec file; with --resume also a run directory.", metavar="SPEC")],
    limits: Limits,
    run_dir: Annotated[
        str | None,
        typer.Option("--run-dir", metavar="DIR", help="The run directory to make; by default runs/NAME/TIME."),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Resume a run: give its directory, or the same command as before.")
    ] = False,
    allow_changed: Annotated[
        bool,
        typer.Option(
            "--allow-changed", help="Resume even if spec, rows, versions or device changed; results will then differ."
        ),
    ] = False,
    tensorboard: Annotated[
        bool, typer.Option("--tensorboard", help="Write losses and metrics for TensorBoard into the run directory.")
    ] = False,
    mlflow: Annotated[
        str | None, typer.Option("--mlflow", help="Send the run to this MLflow server.", metavar="URI")
    ] = None,
    set: SetOption = None,
    plugins: PluginsOption = None,
    allow_download: DownloadOption = False,
    traceback: TracebackOption = False,
) -> None:
    """Train a spec on its data and write a run directory with the weights, the history and the metrics."""
    if allow_changed and not resume:
        raise WrongUsage("it is for --resume", "--allow-changed")
    if resume and run_dir is not None and os.path.isdir(spec):
        raise WrongUsage("the run directory is already given", "--run-dir")
    going_on = Resume(allow_changed) if resume else None
    reading = Reading(limits, set or [], plugins)
    run(
        lambda: _train(spec, run_dir, reading, going_on, allow_download, (tensorboard, mlflow)),
        traceback,
    )


@dataclass(frozen=True, slots=True)
class Resume:
    """That a run goes on, and whether it may although something differs."""

    allow_changed: bool


@leaving_at_once()
def _train(
    spec: str,
    run_dir: str | None,
    reading: Reading,
    resume: Resume | None,
    allow_download: bool,
    tracking: tuple[bool, str | None],
) -> int:
    from modelspec.cli.resuming import is_done, resumed
    from modelspec.cli.specs import load_spec

    network, before = (load_spec(spec, reading), None) if resume is None else resumed(spec, run_dir, reading)
    if isinstance(network, int):
        return network
    if before is not None and is_done(before, network):
        return _complete(before)
    from modelspec.cli.process.starting import start

    if before is None:
        from modelspec.runs.new_run import check_new

        check_new(network.spec.name, run_dir)
    gather = _reading(network)
    start()
    from modelspec.cli.progress import line_width, output_names, reporter, results_lines
    from modelspec.runs.options import Trackers, TrainOptions
    from modelspec.runtime.train.train import train_network

    options = TrainOptions(
        run_dir,
        resume=before,
        allow_changed=resume is not None and resume.allow_changed,
        allow_download=allow_download,
        tracking=Trackers(*tracking),
    )
    result = train_network(network, options, reporter(output_names(network)), gather)
    if result.complete:
        from modelspec.runs.directory import RunDir

        return _complete(RunDir(result.run_dir))
    best = None if result.outcome is None else result.outcome.best_text
    if result.interrupted:
        epochs = len(result.history)
        say(f"stopped after {epochs} whole epochs; the run is in {result.run_dir}")
        if best is not None:
            say(best)
        say(f"resume with: modelspec train --resume {result.run_dir}")
        return TERMINATED if result.signal == signal.SIGTERM else INTERRUPTED
    if best is not None:
        write(f"{best}\n")
    for split, results in result.metrics.items():
        write("".join(f"{line}\n" for line in results_lines(split, results, line_width())))
    write(f"run: {result.run_dir}\n")
    return DONE


def _reading(network: ShapedNetwork) -> Ahead[Gathered] | None:
    """Begin to read the rows, in a thread that does so while TensorFlow is imported."""
    from modelspec.runtime.start import require_installed

    require_installed()
    from modelspec.data.ahead import gathering

    return gathering(network)


def _complete(run: RunDir) -> int:
    """Say that a run has come to its end, and why that was."""
    reason = run.read_info().get("reason")
    write(f"{reason}\n" if reason else "")
    write(f"{run.path} is complete: there is nothing left to train\n")
    return DONE
