"""Neural networks as YAML: checked without TensorFlow, built and trained with Keras.

The pipeline, and where its stages live:
    source, expansion  YAML text -> located values     graph    -> every call, every shape, every weight
    language           -> what the file says           checks   -> what is wrong in the whole picture
    runtime            -> a keras.Model, trained       data     sources -> arrays
    runs               what trainings leave on disk    api, cli -> functions and commands

What stands here is imported when it is first asked for: the program takes its signals before that (`cli.app`).
"""

TYPE_CHECKING = False  # as in `typing`, whose import takes longer than everything up to the program's first line
if TYPE_CHECKING:
    from modelspec.api import (
        build,
        check,
        describe,
        evaluate,
        explain,
        inspect,
        load,
        predict,
        reproduce,
        schema,
        show,
        smoke,
        summary,
        train,
    )
    from modelspec.data.inspecting import Inspected
    from modelspec.data.predictions import Predictions
    from modelspec.diagnostics import Diagnostic, SpecError
    from modelspec.draw.summary import LayerSummary, ModelSummary
    from modelspec.graph import ShapedNetwork
    from modelspec.runs.progress import Progress
    from modelspec.runs.reporting import TrainReporter
    from modelspec.runs.results import EvaluateResult, Outcome, ReproduceResult, TrainResult
    from modelspec.source import Limits

__version__ = "0.1.0"
__all__ = [
    "Diagnostic", "EvaluateResult", "Inspected", "LayerSummary", "Limits", "ModelSummary", "Outcome", "Predictions", "Progress",
    "ReproduceResult", "ShapedNetwork", "SpecError", "TrainReporter", "TrainResult", "__version__", "build", "check",
    "describe", "evaluate", "explain", "inspect", "load", "predict", "reproduce", "schema", "show", "smoke", "summary", "train",
]  # fmt: skip
_HOMES = {
    "Diagnostic": "diagnostics",
    "EvaluateResult": "runs.results",
    "Inspected": "data.inspecting",
    "LayerSummary": "draw.summary",
    "Limits": "source",
    "ModelSummary": "draw.summary",
    "Outcome": "runs.results",
    "Predictions": "data.predictions",
    "Progress": "runs.progress",
    "ReproduceResult": "runs.results",
    "ShapedNetwork": "graph",
    "SpecError": "diagnostics",
    "TrainReporter": "runs.reporting",
    "TrainResult": "runs.results",
}
"""Where the classes live; the functions are those of `api`. None of these modules imports TensorFlow."""


def __getattr__(name: str) -> object:
    """What `__all__` names, from where it lives."""
    if name not in __all__:
        raise AttributeError(f"module 'modelspec' has no attribute '{name}'")
    from importlib import import_module

    value: object = getattr(import_module(f"modelspec.{_HOMES.get(name, 'api')}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
