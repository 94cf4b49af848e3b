"""Telling others how a training goes: a stream of events in every run directory, TensorBoard, MLflow."""
