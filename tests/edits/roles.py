"""What a key or a text of a spec is the name of: which of them must be told when they are misspelt."""

import re

_DEFINED_BELOW = frozenset({"inputs", "outputs", "shared", "models", "vars", "blocks", "for", "params"})
"""Keys below which a user gives names."""
_FREE = frozenset(
    {
        "description", "name", "column", "columns", "sample_weight", "vocabulary", "title", "csv", "npz", "separator",
        "labels", "parquet", "init_from", "path", "filename", "filepath", "CSVLogger", "ModelCheckpoint",
    }
)  # fmt: skip
"""Keys whose texts are the user's own words, or names of columns and files that only the data knows."""
_NAMED = frozenset(
    {
        "from", "call", "block", "loss", "metrics", "weighted_metrics", "optimizer", "callbacks", "monitor", "mode", "freeze",
        "dtype", "precision", "distribute", "spec", "saved", "extends", "layer", "output", "outputs", "layers",
    }
)  # fmt: skip
VARIABLE = re.compile(r"\$\(?\s*([A-Za-z_]\w*)")


def key_role(path):
    """What the last key of a path names, or None where it is the user's own."""
    words = [part for part in path if isinstance(part, str)]
    if not words or words[0].startswith("x-") or "vars" in words[:-1] or words[0] == "<<":
        return None
    above = words[-2] if len(words) > 1 else ""
    if above in _DEFINED_BELOW or words[-1] == "description":
        return None
    return "argument" if len(words) > 1 else "key"


def value_role(path, value):
    """What a text at a path names, or None where it is the user's own."""
    words = [part for part in path if isinstance(part, str)]
    if not words or words[0].startswith("x-") or "vars" in words or "params" in words:
        return None
    if VARIABLE.search(value):
        return "variable"
    last = words[-1]
    if last in _FREE or any(word in ("labels", "vocabulary") for word in words):
        return None
    if last in _NAMED or "from" in words:
        return last
    if words[0] in ("layers", "shared", "models", "train") or (words[0] == "outputs"):
        return "value"
    return None
