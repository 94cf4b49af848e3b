"""The stub of a package: the Keras objects that it registers, their arguments, and what their calls take, as JSON.

`modelspec plugins stub` writes it, from the package; here it is read, and nothing is imported. A stub may come from anyone: it
is read like a spec, bounded and strictly.
"""

from __future__ import annotations

import json
import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, Strict, StringConstraints, ValidationError

from modelspec.catalogue.losses.loss import TargetKind
from modelspec.catalogue.types import MAX_DIM
from modelspec.diagnostics import Diagnostic, Span
from modelspec.source.limits import Limits
from modelspec.source.reader import read_file
from modelspec.source.words import shorten

STUB_VERSION = 1
SUFFIX = ".modelspec.json"
Kind = Literal[
    "layer", "loss", "metric", "optimizer", "schedule", "initializer", "regularizer", "constraint", "activation"
]
"""What a registered object can be in a spec."""
OBJECT_TYPES = ("initializer", "regularizer", "constraint", "activation")
"""Types of arguments that are themselves objects of Keras."""
_SCALARS = ("int", "float", "bool", "str", "any", "null", *OBJECT_TYPES)
_MODULE = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")


def is_module_name(name: str) -> bool:
    """Whether this can be the name of a package: `my_package`, `my_package.layers`."""
    return len(name) <= 200 and _MODULE.fullmatch(name) is not None


def alternatives(text: str) -> tuple[str, ...]:
    """The types that a type allows: those of `int | null` are `int` and `null`. Raises `ValueError` for no type."""
    found = tuple(part.strip() for part in text.split("|"))
    for part in found:
        inner = part
        while inner.startswith("list[") and inner.endswith("]"):
            inner = inner[5:-1]
        if inner not in _SCALARS or (inner != part and inner in OBJECT_TYPES):
            raise ValueError(f"a type is made of {', '.join(_SCALARS)} and list[…], with | between; received {text!r}")
    return found


def _checked(text: str) -> str:
    alternatives(text)
    return text


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_]\w*$", max_length=128)]
RegisteredName = Annotated[str, StringConstraints(pattern=r"^[^>\s]+>[^>\s]+$", max_length=128)]
Size = Annotated[int, Strict(), Field(ge=1, le=MAX_DIM)]


class StubArgument(_Value):
    """An argument of an object. Without a `default` it must be given, unless the package has a default that JSON lacks."""

    type: Annotated[str, StringConstraints(max_length=100), AfterValidator(_checked)] = "any"
    choices: tuple[str | int | float | bool | None, ...] = ()
    default: Any = None
    optional: bool = False

    @property
    def has_default(self) -> bool:
        """Whether the default is known."""
        return "default" in self.model_fields_set

    @property
    def required(self) -> bool:
        """Whether a spec must give it."""
        return not self.has_default and not self.optional


class StubCallArgument(_Value):
    """An argument of a layer's call: a tensor (or a list of them), or a plain value."""

    tensor: bool = True
    optional: bool = False


class StubObject(_Value):
    """One registered object. `output_shape` and `targets` are the user's own words, which writing the stub anew keeps."""

    kinds: tuple[Kind, ...]
    about: Annotated[str, StringConstraints(max_length=1000)] = ""
    function: bool = False
    arguments: dict[Name, StubArgument] = {}
    base_arguments: tuple[Name, ...] = ()
    """The arguments of all objects of its kind that it takes: `trainable`, `dtype`, …"""
    call: dict[Name, StubCallArgument] = {}
    name: str | None = None
    """What a metric is called in the history."""
    output_shape: Literal["same"] | tuple[Size | None, ...] | None = None
    """The layer's output, where it is known without the package: the shape of its input, or sizes without the batch."""
    targets: TargetKind | None = None
    """What the targets of a loss are, where they are not numbers of the output's shape."""


class Stub(_Value):
    """What is known of a package. `sources` are digests of the files that define the objects, by their path."""

    modelspec_stub: Literal[1]
    package: Annotated[str, StringConstraints(pattern=rf"^{_MODULE.pattern}$", max_length=200)]
    sources: dict[str, str] = {}
    objects: dict[RegisteredName, StubObject] = {}
    left_out: dict[str, str] = {}
    """Registered objects that a spec cannot use, and why."""


def read_stub(path: str, package: str) -> tuple[Stub | None, tuple[Diagnostic, ...]]:
    """The stub in a file. What is wrong with it is reported (MS641)."""
    text, problems = read_file(path, Limits())
    if text is None:
        return None, (_unreadable(path, package, problems[0].message),)
    try:
        value = json.loads(text)
        stub = Stub.model_validate(value)
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in detail["loc"])
        return None, (_unreadable(path, package, f"{where or 'the whole file'}: {detail['msg']}"),)
    except (ValueError, RecursionError) as error:
        return None, (_unreadable(path, package, f"not JSON: {error}"),)
    if stub.package != package:
        return None, (_unreadable(path, package, f"it is the stub of {stub.package}"),)
    return stub, ()


def _unreadable(path: str, package: str, why: str) -> Diagnostic:
    message = f"the stub of the plugin {package} cannot be used: {shorten(why) if len(why) > 300 else why}"
    return Diagnostic("MS641", message, Span(path, 1, 1, 1, 1), help=write_it(package))


def write_it(package: str) -> str:
    """What to do about a stub."""
    return f"write it again with: modelspec plugins stub {package}"


def stub_text(stub: Stub) -> str:
    """The file of a stub, in a fixed order and with short values on one line, so that versions of it can be compared."""
    return _lines(stub.model_dump(mode="json", exclude_unset=True), "") + "\n"


def _lines(value: Any, indent: str) -> str:
    flat = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict) or len(indent) + len(flat) <= _WIDTH:
        return flat
    deeper = indent + "  "
    items = [f"{deeper}{json.dumps(key, ensure_ascii=False)}: {_lines(item, deeper)}" for key, item in value.items()]
    return "{\n" + ",\n".join(items) + f"\n{indent}}}"


_WIDTH = 100


def with_own_words(stub: Stub, before: Stub) -> Stub:
    """The stub with what the user wrote into an older one: `output_shape` and `targets`."""
    objects = dict(stub.objects)
    for name, item in objects.items():
        older = before.objects.get(name)
        own = {} if older is None else older.model_dump(include=_OWN_WORDS, exclude_unset=True)
        objects[name] = item.model_copy(update=own)
    return stub.model_copy(update={"objects": objects})


_OWN_WORDS = {"output_shape", "targets"}


def generated(item: StubObject) -> dict[str, Any]:
    """What the package itself says of an object."""
    return item.model_dump(mode="json", exclude_unset=True, exclude={*_OWN_WORDS, "about"})
