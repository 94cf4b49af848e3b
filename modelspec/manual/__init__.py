"""What may stand in a spec, told: to people (`modelspec layers`), to editors (`modelspec schema`), in docs/layers.md.

Everything comes from the catalogue and from what the reader accepts; no TensorFlow here, and no list of its own of
layers or arguments.
"""
