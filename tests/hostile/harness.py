"""Runs rows through a guarded process; says how each went."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Thread, Timer
from typing import Any

from tests.hostile.row import Row
from tests.patience import PATIENCE

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


def run(rows: Iterable[Row], folder: Path, child: Path = CHILD, silence: float = PATIENCE) -> dict[str, Outcome | str]:
    """The outcome of each row by its name, or in words how the process ended in the middle of it.

    All rows together may take as long as they do. A process that says nothing for `silence` seconds hangs.
    """
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
        process = subprocess.Popen(
            [sys.executable, str(child)], cwd=empty, env=environment(empty), text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        errors: list[str] = []
        hung: list[str] = []
        reader = Thread(target=lambda process=process, errors=errors: errors.append(process.stderr.read()))
        reader.start()
        begun = None
        with process:
            for told in _told(process, json.dumps(waiting), silence, hung):
                if "begun" in told:
                    begun = told["begun"]
                    continue
                report = json.loads(told["json"]) if told["json"] else {"diagnostics": []}
                outcomes[names[told["file"]]] = Outcome(
                    told["code"], report, told["text_code"], told["text"], told["seconds"], told["memory"], told["seen"],
                    told["tensorflow"],
                )  # fmt: skip
                waiting.remove(told["file"])
            process.wait()
            reader.join()
        if not waiting:
            break
        failed = begun if begun in waiting else waiting[0]
        why = hung or [f"the process ended with {process.returncode}: {errors[0][-2000:]}"]
        outcomes[names[failed]] = why[0]
        waiting.remove(failed)
    assert not list(empty.iterdir())
    return outcomes


def _told(process: subprocess.Popen[str], question: str, silence: float, hung: list[str]) -> Iterator[dict[str, Any]]:
    """What the process says, line by line; one that says nothing for so long is ended, and `hung` says so."""
    assert process.stdin is not None
    assert process.stdout is not None

    def end() -> None:
        hung.append(f"the process said nothing for {silence:g} s")
        process.kill()

    while True:
        watch = Timer(silence, end)
        watch.start()
        try:
            if not process.stdin.closed:
                process.stdin.write(question)
                process.stdin.close()
            line = process.stdout.readline()
        except BrokenPipeError:
            return  # it has ended before it was asked
        finally:
            watch.cancel()
        if not line.endswith("\n"):
            return
        yield json.loads(line)
