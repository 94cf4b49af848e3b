"""A table -> a first spec for it: what each column is and why, and a model that fits. No TensorFlow here."""
