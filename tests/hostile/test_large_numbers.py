"""No number of a spec makes a Python object of its size: every argument of every class is set to numbers that nothing holds."""

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hostile import large_numbers
from tests.hostile.harness import environment
from tests.hostile.large_numbers import classes, specs
from tests.patience import PATIENCE

COUNTING = ("hsplit", "array_split", "unstack", "meshgrid", "repeat", "one_hot", "StringLookup", "RepeatVector", "AUC")
PARTS = 8


def told(folder: Path, *arguments: str) -> list[str]:
    """The lines of the process that tries them."""
    script = str(Path(large_numbers.__file__))
    done = subprocess.run(
        [sys.executable, script, *arguments], cwd=folder, env=environment(folder), capture_output=True, text=True,
        timeout=3 * PATIENCE, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.splitlines()


def test_numbers_that_count_things_cost_no_time_and_no_memory(tmp_path):
    *wrong, tried = told(tmp_path, "1", "0", *COUNTING)
    assert wrong == []
    assert int(tried.removeprefix("tried ")) > 500


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_no_number_in_any_argument_costs_time_or_memory(part, tmp_path):
    *wrong, tried = told(tmp_path, str(PARTS), str(part))
    assert wrong == []
    assert int(tried.removeprefix("tried ")) > 5_000


def test_each_argument_is_tried_in_a_spec_that_can_be_read():
    chosen = [item for item in classes() if item[1] in (*COUNTING, "Adam", "RandomNormal", "EarlyStopping")]
    for kind, name, entry in chosen:
        tried = list(specs(kind, name, entry))
        assert {argument for argument, _, _ in tried} == set(entry.model_fields)
        for argument, value, text in tried:
            codes = {problem.code for problem in large_numbers.check_text(text).diagnostics}
            assert not any(code.startswith("MS1") for code in codes), (argument, value, text)


def test_a_limit_of_memory_is_one(tmp_path):
    code = "from tests.hostile.large_numbers import limit_memory; limit_memory(); [0] * 10**8"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "MemoryError" in done.stderr
    assert resource.getrlimit(resource.RLIMIT_AS)[0] == resource.RLIM_INFINITY
