"""The networks of `keras.applications`, whole and from inside. Must not know who uses them."""
