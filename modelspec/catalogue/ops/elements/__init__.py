"""Functions of each element, of pairs of them, and of many along axes. No TensorFlow here."""
