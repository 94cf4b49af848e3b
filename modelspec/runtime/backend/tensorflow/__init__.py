"""TensorFlow as a backend. Only here is it imported, but for what Keras imports itself."""
