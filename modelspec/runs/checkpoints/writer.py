"""Publishing checkpoints beside the training: one at a time, and a failure is reported at the next one or at the end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from modelspec.files.reading import open_file
from modelspec.runs.checkpoints.snapshot import Snapshot
from modelspec.runs.checkpoints.store import Store


class Writer:
    """Publishes snapshots by a thread. `with Writer(store) as writer:` waits for the last one at the end."""

    def __init__(
        self,
        store: Store,
        accept: Callable[[Snapshot], None] | None = None,
        published: Callable[[Snapshot, Path], None] = lambda snapshot, path: None,
    ) -> None:
        """`accept` is asked in the thread and raises for a snapshot that must not take the place of an older one.

        `published` is told there of each one that is written.
        """
        self.store = store
        self.accept = accept
        self.published = published
        self.newest: Path | None = None
        self._thread: threading.Thread | None = None
        self._error: BaseException | None = None

    @property
    def busy(self) -> bool:
        """Whether a checkpoint is being written."""
        return self._thread is not None and self._thread.is_alive()

    def save(self, snapshot: Snapshot) -> None:
        """Begin to publish the snapshot, after the one before it. Raises what the one before it met.

        Its files are opened here, since they may be replaced while it is written.
        """
        self.wait()
        with ExitStack() as opening:
            files = {name: opening.enter_context(open_file(path, path.parent)) for name, path in snapshot.files.items()}
            closing = opening.pop_all()

        def publish() -> None:
            try:
                with closing:
                    if self.accept is not None:
                        self.accept(snapshot)
                    self.newest = self.store.publish(snapshot, files)
                    self.published(snapshot, self.newest)
            except BaseException as error:
                self._error = error

        # A second interruption leaves at once: it does not wait for a thread that only leaves a hidden folder behind.
        self._thread = threading.Thread(target=publish, name="checkpoint", daemon=True)
        self._thread.start()

    def wait(self) -> None:
        """Wait for the checkpoint that is being written. Raises the error that it met, once."""
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        if self._error is not None:
            error, self._error = self._error, None
            raise error

    def join(self) -> None:
        """Wait for it without asking how it went: for who has another error to tell."""
        if self._thread is not None:
            self._thread.join()

    def __enter__(self) -> Writer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.wait()
        elif not issubclass(kind, KeyboardInterrupt):
            self.join()
