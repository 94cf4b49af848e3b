"""When `faulty` gives a text up: sooner than others, since waiting for it is all that its test would do."""

HANGS = 12.0
"""Seconds of the processor."""
