"""Layers that change images at random in training, by family. No TensorFlow here."""
