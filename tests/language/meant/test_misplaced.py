"""Objects that stand beside the arguments of the object they belong to: told once, with the form that is right."""

import pytest

from modelspec.catalogue.kinds import KINDS, find
from modelspec.language.arguments import nested_fields
from tests.graph.telling import errors, only, place, told

HEAD = "inputs: {x: [5, 4]}\nlayers:\n"


def _wrappers():
    """Every class that cannot be without another object, and the argument that takes it."""
    found = []
    for kind, table in KINDS.items():
        for name in table.classes:
            entry = find(kind, name)
            fields = [field for field in nested_fields(entry) if entry.model_fields[field].is_required()]
            found.extend((kind, name, field, nested_fields(entry)[field]) for field in fields)
    return found


def test_all_wrappers_are_known():
    """Those of this file's other tests; a new one must be looked at."""
    assert {name for _, name, _, _ in _wrappers()} == {
        "Activation", "Bidirectional", "LossScaleOptimizer", "Pipeline", "RNN", "SpectralNormalization", "StackedRNNCells",
        "TimeDistributed",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("wrapper", "inner", "right"),
    [
        ("TimeDistributed", "Dense: 3", "TimeDistributed: {layer: {Dense: 3}}"),
        ("TimeDistributed", "Flatten", "TimeDistributed: {layer: Flatten}"),
        ("TimeDistributed", "Dense: {units: 3}", "TimeDistributed: {layer: {Dense: {units: 3}}}"),
        ("Bidirectional", "LSTM: 32, merge_mode: sum", "Bidirectional: {layer: {LSTM: 32}, merge_mode: sum}"),
        ("SpectralNormalization", "Dense: 3", "SpectralNormalization: {layer: {Dense: 3}}"),
        ("RNN", "LSTMCell: 4, return_state: true", "RNN: {cell: {LSTMCell: 4}, return_state: true}"),
        (
            "Pipeline",
            "RandomInvert: , RandomContrast: 0.1",
            "Pipeline: {layers: [RandomInvert, {RandomContrast: 0.1}]}",
        ),
    ],
)
def test_a_layer_beside_the_arguments_of_its_wrapper_is_one_problem(wrapper, inner, right):
    error = only(HEAD + f"  - {wrapper}: {{{inner}}}\n")
    assert place(error) == ("MS201", 4, 8 + len(wrapper))
    assert error.message == f"{wrapper}: expected an argument; received the layer '{inner.split(':')[0]}'"
    assert error.help == f"write what it is for: `{right}`"


def test_cells_beside_the_arguments_of_their_stack_are_one_problem():
    error = only(HEAD + "  - RNN: {cell: {StackedRNNCells: {LSTMCell: 4, GRUCell: 4}}}\n")
    assert place(error) == ("MS201", 4, 36)
    assert error.help == "write what it is for: `StackedRNNCells: {cells: [{LSTMCell: 4}, {GRUCell: 4}]}`"


def test_an_optimizer_and_a_schedule_are_told_likewise():
    schedule = "{ExponentialDecay: {initial_learning_rate: 0.1, decay_rate: 0.9, decay_steps: 3}}"
    text = (
        HEAD
        + f"  - Dense: 1\noutputs: {{dense: mse}}\ntrain:\n  optimizer: {{LossScaleOptimizer: {{Adam: {schedule}}}}}\n"
    )
    found = [item for item in errors(text) if item.code == "MS201"]
    assert [item.help for item in found] == [
        "write what it is for: `LossScaleOptimizer: {inner_optimizer: {Adam: {…}}}`",
        "write what it is for: `Adam: {learning_rate: {ExponentialDecay: {…}}}`",
    ]


def test_what_else_is_wrong_with_the_inner_layer_is_told_too():
    assert told(HEAD + "  - TimeDistributed: {Dense: {units: x}}\n") == [("MS201", 4, 23), ("MS203", 4, 38)]
    assert told(HEAD + "  - TimeDistributed: {Dens: 3}\n") == [("MS201", 4, 23), ("MS206", 4, 23)]
    assert told(HEAD + "  - Bidirectional: {Dense: 3}\n") == [("MS208", 4, 21)]


@pytest.mark.parametrize(
    ("inner", "right"),
    [
        ("relu", "activation: relu"),
        ("L2: 0.01", "kernel_regularizer: {L2: 0.01}"),
        ("HeNormal", "kernel_initializer: HeNormal"),
        ("MaxNorm: {}", "kernel_constraint: {MaxNorm: {}}"),
    ],
)
def test_other_objects_without_their_argument_get_the_first_they_could_be_for(inner, right):
    error = only(HEAD + f"  - Dense: {{units: 3, {inner}}}\n")
    assert place(error) == ("MS201", 4, 23)
    assert error.help == f"write what it is for: `Dense: {{{right}, units: 3}}`"


def test_a_second_layer_is_an_unknown_argument():
    for beside in ("Dense: 3", "layer: {Dense: 3}"):
        found = errors(HEAD + f"  - TimeDistributed: {{{beside}, LSTM: 4}}\n")[-1]
        assert found.message == "TimeDistributed: unknown argument 'LSTM'"
        assert found.help is not None and found.help.startswith("TimeDistributed takes layer, ")


def test_a_wrapper_without_a_layer_misses_it():
    error = only(HEAD + "  - Bidirectional: {merge_mode: sum}\n")
    assert (place(error), error.help) == (("MS202", 4, 5), "write `Bidirectional: {layer: …, merge_mode: sum}`")
