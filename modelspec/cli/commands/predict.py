"""`modelspec predict`: a run's predictions by output name, to a file or to stdout."""

from __future__ import annotations

from typing import Annotated

import typer

from modelspec.cli.commands.evaluate import DataOption, SplitOption, WeightsAndRows, WeightsOption, refuse_split_of_data
from modelspec.cli.options.limits import with_limits
from modelspec.cli.options.options import PluginsOption, TracebackOption
from modelspec.cli.options.plugin_option import found_or_refused
from modelspec.cli.options.reading import Reading
from modelspec.cli.process.edge import DONE, note, plural, run, say, write
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
            "--output",
            "-o",
            metavar="FILE",
            help="The file to write: .csv, .jsonl, .parquet or .npz; by default CSV on stdout.",
        ),
    ] = None,
    keep: Annotated[
        list[str] | None,
        typer.Option(
            "--keep",
            metavar="COLUMN",
            help="A column of the data to write beside the predictions, such as id; can be repeated.",
        ),
    ] = None,
    weights: WeightsOption = "best",
    plugins: PluginsOption = None,
    traceback: TracebackOption = False,
) -> None:
    """Write the predictions of every output and the winning class, one row for each row of the data."""
    refuse_split_of_data(data, split)
    run(
        lambda: _predict(
            run_dir, WeightsAndRows(weights, data, split), output, keep or [], Reading(limits, plugins=plugins)
        ),
        traceback,
    )


def _predict(run_dir: str, asked: WeightsAndRows, output: str | None, keep: list[str], reading: Reading) -> int:
    from modelspec.cli.process.starting import start

    start()
    from modelspec.runtime.evaluate.evaluate import open_trained, predict_run
    from modelspec.runtime.evaluate.predictions import check_output, csv_text, write_predictions

    if output is not None:
        check_output(output)
    trained = open_trained(run_dir, asked.weights, found_or_refused(reading.plugins), reading.limits)
    predictions = predict_run(trained, asked.data, asked.split, keep)
    for text in predictions.notes:
        note(text)
    if output is None:
        write(csv_text(predictions))
        return DONE
    write_predictions(predictions, output)
    count = len(next(iter(predictions.outputs.values())))
    say(f"{output}: {plural(count, 'row')}, outputs {', '.join(predictions.outputs)}")
    return DONE
