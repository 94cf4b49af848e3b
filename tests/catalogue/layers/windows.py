"""What Hypothesis draws for layers that move a window: one size or one for each axis, and data formats."""

from hypothesis import strategies as st


def per_axis(count: int, high: int = 3) -> st.SearchStrategy[int | tuple[int, ...]]:
    """One size for all axes, or one for each."""
    sizes = st.integers(1, high)
    return st.one_of(sizes, st.tuples(*[sizes] * count))


def data_formats() -> st.SearchStrategy[str | None]:
    """Both data formats, and Keras's default."""
    return st.sampled_from([None, "channels_last", "channels_first"])
