"""When the state of a training is saved, and that it is: the loop asks, a thread writes."""

from __future__ import annotations

import time
from collections.abc import Callable

from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.language.sections.checkpoint import Every
from modelspec.runs.checkpoints.snapshot import Position, Snapshot
from modelspec.runs.checkpoints.space import not_written
from modelspec.runs.checkpoints.store import Store
from modelspec.runs.checkpoints.writer import Writer
from modelspec.runtime.state.variables import first_not_finite
from modelspec.runtime.train.finite import NOT_FINITE_HELP


class Saver:
    """Saves a training now and then; `finish` waits for the last checkpoint."""

    def __init__(
        self,
        store: Store,
        every: Every,
        take: Callable[[Position], Snapshot],
        clock: Callable[[], float] = time.monotonic,
        told: Callable[[Position, str], None] = lambda position, path: None,
    ) -> None:
        """`take` makes a snapshot; `told` hears, in another thread, of each one that is written.

        `trained` are the weights that must be finite in it, by `trained_names`.
        """
        self.store = store
        self.every = every
        self.take = take
        self.trained: dict[str, str] = {}
        self.clock = clock
        self.writer = Writer(
            store, self._accept, lambda snapshot, path: told(snapshot.position, f"{store.folder.name}/{path.name}")
        )
        self.saved_at = clock()
        self.saved: Position | None = None
        self.saved_steps = 0

    @property
    def period(self) -> int | None:
        """The steps at whose multiples a checkpoint is due; None where that does not depend on steps."""
        return self.every.count if self.every.unit == "steps" else None

    def began(self, position: Position, steps: int) -> None:
        """The training begins at a position that is saved already, after so many steps of the whole training."""
        self.saved, self.saved_steps = position, steps

    def due(self, position: Position, steps: int) -> bool:
        """Whether it is time to save, after so many steps of the whole training.

        By the clock, a checkpoint that is still being written is not waited for.
        """
        count = self.every.count
        if self.every.unit == "seconds":
            return self.clock() - self.saved_at >= count and not self.writer.busy
        if self.every.unit == "steps":
            return steps // count > self.saved_steps // count
        return position.epoch // count > (0 if self.saved is None else self.saved.epoch) // count

    def save(self, position: Position, steps: int) -> None:
        """Take a snapshot and begin to write it. Raises `SpecError` where the one before it could not be written."""
        if position != self.saved:
            self._told(lambda: self.writer.save(self.take(position)))
            self.saved_at, self.saved, self.saved_steps = self.clock(), position, steps

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
