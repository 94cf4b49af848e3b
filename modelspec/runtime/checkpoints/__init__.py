"""Checkpoints: everything that a training depends on, in files that are whole or not there.

snapshot.py     what one checkpoint holds, as a value
arrays.py       arrays <-> a safetensors file with its checksum
store.py        the folder of checkpoints: publish, find the newest good one, forget old ones
writer.py       publishing beside the training
variables.py    the variables of model, optimizer and metrics <-> arrays
callbacks.py    what callbacks remember <-> JSON and arrays
capture.py      a training <-> a snapshot
fingerprint.py  what must be the same for a training to go on exactly
differences.py  what is not
space.py        whether the disk has room
"""
