"""The command line: one command per file: options, one call into the library, printing, an exit code."""

import os

# What other packages plug into pydantic is not asked for, and looking for it takes longer than checking a spec.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
