"""What one backend of Keras lacks: rules of its own, beside the catalogue's, which are Keras's alone."""
