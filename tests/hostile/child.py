"""Runs inside the guarded process: validates files named on stdin, and tells how each went as a line of JSON.

Guarded means: limits of memory, processor time and written bytes; and an audit hook that notes whatever a validator has
no business doing. Must import nothing that a user's `modelspec validate` does not.
"""

import contextlib
import io
import json
import os
import resource
import sys
import sysconfig
import time

from tests.hostile.bounds import CRASHES, forget_peak, limit_memory, peak  # PYTHONPATH has the tests
from tests.patience import slowness

FORBIDDEN = (
    "socket.", "os.system", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "pty.spawn", "pickle.find_class",
    "ctypes.", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.chmod",
    "shutil.", "tempfile.", "urllib.", "ftplib.", "smtplib.", "webbrowser.", "mmap.",
)  # fmt: skip
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
LONG = 1.5
"""Seconds, most of what a row may take: what takes longer is timed again."""
IMPORTER = "<frozen importlib"
CODE = tuple({sysconfig.get_paths()[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")})


class Guard:
    """What has happened that should not have, since the last look."""

    def __init__(self):
        self.seen = []
        self.allowed = None
        self.silent = False

    def hook(self, event, arguments):
        if self.allowed is None or self.silent:
            return
        if event.startswith(FORBIDDEN):
            self.seen.append(f"{event} {arguments!r}"[:200])
        elif event == "marshal.loads" and not self.importing():
            self.seen.append(event)
        elif event == "open" and not self.opening(*arguments):
            self.seen.append(f"open {arguments!r}"[:200])

    def importing(self):
        """Whether the interpreter is importing a module."""
        frame, depth = sys._getframe(2), 0
        while frame is not None and depth < 60:
            if frame.f_code.co_filename.startswith(IMPORTER):
                return True
            frame, depth = frame.f_back, depth + 1
        return False

    def opening(self, path, mode, flags):
        if isinstance(path, int):
            return True
        writes = bool(flags & WRITING) or (isinstance(mode, str) and any(letter in mode for letter in "wax+"))
        # The project's own pyproject.toml names plugins; the spec cannot.
        own = os.fspath(path) == self.allowed or os.path.basename(path) == "pyproject.toml"
        return not writes and (own or self.importing())


def limit(memory):
    """Memory in MiB beyond what the process has now, and no byte into a file."""
    limit_memory(memory)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def limit_time(seconds):
    """Processor time from now on, after which the system ends the process."""
    resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + seconds, resource.RLIM_INFINITY))


def command(app, *arguments):
    """(exit code, stdout, stderr) of a command of the program."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = app(list(arguments), standalone_mode=False)
        except SystemExit as leaving:
            code = leaving.code
    return code, out.getvalue(), err.getvalue()


class Once:
    """Stands in for `check_file`: while `again`, it says what it has found last. A file that is told of twice is checked once."""

    def __init__(self, check):
        self.check, self.again, self.found = check, False, None

    def __call__(self, *arguments):
        if self.found is None or not self.again:
            self.found = None
            self.found = self.check(*arguments)
        return self.found


def timed(app, file):
    """What `validate` says of a file, and the seconds of an undisturbed processor that it took."""
    begin = time.process_time()
    said = command(app, "validate", file, "--format", "json")
    seconds = time.process_time() - begin
    return said, seconds if seconds < 0.5 else seconds / slowness()


def main():
    from typer.main import get_command

    from modelspec import pipeline
    from modelspec.cli.app import make_app
    from modelspec.cli.startup import start_soon

    start_soon(checks=True)  # as the program does for `validate`
    app = get_command(make_app(("validate",)))  # once: it takes longer than most answers
    once = pipeline.check_file = Once(pipeline.check_file)

    guard = Guard()
    sys.addaudithook(guard.hook)
    files = json.load(sys.stdin)
    command(app, "validate", files[0], "--format", "json")  # what every run imports
    limit(600)
    for file in files:
        guard.silent = True
        once.again, once.found = False, None
        limit_time(CRASHES)
        forget_peak()
        before = peak()
        guard.allowed, guard.seen, guard.silent = file, [], False
        print(json.dumps({"begun": file}), flush=True)
        (code, out, err), seconds = timed(app, file)
        guard.silent = True
        for _ in range(2 if seconds > LONG else 0):  # neighbours can only make it look worse
            seconds = min(seconds, timed(app, file)[1])
        memory = peak() - before
        guard.silent, once.again = False, True
        text_code, text_out, text_err = command(app, "validate", file)
        print(json.dumps({
            "file": file, "code": code, "json": out, "json_err": err, "text_code": text_code, "text": text_out + text_err,
            "seconds": seconds, "memory": memory, "seen": guard.seen, "tensorflow": "tensorflow" in sys.modules,
        }), flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
