"""Normalization, by family. No TensorFlow here."""
