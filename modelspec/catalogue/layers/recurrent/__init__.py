"""Recurrent layers and their cells, by family. No TensorFlow here."""
