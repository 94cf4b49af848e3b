"""Keys that stand at the top of a spec and belong deeper into it -> where. Few specs have one."""

from __future__ import annotations

from modelspec.language.meant.legacy import LEGACY_KEYS
from modelspec.language.sections.data import DataSpec
from modelspec.language.sections.inputs import InputSpec
from modelspec.language.sections.outputs import OutputSpec
from modelspec.language.sections.sources import SOURCES
from modelspec.language.sections.training import TrainSpec
from modelspec.language.settings import settings_of

_TRAIN = tuple(settings_of(TrainSpec, "train"))
_RATE = "`optimizer: {Adam: {learning_rate: 1e-3}}` under `train`"
ELSEWHERE: dict[str, str] = {
    **{key: f"`{key}` of an input under `inputs`" for key in settings_of(InputSpec)},
    **{key: f"`{key}` of an output under `outputs`" for key in settings_of(OutputSpec) if key != "from"},
    **{key: f"`{key}` under `data`" for key in settings_of(DataSpec) if key != "train"},
    **{kind: f"`train: {{{kind}: …}}` under `data`" for kind in SOURCES if kind not in LEGACY_KEYS},
    **{key: f"`{key}` under `train`" for key in _TRAIN},
    **{old: f"`{new}` under `train`" for old, new in LEGACY_KEYS.items() if new in _TRAIN},
    "lr": _RATE,
    "learning_rate": _RATE,
    "scheduler": "`optimizer: {Adam: {learning_rate: {CosineDecay: …}}}` under `train`",
    "metrics": "`metrics` of each output under `outputs`",
    "weighted_metrics": "`weighted_metrics` of each output under `outputs`",
}
AT_THE_TOP: dict[str, str] = {**LEGACY_KEYS, **ELSEWHERE}
"""All keys that are reported at the top of a spec -> what is written."""
