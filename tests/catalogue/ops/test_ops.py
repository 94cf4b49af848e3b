"""Every function of `keras.ops` against Keras: which there are, their signatures, and a property for each rule."""

from __future__ import annotations

from importlib import import_module

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelspec.catalogue.ops import OPS, find_op
from tests.catalogue.ops.oracle import assert_agrees
from tests.catalogue.ops.strategies import AXIS, arguments_for, tensors_for

RULES: dict[tuple[str, str], list[str]] = {}
for _name, _rule in OPS.items():
    RULES.setdefault(_rule, []).append(_name)

AXES = st.one_of(st.integers(-4, 4), st.lists(st.integers(-4, 4), max_size=3, unique_by=lambda axis: axis % 12))
NUMBERS = st.one_of(st.integers(-3, 3), st.floats(-3, 3))
CONSTANTS = st.one_of(NUMBERS, st.booleans())

ARGUMENTS = {
    "Clip": {"x_min": NUMBERS, "x_max": NUMBERS},
    "Threshold": {"threshold": NUMBERS, "default_value": NUMBERS},
    "Softmax": {"axis": AXES},
    "Normalize": {"axis": AXES, "order": st.integers(1, 3)},
    "FullLike": {"fill_value": CONSTANTS},
    "Binary": {"x1": CONSTANTS, "x2": CONSTANTS},
    "Moments": {"axes": AXES},
    "Quantile": {"q": st.one_of(NUMBERS, st.lists(NUMBERS, max_size=3)), "axis": AXES},
    "Reduce": {"axis": AXES},
    "Reshape": {"newshape": st.lists(st.sampled_from([-1, 1, 2, 3, 4, 6, -2]), max_size=4)},
    "Transpose": {"axes": st.lists(AXIS, max_size=4)},
    "ExpandDims": {"axis": AXES},
    "Squeeze": {"axis": AXES},
    "MoveAxis": {"source": AXES, "destination": AXES},
    "Rot90": {"axes": st.tuples(AXIS, AXIS)},
    "Flip": {"axis": AXES},
    "Roll": {"shift": AXES, "axis": AXES},
    "Repeat": {"repeats": st.one_of(st.integers(0, 3), st.lists(st.integers(0, 3), min_size=1, max_size=4))},
    "Tile": {"repeats": st.one_of(st.integers(0, 3), st.lists(st.integers(0, 3), max_size=4))},
    "BroadcastTo": {"shape": st.lists(st.integers(0, 6), max_size=5)},
    "Trapezoid": {"dx": NUMBERS},
}
"""Constants by the rule, or by a rule that it is a kind of."""


def known_arguments(rule):
    module, name = rule
    kinds = getattr(import_module(module), name).__mro__
    return {key: value for kind in reversed(kinds) for key, value in ARGUMENTS.get(kind.__name__, {}).items()}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule[1])
def test_shape_and_dtype_agree_with_keras(rule):
    names = RULES[rule]

    @given(data=st.data())
    def agrees(data):
        kind = find_op(data.draw(st.sampled_from(names)))
        arguments = data.draw(arguments_for(kind, known_arguments(rule)))
        assert_agrees(kind(**arguments), **data.draw(tensors_for(kind, arguments)))

    agrees()
