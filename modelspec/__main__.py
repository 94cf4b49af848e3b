"""`python -m modelspec`."""

import os
import sys

try:
    from modelspec.cli.app import main
except KeyboardInterrupt:  # before anything is there that takes signals
    os._exit(130)

if __name__ == "__main__":
    # Python puts the working folder first for `-m`: a file there must not stand for what TensorFlow imports.
    try:
        here = os.getcwd()
    except OSError:  # it was deleted
        here = ""
    sys.path[:] = [folder for folder in sys.path if folder not in ("", here)]
    main()
