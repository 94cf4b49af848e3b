"""What is asked of a shaped network, each question once. No TensorFlow here."""
