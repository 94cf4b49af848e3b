"""Rows are read while something else takes time, such as importing TensorFlow. Must not know what that is."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread
from typing import Generic, TypeVar

from modelspec.data.splits import Gathered, gathered
from modelspec.graph import ShapedNetwork

T = TypeVar("T")


class Ahead(Generic[T]):
    """Work that is done in another thread, which ends with the program if nobody waits for it."""

    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self._done: list[T] = []
        self._failed: list[BaseException] = []
        self._thread = Thread(target=self._run, name="modelspec-ahead", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._done.append(self._work())
        except BaseException as error:  # it is raised where the result is asked for
            self._failed.append(error)

    def __call__(self) -> T:
        """What came of it, once; raises what it raised."""
        self._thread.join()
        if self._failed:
            raise self._failed.pop()
        return self._done.pop()


def gathering(network: ShapedNetwork) -> Ahead[Gathered] | None:
    """The rows of a spec on their way; None where it names none to train on."""
    data = network.spec.data
    if data is None or "train" not in data.sources:
        return None
    return Ahead(lambda: gathered(network))
