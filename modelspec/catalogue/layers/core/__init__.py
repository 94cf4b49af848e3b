"""The layers of the "core" family of keras.layers, by idea. No TensorFlow here."""
