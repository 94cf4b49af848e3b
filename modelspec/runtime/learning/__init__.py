"""Layers learn from the training rows before a model is trained."""
