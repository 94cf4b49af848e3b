"""Stage 5: what is wrong or doubtful only in the whole picture. Each check is a small generator of diagnostics."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from modelspec.checks.budget import budget_is_kept
from modelspec.checks.cost import orthogonal_matrices_are_small, weights_fit_into_memory
from modelspec.checks.large_numbers import large_numbers_are_taken
from modelspec.checks.outputs.activations import softmax_has_classes
from modelspec.checks.outputs.labels import labels_name_the_classes
from modelspec.checks.outputs.losses import (
    every_output_has_a_loss,
    losses_accept_their_outputs,
    losses_fit_activations,
    losses_fit_columns,
    losses_take_units_as_they_are_meant,
)
from modelspec.checks.outputs.masks import losses_take_masks
from modelspec.checks.outputs.metrics import (
    metrics_are_one_number,
    metrics_fit_targets,
    metrics_have_names_of_today,
    metrics_say_something,
)
from modelspec.checks.outputs.weighing import classes_weigh_where_they_are, rows_weigh_once
from modelspec.checks.rows.batch import rows_stay_rows, samples_stay_apart
from modelspec.checks.rows.batch_sizes import rows_fill_their_batches
from modelspec.checks.rows.datasets import datasets_fit
from modelspec.checks.rows.indices import indices_can_be_looked_up
from modelspec.checks.rows.inputs import numbers_are_of_the_right_kind
from modelspec.checks.rows.learning import layers_have_what_they_would_learn
from modelspec.checks.rows.ragged import ragged_rows_are_taken
from modelspec.checks.rows.rows import rows_can_be_what_is_wanted
from modelspec.checks.training.callback_settings import callbacks_can_work, callbacks_write_their_own_files
from modelspec.checks.training.callbacks import callbacks_look_at_real_numbers, callbacks_write_into_the_run_directory
from modelspec.checks.training.distribution import distributed_training_is_possible
from modelspec.checks.training.freezing import frozen_layers_are_there
from modelspec.checks.training.gradients import functions_have_gradients
from modelspec.checks.training.initial import initial_layers_are_there
from modelspec.checks.training.optimizers import learning_rate_is_sane, some_weight_is_trained
from modelspec.checks.training.outside_training import model_works_outside_training
from modelspec.checks.training.reloading import keras_can_load_the_model
from modelspec.checks.training.terms import (
    layers_run_on_this_kind_of_device,
    parts_of_the_loss_can_be_added,
    penalties_can_be_computed,
    terms_fit_their_weights,
)
from modelspec.checks.training.training import (
    batches_can_be_normalized,
    data_has_rows_to_train_on,
    outputs_can_be_trained,
    training_ends,
    validation_happens,
)
from modelspec.checks.unused import inputs_and_steps_are_used, shared_layers_and_models_are_called
from modelspec.diagnostics import Diagnostic
from modelspec.diagnostics.failure import guarded
from modelspec.graph import ShapedNetwork
from modelspec.graph.questions.stages import stages

Check = Callable[[ShapedNetwork], Iterator[Diagnostic]]
CHECKS: tuple[Check, ...] = (
    outputs_can_be_trained,
    data_has_rows_to_train_on,
    budget_is_kept,
    inputs_and_steps_are_used,
    shared_layers_and_models_are_called,
    softmax_has_classes,
    layers_have_what_they_would_learn,
    indices_can_be_looked_up,
    losses_accept_their_outputs,
    losses_fit_activations,
    losses_take_units_as_they_are_meant,
    losses_fit_columns,
    datasets_fit,
    rows_can_be_what_is_wanted,
    losses_take_masks,
    labels_name_the_classes,
    rows_weigh_once,
    classes_weigh_where_they_are,
    rows_fill_their_batches,
    rows_stay_rows,
    ragged_rows_are_taken,
    samples_stay_apart,
    model_works_outside_training,
    keras_can_load_the_model,
    every_output_has_a_loss,
    metrics_have_names_of_today,
    metrics_fit_targets,
    metrics_are_one_number,
    metrics_say_something,
    callbacks_look_at_real_numbers,
    callbacks_write_into_the_run_directory,
    callbacks_write_their_own_files,
    callbacks_can_work,
    learning_rate_is_sane,
    functions_have_gradients,
    some_weight_is_trained,
    layers_run_on_this_kind_of_device,
    terms_fit_their_weights,
    penalties_can_be_computed,
    parts_of_the_loss_can_be_added,
    frozen_layers_are_there,
    initial_layers_are_there,
    batches_can_be_normalized,
    training_ends,
    validation_happens,
    distributed_training_is_possible,
    numbers_are_of_the_right_kind,
    large_numbers_are_taken,
    orthogonal_matrices_are_small,
    weights_fit_into_memory,
)
"""Every check, in no order that matters."""
_AS_WRITTEN = (layers_have_what_they_would_learn, indices_can_be_looked_up)
"""Those that look at what layers lack, or at the words that they know: a network that another may become lacks nothing."""


def check_network(network: ShapedNetwork) -> tuple[Diagnostic, ...]:
    """Everything that the checks find, of each stage of the training."""
    train = network.train
    problems = (problem for stage in stages(network) for check in CHECKS for problem in _told(check, stage))
    if train.place is None or not train.stages:
        return tuple(problems)
    from modelspec.language.sections.stages import (
        told_once,  # few specs have stages, and reading them takes more imports
    )

    return tuple(told_once(problems, train.place))


def _told(check: Check, network: ShapedNetwork) -> list[Diagnostic]:
    """What one check finds; of a network that is not known before its layers learned, what holds for all it may become."""
    if not network.possible or check in _AS_WRITTEN:
        return _found(check, network)
    first, *others = (_found(check, item) for item in network.possible)
    return [problem for problem in first if all(problem in other for other in others)]


def _found(check: Check, network: ShapedNetwork) -> list[Diagnostic]:
    """What one check finds; a check that fails costs the rest of its own answer only."""
    found: list[Diagnostic] = []
    with guarded(f"the check {check.__name__}", found, network.spec.place):
        for problem in check(network):
            found.append(problem)  # one by one: what was reported before a failure stays
    return found
