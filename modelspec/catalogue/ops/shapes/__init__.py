"""Functions that arrange, join, divide, pick or make elements. No TensorFlow here."""
