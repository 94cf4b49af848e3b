"""The state of a training <-> arrays and JSON, without a place on disk (that is `runs.checkpoints`).

variables.py    the variables of model, optimizer and metrics
states.py       states that layers keep from batch to batch
averages.py     the running averages of weights
callbacks.py    what callbacks remember
capture.py      a training <-> a snapshot
fingerprint.py  what must be the same for a training to go on exactly
"""
