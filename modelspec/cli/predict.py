"""`modelspec predict`: a run's predictions by output name, to a file or to stdout."""

from __future__ import annotations

import sys
from typing import Annotated, Literal

import typer

from modelspec.cli.edge import DONE, TracebackOption, note, plural, run, say
from modelspec.cli.evaluate import DataOption, SplitOption, WeightsOption
from modelspec.cli.limits import with_limits
from modelspec.cli.plugin_option import PluginsOption, found_or_refused
from modelspec.source.limits import Limits


@with_limits
def predict(
    run_dir: Annotated[str, typer.Argument(help="The run directory that train wrote.", metavar="RUN")],
    limits: Limits,
    data: DataOption = None,
    split: SplitOption = None,
    output: Annotated[
        str | None,
        typer.Option(
            "--output", "-o", help="The file to write: .csv, .jsonl, .parquet or .npz. [default: CSV on stdout]"
        ),
    ] = None,
    weights: WeightsOption = "best",
    plugins: PluginsOption = None,
    traceback: TracebackOption = False,
) -> None:
    """Predictions of every output, a row for each row of the data."""
    run(lambda: _predict(run_dir, data, split, output, weights, plugins, limits), traceback)


def _predict(
    run_dir: str,
    data: str | None,
    split: Literal["train", "validation", "test"] | None,
    output: str | None,
    weights: str,
    plugins: list[str] | None,
    limits: Limits,
) -> int:
    from modelspec.cli.starting import start

    start()
    from modelspec.runtime.evaluate import predict_run
    from modelspec.runtime.predictions import check_output, csv_text, write_predictions

    if output is not None:
        check_output(output)
    predictions = predict_run(run_dir, data, split, weights, note, found_or_refused(plugins), limits)
    if output is None:
        sys.stdout.write(csv_text(predictions))
        return DONE
    write_predictions(predictions, output)
    count = len(next(iter(predictions.values())))
    say(f"{output}: {plural(count, 'row')}, outputs {', '.join(predictions)}")
    return DONE
