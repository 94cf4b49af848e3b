"""Products of tensors in Einstein's notation. No TensorFlow here."""

from __future__ import annotations

import re
from typing import ClassVar

from modelspec.catalogue.ops.op import Op
from modelspec.catalogue.ops.rules import broadcast, promoted
from modelspec.catalogue.tensor import Dim, Refusal, Shape, Tensor, Tensors, shape_text
from modelspec.catalogue.types import Text

_SPEC = re.compile(r"([a-zA-Z]*)(\.\.\.)?([a-zA-Z]*)")


class Einsum(Op):
    """The sum of products that the letters name: `ij,jk->ik`. https://keras.io/api/ops/numpy/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ()
    list_parameter: ClassVar[str | None] = "operands"
    subscripts: Text

    def infer(self, operands: Tensors) -> Tensor:
        """The sizes of the letters after the arrow; `...` stands for all axes that have no letter."""
        inputs, output = self._read(len(operands))
        sizes: dict[str, Dim] = {}
        rest: Shape = ()
        for spec, operand in zip(inputs, operands, strict=True):
            named, unnamed = self._named(spec, operand)
            for letter, dim in named:
                known = sizes.setdefault(letter, dim)
                if known is None:
                    sizes[letter] = dim
                elif dim is not None and dim != known:
                    raise Refusal(
                        "MS407",
                        f"{self.label}: '{letter}' of {self.subscripts} is {known} in one input and {dim} in another",
                    )
            rest = broadcast(self, rest, unnamed)
        shape: list[Dim] = []
        for letter in re.findall(r"\.\.\.|[a-zA-Z]", output):
            shape.extend(rest if letter == "..." else (sizes[letter],))
        dtypes = {operand.dtype for operand in operands}
        return Tensor(tuple(shape), "int32" if dtypes == {"int8"} else promoted(self, *sorted(dtypes)))

    def _read(self, count: int) -> tuple[list[str], str]:
        left, arrow, output = self.subscripts.partition("->")
        inputs = left.split(",")
        if not all(_SPEC.fullmatch(spec) for spec in (*inputs, output)):
            raise self._bad("may have letters, commas, one '->' and '...', without spaces")
        if len(inputs) != count:
            raise Refusal("MS406", f"{self.label}: {self.subscripts} names {len(inputs)} inputs; received {count}")
        letters = [letter for letter in left if letter.isalpha()]
        if not arrow:
            output = "..." + "".join(sorted(letter for letter in set(letters) if letters.count(letter) == 1))
        elif len(set(output) - {"."}) != len(output.replace("...", "")) or not set(output) <= {*letters, "."}:
            raise self._bad("names a letter after '->' twice, or one that no input has")
        if "..." in left and "..." not in output:
            raise self._bad("has '...' before '->' and not after it")
        return inputs, output

    def _named(self, spec: str, operand: Tensor) -> tuple[list[tuple[str, Dim]], Shape]:
        match = _SPEC.fullmatch(spec)
        assert match is not None
        first, dots, last = match.groups()
        unnamed = operand.rank - len(first) - len(last)
        if unnamed < 0 or (unnamed and not dots):
            raise Refusal(
                "MS401",
                f"{self.label}: '{spec}' of {self.subscripts} names {len(first) + len(last)} axes; received "
                f"{shape_text(operand.shape)}, batch included",
                argument="subscripts",
            )
        end = operand.rank - len(last)
        named = [*zip(first, operand.shape, strict=False), *zip(last, operand.shape[end:], strict=True)]
        return named, operand.shape[len(first) : end]

    def _bad(self, what: str) -> Refusal:
        return Refusal("MS408", f"{self.label}: subscripts {self.subscripts!r} {what}", argument="subscripts")
