"""When the state of a training is saved, and that it is: the loop asks, a thread writes."""

from __future__ import annotations

import time
from collections.abc import Callable

from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.runtime.checkpoints.snapshot import Position, Snapshot
from modelspec.runtime.checkpoints.space import not_written
from modelspec.runtime.checkpoints.store import Store
from modelspec.runtime.checkpoints.variables import first_not_finite
from modelspec.runtime.checkpoints.writer import Writer
from modelspec.runtime.finite import NOT_FINITE_HELP
from modelspec.spec.spec import Every


class Saver:
    """Saves a training now and then. `with` it, since the last checkpoint is waited for at the end."""

    def __init__(
        self,
        store: Store,
        every: Every,
        take: Callable[[Position], Snapshot],
        trained: dict[str, str],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`take` makes a snapshot; `trained` are the weights that must be finite in it, as `trained_names` gives them."""
        self.store = store
        self.every = every
        self.take = take
        self.trained = trained
        self.clock = clock
        self.writer = Writer(store, self._accept)
        self.steps = 0
        self.epochs = 0
        self.saved_at = clock()
        self.saved: Position | None = None

    def steps_left(self) -> int | None:
        """How many steps the loop may do before it asks again; None where that does not depend on steps."""
        return max(1, self.every.count - self.steps) if self.every.unit == "steps" else None

    def stepped(self, count: int) -> None:
        """So many steps more are done."""
        self.steps += count

    def epoch_ended(self) -> None:
        """One more epoch is done, with its validation and callbacks."""
        self.epochs += 1

    def due(self) -> bool:
        """Whether it is time to save. By the clock, a checkpoint that is still being written is not waited for."""
        if self.every.unit == "seconds":
            return self.clock() - self.saved_at >= self.every.count and not self.writer.busy
        return (self.steps if self.every.unit == "steps" else self.epochs) >= self.every.count

    def save(self, position: Position) -> None:
        """Take a snapshot and begin to write it. Raises `SpecError` where the one before it could not be written."""
        if position == self.saved:
            return
        self._told(lambda: self.writer.save(self.take(position)))
        self.steps = self.epochs = 0
        self.saved_at, self.saved = self.clock(), position

    def finish(self) -> None:
        """Wait for the last checkpoint. Raises `SpecError` where it could not be written."""
        self._told(self.writer.wait)

    def _told(self, work: Callable[[], None]) -> None:
        try:
            work()
        except OSError as error:
            found = self.store.newest()
            previous = None if found is None else f"{self.store.folder.name}/{found.path.name}"
            raise not_written(self.store.folder.parent, error, previous) from error

    def _accept(self, snapshot: Snapshot) -> None:
        """Refuse weights that are not finite: the checkpoint before them is worth more."""
        path = first_not_finite(self.trained, snapshot.arrays)
        if path is not None:
            at = f"epoch {snapshot.position.epoch + 1}, step {snapshot.position.step}"
            message = f"the weight {path} is NaN or infinite at {at}"
            raise SpecError([Diagnostic("MS764", message, help=NOT_FINITE_HELP)])
