"""Work that recurses deeply: Keras walks a chain of layers by recursion."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any, TypeVar

DEEP = 400
"""Calls in one model from which on Keras's own recursion needs a larger stack."""

Result = TypeVar("Result")


def with_deep_stack(work: Callable[[], Result]) -> Result:
    """Run `work` where Python may recurse deeply."""
    outcome: list[Any] = []

    def target() -> None:
        try:
            outcome.append((True, work()))
        except BaseException as error:
            outcome.append((False, error))

    before_stack, before_limit = threading.stack_size(512 * 1024 * 1024), sys.getrecursionlimit()
    sys.setrecursionlimit(max(before_limit, 200_000))
    try:
        thread = threading.Thread(target=target)
        thread.start()
        thread.join()
    finally:
        threading.stack_size(before_stack)
        sys.setrecursionlimit(before_limit)
    good, value = outcome[0]
    if not good:
        raise value
    result: Result = value
    return result
