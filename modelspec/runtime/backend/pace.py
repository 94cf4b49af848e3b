"""How many training steps run in one call into TensorFlow. The losses and weights are the same for any number.

Small steps cost less than the call itself, so many go into one; large ones go one by one, so that an interruption is
answered at once. Which is which is measured on the first steps, and looked at again after every call.
"""

from __future__ import annotations

from collections.abc import Iterable

from modelspec.catalogue.callbacks import ModelCheckpoint, TensorBoard
from modelspec.catalogue.entry import Entry

SECONDS_OF_A_CALL = 0.1
"""Long enough for the call to cost nothing beside its steps, short enough to answer at once."""
_GROWTH = 16
"""From one call to the next: a single measurement is no more than a hint."""


class Pace:
    """The steps of the next call: as many as are told, or what takes `SECONDS_OF_A_CALL`."""

    def __init__(self, told: int | None = None, periods: Iterable[int] = ()) -> None:
        """No call goes past a multiple of any of the `periods`, counted in steps of the whole training."""
        self.told = told
        self.periods = tuple(periods)
        self.chosen = 1
        self._compiled = False

    def steps(self, done: int, left: int, step: int = 0) -> int:
        """The steps of the next call, where so many steps of the training are done, and so many are left to run.

        `step` of them are of this epoch: where a number of steps is given, those that it puts together begin with the epoch.
        """
        most = self.chosen if self.told is None else self.told - step % self.told
        return min([most, left, *(period - done % period for period in self.periods)])

    def took(self, steps: int, seconds: float) -> None:
        """A call of so many steps took so long."""
        if not self._compiled:
            self._compiled = True  # the first call is mostly compilation
            return
        fitting = int(steps * SECONDS_OF_A_CALL / max(seconds, 1e-9))
        self.chosen = max(1, min(fitting, self.chosen * _GROWTH))


def periods(callbacks: Iterable[Entry]) -> tuple[int, ...]:
    """After how many steps the callbacks act that act within an epoch."""
    found = []
    for callback in callbacks:
        if isinstance(callback, ModelCheckpoint) and callback.save_freq != "epoch":
            found.append(int(callback.save_freq))
        if isinstance(callback, TensorBoard) and (callback.update_freq != "epoch" or callback.profile_batch):
            found.append(1)  # it counts the calls
    return tuple(found)
