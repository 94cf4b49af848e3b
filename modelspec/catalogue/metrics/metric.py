"""What all metrics are; the metrics themselves are in the modules beside this one. No TensorFlow here."""

import re
from typing import Annotated, ClassVar, Literal

from annotated_types import MinLen
from pydantic import Strict

from modelspec.catalogue.entry import Entry
from modelspec.catalogue.losses.loss import TargetKind
from modelspec.catalogue.types import DtypePolicy

Name = Annotated[str, Strict(), MinLen(1)]
"""The name in the history and the progress bar; left out, it is Keras's own for the metric."""


class Metric(Entry):
    """What all metrics are."""

    keras_module: ClassVar[str] = "keras.metrics"
    target_kind: ClassVar[TargetKind | None] = None
    """What targets the metric is for; None where it takes several kinds, or any number."""
    direction: ClassVar[Literal["up", "down"] | None] = "up"
    """Which way is better, as callbacks take it where `mode` is auto; None where Keras cannot tell."""
    untold_direction: ClassVar[Literal["up", "down"] | None] = None
    """Which way is better where Keras cannot tell."""
    keras_name: ClassVar[str | None] = None
    """Keras's default name, where it is not the class's name in snake case."""

    takes_mask: ClassVar[bool] = True
    """Whether Keras multiplies what it averages by the output's mask."""
    averages_numbers: ClassVar[bool] = False
    """Whether it averages over all numbers, and not over rows of them."""

    @property
    def history_name(self) -> str:
        """The metric's name in the history.

        Keras numbers the names of some classes by how many were ever made (`auc`, `auc_1`); give it this one.
        """
        given: str | None = getattr(self, "name", None)
        return given or self.identifier or self.keras_name or _snake_case(type(self).__name__)


def _snake_case(name: str) -> str:
    """As Keras does it: `BinaryIoU` is `binary_io_u`, `AUC` is `auc`."""
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


class PlainMetric(Metric):
    """A metric whose arguments begin with the two that all have."""

    name: Name | None = None
    dtype: DtypePolicy | None = None


class ErrorMetric(PlainMetric):
    """A plain metric that is best when small."""

    direction: ClassVar[Literal["up", "down"] | None] = "down"
