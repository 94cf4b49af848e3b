"""All plugins that a spec may use, as one frozen value: which object a name means, and its class."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

from modelspec.catalogue.entry import Entry

if TYPE_CHECKING:  # a spec without plugins loads neither
    from modelspec.plugins.entries import Measure
    from modelspec.plugins.stub import Kind, Stub, StubObject


class Unwritten:
    """Stands for a default that only the package knows."""

    def __repr__(self) -> str:
        return "…"


UNWRITTEN = Unwritten()


@dataclass(frozen=True, eq=False, repr=False)
class Plugins:
    """The stubs of the packages that the user named. `complete` is False where one could not be read.

    With `measure`, which asks Keras, the shapes and weights of layers are known; `digests` are then those of the code.
    """

    stubs: tuple[Stub, ...] = ()
    folders: dict[str, str] = field(default_factory=dict)
    """Where each package may be imported from, beside where Python looks for those that are installed."""
    complete: bool = True
    measure: Measure | None = None
    digests: dict[str, str] = field(default_factory=dict)
    _classes: dict[tuple[str, str], type[Entry]] = field(default_factory=dict)

    def means(self, kind: str, name: str) -> tuple[str, ...]:
        """The registered names that a name may mean among a kind: itself, or all that it is the end of."""
        every = self.names(kind)
        return (name,) if name in every else tuple(item for item in every if item.rpartition(">")[2] == name)

    def names(self, kind: str) -> tuple[str, ...]:
        """The registered names of a kind."""
        return tuple(name for stub in self.stubs for name, item in stub.objects.items() if kind in item.kinds)

    def owner(self, name: str) -> Stub:
        """The stub that has a registered name."""
        return next(stub for stub in self.stubs if name in stub.objects)

    def find(self, kind: str, name: str) -> type[Entry]:
        """The class of a registered name."""
        if (kind, name) not in self._classes:
            from modelspec.plugins.entries import entry_class

            told: StubObject = self.owner(name).objects[name]
            self._classes[kind, name] = entry_class(name, cast("Kind", kind), told, self.measure)
        return self._classes[kind, name]

    def why_left_out(self, name: str) -> str | None:
        """Why a spec cannot use what a package registers by this name."""
        every = {key: why for stub in self.stubs for key, why in stub.left_out.items()}
        return every.get(name) or next((why for key, why in every.items() if key.rpartition(">")[2] == name), None)

    def only(self, packages: Collection[str]) -> Plugins:
        """Those of some packages."""
        if set(self.packages) <= set(packages):
            return self
        return replace(self, stubs=tuple(stub for stub in self.stubs if stub.package in packages), _classes={})

    @property
    def packages(self) -> tuple[str, ...]:
        """The names of the packages."""
        return tuple(stub.package for stub in self.stubs)


NO_PLUGINS = Plugins()
