"""What Keras's own documentation says of each argument, in one sentence: modelspec/manual/words.json is made from it.

    python -m docs.keras_words

Keras is under the Apache License 2.0, as modelspec is.
"""

from __future__ import annotations

import inspect
import json
import re
from pathlib import Path
from typing import Any

from modelspec.catalogue.kinds import KINDS, find
from modelspec.catalogue.ops import OPS, find_op
from modelspec.manual.words import ALWAYS

FILE = Path(__file__).parent.parent / "modelspec" / "manual" / "words.json"
_LONGEST = 180
_ONLY_A_TYPE = re.compile(
    r"(an? |\(?optional\)?[,.]? ?|python |positive |non-negative |strictly |`)*"
    r"(int(eger)?|floats?( value)?|bool(ean)?|string|str|tuple|list|tensor|scalar( value)?|number|optional)?s?\b"
    r"([^a-z]|in range|between|and|or|to)*((or|of|in) (`?none|null|int|float|tensor|tuple|list|a constant|callable)[^,]*)?",
    re.IGNORECASE,
)
_DEFAULT = re.compile(
    r"(the )?(default|if not (specified|provided)|\(default|boolean(,| \() ?default|float, default|string, default)",
    re.IGNORECASE,
)


_ONLY_CHOICES = re.compile(
    r"(a )?str(ing)?, (either|one of|may be|can be)|(one of|either) [\"`']|[\"`']+\w+[\"`']+ or", re.IGNORECASE
)
_LEADING_TYPE = re.compile(
    r"(an? )?((optional|positive|non-negative|python|single|scalar) )*"
    r"(int|integer|float|bool|boolean|string|str|tuple|list)s?\b[^,.;`]{0,40}, "
    r"(optional, |\(?defaults? (to )?[^,]*, |\(default[^)]*\), )?(specifying |denoting |indicating |the )?",
    re.IGNORECASE,
)

_LEFTOVER = re.compile(
    r"(or|and|defaults?|between|array|tuple|must be|unset|\d+|(a )?float(ing)?( point)?( value| in))\b", re.IGNORECASE
)


def keras_words() -> dict[str, dict[str, dict[str, str]]]:
    """By Keras's module, the object's name and the argument's name: one sentence. The object's own stands under ""."""
    words: dict[str, dict[str, dict[str, str]]] = {}
    for kind, table in KINDS.items():
        for name in table.classes:
            entry = find(kind, name)
            assert entry is not None
            _add(words, entry, _member(entry.keras_module, name))
    for name in OPS:
        op = find_op(name)
        assert op is not None
        _add(words, op, _member("keras.ops", name), summary=True)
    return words


def _add(words: dict[str, Any], entry: Any, member: Any, summary: bool = False) -> None:
    told: dict[str, str] = {}
    documented = reversed(member.__mro__) if inspect.isclass(member) else (member,)
    for item in documented:
        told.update(_arguments(item.__doc__))
        if inspect.isclass(item) and "__init__" in vars(item):
            told.update(_arguments(vars(item)["__init__"].__doc__))
    kept = {name: told[name] for name in entry.model_fields if told.get(name) and name not in ALWAYS}
    if summary:
        kept = {"": _sentence(inspect.cleandoc(member.__doc__ or "").split("\n\n")[0]), **kept}
    words.setdefault(entry.keras_module, {})[entry.__name__] = kept


def _member(module: str, name: str) -> Any:
    import keras

    member: Any = keras
    for part in (*module.split(".")[1:], *name.split(".")):
        member = getattr(member, part)
    return member


def _arguments(documentation: str | None) -> dict[str, str]:
    """The section `Args:` of a docstring."""
    section = re.search(
        r"^(?:Args|Arguments):[ ]*\n(.*?)(?=^\S|\Z)", inspect.cleandoc(documentation or ""), re.S | re.M
    )
    if section is None:
        return {}
    lines = section.group(1).split("\n")
    margin = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    found: dict[str, list[str]] = {}
    names: list[str] = []
    for line in lines:
        head = re.match(r"\s*[`*]*([\w, /]+?)[`*]*\s*(?:\([^)]*\))?:\s*(.*)", line)
        if head is not None and len(line) - len(line.lstrip()) == margin:
            names = [name.strip(" `*") for name in re.split(r"[,/]", head.group(1))]
            found.update({name: [head.group(2)] for name in names})
        else:
            for name in names:
                found[name].append(line.strip())
    return {name: _sentence("\n".join(text)) for name, text in found.items()}


def _sentence(text: str) -> str:
    """The first sentence that says more than a type or a default, with YAML's words for Python's."""
    text = re.split(r"\n\s*[-*] |\n\n|Example:|E\.g\.|e\.g\.:", text)[0]
    text = re.sub(r"\[([^\]]*)\]\(\s*[^)]*\)", r"\1", " ".join(text.split()))
    sentences = [part for part in re.split(r"(?<=[.!?])\s+(?=[A-Z`\"(])", text) if part]
    telling = [_without_type(part) for part in sentences if _tells(part)]
    sentence = next((part for part in telling if not _LEFTOVER.match(part)), "").rstrip(" (:,")
    for python, yaml in (("None", "null"), ("True", "true"), ("False", "false")):
        sentence = re.sub(rf"\b{python}\b", yaml, sentence)
    if len(sentence) > _LONGEST:
        sentence = sentence[:_LONGEST].rsplit(" ", 1)[0].rstrip(",;:(") + " …"
    return sentence[:1].upper() + sentence[1:] + ("." if sentence and sentence[-1] not in ".…!?" else "")


def _without_type(sentence: str) -> str:
    sentence = re.sub(r"^\(?[Oo]ptional\)?[.,:]?\s+", "", sentence)
    return re.sub(f"^(?:{_LEADING_TYPE.pattern})", _article_only, sentence, flags=re.IGNORECASE)


def _article_only(found: re.Match[str]) -> str:
    return "the " if found.group().endswith("the ") else ""


def _tells(sentence: str) -> bool:
    only_a_type = _ONLY_A_TYPE.fullmatch(sentence.rstrip(". "))
    return not (only_a_type or _DEFAULT.match(sentence) or _ONLY_CHOICES.match(sentence))


def text() -> str:
    """The file's text."""
    return json.dumps(keras_words(), indent=0, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
