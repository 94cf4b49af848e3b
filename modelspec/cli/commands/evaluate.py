"""`modelspec evaluate`: a run's losses and metrics on some rows."""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple

import typer

from modelspec.cli.options.limits import with_limits
from modelspec.cli.options.options import PluginsOption, TracebackOption
from modelspec.cli.options.plugin_option import found_or_refused
from modelspec.cli.options.reading import Reading
from modelspec.cli.options.usage import WrongUsage
from modelspec.cli.process.edge import DONE, note, run, write
from modelspec.source.limits import Limits

DataOption = Annotated[
    str | None,
    typer.Option(
        "--data", metavar="ROWS", help="Other rows: a file such as rows.csv, or KIND:ARGUMENT (dataset:digits)."
    ),
]
SplitOption = Annotated[
    Literal["train", "validation", "test"] | None,
    typer.Option("--split", help="Which rows of the spec; by default test, else validation, else train."),
]
WeightsOption = Annotated[
    Literal["best", "last"], typer.Option("--weights", help="The weights of the best or of the last epoch.")
]


class WeightsAndRows(NamedTuple):
    """The weights of a run, and the rows to use them on: some of the spec's, or others."""

    weights: str
    data: str | None
    split: Literal["train", "validation", "test"] | None


@with_limits
def evaluate(
    run_dir: Annotated[str, typer.Argument(help="The run directory that train wrote.", metavar="RUN")],
    limits: Limits,
    data: DataOption = None,
    split: SplitOption = None,
    weights: WeightsOption = "best",
    plugins: PluginsOption = None,
    format: Annotated[
        Literal["text", "json"], typer.Option("--format", "-f", help="How results are printed.")
    ] = "text",
    traceback: TracebackOption = False,
) -> None:
    """Compute the loss and metrics of every output, on the test rows or on others."""
    refuse_split_of_data(data, split)
    run(
        lambda: _evaluate(run_dir, WeightsAndRows(weights, data, split), format, Reading(limits, plugins=plugins)),
        traceback,
    )


def refuse_split_of_data(data: str | None, split: str | None) -> None:
    """Rows of one's own have no splits; those of the spec are not meant then."""
    if data is not None and split is not None:
        raise WrongUsage("it names rows of the spec, but --data names other rows: give only one of the two", "--split")


def _evaluate(run_dir: str, asked: WeightsAndRows, format: str, reading: Reading) -> int:
    from modelspec.cli.process.starting import start

    start()
    from modelspec.cli.progress import line_width, results_lines
    from modelspec.runtime.evaluate.evaluate import evaluate_run, open_trained

    trained = open_trained(run_dir, asked.weights, found_or_refused(reading.plugins), reading.limits)
    result = evaluate_run(trained, asked.data, asked.split)
    for text in result.notes:
        note(text)
    if format == "json":
        import json

        from modelspec.runtime.evaluate.results import for_json

        write(json.dumps({"split": result.split, **for_json(result.metrics)}, indent=2, allow_nan=False) + "\n")
    else:
        write("".join(f"{line}\n" for line in results_lines(result.split, result.metrics, line_width())))
    return DONE
