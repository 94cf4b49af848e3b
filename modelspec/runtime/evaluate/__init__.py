"""A trained model and rows -> losses, metrics and predictions. Must not know how the model was trained."""
