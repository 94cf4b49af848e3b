"""A user's own packages, imported: their stubs are written here, and their layers, losses and metrics made.

Only packages that the user names are imported, never what a spec or a run directory says.
"""
