"""What TensorFlow cannot run, though Keras's symbolic call accepts it. Measured, and read as data: nothing here imports it."""
