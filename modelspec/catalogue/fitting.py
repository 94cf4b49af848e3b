"""How two images, volumes or series of different sizes are brought to one size: by layers that a spec can have.

Only words for a help; whether sizes differ is found where they are compared.
"""

from __future__ import annotations

from modelspec.catalogue.tensor import Shape


def padded_or_cropped(first: Shape, second: Shape) -> str | None:
    """What to write so that two shapes, (batch, sizes, channels), agree in their sizes; None where no such layer does it."""
    spatial = len(first) - 2
    if len(first) != len(second) or not 1 <= spatial <= 3:
        return None
    gaps: list[int] = []
    for one, other in zip(first[1:-1], second[1:-1], strict=True):
        if one is None or other is None:
            return None
        gaps.append(other - one)
    if min(gaps) < 0 < max(gaps) or not any(gaps):
        return None
    sides: list[int] | list[list[int]] = [[0, abs(gap)] for gap in gaps]
    sides = [0, abs(gaps[0])] if spatial == 1 else sides
    smaller, larger = ("first", "second") if max(gaps) > 0 else ("second", "first")
    resize = "" if spatial != 2 else ", or resize both to one size with Resizing"
    return (
        f"pad the {smaller}, `ZeroPadding{spatial}D: {{padding: {sides}}}`, or crop the {larger},"
        f" `Cropping{spatial}D: {{cropping: {sides}}}`{resize}"
    )
