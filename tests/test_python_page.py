"""Every example of the page on Python runs, in one program, and the page has every name that the package exports."""

import re
from pathlib import Path

import modelspec

PAGE = (Path(__file__).parent.parent / "docs" / "python.md").read_text(encoding="utf-8")


def test_the_examples_run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for name, text in re.findall(r"<!-- file: (\S+) -->\n```yaml\n(.*?)```", PAGE, re.DOTALL):
        Path(name).write_text(text)
    names = {}
    for example in re.findall(r"<!-- python -->\n```python\n(.*?)```", PAGE, re.DOTALL):
        exec(compile(example, "python.md", "exec"), names)
    out = capsys.readouterr().out
    assert "epoch 2/2  loss" in out
    assert Path("digits.csv").read_text().startswith("digit.0,digit.1,")


def test_every_function_is_on_the_page():
    functions = [name for name in modelspec.__all__ if callable(getattr(modelspec, name)) and name[0].islower()]
    assert len(functions) == 14
    assert set(functions) <= set(re.findall(r"modelspec\.(\w+)\(", PAGE))
