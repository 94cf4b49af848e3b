"""`python -m modelspec`."""

from modelspec.cli.app import main

if __name__ == "__main__":
    main()
