"""Making the variables of optimizer, losses and metrics before the first step, from the shapes of a batch alone."""

from __future__ import annotations

from typing import Any

import keras


class _TrainingStep(keras.Operation):  # type: ignore[misc]
    """What of a training step makes variables: the model's call, its losses and its metrics."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model

    def call(self, x: Any, y: Any = None, sample_weight: Any = None) -> Any:
        predicted = self.model(x, training=True)
        self.model.compute_loss(x, y, predicted, sample_weight, training=True)
        self.model.compute_metrics(x, y, predicted, sample_weight=sample_weight)
        return predicted


def make_variables(model: Any, batch: Any) -> None:
    """Make the variables that training needs, for symbolic tensors of the shapes and dtypes of a batch.

    Keras's `Model._symbolic_build` does the same by a call outside of training; but that of a layer such as RandomCrop gives
    another shape there, and `fit` never makes it.
    """
    _TrainingStep(model).compute_output_spec(*batch)
    if not model.optimizer.built:
        model.optimizer.build(model.trainable_variables)
