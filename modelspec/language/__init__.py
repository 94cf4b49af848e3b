"""Stage 2: located nodes -> a frozen spec. No TensorFlow, no names looked up, no shapes."""

from modelspec.language.reader import read_spec
from modelspec.language.spec import Spec

__all__ = ["Spec", "read_spec"]
