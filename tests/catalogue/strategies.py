"""What Hypothesis draws for layer rules: shapes with a free batch axis and, sometimes, other free axes; dtypes."""

from hypothesis import strategies as st

from modelspec.catalogue.tensor import Shape


def dims(low: int = 1, high: int = 12) -> st.SearchStrategy[int | None]:
    """A size, or now and then an unknown one."""
    return st.one_of(st.integers(low, high), st.integers(low, high), st.integers(low, high), st.none())


@st.composite
def shapes(draw: st.DrawFn, min_rank: int = 1, max_rank: int = 5, low: int = 1, high: int = 12) -> Shape:
    """A shape with the batch axis first; ranks from `min_rank` to `max_rank`, batch included."""
    rank = draw(st.integers(min_rank, max_rank))
    return (None, *(draw(dims(low, high)) for _ in range(rank - 1)))


def dtypes() -> st.SearchStrategy[str]:
    """Mostly float32, and what else data comes in."""
    return st.sampled_from(["float32", "float32", "float32", "float16", "int32", "int64", "uint8", "bool"])
