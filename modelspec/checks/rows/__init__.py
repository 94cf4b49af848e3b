"""Whether the rows can be what the layers want, and stay rows. No TensorFlow here."""
