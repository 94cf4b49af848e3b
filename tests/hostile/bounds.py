"""What one input may cost, in memory and in processor time, and how both are measured (memory on Linux only).

Must import nothing that a user's `modelspec validate` does not.
"""

import contextlib
import os
import resource
import signal
import time

from tests.patience import slowness

MEBIBYTES = 400
"""What a process may hold while an input is answered, start-up included."""
MORE = 300
"""What an input may take beyond what the process holds before it."""
SECONDS = 2.0
"""Processor time of an input."""
HANGS = 20.0
"""Seconds after which an input is given up."""
CRASHES = 60
"""Seconds after which the system ends the process: something in C does not come back."""


class GivenUp(BaseException):
    """An input has taken `HANGS` seconds of the processor. No `except Exception` stops it."""


def limit_memory(mebibytes):
    """No more memory from now on than the process has and this much."""
    with open("/proc/self/statm") as statm:
        now = int(statm.read().split()[0]) * resource.getpagesize()
    most = now + mebibytes * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def forget_peak():
    """Begin a new measurement of the peak memory."""
    with contextlib.suppress(OSError):
        handle = os.open("/proc/self/clear_refs", os.O_WRONLY)
        os.write(handle, b"5")
        os.close(handle)


def peak():
    """The peak memory in MiB since then."""
    with contextlib.suppress(OSError), open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024
    return 0.0


@contextlib.contextmanager
def giving_up():
    """Within, `GivenUp` is raised after `HANGS` seconds, and the process ends after `CRASHES`."""

    def stop(number, frame):
        raise GivenUp

    used = time.process_time()
    limits = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used) + CRASHES, limits[1]))
    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, HANGS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
        resource.setrlimit(resource.RLIMIT_CPU, limits)


class Cost:
    """What a call takes: seconds of the processor, and MiB that the process held meanwhile, and more than before."""

    seconds = 0.0
    held = 0.0
    more = 0.0

    def of(self, call):
        """The result of the call, counted. A call that takes long is made again: what neighbours take is not its own."""
        forget_peak()
        before = peak()
        with giving_up():
            result = self._timed(call)
            taken = self.seconds
            for _ in range(2 if taken > SECONDS / 2 else 0):
                self._timed(call)
                taken = min(taken, self.seconds)
        self.seconds = taken if taken < SECONDS / 4 else taken / slowness()
        self.held = peak()
        self.more = self.held - before
        return result

    def _timed(self, call):
        begin = time.process_time()
        result = call()
        self.seconds = time.process_time() - begin
        return result
