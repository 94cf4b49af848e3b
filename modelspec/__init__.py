"""Neural networks as YAML: checked without TensorFlow, built and trained with Keras.

The pipeline, and where its stages live:
    source   YAML text -> located values            graph    -> every call, every shape, every weight
    spec     -> what the file says                  checks   -> what is wrong in the whole picture
    runtime  -> a keras.Model, trained, evaluated   data     sources -> arrays

What stands here is imported when it is first asked for: the program takes its signals before that (`cli.app`).
"""

TYPE_CHECKING = False  # as in `typing`, whose import takes longer than everything up to the program's first line
if TYPE_CHECKING:
    from modelspec.api import build, check, load, train
    from modelspec.diagnostics import Diagnostic, SpecError

__version__ = "0.1.0"
__all__ = ["Diagnostic", "SpecError", "__version__", "build", "check", "load", "train"]


def __getattr__(name: str) -> object:
    """What `__all__` names, from where it lives."""
    if name not in __all__:
        raise AttributeError(f"module 'modelspec' has no attribute '{name}'")
    from modelspec import api

    value: object = getattr(api, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
