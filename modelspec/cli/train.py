"""`modelspec train`: train a spec and write its run directory."""

from __future__ import annotations

import signal
from typing import Annotated, Any

import typer

from modelspec.cli.edge import DONE, INTERRUPTED, PROBLEM, TERMINATED, TracebackOption, run, say, write
from modelspec.cli.limits import with_limits
from modelspec.source.limits import Limits


@with_limits
def train(
    spec: Annotated[str, typer.Argument(help="The spec file.", metavar="SPEC")],
    limits: Limits,
    run_dir: Annotated[
        str | None, typer.Option("--run-dir", help="The run directory to make. [default: runs/NAME/TIME]")
    ] = None,
    traceback: TracebackOption = False,
) -> None:
    """Train a spec on its data and write a run directory with the weights, the history and the metrics."""
    run(lambda: _train(spec, run_dir, limits), traceback)


def _train(spec: str, run_dir: str | None, limits: Limits) -> int:
    from modelspec.cli.specs import load_spec

    network = load_spec(spec, limits)
    if network is None:
        return PROBLEM
    from modelspec.runtime.start import start_keras

    start_keras()
    from modelspec.cli.progress import reporter
    from modelspec.runtime.train import train_network

    result = train_network(network, run_dir=run_dir, reporter=reporter(network.network.spec.train.epochs))
    if result.interrupted:
        epochs = len(result.history)
        say(f"stopped after {epochs} whole epochs; what was trained is in {result.run_dir}")
        return TERMINATED if result.signal == signal.SIGTERM else INTERRUPTED
    for split, results in result.metrics.items():
        write(f"{split}: {results_text(results)}\n")
    write(f"run: {result.run_dir}\n")
    return DONE


def results_text(results: dict[str, Any]) -> str:
    """`loss 0.12; digit: loss 0.12, accuracy 0.98`."""
    outputs = [
        f"{name}: " + ", ".join(f"{key} {value:.4g}" for key, value in values.items())
        for name, values in results["outputs"].items()
    ]
    return "; ".join([f"loss {results['loss']:.4g}", *outputs])
