"""Every text ends in diagnostics whose places are inside the file, whose help leads on, within time and memory.

`make test` checks a sample, `make test-slow` 10^6 texts in parts (`-k "part-3-of-100"`); `python -m tests.hostile.fuzz` does the same.
"""

import sys

import pytest

from tests.hostile.answered import Answering
from tests.hostile.bounds import MEBIBYTES, SECONDS
from tests.hostile.following import followed, misled
from tests.hostile.fuzz import COUNT, fuzz
from tests.hostile.texts import random_text
from tests.seams.names import CLOSEST, CLOSEST_ARGUMENT

PARTS = 100
SAMPLE = range(0, COUNT, 2500)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits are measured in /proc")


def test_a_sample_of_texts_is_answered_within_bounds():
    found = fuzz(SAMPLE)
    assert not found.faults, "\n\n".join(found.faults[:20])
    assert found.count == len(SAMPLE)
    assert found.followed > 20
    assert found.longest < SECONDS
    assert 0 < found.peak < MEBIBYTES


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS), ids=lambda part: f"part-{part}-of-{PARTS}")
def test_every_text_is_answered_within_bounds(part):
    found = fuzz(range(part, COUNT, PARTS))
    print(found.words)
    assert not found.faults, "\n\n".join(found.faults[:20])
    assert found.count == COUNT // PARTS


def test_a_text_is_the_same_for_the_same_number():
    assert [random_text(seed) for seed in range(50)] == [random_text(seed) for seed in range(50)]
    assert len({random_text(seed) for seed in range(50)}) > 40


def test_what_is_slow_large_dead_or_wrong_would_be_found():
    """The texts of this module are each answered with another fault."""
    found = fuzz(range(6), "tests.hostile.faulty")
    said = [fault.partition("\n")[0] for fault in found.faults]
    assert [line.partition(":")[0] for line in said] == ["1", "2", "3", "4", "5"], said
    for line, expected in zip(
        said,
        ("s of the processor", "MiB", "the process ended with -9", "no answer in 4 s", "raised KeyError"),
        strict=True,
    ):
        assert expected in line
    assert found.count == 6


TYPO = "modelspec: 1\ninputs: {x: [4]}\nlayers:\n  - Dense: {unitss: 3}\n"


def test_a_help_is_followed_at_its_place():
    from tests.hostile.answered import told_of

    (problem, *_) = [item for item in told_of(TYPO)[1] if item.code == "MS201"]
    assert followed(TYPO, problem) == TYPO.replace("unitss", "units")
    assert list(misled(TYPO, lambda text: told_of(text)[1], 2)) == []


def test_a_help_that_leads_to_an_error_would_be_found(monkeypatch):
    for seam in (CLOSEST, CLOSEST_ARGUMENT):
        monkeypatch.setattr(seam.path, lambda *_: "unit")
    monkeypatch.setattr("tests.hostile.answered.MEBIBYTES", 100_000)  # this process holds what other tests have loaded
    answering = Answering(2)
    faults, _ = answering.faults(TYPO)
    assert answering.followed == 1
    assert ["says \"did you mean 'unit'?\", which leads to MS201" in fault for fault in faults] == [True]


def test_a_name_that_only_other_copies_of_a_step_have_is_not_proposed():
    from modelspec.pipeline import check_text

    text = (
        "modelspec: 1\ninputs: {x: [4]}\nlayers:\n  - {Dense: 4, name: d_0}\n"
        "  - {ops.square: , from: d_$k, for: {k: [0, 1]}, name: s}\n  - {Add: , from: s_*}\n"
    )
    assert [problem.help for problem in check_text(text).diagnostics] == ["did you mean 'd_0'?"]


def test_modelspec_is_proposed_for_the_first_key_alone():
    from modelspec.pipeline import check_text

    text = "{}: 1\n{}: 1\ninputs: {{x: [4]}}\nlayers: [Dense: 4]\n"
    first, second = (check_text(text.format(*keys)).diagnostics for keys in (("modelspc", "x-a"), ("x-a", "modelspc")))
    assert any(problem.help == "did you mean 'modelspec'?" for problem in first)
    assert not any(problem.help == "did you mean 'modelspec'?" for problem in second)
