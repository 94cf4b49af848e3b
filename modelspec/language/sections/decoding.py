"""`decode` of an input: how the files that a column names become numbers. Must not know rows, nor open files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from modelspec.language.settings import Kind
from modelspec.source import Mapping, Place, Scalar
from modelspec.source.words import describe, did_you_mean

if TYPE_CHECKING:
    from modelspec.language.objects import Reader

INTERPOLATIONS = ("bilinear", "nearest", "bicubic")
DTYPES = ("float32", "float64", "float16", "bfloat16", "uint8", "int32", "int64")
"""What takes a number from 0 to 255."""
_FITTED = ("crop_to_aspect_ratio", "pad_to_aspect_ratio")
_ARGUMENTS = ("interpolation", *_FITTED)
_EXAMPLE = "decode: image"


@dataclass(frozen=True, slots=True)
class Decode:
    """How a picture gets the height and width of its input, by the names of Keras's `image_dataset_from_directory`."""

    interpolation: str = "bilinear"
    crop_to_aspect_ratio: bool = False
    pad_to_aspect_ratio: bool = False


class Decoding(Kind):
    """`image`, or `{image: {interpolation: nearest, …}}`."""

    def read(self, place: Place, label: str, reader: Reader) -> Decode | None:
        """The arguments."""
        if isinstance(place.node, Scalar) and place.node.value == "image":
            return Decode()
        entries = list(place.entries()) if isinstance(place.node, Mapping) else []
        if [key for key, _ in entries] != ["image"]:
            message = f"{label}: expected `image`; received {describe(place.node)}"
            reader.problems.append(place.problem("MS203", message, f"write `{_EXAMPLE}`"))
            return None
        below = entries[0][1]
        if not isinstance(below.node, Mapping):
            message = f"{label}.image: expected a mapping of arguments; received {describe(below.node)}"
            reader.problems.append(below.problem("MS203", message, f"without arguments write `{_EXAMPLE}`"))
            return None
        return _arguments(below, f"{label}.image", reader)

    def schema(self) -> dict[str, Any]:
        """The word, or a mapping with arguments."""
        arguments = {
            "interpolation": {"enum": list(INTERPOLATIONS)},
            **{name: {"type": "boolean"} for name in _FITTED},
        }
        image = {"type": "object", "properties": arguments, "additionalProperties": False}
        mapping = {
            "type": "object", "properties": {"image": image}, "required": ["image"], "additionalProperties": False,
        }  # fmt: skip
        return {"anyOf": [{"const": "image"}, mapping]}

    def written(self, value: Decode) -> Any:
        """As a spec has it."""
        default = Decode()
        said = {name: getattr(value, name) for name in _ARGUMENTS if getattr(value, name) != getattr(default, name)}
        return {"image": said} if said else "image"


def _arguments(place: Place, label: str, reader: Reader) -> Decode | None:
    found: dict[str, Any] = {}
    problems = reader.problems
    before = len(problems)
    for name, below in place.entries():
        value = below.node.value if isinstance(below.node, Scalar) else None
        if name not in _ARGUMENTS:
            help = did_you_mean(name, _ARGUMENTS) or f"its arguments are {', '.join(_ARGUMENTS)}"
            problems.append(below.problem("MS201", f"{label}: unknown argument '{name}'", help, key=True))
        elif name == "interpolation" and value not in INTERPOLATIONS:
            meant = did_you_mean(value, INTERPOLATIONS) if isinstance(value, str) else None
            message = f"{label}.{name}: expected {', '.join(INTERPOLATIONS)}; received {describe(below.node)}"
            problems.append(below.problem("MS205", message, meant or f"write `{name}: {INTERPOLATIONS[0]}`"))
        elif name in _FITTED and not isinstance(value, bool):
            message = f"{label}.{name}: expected true or false; received {describe(below.node)}"
            problems.append(below.problem("MS203", message, f"write `{name}: true`"))
        else:
            found[name] = value
    if all(found.get(name) for name in _FITTED):
        message = f"{label}: a picture is either cropped or padded to the aspect ratio of the input"
        problems.append(place.problem("MS208", message, f"leave out one of {' and '.join(_FITTED)}"))
    return Decode(**found) if len(problems) == before else None


def check_decode(place: Place, values: dict[str, Any], reader: Reader) -> None:
    """Tell of an input that takes no pictures: its shape, its dtype, and what contradicts `decode`."""
    below = place.get("decode")
    if below is None or "decode" not in values:
        return
    problems = reader.problems
    shape, dtype = values.get("shape"), values.get("dtype", "float32")
    if shape is not None and not _takes_pictures(shape):
        written = "[" + ", ".join("null" if size is None else str(size) for size in shape) + "]"
        message = f"decode: a picture has a height, a width and 1, 3 or 4 channels; the shape is {written}"
        at = place.get("shape") or below
        problems.append(at.problem("MS208", message, "write for example `shape: [64, 64, 3]`"))
    if dtype not in DTYPES:
        message = f"decode: a picture is numbers from 0 to 255, which {dtype} does not take"
        problems.append(below.problem("MS208", message, "leave `dtype` out", key=True))
    if place.get("parse") is not None:
        problems.append(below.problem("MS208", "decode: a date is no picture", "leave out `parse`", key=True))
    if values.get("missing", "error") not in ("error", "drop"):
        message = "decode: nothing can stand for a picture that is missing"
        problems.append(below.problem("MS208", message, "write `missing: drop`, or leave it out", key=True))
    if values.get("columns") is not None and len(values["columns"]) > 1:
        problems.append(
            below.problem("MS208", "decode: one column names the pictures", "name it with `column`", key=True)
        )


def _takes_pictures(shape: tuple[int | None, ...]) -> bool:
    """(height, width) of grey pictures, or (height, width, channels)."""
    return None not in shape and (len(shape) == 2 or (len(shape) == 3 and shape[2] in (1, 3, 4)))
