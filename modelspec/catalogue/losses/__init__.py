"""The losses, by family. Must not know who uses them."""
