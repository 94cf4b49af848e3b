"""Convolutions, by family. No TensorFlow here."""
