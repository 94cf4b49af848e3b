"""A loss that is no longer a number: which, of what output, and where."""

from __future__ import annotations

import math
from collections.abc import Mapping

from modelspec.diagnostics import Diagnostic, SpecError

NOT_FINITE_HELP = (
    "everything trained before is kept; try a smaller learning rate, or `clipnorm` of the optimizer, and look for logarithms "
    "and divisions in the loss and in `ops`"
)
_TOTALS = ("loss", "val_loss")


def check_finite(logs: Mapping[str, float], outputs: list[str], epoch: int, step: int | None = None) -> None:
    """Raise `SpecError` (MS764) where a loss is NaN or infinite.

    `outputs` are the trained ones, in the spec's order; `epoch` is counted from 0; so many steps of it are done, or, with
    None, all of it. The running means that Keras gives stay NaN from the first bad step on.
    """
    bad = [name for name in logs if _is_loss(name, outputs) and not math.isfinite(logs[name])]
    if not any(name in _TOTALS for name in bad):
        return
    name = next((name for name in bad if name not in _TOTALS), bad[0])
    owner = name.removeprefix("val_").removesuffix("_loss")
    told = owner if owner in outputs else outputs[0] if len(outputs) == 1 else None
    of = "" if told is None else f" of output '{told}'"
    kind = "validation loss" if name.startswith("val_") else "loss"
    what = "NaN" if math.isnan(logs[name]) else "infinite"
    where = f"epoch {epoch + 1}" if step is None else f"epoch {epoch + 1}, step {step}"
    raise SpecError([Diagnostic("MS764", f"the {kind}{of} is {what} in {where}", help=NOT_FINITE_HELP)])


def _is_loss(name: str, outputs: list[str]) -> bool:
    plain = name.removeprefix("val_")
    return plain == "loss" or plain.removesuffix("_loss") in outputs
