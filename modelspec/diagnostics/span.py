"""Where something stands: a span of a file, and a path into a spec.

Knows nothing of what stands there.
"""

from __future__ import annotations

from typing import NamedTuple

Path = tuple[str | int, ...]
"""A path into a spec, such as `("layers", 3, "Dense", "units")`."""


class File(str):
    """A file by the name that the user gave it; it knows its text, so that no place of it has to be read again.

    Two are the same file where their names are.
    """

    __slots__ = ("text",)

    def __new__(cls, name: str, text: str) -> File:
        """The file of that name; a `str` is made before it is filled."""
        made = super().__new__(cls, name)
        made.text = text
        return made

    text: str


class Span(NamedTuple):
    """A half-open stretch of a file; lines and columns count from 1, in code points, and the end is exclusive."""

    file: str
    """A `File` where the text is known."""
    line: int
    column: int
    end_line: int
    end_column: int

    @property
    def text(self) -> str | None:
        """The whole text of the file, where it is known."""
        return self.file.text if isinstance(self.file, File) else None

    @property
    def written(self) -> str | None:
        """What stands there, where that is known and within one line."""
        lines = () if self.text is None or self.line != self.end_line else self.text.split("\n", self.line)
        return lines[self.line - 1][self.column - 1 : self.end_column - 1] if self.line <= len(lines) else None


def path_text(path: Path) -> str:
    """The path as people write it: `layers[3].Dense.units`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{part}" if text else part
    return text
