"""What can be wrong with a spec, its data or a run, as plain data.

This package knows nothing of YAML, Keras or terminals: a stage makes `Diagnostic`s, and `diagnostics.render` turns
them into text, JSON, SARIF and the like at the edge of the program.
"""

from modelspec.diagnostics.diagnostic import Diagnostic, Fix, Note, Replacement, Severity, SpecError
from modelspec.diagnostics.span import File, Path, Span, path_text

__all__ = ["Diagnostic", "File", "Fix", "Note", "Path", "Replacement", "Severity", "Span", "SpecError", "path_text"]
