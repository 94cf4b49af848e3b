"""What functions do to the numbers that they are given, by name; `Operation` says what each role means.

Many functions share a rule's class, so this cannot stand at the class.
"""

PICKS = frozenset({
    "cast", "concatenate", "expand_dims", "flip", "get_item", "max", "maximum", "min", "minimum", "moveaxis", "pad", "ravel",
    "repeat", "reshape", "roll", "slice", "sort", "squeeze", "stack", "swapaxes", "take", "tile", "transpose",
})  # fmt: skip
IN_PLACE = frozenset({"copy", "flip", "roll", "stop_gradient"})
ELSEWHERE = frozenset({
    "reshape", "ravel", "transpose", "swapaxes", "moveaxis", "squeeze", "expand_dims", "rot90", "fliplr", "flipud",
})  # fmt: skip
PUTS_ALONG = frozenset({
    "concatenate", "dsplit", "expand_dims", "get_item", "moveaxis", "one_hot", "repeat", "split", "squeeze", "stack", "swapaxes",
    "take", "tensordot", "transpose", "unstack", "array_split", "append", "multi_hot", "linspace", "logspace", "geomspace",
})  # fmt: skip
"""Functions whose axis says where rows are put, and not what is computed of them together."""
NOT_OF_RAGGED = frozenset({"log_softmax", "matmul", "reshape", "std"})
"""Functions that fail on rows of several lengths in one tensor. Measured."""
TAKES_ALL_AXES = frozenset({
    "all", "amax", "amin", "any", "argmax", "argmin", "average", "count_nonzero", "logsumexp", "max", "mean", "median", "min",
    "nanargmax", "nanargmin", "nanmax", "nanmean", "nanmedian", "nanmin", "nanpercentile", "nanprod", "nanquantile", "nanstd",
    "nansum", "nanvar", "norm", "percentile", "prod", "ptp", "quantile", "std", "sum", "var", "cumsum", "cumprod", "nancumsum",
    "nancumprod", "flip", "roll",
})  # fmt: skip
