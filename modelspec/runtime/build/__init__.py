"""A network -> a `keras.Model` by one loop over its calls, with its weights; compiled, and frozen where the spec says so.

model.py is the loop; objects.py and ops.py make what a vertex uses, applications.py, saved.py and array_files.py what
comes from elsewhere; weights.py and initial.py write and read weights; compile.py adds losses, metrics and the optimizer.
"""
