"""`from: branch_*`: every tensor above whose name fits, as a list. Must not know what the tensors are."""

from __future__ import annotations

import re

from modelspec.diagnostics import Note
from modelspec.expansion.misuse import left_out_note
from modelspec.expansion.names import Body, Target, with_suffix
from modelspec.expansion.values.template import Template
from modelspec.source import Place, Scalar
from modelspec.source.words import guess, listing, visible

_PATTERN = re.compile(r"([A-Za-z0-9_*-]*\*[A-Za-z0-9_*-]*)(\.[A-Za-z0-9_-]{1,128})?")
_NUMBERED = re.compile(r"[0-9]+")
_MOST_TOLD = 200
"""With more problems, no help lists what there is."""
_ABOVE = "a pattern matches the names of steps further up"


def is_pattern(value: object) -> bool:
    """Whether a string stands for several names."""
    return isinstance(value, str) and "*" in value and _PATTERN.fullmatch(value) is not None


def targets(place: Place, body: Body, template: Template) -> list[tuple[str, str | None]]:
    """The names that a pattern stands for, each with the text of its reference (None where it is unknown).

    Nothing and a problem where none fits. Raises `TooLong` where patterns have stood for too many.
    """
    assert isinstance(place.node, Scalar)
    found = _PATTERN.fullmatch(str(place.node.value))
    assert found is not None
    pattern, suffix = found.group(1), found.group(2) or ""
    names = [name for name in body.fitting(pattern, "targets") if name and name not in body.last]
    if not names:
        _none(place, pattern, body, template)
    template.bounded(template.budget.count(len(names), place))
    return [(name, _text(body.targets[name], suffix)) for name in names]


def _text(target: Target, suffix: str) -> str | None:
    return None if target.text is None else with_suffix(target.text, suffix)


def _none(place: Place, pattern: str, body: Body, template: Template) -> None:
    if any("$" in name for name in body.refused) or body.fitting(pattern, "refused"):
        return  # what it means could not be written out, which is reported
    out = body.fitting(pattern, "left_out")
    if out:
        message = f"every step whose name fits '{visible(pattern)}' is left out"
        help = "refer to a step that is always included, or leave this step out as well"
        template.tell(place.problem("MS152", message, help, related=(left_out_note(body.left_out[out[0]]),)))
        return
    later = body.fitting(pattern, "later")
    if later:
        message = f"what fits '{visible(pattern)}' is made further down"
        note = Note(body.later[later[0]].span, f"'{later[0]}' is made here")
        template.tell(place.problem("MS302", message, "move this step below it: " + _ABOVE, related=(note,)))
        return
    told = len(template.problems)
    known = [name for name in body.targets if name and name not in body.last] if told < _MOST_TOLD else []
    stems = dict.fromkeys(_NUMBERED.sub("*", name) for name in known)
    meant = guess(pattern, stems, told)
    help = meant or (f"{_ABOVE}; they are {listing(known)}" if known else _ABOVE)
    template.tell(place.problem("MS301", f"no tensor above has a name that fits '{visible(pattern)}'", help))
