"""A shaped network as something to look at: tables and JSON. No TensorFlow."""
