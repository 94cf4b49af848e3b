"""Layers that make numbers of what data hold: texts, categories, images, sounds, by family. No TensorFlow here."""
