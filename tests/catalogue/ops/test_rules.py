"""Each rule of `keras.ops` against Keras: shapes and dtypes, unknown axes, and refusals."""

from __future__ import annotations

from importlib import import_module

import pytest
from hypothesis import Phase, assume, find, given, settings
from hypothesis import strategies as st

from modelspec.catalogue.ops import OPS, find_op
from tests.catalogue.ops.arguments import ARGUMENTS, TENSORS, WHOLE
from tests.catalogue.ops.oracle import assert_agrees
from tests.catalogue.ops.strategies import arguments_for, tensors_for

RULES: dict[tuple[str, str], list[str]] = {}
for _name, _rule in OPS.items():
    if not _rule[0].endswith(".creating"):  # without tensors: tests/runtime/build/test_constants.py
        RULES.setdefault(_rule, []).append(_name)


def kinds(rule):
    """The names of the rule's class and of those it is a kind of, the nearest first."""
    module, name = rule
    return [kind.__name__ for kind in getattr(import_module(module), name).__mro__]


@st.composite
def calls(draw, rule):
    """A function that follows the rule, with constants, and tensors to call it on."""
    kind = find_op(draw(st.sampled_from(RULES[rule])))
    names = kinds(rule)
    whole = next((WHOLE[name] for name in names if name in WHOLE), None)
    known = {key: value for name in reversed(names) for key, value in ARGUMENTS.get(name, {}).items()}
    arguments = draw(arguments_for(kind, known) if whole is None else whole)
    tensors = draw(next((TENSORS[name] for name in names if name in TENSORS), tensors_for(kind, arguments)))
    inputs = tensors.get("inputs")
    if inputs is not None and inputs.rank == 3:  # numpy stretches two strides over one axis, and Keras gains an axis
        assume(not any(isinstance(value, list) and len(value) > 1 for value in arguments.values()))
    without = {name: value for name, value in tensors.items() if name not in arguments}
    return kind(**arguments), without or tensors


FEW = settings(max_examples=12) if settings.default.max_examples < 100 else settings()
"""There are two hundred rules: of each, `make test` tries a few calls, and `make test-slow` as many as of anything else."""
UNTIL_TAKEN = settings(max_examples=1000, phases=[Phase.generate])


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule[1])
def test_shape_and_dtype_agree_with_keras(rule):
    accepted = []

    def agrees(call):
        function, tensors = call
        accepted.append(assert_agrees(function, **tensors))

    FEW(given(call=calls(rule))(agrees))()
    if not any(accepted):  # it takes little of what is drawn: the first that it takes is looked for
        find(calls(rule), lambda call: assert_agrees(call[0], **call[1]), settings=UNTIL_TAKEN)
