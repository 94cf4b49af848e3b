"""Functions of images, windows and signals. No TensorFlow here."""
