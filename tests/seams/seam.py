"""What a name of the package is, and the programs in texts that use such names.

A program that a test gives to another process stands in a string: nothing that moves a module changes it there, and an
assignment to a name that is gone succeeds. `program` writes the imports of such a text from rows of `names.py`, each of which
is held to what the package has.
"""

import re
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Seam:
    """A name of the package, from `modelspec` on; `replaced`: tests put something else in its place."""

    path: str
    kind: Literal["module", "function", "method", "class", "constant"]
    replaced: bool = False

    @property
    def parent(self) -> str:
        """Where it stands: a module, or the class of a method."""
        return self.path.rpartition(".")[0]

    @property
    def name(self) -> str:
        """Its last part."""
        return self.path.rpartition(".")[2]

    @property
    def said(self) -> str:
        """How a program says it: by its own name, and in its owner where something else is put in its place."""
        owned = self.replaced or self.kind == "method"
        return f"{self.parent.rpartition('.')[2]}.{self.name}" if owned else self.name

    @property
    def line(self) -> str:
        """The import that a program needs to say so."""
        module, _, name = (self.parent if "." in self.said else self.path).rpartition(".")
        return f"from {module} import {name}"


def program(text: str, *seams: Seam) -> str:
    """The text of a program after the imports of what it uses; it may use nothing else of their owners."""
    said = {seam.said for seam in seams}
    named = {seam.said for seam in seams if seam.kind != "module"}  # a module is imported for what comes with it
    unsaid = {name for name in named if not re.search(rf"(?<![\w.]){re.escape(name)}\b", text)}
    owners = {name.rpartition(".")[0] for name in said if "." in name}
    strange = {found for owner in owners for found in re.findall(rf"(?<![\w.]){owner}\.\w+", text) if found not in said}
    assert not unsaid, f"the program does not use {sorted(unsaid)}"
    assert not strange, f"the program uses {sorted(strange)}: give it the rows of tests/seams/names.py for them"
    return "".join(f"{line}\n" for line in dict.fromkeys(seam.line for seam in seams)) + text
