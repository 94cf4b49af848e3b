"""Stage 4: resolved graph -> shaped graph. No TensorFlow here."""
