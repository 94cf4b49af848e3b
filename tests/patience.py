"""How long tests wait, and what they take for fast: both hold on a machine that is busy with other things."""

import time

PATIENCE = 600
"""Seconds for what another process does at once, or never: where they are over, it hangs."""

FOR_EVER = 100_000
"""Seconds that a process under test would sleep if nothing made it leave."""

_UNDISTURBED = 0.0153
"""Processor seconds of `_known_work` on the machine that the bounds of tests were chosen on."""


def _known_work() -> float:
    begin = time.process_time()
    total, known = 0, {}
    for number in range(100_000):
        known[number & 1023] = number
        total += len(str(number))
    return time.process_time() - begin


def slowness() -> float:
    """How many times slower the processor is now than undisturbed: neighbours take its caches and half of a core."""
    return max(1.0, min(_known_work() for _ in range(3)) / _UNDISTURBED)


class Stopwatch:
    """The processor time of a `with` block, in seconds of an undisturbed processor."""

    seconds: float

    def __enter__(self) -> "Stopwatch":
        self._begin = time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        taken = time.process_time() - self._begin
        self.seconds = taken if taken < 0.5 else taken / slowness()
