"""Losses and metrics of a model over rows."""

from __future__ import annotations

from typing import Any

from modelspec.runtime.callbacks import stop_evaluation
from modelspec.runtime.feeding import Feed
from modelspec.runtime.interrupt import Interruption
from modelspec.runtime.loop import Logs, numbers


def evaluate_feed(model: Any, feed: Feed | None, interruption: Interruption | None = None) -> Logs:
    """Losses and metrics over all rows of a feed, in their order; over fewer where it was interrupted."""
    assert feed is not None
    callbacks = [] if interruption is None else [stop_evaluation(lambda: interruption.asked)]
    return numbers(model.evaluate(feed.whole(), verbose=0, return_dict=True, callbacks=callbacks))
