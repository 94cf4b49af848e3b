"""Neural networks as YAML: checked without TensorFlow, built and trained with Keras.

The pipeline, and where its stages live:
    source   YAML text -> located values            graph    -> every call, every shape, every weight
    spec     -> what the file says                  checks   -> what is wrong in the whole picture
    runtime  -> a keras.Model, trained, evaluated   data     sources -> arrays
"""

from modelspec.api import build, check, load, train
from modelspec.diagnostics import Diagnostic, SpecError

__version__ = "0.1.0"
__all__ = ["Diagnostic", "SpecError", "__version__", "build", "check", "load", "train"]
