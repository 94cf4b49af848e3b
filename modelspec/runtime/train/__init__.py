"""A model and rows -> a trained model in a run directory: exactly resumable, with the numbers of Keras's `fit`.

train.py takes a network from its spec to the end of the run; training.py is what happens between its steps, stage.py one
`compile` of it, loop.py the epochs and steps.
"""
