"""How much of a user's text a message shows."""

_SHOWN = 60


def shorten(text: str) -> str:
    """The text, cut where it is too long for a message."""
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
