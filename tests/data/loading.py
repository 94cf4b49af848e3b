"""Short ways to load a source in tests."""

from pathlib import Path

from modelspec.data.arrays import Arrays
from modelspec.data.load import load
from modelspec.diagnostics import Diagnostic
from modelspec.language.sections.sources import Arrow, Csv, Images, Npy, Npz, Parquet, Source, Sql, Wanted

X = Wanted("x", "input", (1,))
Y = Wanted("y", "target", (1,))
LABEL = Wanted("y", "target", (), "int32", "classes", classes=3)


def accepted(source: Source, wanted, root, split="train", **options) -> Arrays:
    arrays, diagnostics = load(source, wanted, Path(root), split, **options)
    assert diagnostics == ()
    assert arrays is not None
    return arrays


def refused(source: Source, wanted, root, split="train", **options) -> Diagnostic:
    """The one diagnostic with which a source is refused."""
    arrays, diagnostics = load(source, wanted, Path(root), split, **options)
    assert arrays is None
    assert len(diagnostics) == 1, diagnostics
    assert diagnostics[0].severity == "error"
    assert diagnostics[0].path
    return diagnostics[0]


def csv_file(folder: Path, content: str | bytes, name="rows.csv", entry=Csv, **arguments) -> Csv:
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return entry(path=name, **arguments)


def npz_file(folder: Path, name="rows.npz", **arrays) -> Npz:
    import numpy as np

    np.savez(folder / name, **arrays)
    return Npz(path=name)


def npy_files(folder: Path, **arrays) -> Npy:
    """Files of one array each, which have the names of the arrays."""
    import numpy as np

    for name, values in arrays.items():
        np.save(folder / f"{name}.npy", values)
    return Npy(arrays={name: f"{name}.npy" for name in arrays})


def place(diagnostic: Diagnostic) -> tuple[int, int]:
    """(line, column) of a diagnostic."""
    assert diagnostic.span is not None
    assert diagnostic.span[1:3] < diagnostic.span[3:5]
    return diagnostic.span.line, diagnostic.span.column


def parquet_file(folder: Path, name="rows.parquet", **columns) -> Parquet:
    import polars as pl

    pl.DataFrame(columns, strict=False).write_parquet(folder / name)
    return Parquet(path=name)


def arrow_file(folder: Path, name="rows.arrow", stream=False, **columns) -> Arrow:
    import polars as pl

    frame = pl.DataFrame(columns, strict=False)
    (frame.write_ipc_stream if stream else frame.write_ipc)(folder / name)
    return Arrow(path=name)


def sqlite_file(folder: Path, name="rows.db", query="SELECT * FROM rows ORDER BY rowid", **columns) -> Sql:
    """A database with a table `rows`, whose columns have no type: each value is stored as it is."""
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(folder / name)) as connection, connection:
        connection.execute(f"CREATE TABLE rows ({', '.join(columns)})")
        marks = ", ".join("?" * len(columns))
        connection.executemany(f"INSERT INTO rows VALUES ({marks})", zip(*columns.values(), strict=True))
    return Sql(url=f"sqlite:///{name}", query=query)


def images_folder(folder: Path, *names: str, name="photos", size=(3, 2)) -> Images:
    """Grey pictures, each a little brighter than the one before."""
    from PIL import Image

    for number, below in enumerate(names):
        path = folder / name / below
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", size, 10 * number).save(path)
    return Images(path=name)
