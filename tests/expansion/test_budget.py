"""A few hundred bytes stand for no more than the limits say, however their values are multiplied."""

from time import process_time

import pytest

from modelspec import check

HEAD = "modelspec: 1\ninputs: {x: [4]}\n"


def chain(count, text, last):
    """Variables, each written with the next."""
    lines = [f"  v{index}: {text.format(f'v{index + 1}')}" for index in range(count)]
    return HEAD + "vars:\n" + "\n".join(lines) + f"\n  v{count}: {last}\nlayers:\n  - Dense: $v0\n"


def blocks(count, step, last):
    """Blocks, each using the next."""
    lines = [f"  b{index}: {{params: [p], layers: [{step.format(f'b{index + 1}')}]}}" for index in range(count)]
    end = f"\n  b{count}: {{params: [p], layers: [{{Dense: {last}}}]}}\nlayers:\n  - {{block: b0, with: {{p: 1}}}}\n"
    return HEAD + "blocks:\n" + "\n".join(lines) + end


def told(text, tmp_path):
    path = tmp_path / "s.yaml"
    path.write_text(text)
    start = process_time()
    found = [item.code for item in check(str(path)) if item.severity == "error"]
    assert process_time() - start < 10
    return found


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (chain(30, "[${0}, ${0}]", "[1]"), "MS109"),
        (chain(30, "$([{0}, {0}])", "[1]"), "MS109"),
        (chain(30, "{{a: ${0}, b: ${0}}}", "1"), "MS109"),
        (chain(30, '"${0}${0}"', "abc"), "MS143"),
        (chain(300, "[${0}]", "1"), "MS109"),
        (chain(300, "$({0} if true else 1)", "1"), "MS143"),
        (chain(2_000, "${0}", "$v0"), "MS143"),
        (blocks(22, "{{block: {0}, with: {{p: [$p, $p]}}}}", "$p"), "MS109"),
        (blocks(400, "{{block: {0}, with: {{p: $p}}}}", "1"), "MS109"),
        (HEAD + "layers:\n" + "  - Dense: $([0] * 10000)\n" * 500, "MS109"),
    ],
)
def test_what_grows_when_it_is_written_out_is_refused_before_it_does(text, code, tmp_path):
    assert told(text, tmp_path)[0] == code


@pytest.mark.parametrize(
    "text",
    [
        chain(2_000, "${0}", "3"),
        chain(2_000, "$({0} + 1)", "3"),
        chain(20, "$({0} if true else 1)", "3"),
        blocks(15, "{{block: {0}, with: {{p: $p}}}}", "$p"),
    ],
)
def test_long_chains_that_grow_to_little_are_written_out(text, tmp_path):
    assert told(text, tmp_path) == []


def test_a_variable_that_is_not_needed_makes_no_circle(tmp_path):
    text = HEAD + "vars: {a: $(1 if true else b), b: $a}\nlayers:\n  - Dense: $b\n"
    assert told(text, tmp_path) == []


def test_many_unknown_names_are_told_in_linear_time(tmp_path):
    names = ", ".join(f"$name{index}" for index in range(20_000))
    text = HEAD + f"vars: {{width: 3, all: [{names}]}}\nlayers:\n  - Dense: $width\n"
    assert len(told(text, tmp_path)) == 20_000


ALIASES = "x-a: &a [" + "1, " * 250 + "]\nx-b: [" + "*a, " * 200 + "]\n"
"""50,200 values written out."""
MANY = "x-a: [" + "1, " * 70_000 + "]\n"
SMALL = "modelspec: 1\ninputs: {a: [4]}\nlayers: [{Dense: 4, name: d}]\noutputs: {o: d}\n"


def files(tmp_path, main, **others):
    """The errors of a spec among other files."""
    for name, text in others.items():
        (tmp_path / f"{name}.yaml").write_text(text)
    path = tmp_path / "s.yaml"
    path.write_text(main)
    start = process_time()
    found = [item for item in check(str(path)) if item.severity == "error"]
    assert process_time() - start < 10
    return [(item.code, item.span.line, item.span.column) for item in found], found


@pytest.mark.parametrize(("values", "flag"), [(ALIASES, "--max-expanded-nodes"), (MANY, "--max-nodes")])
class TestFilesOfOneSpec:
    """What several files hold is counted together, though each is within the limits."""

    def test_one_of_them_is_within_the_limits(self, tmp_path, values, flag):
        assert files(tmp_path, SMALL + values) == ([], [])

    def test_bases_count_with_what_extends_them(self, tmp_path, values, flag):
        chain = {f"b{number}": f"extends: b{number + 1}.yaml\n{values}" for number in range(6)}
        told, found = files(tmp_path, "extends: b0.yaml\n" + SMALL + values, **chain, b6=SMALL)
        assert told == [("MS109", 1, 10)]
        assert flag in found[0].help

    def test_models_from_other_files_count_with_the_spec(self, tmp_path, values, flag):
        models = "".join(f"  m{number}: {{spec: other.yaml}}\n" for number in range(150))
        told, found = files(tmp_path, SMALL + "models:\n" + models, other=SMALL + values)
        assert told == [("MS109", 1, 1)]
        assert flag in found[0].help
        assert found[0].span.file.endswith("other.yaml")

    def test_bases_of_models_from_other_files_count(self, tmp_path, values, flag):
        other = {"other": "extends: base.yaml\n" + SMALL + values, "base": SMALL + values}
        models = "models:\n  m: {spec: other.yaml}\n  n: {spec: other.yaml}\n"
        told, found = files(tmp_path, SMALL + models, **other)
        assert [code for code, _, _ in told] == ["MS109"]
        assert flag in found[0].help
