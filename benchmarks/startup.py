"""What the first word of `modelspec` promises: how long a command takes beside a Python that does nothing, or only reads YAML.

Processor time of whole processes, in turns, as in `validation`.
"""

import os
import statistics

from benchmarks.measure import MODELSPEC, PYTHON, ROOT
from benchmarks.validation import processor_seconds

COMPLETING = {"_MODELSPEC_COMPLETE": "complete_bash", "COMP_WORDS": "modelspec train --", "COMP_CWORD": "2"}
COMMANDS = {
    "pass": [PYTHON, "-c", "pass"],
    "yaml": [PYTHON, "-c", "import yaml"],
    "--version": [MODELSPEC, "--version"],
    "--help": [MODELSPEC, "--help"],
    "completion": ["env", *(f"{name}={value}" for name, value in COMPLETING.items()), MODELSPEC],
    "mlp": [MODELSPEC, "validate", str(ROOT / "specs" / "mlp.yaml")],
    "ResNet50": [MODELSPEC, "validate", str(ROOT / "specs" / "applications" / "resnet50.yaml")],
    "specs/": [MODELSPEC, "validate", str(ROOT / "specs")],
}
PROMISES = (
    ("--version", "pass", 2.5),
    ("--help", "pass", 2.5),
    ("completion", "pass", 2.5),
    ("mlp", "yaml", 4.0),
    ("ResNet50", "mlp", 1.4),
    ("specs/", "mlp", 5.0),
)
"""What is measured, beside what, and the most that it may take of it."""


def startup(times, folder, report):
    """Each command in turns, the first turn to warm up."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    taken = {name: [] for name in COMMANDS}
    for turn in range(2 * times + 1):
        for name, command in COMMANDS.items():
            seconds = processor_seconds(command, folder)
            if turn:
                taken[name].append(seconds)
    median = {name: statistics.median(several) for name, several in taken.items()}
    for ours, theirs, most in PROMISES:
        report(f"{ours} / {theirs}", median[ours], median[theirs], "s", most)
