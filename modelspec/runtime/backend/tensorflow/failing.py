"""What TensorFlow raises: of a model that fails on its rows, of memory that is full, of files that cannot be written.

What runs inside the model is marked (`of_the_model`), so that a mistake of this program is never told as one of the spec.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager

import tensorflow as tf

from modelspec.diagnostics import SpecError
from modelspec.files.writing import not_written

OpError: type[Exception] = tf.errors.OpError
"""What an operation raises that fails."""
NoMemory: type[Exception] = tf.errors.ResourceExhaustedError
"""The one of them that says that memory is full."""


class ModelFails(Exception):
    """An error that was raised inside a model; its cause is the error."""


@contextmanager
def of_the_model() -> Iterator[None]:
    """Within, only Keras and TensorFlow run: what they raise beside TensorFlow's own errors becomes `ModelFails`."""
    try:
        yield
    except (SpecError, tf.errors.OpError, MemoryError, OSError):
        raise
    except Exception as error:
        raise ModelFails(str(error)) from error


@contextmanager
def telling_summaries(folder: str | os.PathLike[str]) -> Iterator[None]:
    """Within, what TensorFlow cannot write below a folder is reported as any file that cannot be written."""
    try:
        yield
    except tf.errors.OpError as error:
        number = next((number for kind, number in _NUMBERS if isinstance(error, kind)), 0)
        raise not_written(folder, OSError(number or None, error.message)) from error
    except OSError as error:
        raise not_written(folder, error) from error


_NUMBERS = (
    (tf.errors.ResourceExhaustedError, errno.ENOSPC),
    (tf.errors.PermissionDeniedError, errno.EACCES),
    (tf.errors.NotFoundError, errno.ENOENT),
)
"""TensorFlow's errors of files, as the system numbers them."""
