"""Layers that move numbers without computing, by family. No TensorFlow here."""
