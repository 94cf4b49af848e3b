"""What an output ends in, and whether its loss and metrics fit that. No TensorFlow here."""
