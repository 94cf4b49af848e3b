"""Arguments that Keras documents and takes in its symbolic call, and that TensorFlow refuses when the model runs.

Measured: each function with lists, negative and far numbers in place of one usual number. No TensorFlow here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from modelspec.catalogue.ops.arguments import truths
from modelspec.catalogue.tensor import Refusal, Tensor, shape_text


def _one_axis_alone(op: Any, given: list[Tensor]) -> None:
    """Several axes are brought together by a reshape, which needs to know the sizes of the others."""
    if isinstance(op.axis, tuple):
        message = f"{op.label} of several axes cannot run inside a model; received {list(op.axis)}"
        help = "write one axis"
        if type(op).__name__ == "softmax" and len(op.axis):
            help += f", or use the layer `Softmax: {{axis: {list(op.axis)}}}`, which can"
        raise Refusal("MS408", message, help, argument="axis")


def _each_axis_once(op: Any, given: list[Tensor]) -> None:
    axes, rank = op.axis, given[0].rank
    if isinstance(axes, tuple) and len({axis % rank for axis in axes}) < len(axes):
        raise Refusal("MS408", f"{op.label}: axis names an axis twice: {list(axes)}", "name it once", argument="axis")


def _axis_from_the_front(op: Any, given: list[Tensor]) -> None:
    if op.axis < -1:
        message = f"{op.label} fails along a negative axis other than -1; received {op.axis}"
        raise Refusal("MS408", message, f"write `axis: {op.axis % given[0].rank}`", argument="axis")


def _places_to_integrate_over(op: Any, given: list[Tensor]) -> None:
    """The differences of `x` are taken along its one axis, and multiplied with the last axis."""
    if op.x is None:
        return
    size = given[0].shape[-1]
    if op.axis != -1:
        last = op.axis % given[0].rank == given[0].rank - 1
        help = "write `axis: -1`" if last else "move the axis to the end first, with `ops.moveaxis`"
        raise Refusal(
            "MS408", f"{op.label} with `x` works along axis -1 only; received {op.axis}", help, argument="axis"
        )
    if len(op.x) not in (2, size) or len(op.x) == 1:
        count = "1 number" if len(op.x) == 1 else f"{len(op.x)} numbers"
        wanted = "two" if size is None else size
        message = f"{op.label} needs one number of `x` for each position along the axis, {wanted}; received {count}"
        raise Refusal("MS407", message, "write that many numbers, or `dx`, the distance between all", argument="x")


def _some_frequencies(op: Any, given: list[Tensor]) -> None:
    """A transform of no numbers ends the process."""
    if op.fft_length is None and given[0].shape[-1] == 1:
        message = f"{op.label} makes 2 (n - 1) numbers from n, so none from {shape_text(given[0].shape)}"
        raise Refusal("MS404", message, "write `fft_length`, the size of the signal", argument="fft_length")


def _a_sequence_at_least(op: Any, given: list[Tensor]) -> None:
    size = given[0].shape[-1]
    if size is not None and size < op.sequence_length:
        message = f"{op.label} takes sequences of {op.sequence_length} from an axis of {size}: there are none"
        raise Refusal("MS404", message, f"write at most {size}", argument="sequence_length")


def _a_shift_for_each_axis(op: Any, given: list[Tensor]) -> None:
    shifts = len(op.shift) if isinstance(op.shift, tuple) else None
    axes = len(op.axis) if isinstance(op.axis, tuple) else None
    if shifts != axes:
        counts = [f"{'one number' if count is None else f'a list of {count}'}" for count in (shifts, axes)]
        message = f"{op.label} needs a shift for each axis; received {counts[0]} as `shift` and {counts[1]} as `axis`"
        if op.axis is None:
            message = f"{op.label} without `axis` takes one number as `shift`; received {counts[0]}"
        raise Refusal("MS408", message, "write one number for both, or lists of one length", argument="shift")


def _no_negative_repeats(op: Any, given: list[Tensor]) -> None:
    repeats = op.repeats if isinstance(op.repeats, tuple) else (op.repeats,)
    if any(count < 0 for count in repeats):
        message = f"{op.label} cannot repeat a negative number of times; received {list(repeats)}"
        raise Refusal("MS408", message, "write 1 for an axis that stays as it is", argument="repeats")


def _within_the_matrix(op: Any, given: list[Tensor]) -> None:
    """The band of TensorFlow's kernel reaches the matrix's corner at most."""
    lower = type(op).__name__ == "tril"
    size = given[0].shape[-1 if lower else -2]
    reach = op.k if lower else -op.k
    if size is not None and reach > size:
        what = "columns" if lower else "rows"
        message = f"{op.label}: the diagonal {op.k} lies outside of a matrix with {size} {what}"
        raise Refusal(
            "MS408", message, f"use k {'up to' if lower else 'from'} {size if lower else -size}", argument="k"
        )


def _contracted(op: Any, given: list[Tensor]) -> None:
    if isinstance(op.axes, int) and op.axes < 0:
        message = f"{op.label} cannot contract a negative number of axes; received {op.axes}"
        raise Refusal("MS408", message, "write how many, or a list of axes for each tensor", argument="axes")


def _diagonal_inside(op: Any, given: list[Tensor]) -> None:
    rows, columns = op.N, op.N if op.M is None else op.M
    if not -rows <= op.k <= columns:
        message = f"{op.label}: the diagonal {op.k} lies outside of {rows} x {columns}"
        raise Refusal("MS408", message, f"use k from {-rows} to {columns}", argument="k")
    side = min(columns - op.k, rows + op.k)  # TensorFlow makes a square of the diagonal, and adds zeros around it
    high = side + max(-op.k, 0) + max(rows - columns + op.k, 0)
    wide = side + max(op.k, 0) + max(columns - rows - op.k, 0)
    if op.k and (high, wide) != (rows, columns):
        message = f"{op.label} makes {high} x {wide} numbers for the diagonal {op.k} of {rows} x {columns}"
        raise Refusal("MS408", message, f"subtract `ops.tri` with k {op.k - 1} from that with k {op.k}", argument="k")


def _sizes_in_a_list(op: Any, given: list[Tensor]) -> None:
    if isinstance(op.shape, int):
        message = f"{op.label} takes a list of sizes; received {op.shape}"
        raise Refusal("MS408", message, f"write [{op.shape}]", argument="shape")
    if truths(op.fill_value) and op.dtype == "bfloat16":
        message = f"{op.label} cannot make bfloat16 from true and false"
        raise Refusal("MS405", message, "write 1 and 0", argument="fill_value")


def _frames_within_the_transform(op: Any, given: list[Tensor]) -> None:
    if op.fft_length < op.sequence_length:
        message = f"{op.label} needs an `fft_length` of at least `sequence_length` {op.sequence_length}"
        help = f"write `fft_length: {op.sequence_length}` or more, or shorter sequences"
        raise Refusal("MS408", f"{message}; received {op.fft_length}", help, argument="fft_length")


def _sorted_or_counted(op: Any, given: list[Tensor]) -> None:
    if op.sorted and op.num_segments is not None:
        message = f"{op.label} takes no `num_segments` if the segments are sorted"
        raise Refusal("MS408", message, "leave out one of the two", argument="num_segments")


def _float_dtype(op: Any, given: list[Tensor]) -> None:
    if op.dtype is not None and "float" not in op.dtype:
        message = f"{op.label} computes in floats; received {op.dtype}"
        raise Refusal("MS405", message, "leave `dtype` out and cast the result with `ops.cast`", argument="dtype")


def _start_for_each_axis(op: Any, given: list[Tensor]) -> None:
    starts = getattr(op, "start_indices", None)
    if isinstance(starts, tuple) and given and len(starts) != given[0].rank:
        message = f"{op.label} needs a start for each of the {given[0].rank} axes; received {len(starts)}"
        raise Refusal("MS408", message, "write 0 for the axes that start at their beginning", argument="start_indices")


def _no_text_of_numbers(op: Any, given: list[Tensor]) -> None:
    if given and (given[0].dtype == "string") != (op.dtype == "string"):
        message = f"{op.label} cannot make {op.dtype} from {given[0].dtype}"
        raise Refusal("MS405", message, "turn text into numbers with StringLookup, Hashing or TextVectorization")


def groups_of_axes(rank: int, axes: int | tuple[int, ...] | None) -> int:
    """How many groups of neighbours the axes fall into, those that are computed along and the others apart."""
    chosen = {axis % rank for axis in ((axes,) if isinstance(axes, int) else axes or ())} if rank else set()
    return sum(place == 0 or (place in chosen) != (place - 1 in chosen) for place in range(rank))


MOST_GROUPS = 5
"""So many groups of axes the kernel behind a logarithm of a sum takes, which Softmax over several axes is made of."""


def _few_groups(op: Any, given: list[Tensor]) -> None:
    if groups_of_axes(given[0].rank, op.axis) > MOST_GROUPS:
        message = f"{op.label} cannot run along axes that are separated in so many places: {list(op.axis)}"
        raise Refusal("MS408", message, "move them side by side first, with `ops.transpose`", argument="axis")


ARGUMENT_CHECKS: dict[str, tuple[Callable[[Any, list[Tensor]], None], ...]] = {
    "cast": (_no_text_of_numbers,),
    "extract_sequences": (_a_sequence_at_least,),
    "eye": (_diagonal_inside,),
    "full": (_sizes_in_a_list,),
    "geomspace": (_float_dtype,),
    "irfft": (_some_frequencies,),
    "istft": (_frames_within_the_transform,),
    "log_softmax": (_one_axis_alone,),
    "logsumexp": (_few_groups,),
    "normalize": (_each_axis_once,),
    "roll": (_a_shift_for_each_axis,),
    "segment_max": (_sorted_or_counted,),
    "segment_min": (_sorted_or_counted,),
    "segment_prod": (_sorted_or_counted,),
    "segment_sum": (_sorted_or_counted,),
    "slice_update": (_start_for_each_axis,),
    "softmax": (_one_axis_alone,),
    "stft": (_frames_within_the_transform,),
    "tensordot": (_contracted,),
    "tile": (_no_negative_repeats,),
    "trapezoid": (_places_to_integrate_over, _axis_from_the_front),
    "tril": (_within_the_matrix,),
    "triu": (_within_the_matrix,),
}


def refuse_arguments_without_kernel(op: Any, given: list[Tensor]) -> None:
    """Refuse arguments of a function that it fails on when the model runs."""
    for check in ARGUMENT_CHECKS.get(type(op).__name__, ()):
        check(op, given)
