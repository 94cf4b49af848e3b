"""Attention, by family. No TensorFlow here."""
