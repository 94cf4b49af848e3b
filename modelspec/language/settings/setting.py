"""What a section of a spec may say: each setting is one field of a frozen class, with the kind of its value and what it is for.

How a setting is read, its JSON Schema, the resolved spec, the tables of the docs, `--set` and what a resume compares follow
from the field. Must not know any section, nor any kind of value.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as MappingABC
from dataclasses import MISSING, field, fields
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from modelspec.language.fields import unknown_keys
from modelspec.language.meant.legacy import LEGACY_KEYS
from modelspec.source import Place

if TYPE_CHECKING:
    from modelspec.language.objects import Reader


class Kind:
    """A kind of value: how it is read, and its JSON Schema; and how it is written out, where that is another value."""

    alone: str | None = None
    """Of a section, the setting that a value which is not a mapping stands for."""

    def read(self, place: Place, label: str, reader: Reader) -> Any:
        """The value, or None and a problem; `label` is what messages call it."""
        raise NotImplementedError

    def schema(self) -> dict[str, Any]:
        """The JSON Schema of the value."""
        raise NotImplementedError

    def written(self, value: Any) -> Any:
        """The value as a spec says it; objects of the catalogue, lists and sections are written by who asks."""
        return value


class Setting(NamedTuple):
    """One setting. `name` is the field's, `key` what a spec writes, `words` say what it is for."""

    kind: Kind
    words: str
    key: str
    name: str
    default: Any
    of: tuple[str, ...]
    """The forms of its section that have it; none are all of them."""
    may_change: bool
    """Whether a training may go on with another value: it changes nothing of the steps."""
    one_of: str | None = None
    """Of a key for one value alone, the key for a list of them (`column` of `columns`), whose field it fills."""

    @property
    def required(self) -> bool:
        """Whether a section cannot be without it."""
        return self.default is MISSING

    @property
    def plain_default(self) -> str | float | None:
        """Its default as a spec writes it, where that is one plain value."""
        default = None if self.required or self.default is None else self.kind.written(self.default)
        return default if isinstance(default, str | int | float) else None


def setting(
    kind: Kind,
    words: str,
    default: Any = MISSING,
    *,
    key: str = "",
    of: tuple[str, ...] = (),
    may_change: bool = False,
    one: tuple[str, Kind, str] | None = None,
) -> Any:
    """A field of a section's class. `key` is what a spec writes, where that cannot be the field's name (`from`).

    `one` is a key for one value of a list, the kind of that value, and what it is for.
    """
    made = [Setting(kind, words, key, "", default, of, may_change)]
    if one is not None:
        made.insert(0, Setting(one[1], one[2], one[0], "", default, of, may_change, one_of=key))
    return field(default=default, metadata={"settings": made})


@cache
def settings_of(section: type, form: str | None = None) -> dict[str, Setting]:
    """The settings of a section by their keys; of one of its forms, where it has several."""
    found: dict[str, Setting] = {}
    for item in fields(section):
        for made in item.metadata.get("settings", ()):
            if form is None or not made.of or form in made.of:
                several = made.one_of if made.one_of is None else made.one_of or item.name
                key = made.key or item.name
                found[key] = made._replace(key=key, name=item.name, one_of=several)
    return found


class Read(NamedTuple):
    """What was read of a mapping: values by the names of their fields, and the keys whose values were refused."""

    values: dict[str, Any]
    refused: set[str]


def read_settings(
    section: type,
    place: Place,
    what: str,
    reader: Reader,
    old: MappingABC[str, str] = LEGACY_KEYS,
    unfit: Iterable[str] = (),
) -> Read:
    """The settings of a mapping, and no other keys.

    `what` is what messages call the section, `old` are older and foreign names of its keys. `unfit` are keys that do not go
    with the others here: no unknown key is taken for one of them.
    """
    known = settings_of(section)
    partners = (key for key, item in known.items() if item.one_of is not None and place.get(item.one_of) is not None)
    others = (item.one_of for key, item in known.items() if item.one_of is not None and place.get(key) is not None)
    unknown_keys(place, what, known, reader.problems, old, taken=(*unfit, *partners, *others))
    return read_values(known, place, what, reader)


def read_values(known: MappingABC[str, Setting], place: Place, what: str, reader: Reader) -> Read:
    """The same; other keys are not looked at."""
    read = Read({}, set())
    problems = reader.problems
    for key, item in known.items():
        below = place.get(key)
        if below is None or key in read.refused:
            continue
        told = len(problems)
        if item.one_of is not None and (several := place.get(item.one_of)) is not None:
            message = f"{what}: `{key}` and `{item.one_of}` cannot both be given"
            problems.append(several.problem("MS208", message, "keep one of the two", key=True))
            read.refused.update((key, item.one_of))
            continue
        value = item.kind.read(below, label(what, key), reader)
        if value is not None:
            read.values[item.name] = value if item.one_of is None else (value,)
        elif len(problems) > told:
            read.refused.add(key)
    return read


def label(what: str, key: str) -> str:
    """What messages call a setting: `train.epochs`, `the input 'x': batch_size`."""
    return f"{what}: {key}" if " " in what else f"{what}.{key}"


def schema_of(section: type, form: str | None = None) -> dict[str, Any]:
    """The JSON Schema of a section, or of one of its forms: a mapping with its settings and no other keys."""
    known = settings_of(section, form)
    made: dict[str, Any] = {
        "type": "object",
        "properties": {key: described(item) for key, item in known.items()},
        "additionalProperties": False,
    }
    required = [key for key, item in known.items() if item.required]
    either = [[key, item.one_of] for key, item in known.items() if item.one_of is not None]
    made |= {"required": required} if required else {}
    return made | ({"not": {"required": either[0]}} if either else {})


def described(item: Setting) -> dict[str, Any]:
    """The JSON Schema of a setting's value, with what it is for and its default where that is one plain value."""
    plain = {} if item.plain_default is None else {"default": item.plain_default}
    return {"description": item.words, **item.kind.schema(), **plain}
