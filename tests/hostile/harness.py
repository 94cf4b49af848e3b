"""Runs rows through a guarded process; says how each went."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.hostile.row import Row

CHILD = Path(__file__).with_name("child.py")
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Outcome:
    """How one input went."""

    code: int
    report: dict[str, Any]
    text_code: int
    text: str
    seconds: float
    memory: float
    seen: list[str]
    tensorflow: bool

    @property
    def places(self) -> str:
        """`CODE line:column` of the diagnostics; warnings about the model itself are left out."""
        told = [
            item for item in self.report["diagnostics"] if item["severity"] == "error" or item["code"].startswith("MS1")
        ]
        return "; ".join(f"{item['code']} {item['line']}:{item['column']}" for item in told)


def environment(home: Path) -> dict[str, str]:
    """No more than a container would set."""
    return {
        "PATH": os.environ.get("PATH", ""),
        "HOME": str(home),
        "PYTHONPATH": str(ROOT),
        "LANG": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def run(rows: Iterable[Row], folder: Path) -> dict[str, Outcome | str]:
    """The outcome of each row by its name, or in words how the process ended in the middle of it."""
    empty = folder / "empty"
    empty.mkdir()
    names: dict[str, str] = {}
    for number, row in enumerate(rows):
        path = folder / f"{number}.yaml"
        path.write_bytes(row.data)
        names[str(path)] = row.name
    outcomes: dict[str, Outcome | str] = {}
    waiting = list(names)
    while waiting:
        done = subprocess.run(
            [sys.executable, str(CHILD)], input=json.dumps(waiting), cwd=empty, env=environment(empty),
            capture_output=True, text=True, timeout=900, check=False,
        )  # fmt: skip
        begun = None
        for line in done.stdout.splitlines():
            told = json.loads(line)
            if "begun" in told:
                begun = told["begun"]
                continue
            report = json.loads(told["json"]) if told["json"] else {"diagnostics": []}
            outcomes[names[told["file"]]] = Outcome(
                told["code"], report, told["text_code"], told["text"], told["seconds"], told["memory"], told["seen"],
                told["tensorflow"],
            )  # fmt: skip
            waiting.remove(told["file"])
        if not waiting:
            break
        failed = begun if begun in waiting else waiting[0]
        outcomes[names[failed]] = f"the process ended with {done.returncode}: {done.stderr[-2000:]}"
        waiting.remove(failed)
    assert not list(empty.iterdir())
    return outcomes
