"""Whatever validates can be trained for two steps: random specs over the whole catalogue go through `smoke`.

`make test` tries a few, `make test-slow` 10,000 in parts; `python -m tests.runtime.smoked PART PARTS` does the same.
"""

import pytest

from tests.runtime.smoked import COUNT, Smoked, by_value, noted, smoked

PARTS = 100
SAMPLE = (500_020, 510_000, 520_005, 520_011)


def test_a_sample_of_valid_specs_can_be_trained():
    found = smoked(SAMPLE)
    assert not found.failed, "\n\n".join(found.failed)
    assert found.count == len(SAMPLE)
    assert found.codes["good"] > 0


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS), ids=lambda part: f"part-{part}-of-{PARTS}")
def test_every_valid_spec_can_be_trained(part):
    found = smoked(range(part, COUNT, PARTS))
    print(found.words)
    assert not found.failed, "\n\n".join(found.failed[:20])
    assert found.count == COUNT // PARTS


def test_a_failure_that_nobody_told_would_be_found():
    result = Smoked()
    told = {
        "problems": [["MS614", "the model fails in 'dense': shapes"]],
        "text": "layers: []",
        "seconds": 1.0,
        "peak": 1.0,
    }
    noted(result, 7, told)
    noted(result, 8, {**told, "problems": [["MS600", "a bug"]]})
    noted(result, 9, {**told, "problems": []})
    assert [line.partition(":")[0] for line in result.failed] == ["7", "8"]
    assert result.codes == {"MS614": 1, "MS600": 1, "good": 1}


@pytest.mark.parametrize(
    ("code", "message", "text", "expected"),
    [
        ("MS611", "the loss of step 1 is nan", "", True),
        ("MS614", "it fails in 'a': Input 'in' must be non-negative! [Op:DenseBincount]", "ops.bincount", True),
        ("MS614", "it fails in 'a': Input 'in' must be non-negative! [Op:DenseBincount]", "Dense", False),
        ("MS614", "it fails in 'a': Incompatible shapes: [4,5] vs. [4,16]", "inputs: {x: [null, 4]}", True),
        ("MS614", "it fails in 'a': Incompatible shapes: [4,5] vs. [4,16]", "inputs: {x: [5, 4]}", False),
        ("MS612", "the output 'a' is another one", "ops.bincount", False),
    ],
)
def test_what_follows_from_the_values_is_named(code, message, text, expected):
    assert by_value(code, message, text) == expected
