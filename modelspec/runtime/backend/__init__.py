"""TensorFlow itself: rows on the device, compiled steps, devices, kernels, memory, and what is said when one of them fails."""
