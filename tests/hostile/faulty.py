"""Texts whose answers have one fault each, in a process that is patched to make them: what `fuzz` must find."""

import os
import signal
import time

import tests.hostile.answered as answered
import tests.hostile.bounds as bounds

SECONDS = 0.4
"""What a text may take here: many times what one does."""
HANGS = 4.0
"""Seconds after which a text is given up here: long enough for the one that is only slow."""
WELL = "modelspec: 1\ninputs: {x: [4]}\nlayers:\n  - Dense: 3\n    name: y\noutputs: {y: {loss: mse}}\n"
_check = answered.check_text


def random_text(seed):
    """The text of a number, which says what is to happen."""
    return f"{WELL}x-number: {seed}\n"


def _busy(seconds):
    begin = time.process_time()
    while time.process_time() - begin < seconds:
        pass


def _failing(text, *arguments):
    match text.rpartition("x-number: ")[2].strip():
        case "1":
            _busy(SECONDS + 0.2)
        case "2":
            held = bytearray(b"1") * (answered.MEBIBYTES * 2**20)
            del held
        case "3":
            os.kill(os.getpid(), signal.SIGKILL)
        case "4":
            _busy(1000)
        case "5":
            raise KeyError("a fault")
    return _check(text, *arguments)


answered.check_text = _failing
bounds.SECONDS = answered.SECONDS = SECONDS
bounds.HANGS = answered.HANGS = HANGS
bounds.slowness = lambda: 1.0  # what is found must not depend on how busy the machine is
answered.Answering.warm = lambda self: _check(WELL, answered.FILE)  # which is all that these texts need
