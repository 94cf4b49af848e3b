"""Progress from Python: lines, and the table of a notebook."""

import sys
import types

import pytest

from modelspec.runs.progress import Progress


def test_outside_of_a_notebook_no_step_is_asked_for():
    assert not Progress().wants_step()


def test_the_table_has_a_row_for_each_epoch_and_the_running_one():
    progress = Progress()
    progress.begin(3, 10, 0)
    progress.epoch(0, {"loss": 0.5, "val_loss": 0.25})
    progress.step(1, 4, {"loss": 0.125})
    progress.note("a < b")
    table = progress._repr_html_()
    assert table.count("<tr>") == 3
    assert "<th>epoch</th><th>loss</th><th>val_loss</th>" in table
    assert "<tr><th>1/3</th><td>0.5</td><td>0.25</td></tr>" in table
    assert "<tr><th>2/3, step 4/10</th><td>0.125</td><td></td></tr>" in table
    assert "<p>a &lt; b</p>" in table


def test_a_training_that_goes_on_counts_its_epochs_from_there():
    progress = Progress()
    progress.begin(5, 10, 3)
    progress.epoch(3, {"loss": 1.0})
    assert "<th>4/5</th>" in progress._repr_html_()
    assert repr(progress) == "epoch 4  loss 1"


@pytest.fixture
def notebook(monkeypatch):
    """What IPython has in a kernel, as far as it is used: a shell with a kernel, and a display that is updated in its place."""
    shown = []

    class Handle:
        def update(self, value):
            shown[-1] = value._repr_html_()

    def display(value, display_id=False):
        assert display_id
        shown.append(value._repr_html_())
        return Handle()

    ipython, module = types.ModuleType("IPython"), types.ModuleType("IPython.display")
    ipython.get_ipython = lambda: types.SimpleNamespace(kernel=object())
    module.display = display
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", module)
    return shown


def test_a_notebook_has_one_table_that_is_kept_up_to_date(notebook, capsys):
    progress = Progress()
    assert progress.wants_step()
    progress.begin(2, 10, 0)
    assert not progress.wants_step()
    progress.epoch(0, {"loss": 0.5})
    progress.ended("all 2 epochs are done")
    progress.end()
    assert len(notebook) == 1
    assert "<td>0.5</td>" in notebook[0]
    assert "all 2 epochs are done" in notebook[0]
    assert capsys.readouterr().out == ""
