"""What `data:` may hold, one frozen entry per kind of source, and what a spec wants of a source.

No numpy here: checking a spec reads these and opens no file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from annotated_types import MaxLen, MinLen
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from modelspec.catalogue.entry import refuse_arguments
from modelspec.catalogue.types import Bool, Count, PositiveInt
from modelspec.language.sections.decoding import Decode
from modelspec.language.sections.queries import looked_at

Split = Literal["train", "validation", "test"]
Role = Literal["input", "target", "weight", "kept", "split"]
Missing = str | float
"""What becomes of a gap: `error`, `drop` (the row), `mean`, `median`, or what stands for it: a number, a text for strings."""
ValueKind = Literal["real", "classes", "one_hot", "binary", "weight"]

SQLITE = "sqlite:///"
"""What the address of an SQLite database begins with."""


def _tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


PathText = Annotated[str, MinLen(1)]
Paths = PathText | Annotated[tuple[PathText, ...], MinLen(1), BeforeValidator(_tuple)]
Delimiter = Annotated[str, MinLen(1), MaxLen(1)]
Size = Annotated[tuple[PositiveInt, PositiveInt], BeforeValidator(_tuple)]


Cells = Annotated[tuple[str, ...], BeforeValidator(_tuple)]


class SourceEntry(BaseModel):
    """One source of rows; its first field is what a value that is not a mapping stands for (`{csv: data/x.csv}`).

    Each field says what it is for.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, allow_inf_nan=False, defer_build=True, hide_input_in_errors=True
    )

    from_file: ClassVar[bool] = False
    """Whether its rows are a file of the user's: others are known, or made up."""
    endings: ClassVar[tuple[str, ...]] = ()
    """What the names of such files end with."""
    example: ClassVar[str]
    """What `--data` takes instead of it."""
    named_values: ClassVar[bool] = False
    """Whether its first argument is a mapping of names, whose key need not be written: `{npy: {image: x.npy}}`."""

    @property
    def kind(self) -> str:
        """Its name in a spec."""
        return next(name for name, entry in SOURCES.items() if entry is type(self))

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths that it names, as they stand there."""
        path: str | tuple[str, ...] | None = getattr(self, "path", None)
        return () if path is None else (path,) if isinstance(path, str) else path

    path_argument: ClassVar[str] = "path"
    """The argument that names its paths."""

    def moved(self, paths: tuple[str, ...]) -> SourceEntry:
        """The same with these paths in the place of its own."""
        alone = isinstance(getattr(self, "path", None), str)
        return self.model_copy(update={"path": paths[0] if alone else paths})

    @classmethod
    def argument(cls, text: str) -> object:
        """The first argument that is meant by `kind:text` on the command line."""
        return text

    @classmethod
    def first_argument(cls) -> str:
        """The argument that a value on its own stands for."""
        return next(iter(cls.model_fields))


_TABLE = (
    "The file, relative to the spec's folder; a list of files, or a pattern such as `parts/*{}`, takes the rows of all."
)


class TextTable(SourceEntry):
    """What CSV and TSV files have in common."""

    path: Paths
    header: Bool = Field(True, description="Whether the first line names the columns; if not, they are named 0, 1, ...")
    missing: Cells = Field(("",), description="The cells that say that nothing is there.")
    decimal: Literal[".", ","] = Field(".", description="The character before the fraction of a number.")

    @property
    def between(self) -> str:
        """The character between columns."""
        return getattr(self, "delimiter", "\t")


class Csv(TextTable):
    """A CSV file: UTF-8, one row a line, columns named by the first line; gzip and Zstandard are unpacked.

    With `header: false` the columns are named by their place: `0`, `1`, ...
    """

    from_file = True
    endings = (".csv", ".csv.gz", ".csv.zst", ".txt")
    example = "csv:rows.csv"

    path: Paths = Field(description=_TABLE.format(".csv"))
    delimiter: Delimiter = Field(",", description="The character between columns.")

    @model_validator(mode="after")
    def _delimiter_can_separate(self) -> Csv:
        if self.delimiter in '"\r\n.-+' or self.delimiter.isalnum():
            refuse_arguments(f"{self.delimiter!r} cannot separate columns; use one of , ; | or a tab", "delimiter")
        if self.delimiter == self.decimal:
            refuse_arguments("a comma cannot be in numbers and between columns; add `delimiter: ';'`", "decimal")
        return self


class Tsv(TextTable):
    """The same with tabs between the columns."""

    from_file = True
    endings = (".tsv", ".tsv.gz", ".tsv.zst")
    example = "tsv:rows.tsv"

    path: Paths = Field(description=_TABLE.format(".tsv"))


class Jsonl(SourceEntry):
    """A file of JSON Lines: an object a line, whose keys are columns; `user.age` is what `age` is inside `user`."""

    from_file = True
    endings = (".jsonl", ".jsonl.gz", ".jsonl.zst", ".ndjson")
    example = "jsonl:rows.jsonl"

    path: Paths = Field(description=_TABLE.format(".jsonl"))


class Parquet(SourceEntry):
    """A Parquet file, or a folder of them, in which folders such as `year=2024` are columns; read by Polars."""

    from_file = True
    endings = (".parquet", ".pq")
    example = "parquet:rows.parquet"

    path: Paths = Field(
        description="The file or folder, relative to the spec's folder; a list, or a pattern such as `parts/*.parquet`."
    )


class Arrow(SourceEntry):
    """An Arrow file or stream, or a folder of them, such as `save_to_disk` of Hugging Face's datasets writes."""

    from_file = True
    endings = (".arrow", ".feather", ".ipc", ".arrows")
    example = "arrow:rows.arrow"

    path: Paths = Field(
        description="The file or folder, relative to the spec's folder; a list, or a pattern such as `parts/*.arrow`."
    )


class Sql(SourceEntry):
    """The rows of a query of an SQLite database, which is opened for reading only."""

    from_file = True
    example = "sql:rows.db"
    path_argument = "url"

    url: PathText = Field(description="The database: `sqlite:///rows.db`, whose path is relative to the spec's folder.")
    query: PathText = Field(description="A `SELECT` with `ORDER BY`, whose columns are those of the rows.")

    @property
    def paths(self) -> tuple[str, ...]:
        """The file of the database."""
        return (self.url.removeprefix(SQLITE),)

    def moved(self, paths: tuple[str, ...]) -> SourceEntry:
        """The same query of another file."""
        return self.model_copy(update={"url": SQLITE + paths[0]})

    @classmethod
    def argument(cls, text: str) -> str:
        """The address of a database, also by its path alone."""
        return text if "://" in text else SQLITE + text

    @model_validator(mode="after")
    def _rows_have_an_order(self) -> Sql:
        if not self.url.startswith(SQLITE) or self.url == SQLITE:
            # The address is not repeated: it may hold a password.
            refuse_arguments("expected the address of an SQLite database: `sqlite:///rows.db`", "url")
        parameter, ordered = looked_at(self.query)
        if parameter is not None:
            help = "write the value itself, or a variable of the spec: `$year`"
            refuse_arguments(f"the query has a parameter, {parameter}, for which nothing is given", "query", help)
        if not ordered:
            message = "the query has no ORDER BY, without which a database may give its rows in any order"
            refuse_arguments(
                message, "query", "add `ORDER BY` and columns that no two rows share, such as `ORDER BY id`"
            )
        return self


class Npz(SourceEntry):
    """A file of named arrays, as `numpy.savez` writes it; an array's first axis is the rows."""

    from_file = True
    endings = (".npz",)
    example = "npz:rows.npz"

    path: PathText = Field(description="The file, relative to the spec's folder.")


def _named(value: object) -> object:
    if isinstance(value, str):
        name = value.replace("\\", "/").rpartition("/")[2].partition(".")[0] or "x"
        help = f"write the name of its column too: `npy: {{{name}: {value}}}`"
        refuse_arguments("a file holds one array, whose name is not in it", "arrays", help)
    if value == {}:
        refuse_arguments("no array is named", "arrays", "write each with its file, such as `npy: {x: x.npy}`")
    return value


class Npy(SourceEntry):
    """Files of one array each, as `numpy.save` writes them; the first axis is the rows. Mapped from disk, not loaded."""

    from_file = True
    example = "npy:x=x.npy,y=y.npy"
    path_argument = "arrays"
    named_values = True

    arrays: Annotated[dict[str, PathText], MinLen(1), BeforeValidator(_named)] = Field(
        description="The file of each array, relative to the spec's folder, by the name of its column."
    )

    @property
    def paths(self) -> tuple[str, ...]:
        """The files, in the order of the spec."""
        return tuple(self.arrays.values())

    def moved(self, paths: tuple[str, ...]) -> SourceEntry:
        """The same arrays in other files."""
        return self.model_copy(update={"arrays": dict(zip(self.arrays, paths, strict=True))})

    @classmethod
    def argument(cls, text: str) -> object:
        """`x=x.npy,y=y.npy` as a mapping."""
        pairs = [part.partition("=") for part in text.split(",")]
        return {name: path for name, equals, path in pairs} if all(equals for _, equals, _ in pairs) else text


class Images(SourceEntry):
    """A folder with a folder of pictures for each class: JPEG, PNG, WebP, GIF or BMP.

    Its columns are `image` (the path of a picture, which `decode: image` of an input reads), `label` (the name of the
    folder that it is in) and `path` (its path below the folder). Rows are in the order of the paths.
    """

    from_file = True
    example = "images:photos"

    path: PathText = Field(description="The folder, relative to the spec's folder.")


class Dataset(SourceEntry):
    """A known dataset.

    `digits` comes with modelspec; `mnist` is read from `path`, or from where Keras keeps it. Both have the columns
    `image` (height, width, 1; from 0 to 1), `label` (0 to 9) and `one_hot` (10). `digit_pairs` has `digit_a`,
    `digit_b` and `same` (0 or 1). `size` resizes the images, `flatten` makes them one axis. `split` takes another
    part than the one the source stands under.
    """

    example = "dataset:digits"

    name: Literal["digits", "digit_pairs", "mnist"] = Field(description="Which dataset.")
    size: Size | None = Field(None, description="The height and width that images are resized to.")
    flatten: Bool = Field(False, description="Whether an image is flattened to one axis.")
    path: PathText | None = Field(None, description="Where mnist.npz is, if not where Keras stores it.")
    split: Literal["train", "validation", "test", "all"] | None = Field(
        None, description="The part to use, if not the one that the source is under."
    )
    samples: PositiveInt | None = Field(None, description="How many pairs are drawn.")
    seed: Count = Field(0, description="The seed for drawing.")

    @model_validator(mode="after")
    def _arguments_belong_together(self) -> Dataset:
        if self.path is not None and self.name != "mnist":
            refuse_arguments(f"{self.name} comes with modelspec and takes no `path`; only mnist does", "path")
        if self.name != "digit_pairs":
            for argument in ("samples", "seed"):
                if argument in self.model_fields_set:
                    refuse_arguments(
                        f"`{argument}` is for drawing pairs and belongs to digit_pairs, not to {self.name}", argument
                    )
        return self


class Synthetic(SourceEntry):
    """Random rows of the declared shapes with a rule in them that a model can learn; for trying a spec out."""

    example = "synthetic:100"

    samples: PositiveInt = Field(description="How many rows are drawn.")
    seed: Count = Field(0, description="The seed for drawing.")


SOURCES: dict[str, type[SourceEntry]] = {
    "csv": Csv, "tsv": Tsv, "jsonl": Jsonl, "parquet": Parquet, "arrow": Arrow,
    "sql": Sql, "npz": Npz, "npy": Npy, "images": Images, "dataset": Dataset, "synthetic": Synthetic,
}  # fmt: skip
"""The kinds of sources, by the name a spec uses."""

Source = SourceEntry


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a spec wants of a source, by name: one array, rows first, then `shape` (None: any length).

    `kind` says what the numbers mean: `classes` are labels from 0 to `classes` - 1 (and `ignored` for none), `one_hot` sums
    to 1 over the last axis, `binary` is 0 or 1, `weight` is at least 0, `real` is any finite number. `finer` is a shape that
    does as well. `maximum` is the largest index that an Embedding (or the like) that takes this input can look up. `columns`
    are the source's names for it (None: its own name); a CSV file needs one column per number. `path` is the place in the
    spec to point at. Of a target, `loss` is the name of the loss that takes it, `from_logits` whether that takes numbers
    before an activation, and `output` the shape of the output, for advice. What is `kept` is a column that only goes
    along: neither its shape nor its kind matters. A target of classes may be in `words`, one for a row; `labels` are those that
    the spec names. `missing` is what the spec says of gaps of an input, `parse` the format of its dates,
    `decode` how the files that it names become numbers.
    """

    name: str
    role: Role
    shape: tuple[int | None, ...] = ()
    dtype: str = "float32"
    kind: ValueKind = "real"
    classes: int | None = None
    ignored: int | None = None
    maximum: int | None = None
    columns: tuple[str, ...] | None = None
    finer: tuple[int | None, ...] | None = None
    hint: Literal["one_hot_last_axis"] | None = None
    path: tuple[Any, ...] = ()
    loss: str | None = None
    from_logits: bool = False
    output: tuple[int | None, ...] | None = None
    words: bool = False
    labels: tuple[str, ...] | None = None
    missing: Missing | None = None
    parse: str | None = None
    decode: Decode | None = None

    @property
    def column_names(self) -> tuple[str, ...]:
        """The columns to look for."""
        return self.columns if self.columns else (self.name,)

    @property
    def goes_along(self) -> bool:
        """Whether nothing computes with its values: a column that is kept, or that rows are divided by."""
        return self.role in ("kept", "split")

    @property
    def reads_text(self) -> bool:
        """Whether the cells of a file of text are taken as they stand."""
        return self.dtype == "string" or self.goes_along or self.parse is not None

    @property
    def named_by_numbers(self) -> bool:
        """Whether the labels that the spec names are numbers, so that a number in the rows is a label and no class."""
        return self.labels is not None and all(label.removeprefix("-").isdigit() for label in self.labels)

    @property
    def takes_gaps(self) -> bool:
        """Whether nothing may stand where a value is wanted."""
        return self.missing is not None and self.missing != "error"

    @property
    def what(self) -> str:
        """How messages call it: `input 'image'`."""
        if self.role == "kept":
            return f"--keep {self.name}"
        if self.role == "split":
            return f"the split by '{self.name}'"
        if self.role == "weight":
            return f"sample_weight of '{self.name}'"
        return f"{self.role} '{self.name}'"
