"""Stage 1b: a document with variables, blocks, loops and bases -> the plain document that it stands for."""

from modelspec.expansion.compose import compose
from modelspec.expansion.expand import Expanded, expand

__all__ = ["Expanded", "compose", "expand"]
