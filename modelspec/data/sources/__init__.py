"""The kinds of sources: how the rows of each are read. What a spec may say of them is `language.sections.sources`."""

from modelspec.data.sources.csv.read import read_csv
from modelspec.data.sources.datasets.read import read_dataset
from modelspec.data.sources.frames.read import read_frames
from modelspec.data.sources.images.folder import read_images
from modelspec.data.sources.jsonl.read import read_jsonl
from modelspec.data.sources.npy_files import read_npy
from modelspec.data.sources.npz_file import read_npz
from modelspec.data.sources.sql.read import read_sql
from modelspec.data.sources.synthetic import make_synthetic
from modelspec.data.table import ReadSource

READERS: dict[str, ReadSource] = {
    "csv": read_csv,
    "tsv": read_csv,
    "jsonl": read_jsonl,
    "parquet": read_frames,
    "arrow": read_frames,
    "sql": read_sql,
    "npz": read_npz,
    "npy": read_npy,
    "images": read_images,
    "dataset": read_dataset,
    "synthetic": make_synthetic,
}
"""By the names of `SOURCES`."""
