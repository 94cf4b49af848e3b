"""What a spec says beside its layers, a module each: how to train, on what, from which weights, and models from elsewhere."""
