"""What a user writes to add what a command needs: the one place that knows the name of the distribution.

The distribution is on no package index. It is installed where this is read, so that pip takes the extra of what is there.
"""

DISTRIBUTION = "keras-modelspec"


def install(extra: str) -> str:
    """The command that adds an extra, such as `tensorflow`, to the installed distribution."""
    return f"pip install '{DISTRIBUTION}[{extra}]'"
