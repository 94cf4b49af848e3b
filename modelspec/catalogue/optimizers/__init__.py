"""The optimizers, by family, and the learning-rate schedules. Must not know who uses them."""
