"""Whether time grows as the input does: four times as much takes four times as long, never sixteen times."""

import gc
import time

FACTOR = 4
RATIO = 5.0
"""What takes longer has a part that is more than linear, a tenth of the whole or more at the small size."""


def seconds(call):
    """The processor time of a call, without what the collector of garbage takes meanwhile."""
    gc.collect()
    gc.disable()
    try:
        begin = time.process_time()
        call()
        return time.process_time() - begin
    finally:
        gc.enable()


def growth(prepare, size, tries=12):
    """How many times longer `FACTOR` times the size takes, of calls that `prepare` makes for a size.

    The small one is timed before and after the large one, which is timed once: neighbours can only make it look worse,
    and then both are tried again.
    """
    small, large = prepare(size), prepare(FACTOR * size)
    small()  # what is imported and built when first needed
    found = []
    for _ in range(tries):
        before = min(seconds(small), seconds(small))
        most = seconds(large)
        found.append(most / min(before, seconds(small)))
        if found[-1] < RATIO:
            break
    return min(found)
