"""The names that can be called in a model: its own, and those around it. Must not know what they are the names of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any


class Visible(Mapping[str, str]):
    """Name -> the key of what is called so. Its own names stand before those around it, which are not copied.

    Each of many models sees all the others: a copy of all names for each would take time and memory of their square.
    """

    __slots__ = ("_around", "_folded", "_own")

    def __init__(self, own: Iterable[str] = (), prefix: str = "", around: Visible | None = None) -> None:
        self._own = {name: prefix + name for name in own}
        self._folded = {name.lower(): name for name in self._own}
        self._around = around

    def get(self, name: str, default: Any = None) -> Any:
        """The key of a name."""
        return self._first("_own", name, default)

    def spelt(self, folded: str) -> str | None:
        """The name that is this one in small letters."""
        found: str | None = self._first("_folded", folded, None)
        return found

    def _first(self, which: str, name: str, default: Any) -> Any:
        names: Visible | None = self
        while names is not None:
            found = getattr(names, which).get(name)
            if found is not None:
                return found
            names = names._around
        return default

    def __getitem__(self, name: str) -> str:
        key: str | None = self.get(name)
        if key is None:
            raise KeyError(name)
        return key

    def __contains__(self, name: object) -> bool:
        return self.get(str(name)) is not None

    def __iter__(self) -> Iterator[str]:
        return iter({**dict.fromkeys(self._around or ()), **self._own})

    def __len__(self) -> int:
        return sum(1 for _ in self)
