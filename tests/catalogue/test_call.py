"""The arguments of a call are decided by types, however their annotations are written."""

from __future__ import annotations

import typing
from typing import Any, Optional, Union

import pytest

from modelspec.catalogue import tensor
from modelspec.catalogue.call import Parameter, parameters
from modelspec.catalogue.tensor import StateTensors, Tensor, Tensors

Strands = Tensors
OneOrMore = Union[Tensor, Tensors]  # noqa: UP007
Switch = bool


class Alike:
    """Names and spellings that say the same as the usual ones."""

    def infer(
        self,
        one: tensor.Tensor,
        maybe: Optional[Tensor] = None,  # noqa: UP045
        many: Strands | None = None,
        either: OneOrMore | None = None,
        nested: typing.Optional[StateTensors] = None,  # noqa: UP045
        anything: Any = None,
        switch: Switch = False,
        number: Optional[int] = None,  # noqa: UP045
        *others: Tensor,
        **more: Tensor,
    ) -> Undefined: ...  # noqa: F821


def test_another_spelling_of_a_type_is_the_same_type():
    assert parameters(Alike) == (
        Parameter("one", True, False, False, False),
        Parameter("maybe", False, False, False, False),
        Parameter("many", False, True, False, False),
        Parameter("either", False, True, False, False),
        Parameter("nested", False, True, True, False),
        Parameter("anything", False, True, False, False),
        Parameter("switch", False, False, False, True),
        Parameter("number", False, False, False, True),
    )


class TensorsOfAnotherKind:
    """What has the word in its name, and is no list."""


class Named:
    def infer(self, text: Tensor, boolean: TensorsOfAnotherKind, inputs: TensorsOfAnotherKind) -> None: ...


def test_a_word_in_the_name_of_a_type_says_nothing():
    assert [(item.takes_list, item.takes_lists, item.switch) for item in parameters(Named)] == [(False,) * 3] * 3


def test_a_name_that_is_not_there_is_a_mistake_of_the_class():
    class Broken:
        def infer(self, inputs: NotThere) -> None: ...  # noqa: F821

    with pytest.raises(NameError, match="NotThere"):
        parameters(Broken)
