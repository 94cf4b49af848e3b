"""What Hypothesis draws for the arguments and tensors of each rule, so that acceptance and refusal both occur."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from modelspec.catalogue.tensor import Tensor
from tests.catalogue.ops.strategies import AXIS, SIZES, a_dtype, a_tensor, any_shape, near

AXES = st.one_of(st.integers(-4, 4), st.lists(st.integers(-4, 4), max_size=3, unique_by=lambda axis: axis % 12))
NUMBERS = st.one_of(st.integers(-3, 3), st.floats(-3, 3))
CONSTANTS = st.one_of(NUMBERS, st.booleans())
FORMATS = st.sampled_from(["channels_last", "channels_first"])
SMALL = st.integers(0, 3)
SIDES = st.one_of(st.integers(1, 3), st.lists(st.integers(1, 3), min_size=1, max_size=3))
TWO = st.one_of(st.integers(1, 2), st.tuples(st.integers(1, 3), st.integers(1, 3)), st.just([2]))
PADDINGS = st.sampled_from(["valid", "same"])
SHAPES = st.lists(st.integers(0, 6), max_size=4)
PAIRS = st.tuples(SMALL, SMALL)
SECTIONS = st.one_of(st.integers(1, 4), st.lists(st.integers(0, 6), max_size=3).map(sorted), st.integers(-1, 0))
CONTRACTED = st.one_of(st.just([-1]), st.lists(st.integers(0, 3), max_size=2, unique=True))
QUANTILES = st.one_of(st.floats(0, 1), st.lists(st.floats(0, 1), max_size=3))
EQUATIONS = st.sampled_from(
    ["ij->ji", "ij,jk->ik", "ij,jk", "bij,bjk->bik", "...i,i->...", "...ij,jk->...ik", "ij->i", "ij->", "i,i", "ii->i",
     "ij,j", "abc,cd->abd", "i,j->ij", "ij, jk->ik", "ij->iz", "ij->jij", "->", "a...b->b...a", "ij,ik->jk"]
)  # fmt: skip

ARGUMENTS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "Clip": {"x_min": NUMBERS, "x_max": NUMBERS},
    "Threshold": {"threshold": NUMBERS, "default_value": NUMBERS},
    "Softmax": {"axis": AXES},
    "Normalize": {"order": st.integers(1, 3)},
    "FullLike": {"fill_value": CONSTANTS},
    "Binary": {"x1": CONSTANTS, "x2": CONSTANTS},
    "Ldexp": {"x2": st.integers(-3, 3)},
    "Where": {"x1": CONSTANTS, "x2": CONSTANTS},
    "Shift": {"y": st.integers(0, 3)},
    "Moments": {"axes": AXES},
    "Quantile": {"q": QUANTILES, "axis": AXES},
    "Reduce": {"axis": AXES},
    "CountNonzero": {"axis": AXES},
    "Reshape": {"newshape": st.one_of(st.integers(-1, 8), st.lists(st.sampled_from([-1, 1, 2, 3, 4, 6, -2]), max_size=4))},
    "Transpose": {"axes": st.one_of(st.permutations(range(3)), st.permutations([0, -1]), st.lists(AXIS, max_size=4))},
    "ExpandDims": {"axis": AXES},
    "Squeeze": {"axis": AXES},
    "MoveAxis": {"source": AXES, "destination": AXES},
    "Rot90": {"axes": st.tuples(AXIS, AXIS), "k": st.sampled_from([1, 2, 3, -1])},
    "Flip": {"axis": AXES},
    "Roll": {"shift": st.integers(-3, 3), "axis": AXIS},
    "Repeat": {"repeats": st.one_of(SMALL, st.lists(SMALL, min_size=1, max_size=4))},
    "Tile": {"repeats": st.one_of(SMALL, st.lists(SMALL, max_size=4))},
    "BroadcastTo": {"shape": st.one_of(SHAPES, st.permutations([2, 3, 4]), st.just([2, 3, 3]))},
    "Trapezoid": {"dx": NUMBERS},
    "Diff": {"n": SMALL},
    "Pad": {
        "pad_width": st.one_of(SMALL, PAIRS, st.lists(PAIRS, min_size=1, max_size=4)),
        "mode": st.sampled_from(["constant", "reflect", "symmetric"]),
    },
    "Vander": {"N": SMALL, "increasing": st.booleans()},
    "Split": {"indices_or_sections": SECTIONS},
    "HSplit": {"indices_or_sections": SECTIONS},
    "VSplit": {"indices_or_sections": SECTIONS},
    "DSplit": {"indices_or_sections": SECTIONS},
    "ArraySplit": {"indices_or_sections": st.integers(1, 4)},
    "Unstack": {"num": st.integers(1, 4)},
    "MeshGrid": {"indexing": st.sampled_from(["xy", "ij"])},
    "Spaced": {"start": CONSTANTS, "stop": CONSTANTS, "num": st.integers(1, 5)},
    "Take": {"indices": st.one_of(SMALL, st.lists(SMALL, max_size=3))},
    "GetItem": {"key": st.one_of(st.integers(-3, 3), st.lists(st.integers(-3, 3), max_size=3))},
    "Slice": {
        "start_indices": st.one_of(PAIRS, PAIRS, SHAPES),
        "shape": st.lists(st.sampled_from([1, -1, 2, 3]), min_size=1, max_size=2),
    },
    "SliceUpdate": {"start_indices": SHAPES},
    "Scatter": {"shape": SHAPES},
    "ScatterUpdate": {"reduction": st.sampled_from([None, "add", "max", "min", "mul"])},
    "Select": {"default": CONSTANTS},
    "SearchSorted": {"side": st.sampled_from(["left", "right"])},
    "IsIn": {"x2": st.one_of(NUMBERS, st.lists(NUMBERS, max_size=3)), "invert": st.booleans()},
    "TopK": {"k": st.integers(0, 5), "sorted": st.booleans()},
    "InTopK": {"k": st.integers(1, 5)},
    "ArgPartition": {"kth": SMALL},
    "BinCount": {"minlength": SMALL},
    "Histogram": {"bins": SMALL, "range": st.tuples(NUMBERS, NUMBERS)},
    "Segments": {"num_segments": SMALL},
    "UnravelIndex": {"shape": st.lists(st.integers(1, 4), max_size=3)},
    "OneHot": {"num_classes": st.integers(1, 5)},
    "MultiHot": {"num_classes": st.integers(1, 5)},
    "TensorDot": {"axes": st.one_of(st.integers(-1, 3), st.tuples(CONTRACTED, CONTRACTED))},
    "Cross": {"axisa": AXIS, "axisb": AXIS, "axisc": AXIS},
    "Correlate": {"mode": st.sampled_from(["valid", "same", "full"])},
    "Einsum": {"subscripts": EQUATIONS},
    "QR": {"mode": st.sampled_from(["reduced", "complete"])},
    "SVD": {"full_matrices": st.booleans(), "compute_uv": st.booleans()},
    "Norm": {"ord": st.sampled_from(["fro", "nuc", 1, 2, 3, -1, 0, 1.5, float("inf")]), "axis": AXES},
    "Pool": {"pool_size": SIDES, "strides": SIDES, "padding": PADDINGS, "data_format": FORMATS},
    "Conv": {"strides": SIDES, "padding": PADDINGS, "data_format": FORMATS, "dilation_rate": SIDES},
    "ConvTranspose": {
        "strides": SIDES, "padding": PADDINGS, "data_format": FORMATS, "dilation_rate": SIDES, "output_padding": SMALL,
    },
    "LayerNormalization": {"axis": AXES},
    "RmsNormalization": {"axis": AXES},
    "CtcDecode": {"strategy": st.sampled_from(["greedy", "beam_search"]), "top_paths": st.integers(1, 3)},
    "Psnr": {"max_val": NUMBERS},
    "Unfold": {"kernel_size": TWO, "dilation": TWO, "padding": SMALL, "stride": TWO},
    "Fold": {"kernel_size": TWO, "output_size": TWO},
    "DepthToSpace": {"block_size": st.integers(2, 3), "data_format": FORMATS},
    "SpaceToDepth": {"block_size": st.integers(2, 3), "data_format": FORMATS},
    "RealFourier": {"fft_length": st.integers(1, 8)},
    "InverseRealFourier": {"fft_length": st.integers(1, 8)},
    "Sequences": {"sequence_length": st.integers(1, 4), "sequence_stride": st.integers(1, 3)},
    "ShortTimeFourier": {
        "sequence_length": st.integers(1, 4), "sequence_stride": st.integers(1, 3), "fft_length": st.integers(4, 8),
        "center": st.booleans(),
    },
    "InverseShortTimeFourier": {
        "sequence_length": st.integers(1, 4), "sequence_stride": st.integers(1, 3), "fft_length": st.integers(4, 8),
        "center": st.booleans(), "length": st.integers(1, 9),
    },
    "Grayscale": {"data_format": FORMATS},
    "ColourSpace": {"data_format": FORMATS},
    "Resize": {"size": st.tuples(st.integers(1, 5), st.integers(1, 5)), "data_format": FORMATS},
    "ExtractPatches": {
        "size": st.one_of(st.integers(1, 3), st.lists(st.integers(1, 3), min_size=2, max_size=3)), "strides": SIDES,
        "dilation_rate": SIDES, "padding": PADDINGS, "data_format": FORMATS,
    },
    "MapCoordinates": {"order": st.sampled_from([0, 1])},
    "ScaleAndTranslate": {
        "output_shape": SHAPES, "scale": st.tuples(NUMBERS), "translation": st.tuples(NUMBERS),
        "spatial_dims": st.just((1,)), "method": st.just("linear"),
    },
}  # fmt: skip
"""Constants by the rule, or by a rule that it is a kind of."""


@st.composite
def images(
    draw: st.DrawFn, low: int = 2, high: int = 5, channels: tuple[int | None, ...] = (1, 3, 3, 4, None)
) -> Tensor:
    """Mostly a batch of images, in either format."""
    rank = draw(st.sampled_from([low, *range(low + 1, high), *range(low + 1, high), high]))
    sizes = [draw(st.one_of(SIZES, st.just(8))) for _ in range(rank)]
    sizes[draw(st.sampled_from([1, rank - 1])) if rank > 1 else 0] = draw(st.sampled_from(channels))
    return Tensor(tuple(sizes), draw(a_dtype()))


@st.composite
def matrix(draw: st.DrawFn) -> Tensor:
    """Mostly square matrices of known size."""
    shape = draw(any_shape(0, 4))
    if len(shape) >= 2 and draw(st.integers(0, 3)):
        size = draw(st.sampled_from([2, 3, shape[-1]]))
        shape = (*shape[:-2], size, draw(st.sampled_from([size, size, 2])))
    return draw(a_tensor(shape))


@st.composite
def a_kernel(draw: st.DrawFn, inputs: Tensor) -> Tensor:
    """Mostly a kernel for these inputs."""
    sizes = [draw(st.sampled_from([1, 2, 2, 3, 3, None])) for _ in range(max(len(inputs.shape) - 2, 0))]
    ends = [*inputs.shape[1:2], *inputs.shape[-1:]]
    return Tensor((*sizes, *(draw(st.sampled_from([*ends, *ends, 2])) for _ in range(2))), draw(a_dtype()))


@st.composite
def convolution(draw: st.DrawFn, *kernels: str) -> dict[str, Tensor]:
    """Inputs, mostly with the same size on axis 1 and the last one, so that they fit in either format, and kernels."""
    inputs = draw(images(3, 6, (3, 3, 3, 4, None)))
    if draw(st.integers(0, 3)):
        inputs = inputs._replace(shape=(inputs.shape[0], 3, *inputs.shape[2:-1], 3))
    return {"inputs": inputs, **{name: draw(a_kernel(inputs)) for name in kernels}}


def whole() -> st.SearchStrategy[Tensor]:
    """A tensor of whole numbers."""
    return st.sampled_from(["int32", "uint8", "int64"]).map(lambda dtype: Tensor((None, 3), dtype))


@st.composite
def same_first(draw: st.DrawFn, **ranks: int) -> dict[str, Tensor]:
    """Tensors of these ranks, mostly with the same first axis."""
    first = draw(SIZES)
    return {
        name: Tensor(
            (draw(st.sampled_from([first, first, first, 2])), *(draw(SIZES) for _ in range(rank - 1)))[:rank],
            draw(a_dtype()),
        )
        for name, rank in ranks.items()
    }


@st.composite
def normalization(draw: st.DrawFn) -> dict[str, Tensor]:
    """A tensor with axes of one size, and vectors that are mostly of that size."""
    size = draw(SIZES)
    shape = draw(any_shape()) if not draw(st.integers(0, 3)) else (size,) * draw(st.integers(1, 4))
    vector = st.sampled_from(
        [Tensor((size,)), Tensor((size,)), Tensor((size,)), Tensor((size,)), Tensor((5,)), Tensor(())]
    )
    names = ["mean", "variance", *draw(st.sampled_from([["scale"], [], ["offset", "scale"], ["offset"]]))]
    return {"x": draw(a_tensor(shape)), **{name: draw(vector) for name in names}}


@st.composite
def lists(draw: st.DrawFn, counts: st.SearchStrategy[int], name: str = "x") -> dict[str, Any]:
    """A list of tensors that are mostly alike."""
    first = draw(a_tensor())
    return {
        name: tuple(
            draw(st.sampled_from([first, first, first, draw(a_tensor(draw(near(first.shape))))]))
            for _ in range(draw(counts))
        )
    }


@st.composite
def operands(draw: st.DrawFn) -> dict[str, Any]:
    """Two tensors, mostly matrices of one size or batches of them."""
    rank = st.sampled_from([2, 2, 2, 1, 3])
    one = rank.flatmap(lambda count: st.just((3,) * count))
    shape = st.one_of(one, one, one, any_shape())
    return {"operands": tuple(Tensor(draw(shape), draw(a_dtype())) for _ in range(draw(st.sampled_from([2, 2, 1]))))}


@st.composite
def choices(draw: st.DrawFn) -> dict[str, Any]:
    """Conditions and choices for them."""
    count, shape = draw(st.integers(1, 2)), draw(any_shape())
    kinds = {"condlist": "bool", "choicelist": "float32"}
    return {name: (Tensor(shape, dtype),) * draw(st.sampled_from([count, count, 2])) for name, dtype in kinds.items()}


@st.composite
def corners(draw: st.DrawFn) -> dict[str, Tensor]:
    """Images and their corners."""
    points = st.sampled_from([Tensor((4, 2)), Tensor((None, 4, 2)), Tensor((4, 2)), Tensor((3, 2))])
    return {"images": draw(images()), "start_points": draw(points), "end_points": draw(points)}


@st.composite
def coordinates(draw: st.DrawFn) -> dict[str, Tensor]:
    """A tensor and coordinates in it."""
    inputs = draw(a_tensor())
    return {
        "inputs": inputs,
        "coordinates": Tensor((draw(st.sampled_from([inputs.rank, 2, None])), *draw(any_shape(0, 2)))),
    }


def fixed(**tensors: st.SearchStrategy[Tensor]) -> st.SearchStrategy[dict[str, Tensor]]:
    """Each tensor from its own strategy."""
    return st.fixed_dictionaries(tensors)


def ranked(*ranks: int) -> st.SearchStrategy[Tensor]:
    """A tensor of one of these ranks."""
    return st.sampled_from(ranks).flatmap(lambda rank: any_shape(rank, rank)).flatmap(a_tensor)


@st.composite
def likewise(draw: st.DrawFn, *names: str, rank: int = 4) -> dict[str, Tensor]:
    """Tensors of mostly the same shape."""
    shape = draw(any_shape(min(rank, draw(st.sampled_from([rank, rank, 0]))), rank))
    return {name: draw(a_tensor(draw(st.sampled_from([shape, shape, shape, draw(near(shape))])))) for name in names}


@st.composite
def sparse_targets(draw: st.DrawFn) -> dict[str, Tensor]:
    """Class numbers and probabilities, mostly of shapes that fit."""
    output = draw(a_tensor(draw(any_shape(1, 4))))
    shapes = [output.shape[:-1], (*output.shape[:-1], 1), output.shape[1:], output.shape]
    return {"target": Tensor(draw(st.sampled_from(shapes)), "int32"), "output": output}


TENSORS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "Square": fixed(x=matrix()),
    "Determinant": fixed(x=matrix()),
    "LogDeterminant": fixed(x=matrix()),
    "SignedLogDeterminant": fixed(x=matrix()),
    "Eigen": fixed(x=matrix()),
    "LuFactor": fixed(x=matrix()),
    "QR": fixed(x=matrix()),
    "SVD": fixed(x=matrix()),
    "Solve": st.one_of(likewise("a", "b"), fixed(a=matrix(), b=a_tensor())),
    "LeastSquares": st.one_of(same_first(a=2, b=1), same_first(a=2, b=2), same_first(a=1, b=3)),
    "BinaryStrong": st.one_of(fixed(x1=whole(), x2=whole()), fixed(x1=a_tensor(), x2=a_tensor())),
    "Pad": st.one_of(fixed(x=a_tensor()), fixed(x=a_tensor(), constant_values=ranked(0, 0, 1))),
    "Bitwise": st.one_of(fixed(x=whole(), y=whole()), fixed(x=a_tensor(), y=a_tensor())),
    "Shift": st.one_of(fixed(x=whole(), y=whole()), fixed(x=a_tensor(), y=a_tensor())),
    "Slice": st.one_of(fixed(inputs=ranked(2, 2, 1)), fixed(inputs=ranked(2), start_indices=ranked(1))),
    "Correlate": fixed(x1=ranked(1, 1, 1, 2), x2=ranked(1, 1, 1, 2)),
    "Diag": fixed(x=ranked(0, 1, 2, 2, 3)),
    "Vander": fixed(x=ranked(0, 1, 1, 2)),
    "SearchSorted": fixed(sorted_sequence=ranked(0, 1, 1, 1, 2), values=a_tensor()),
    "Digitize": fixed(x=a_tensor(), bins=ranked(0, 1, 1, 2)),
    "Segments": st.one_of(
        same_first(data=2, segment_ids=1), same_first(data=1, segment_ids=1), same_first(data=2, segment_ids=2)
    ),
    "Select": choices(),
    "Pool": fixed(inputs=images(2, 6)),
    "Conv": convolution("kernel"),
    "ConvTranspose": convolution("kernel"),
    "SeparableConv": convolution("depthwise_kernel", "pointwise_kernel"),
    "BinaryCrossentropy": likewise("target", "output"),
    "CategoricalCrossentropy": likewise("target", "output"),
    "SparseCategoricalCrossentropy": sparse_targets(),
    "BatchNormalization": normalization(),
    "CtcLoss": same_first(target=2, output=3, target_length=1, output_length=1),
    "CtcDecode": fixed(inputs=ranked(2, 3, 3, 3, 4), sequence_lengths=ranked(1)),
    "DotProductAttention": likewise("query", "key", "value"),
    "Unfold": fixed(x=st.one_of(images(3, 5), likewise("x").map(lambda drawn: drawn["x"]))),
    "Fold": fixed(x=st.one_of(ranked(2, 3, 3, 3, 4), st.just(Tensor((None, 36, None))))),
    "DepthToSpace": fixed(x=images(3, 5, (4, 9, 3, 8, None))),
    "SpaceToDepth": fixed(
        x=st.one_of(images(3, 5), st.sampled_from([(None, 4, 6, 3), (None, 3, None, 6)]).map(Tensor))
    ),
    "Fourier": lists(st.sampled_from([2, 2, 2, 2, 1, 3])),
    "InverseRealFourier": lists(st.sampled_from([2, 2, 2, 2, 1, 3])),
    "InverseShortTimeFourier": lists(st.sampled_from([2, 2, 2, 2, 1, 3])),
    "Einsum": operands(),
    "MeshGrid": lists(st.integers(1, 3)),
    "ImageOp": fixed(images=images()),
    "AffineTransform": fixed(images=images(), transform=ranked(0, 1, 2, 3)),
    "PerspectiveTransform": corners(),
    "MapCoordinates": coordinates(),
    "ScaleAndTranslate": fixed(images=images(), scale=ranked(1), translation=ranked(1)),
    "ExtractPatches": fixed(images=images(3, 5)),
    "ExtractPatches3D": fixed(volumes=images(4, 5)),
    "Ssim": fixed(image1=images(), image2=images()),
}
"""Tensors by the rule, or by a rule that it is a kind of; all others get tensors of shapes near each other."""


@st.composite
def borders(draw: st.DrawFn, word: str) -> dict[str, Any]:
    """Two of each three borders."""
    rows = [f"top_{word}", f"bottom_{word}", "target_height"]
    columns = [f"left_{word}", f"right_{word}", "target_width"]
    chosen = [draw(st.permutations(rows))[:2], draw(st.permutations(columns))[:2]]
    drawn = {name: draw(st.integers(0, 9 if name.startswith("target") else 3)) for pair in chosen for name in pair}
    return drawn | draw(st.fixed_dictionaries({}, optional={"data_format": FORMATS}))


WHOLE: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "PadImages": borders("padding"),
    "CropImages": borders("cropping"),
}
"""All constants of a rule at once, where they hang together."""
