"""A small disk at the folder `small`, for a child of the nursery: in a view of the file system that is its own."""

import pytest


def small_disk(size: str) -> str:
    """What a child does before its command. 0x20000 is CLONE_NEWNS: what it mounts, no other process sees."""
    return f"""\
import ctypes, os, subprocess
os.mkdir("small")
if ctypes.CDLL(None, use_errno=True).unshare(0x20000):
    raise OSError(ctypes.get_errno(), "unshare")
subprocess.run(["mount", "--make-rprivate", "/"], check=True)
subprocess.run(["mount", "-t", "tmpfs", "-o", "size={size}", "tmpfs", "small"], check=True)
"""


def skip_without_disk(said: str) -> None:
    """Skips the test where the child said that it could not have it."""
    if "mount" in said or "unshare" in said:
        pytest.skip("no disk may be mounted here")
