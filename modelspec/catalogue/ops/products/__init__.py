"""Products of tensors and linear algebra. No TensorFlow here."""
