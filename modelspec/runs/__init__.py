"""Run directories: what a training leaves on disk, read and written. No Keras, and no TensorFlow: others can read runs too.

directory.py    the folder of a run and its files
new_run.py      where a new run may begin
own_files.py    regular files of its own, nothing else, where a training writes
lock.py         one process at a time
interrupt.py    what Ctrl-C and SIGTERM do to a training
recorded.py     each file that is read back, as a schema
checkpoints/    everything that a training depends on, in files that are whole or not there
events.py       the stream of events that others may follow
resolved.py     the spec of a run with every default written out
plugins.py      the plugins that a run was trained with
resume.py       whether a run can go on, and from which checkpoint
differences.py  what has changed since, in words
"""
