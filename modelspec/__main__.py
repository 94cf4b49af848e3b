"""`python -m modelspec`."""

import os
import sys

from modelspec.cli.app import main

if __name__ == "__main__":
    # Python puts the working folder first for `-m`: a file there must not stand for what TensorFlow imports.
    try:
        here = os.getcwd()
    except OSError:  # it was deleted
        here = ""
    sys.path[:] = [folder for folder in sys.path if folder not in ("", here)]
    main()
