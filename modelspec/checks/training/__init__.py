"""Whether the training can go as the spec says. No TensorFlow here."""
