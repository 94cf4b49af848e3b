"""Checkpoints: everything that a training depends on, in files that are whole or not there.

snapshot.py     what one checkpoint holds, as a value
arrays.py       arrays <-> a safetensors file with its checksum
store.py        the folder of checkpoints: publish, find the newest good one, forget old ones
writer.py       publishing beside the training
space.py        whether the disk has room
"""
