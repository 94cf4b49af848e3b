"""Stage 3: spec -> resolved graph. No TensorFlow here."""
