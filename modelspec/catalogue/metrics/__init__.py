"""The metrics, by family. Must not know who uses them."""
