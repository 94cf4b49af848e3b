"""The shipped specs learn: every one trains, and the loss of those that carry a rule falls well below its start."""

import json
import re
from pathlib import Path

import pytest

from tests.chosen import chosen

SPECS = Path(__file__).parents[3] / "specs"


def shortened(name, **values):
    """The text of a shipped spec with some of its numbers replaced: `epochs`, `samples`, `batch_size`."""
    text = (SPECS / f"{name}.yaml").read_text()
    for key, value in values.items():
        pattern = r"(train: \{synthetic: )\d+" if key == "samples" else rf"(\b{key}: )\d+"
        text, count = re.subn(pattern, rf"\g<1>{value}", text)
        assert count, key
    return text


def train(cli, folder, text):
    """Train a spec; its losses epoch by epoch, and its metrics."""
    (folder / "spec.yaml").write_text(text)
    done = cli("train", str(folder / "spec.yaml"), "--run-dir", str(folder / "run"))
    assert (done.code, done.err) == (0, ""), done
    history = [json.loads(line) for line in (folder / "run" / "history.jsonl").read_text().splitlines()]
    return history, json.loads((folder / "run" / "metrics.json").read_text())


_FALLING = [
    ("mlp", {"epochs": 3}, 0.4),
    ("mnist_cnn", {"epochs": 3}, 0.5),
    ("headline", {"samples": 256, "epochs": 4}, 0.6),
    ("tweets", {"samples": 96, "batch_size": 16, "epochs": 4}, 0.7),
    ("shared_vision", {"epochs": 5}, 0.7),
    ("nodes", {"samples": 64, "epochs": 6}, 0.5),
]


@pytest.mark.parametrize(
    ("spec", "changes", "part"),
    chosen(_FALLING, _FALLING[:1]),
)
def test_the_loss_falls_well_below_its_start(cli, tmp_path, spec, changes, part):
    history, _ = train(cli, tmp_path, shortened(spec, **changes))
    losses = [row["loss"] for row in history]
    assert losses[-1] < part * losses[0], losses


_OTHERS = [
    ("mlp_reused", {"epochs": 1}),
    ("mlp_over_time", {"epochs": 2, "samples": 128}),
    ("inception", {"epochs": 1, "samples": 1}),
    ("residual", {"epochs": 2, "samples": 4}),
    ("channels_first", {"epochs": 2}),
]


@pytest.mark.parametrize(("spec", "changes"), chosen(_OTHERS, [_OTHERS[0], _OTHERS[1]]))
def test_every_other_spec_trains(cli, tmp_path, spec, changes):
    history, _ = train(cli, tmp_path, shortened(spec, **changes))
    assert len(history) == changes["epochs"]
    assert all(value == value for row in history for value in row.values())


def test_digits_are_recognised(cli, tmp_path):
    _, metrics = train(cli, tmp_path, shortened("digits", epochs=12))
    assert metrics["test"]["outputs"]["digit"]["accuracy"] >= 0.97
    assert metrics["validation"]["outputs"]["digit"]["accuracy"] >= 0.97
