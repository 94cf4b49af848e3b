"""No small edit of any spec ends in a failure of modelspec, and no misspelt name passes in silence.

`make test` tries some edits of each small text, chosen by a fixed seed; `make test-slow` tries all edits of all texts.
"""

import random
import time

import pytest

import modelspec.checks
from modelspec.checks import CHECKS
from modelspec.pipeline import check_text
from tests.edits.edits import edits
from tests.edits.judged import before, faults, silent
from tests.edits.sources import Source, sources
from tests.hostile.bounds import SECONDS
from tests.seams.names import SORT_DIAGNOSTICS

SMALL = 1500
"""Characters of a text whose edits are answered in milliseconds."""
OF_EACH = 2
BY_NAME = {source.name: source for source in sources()}
GOOD = Source(
    "good",
    "modelspec: 1\ninputs: {x: [4]}\nlayers:\n  - Dense: {units: 3, activation: relu}\n    name: a\n"
    "  - Dense: 1\n    name: y\n    from: a\noutputs: {y: {loss: mse, metrics: [mae]}}\ntrain: {optimizer: adam}\n",
    ".",
)


def told(source, chosen):
    """Every fault, with the edit that led to it."""
    return [f"{source.name}:{edit.line}: {edit.kind}: {fault}" for edit in chosen for fault in faults(source, edit)]


def test_a_sample_of_small_edits_is_answered():
    found, count = [], 0
    for source in sources():
        if len(source.text) <= SMALL:
            choose = random.Random(source.text)  # what is chosen of one text does not change with the others
            every = list(edits(source.text))
            named = [edit for edit in every if edit.role is not None]
            chosen = choose.sample(every, min(OF_EACH, len(every))) + choose.sample(named, min(1, len(named)))
            count += len(chosen)
            found += told(source, chosen)
    assert count > 700
    assert not found, "\n".join(found)


@pytest.mark.slow
@pytest.mark.parametrize("name", BY_NAME)
def test_every_small_edit_is_answered(name):
    source = BY_NAME[name]
    found = told(source, edits(source.text))
    assert not found, "\n".join(found[:20])


def test_every_kind_of_name_is_misspelt_somewhere():
    roles = {
        edit.role
        for source in sources()
        if len(source.text) <= SMALL and before(source)[1]
        for edit in edits(source.text)
    }
    assert roles >= {
        "key", "argument", "from", "call", "block", "layers", "loss", "metrics", "optimizer", "monitor", "freeze", "variable",
        "dtype", "value", "spec",
    }  # fmt: skip


def test_a_failure_would_be_found(monkeypatch):
    def fail(network):
        raise KeyError("x")
        yield

    assert before(GOOD)[1]
    monkeypatch.setattr(modelspec.checks, "CHECKS", (*CHECKS, fail))
    assert any("the check fail fails" in fault for edit in edits(GOOD.text) for fault in faults(GOOD, edit))


def test_a_slow_and_a_large_answer_would_be_found(monkeypatch):
    def answer(text, *arguments, **folder):
        _busy(SECONDS / 3) if "loss: null" in text else None
        held = bytearray(b"1") * (400 * 2**20) if "loss: []" in text else None
        del held
        return check_text(text, *arguments, **folder)

    before(GOOD)
    monkeypatch.setattr("tests.edits.judged.check_text", answer)
    monkeypatch.setattr("tests.edits.judged.SECONDS", SECONDS / 4)  # the bound itself is but a number
    monkeypatch.setattr("tests.hostile.bounds.SECONDS", SECONDS / 4)
    monkeypatch.setattr("tests.hostile.bounds.slowness", lambda: 1.0)  # however busy the machine is
    found = {
        edit.text.partition("loss: ")[2][:4]: faults(GOOD, edit)
        for edit in edits(GOOD.text)
        if "loss: null" in edit.text or "loss: []" in edit.text
    }
    assert ["s of the processor" in fault for fault in found["null"]] == [True]
    assert ["MiB" in fault for fault in found["[], "]] == [True]


def _busy(seconds):
    begin = time.process_time()
    while time.process_time() - begin < seconds:
        pass


def test_silence_would_be_found(monkeypatch):
    named = [edit for edit in edits(GOOD.text) if edit.role is not None]
    assert before(GOOD)[1]
    monkeypatch.setattr(SORT_DIAGNOSTICS.path, lambda problems: ())
    assert len(named) > 10
    assert all(list(silent(GOOD, edit, check_text(edit.text))) for edit in named)


@pytest.mark.parametrize("command", ["validate", "summary", "show"])
def test_the_program_answers_edits_as_the_library_does(command, cli, tmp_path):
    for edit in random.Random(3).sample(list(edits(GOOD.text)), 12):
        (tmp_path / "spec.yaml").write_text(edit.text)
        done = cli(command, str(tmp_path / "spec.yaml"))
        assert done.code in (0, 1), (edit, done)
        assert "bug" not in done.err
