"""Pooling, by family. No TensorFlow here."""
