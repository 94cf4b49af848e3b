"""Hypothesis profiles, and TensorFlow kept quiet; the profile comes from MODELSPEC_HYPOTHESIS (small or large)."""

import contextlib
import ctypes
import functools
import gc
import io
import os
import resource
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell starts what runs in the background with Ctrl-C ignored, and every process under test would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
if hasattr(signal, "SIGHUP"):
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # nohup ignores it
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
# TensorFlow leaves these kernels out on processors without AVX-512 by itself, and knows fewer convolutions then.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
# Its own allocator keeps for good, in blocks that double, the most that one large network ever took.
os.environ.setdefault("TF_ONEDNN_USE_SYSTEM_ALLOCATOR", "1")

settings.register_profile(
    "small", max_examples=20, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck)
)
settings.register_profile("large", max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck))
settings.load_profile(os.environ.get("MODELSPEC_HYPOTHESIS", "small"))


def pytest_addoption(parser):
    """`--bless` rewrites golden files instead of comparing with them."""
    parser.addoption("--bless", action="store_true", help="rewrite the files of tests/golden with what is printed now")


MEBIBYTES = 2500
"""What a process that runs tests may grow to: two of them have room beside what else a small machine does."""


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """What is imported to find the tests stays: the collector of garbage need not look through it again and again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.collect()
        gc.freeze()


@pytest.fixture(autouse=True, scope="module")
def forgotten():
    """After each module what Keras and TensorFlow keep of its models is let go; fails where the module took too much memory."""
    forget_peak()
    yield
    peak = peak_memory()
    if "keras" in sys.modules:
        sys.modules["keras"].backend.clear_session()
        forget_gradients()
    give_back()
    if "keras" in sys.modules:
        set_aside()
    assert peak < MEBIBYTES, f"this process has grown to {peak:.0f} MiB"


def pytest_collection_finish(session):
    """Thousands of tests stay to the end of the process: the collector of garbage need not look through them."""
    gc.collect()
    gc.freeze()


@functools.cache
def set_aside() -> None:
    """What TensorFlow's modules hold stays, too: to look through it takes a fifth of a second, at each module twice.

    Once only: what is set aside and becomes a ring of garbage afterwards stays for good.
    """
    gc.freeze()


def forget_peak() -> None:
    """Let the system begin a new measurement of the peak, where it can; elsewhere the peak is that of all modules so far."""
    with contextlib.suppress(OSError), open("/proc/self/clear_refs", "w") as file:
        file.write("5")


def peak_memory() -> float:
    """The peak in MiB, since `forget_peak` on Linux."""
    if sys.platform == "linux":
        with open("/proc/self/status") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmHWM")) / 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def forget_gradients() -> None:
    """Let go of gradients that functions defined for graphs: TensorFlow registers each for ever, and with it its whole graph."""
    registered = sys.modules["tensorflow.python.framework.ops"].gradient_registry._registry
    for name in [name for name in registered if name.startswith("CustomGradient")]:
        del registered[name]


def give_back() -> None:
    """Memory that nothing uses goes back to the system, which C libraries do by themselves at the end of the heap only."""
    gc.collect()
    gc.freeze()  # what is left now was imported or is kept for other modules
    if sys.platform == "linux":
        getattr(ctypes.CDLL(None), "malloc_trim", lambda _: 0)(0)


@pytest.fixture
def golden(request):
    """Compare a text with a file of tests/golden; `--bless` writes the file."""

    def compare(name: str, text: str) -> None:
        path = Path(__file__).parent / "golden" / name
        if request.config.getoption("--bless"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")
        assert path.is_file(), f"there is no {path}; `pytest --bless` writes it"
        assert text == path.read_bytes().decode("utf-8")

    return compare


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def cli(monkeypatch, capfd):
    """Run a command in this process, as the program would run it; returns its exit code and what it printed."""
    from modelspec.cli.app import main

    def run(*arguments: str, stdin: str | None = None) -> Done:
        monkeypatch.setattr(sys, "argv", ["modelspec", *arguments])
        if stdin is not None:
            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8"))
        capfd.readouterr()
        with pytest.raises(SystemExit) as leaving:
            main()
        out, err = capfd.readouterr()
        return Done(int(leaving.value.code or 0), out, err)

    return run


def as_users_have_it() -> dict[str, str]:
    """The environment without what spares memory in this process only."""
    return {name: value for name, value in os.environ.items() if name != "TF_ONEDNN_USE_SYSTEM_ALLOCATOR"}


@pytest.fixture
def program(tmp_path):
    """Run the real program in a process of its own, in an empty folder."""

    def run(*arguments: str, cwd: Path = tmp_path, env: dict[str, str] | None = None, timeout: float = 300) -> Done:
        command = [sys.executable, "-m", "modelspec", *arguments]
        environment = {**as_users_have_it(), **(env or {})}
        done = subprocess.run(
            command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=timeout, check=False,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
        return Done(done.returncode, done.stdout, done.stderr)

    return run
