"""The sources a spec may name, for those who load data; they are part of the spec, see `modelspec.spec.sources`."""

from modelspec.spec.sources import (
    SOURCES,
    Csv,
    Dataset,
    Npz,
    Role,
    Source,
    SourceEntry,
    Split,
    Synthetic,
    ValueKind,
    Wanted,
)

__all__ = [
    "SOURCES",
    "Csv",
    "Dataset",
    "Npz",
    "Role",
    "Source",
    "SourceEntry",
    "Split",
    "Synthetic",
    "ValueKind",
    "Wanted",
]
