"""`train.checkpoint`: how often, and how many."""

import pytest

from modelspec.language.sections.checkpoint import CheckpointSpec, Every
from modelspec.pipeline import check_text
from tests.tiny import TINY


def checked(value):
    return check_text(TINY.replace("epochs: 2,", f"epochs: 2, checkpoint: {value},"), "spec.yaml")


def read(value):
    found = checked(value)
    assert found.ok, found.diagnostics
    return found.network.train.checkpoint


@pytest.mark.parametrize(
    ("text", "every"),
    [
        ("1 epoch", Every(1, "epochs", "1 epoch")),
        ("2 epochs", Every(2, "epochs", "2 epochs")),
        ("500 steps", Every(500, "steps", "500 steps")),
        ("1  step", Every(1, "steps", "1  step")),
        ("30 seconds", Every(30, "seconds", "30 seconds")),
        ("10 minutes", Every(600, "seconds", "10 minutes")),
        ("2 hours", Every(7200, "seconds", "2 hours")),
    ],
)
def test_how_often_is_a_number_and_what_is_counted(text, every):
    assert read(f"{{every: {text}, keep: 7}}") == CheckpointSpec(every, 7)


def test_what_is_left_out_is_five_minutes_and_three():
    assert read("{}") == CheckpointSpec(Every(300, "seconds", "5 minutes"), 3)
    assert read("{keep: 1}").keep == 1
    assert check_text(TINY, "spec.yaml").network.train.checkpoint == read("{}")


@pytest.mark.parametrize(
    ("value", "code", "words", "help"),
    [
        ("10 minutes", "MS203", "train.checkpoint: expected a mapping", "checkpoint: {every: 10 minutes, keep: 3}"),
        ("{every: 3}", "MS203", "expected a string; received 3", "`every: 500 steps`"),
        ("{every: 0 epochs}", "MS203", "received the string '0 epochs'", "`every: 1 epoch`"),
        ("{every: -5 steps}", "MS203", "received the string '-5 steps'", "`every: 1 epoch`"),
        ("{every: 1.5 epochs}", "MS203", "received the string '1.5 epochs'", "`every: 1 epoch`"),
        ("{every: epoch}", "MS203", "received the string 'epoch'", "`every: 1 epoch`"),
        ("{every: 5 minuts}", "MS203", "received the string '5 minuts'", "did you mean"),
        ("{every: 5 batches}", "MS203", "received the string '5 batches'", "`every: 500 steps`"),
        ("{every: 99999999999 steps}", "MS203", "received the string '99999999999 steps'", "`every"),
        ("{keep: 0}", "MS204", "train.checkpoint.keep: expected an integer of at least 1; received 0", None),
        ("{keep: all}", "MS203", "train.checkpoint.keep: expected an integer", None),
        ("{evry: 1 epoch}", "MS201", "unknown key 'evry'", "every"),
        ("{save_freq: 1 epoch}", "MS201", "unknown key", "`every`"),
    ],
)
def test_nonsense_is_told_where_it_stands(value, code, words, help):
    (problem,) = checked(value).diagnostics
    assert (problem.code, problem.span.line) == (code, 10)
    assert words in problem.message
    assert help is None or help in problem.help
