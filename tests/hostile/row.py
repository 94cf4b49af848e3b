"""A hostile input and what must become of it, in one line; and the shortest specs to put fragments into."""

from __future__ import annotations

from typing import NamedTuple

HEAD = "modelspec: 1\ninputs: {x: [8]}\nlayers:\n"
"""Three lines; the first layer stands on line 4, its name at column 5."""


class Row(NamedTuple):
    """`expected` is `CODE line:column` of every error (and warning of the source), in order; empty: no problem.

    `…` at its end: more of the same follow.
    """

    name: str
    text: str | bytes
    expected: str

    @property
    def data(self) -> bytes:
        """The bytes of the file."""
        return self.text if isinstance(self.text, bytes) else self.text.encode("utf-8", "surrogatepass")


def layers(*steps: str, head: str = HEAD, tail: str = "") -> str:
    """A spec with these steps."""
    return head + "".join(f"  - {step}\n" for step in steps) + tail


def dense(arguments: str) -> str:
    """A spec with one Dense layer; its arguments begin at 4:12."""
    return layers(f"Dense: {arguments}")


def images(*steps: str) -> str:
    """A spec on small images; the first layer stands on line 4."""
    return layers(*steps, head="modelspec: 1\ninputs: {x: [8, 8, 3]}\nlayers:\n")


def trained(train: str, output: str = "{loss: mse}") -> str:
    """A spec that trains; `train` stands at 6:8."""
    return layers("Dense: 1", tail=f"outputs: {{y: {output}}}\ntrain: {train}\n")


def data(source: str) -> str:
    """A spec with training data; the source stands at 6:15."""
    return layers("Dense: 1", tail=f"outputs: {{y: {{loss: mse}}}}\ndata: {{train: {source}}}\n")
