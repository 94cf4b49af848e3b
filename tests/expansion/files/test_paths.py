"""`extends`, `--set` and `{spec: …}`: other files and the command line, each value with the place it is from."""

import pytest

from modelspec.pipeline import check_file

BASE = """\
modelspec: 1
vars: {width: 8}
inputs: {x: [4]}
layers:
  - Dense: {units: $width, activation: relu}
    name: body
  - Dense: 1
outputs: {y: {loss: mse, metrics: [mae]}}
train: {optimizer: {SGD: {learning_rate: 0.1}}, epochs: 3, batch_size: 16}
data: {train: {synthetic: 64}}
"""
TOWER = """\
modelspec: 1
vars: {units: 6}
inputs: {a: [4]}
shared: {enc: {Dense: $units}}
layers:
  - call: enc
  - Dense: 3
    repeat: 2
    name: top
outputs: {o: {from: top, loss: mse}}
"""
MAIN = """\
modelspec: 1
inputs: {x: [4], z: [4]}
models:
  tower: {spec: parts/tower.yaml}
layers:
  - {call: tower, from: x, name: p}
  - {call: tower, from: z, name: q}
  - Concatenate:
    from: [p, q]
"""


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Write files in an empty working folder."""
    monkeypatch.chdir(tmp_path)

    def made(**files):
        for name, text in files.items():
            path = tmp_path / (name.replace("__", "/") + ".yaml")
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)

    return made


def good(file, *overrides):
    checked = check_file(file, overrides=overrides)
    assert checked.diagnostics == ()
    assert checked.network is not None
    return checked.network


def told(file, *overrides):
    return [
        (item.code, item.span.file, item.span.line, item.span.column)
        for item in check_file(file, overrides=overrides).diagnostics
    ]


def spec(file, *overrides):
    return good(file, *overrides).network.spec


def test_a_spec_is_merged_over_its_base(write):
    write(base=BASE, child="modelspec: 1\nextends: base.yaml\nvars: {width: 5}\ntrain: {epochs: 7}\n")
    found = spec("child.yaml")
    assert found.model.steps[0].what.entry.units == 5
    assert (found.train.epochs, found.train.batch_size, found.name) == (7, 16, "child")


def test_lists_and_values_replace(write):
    write(base=BASE, child="modelspec: 1\nextends: base.yaml\nvars: {width: 1}\nlayers:\n  - Dense: $width\n")
    assert len(spec("child.yaml").model.steps) == 1


def test_another_object_or_source_replaces_the_one_of_the_base(write):
    child = "modelspec: 1\nextends: base.yaml\ntrain: {optimizer: {Adam: {beta_1: 0.8}}}\ndata: {train: {dataset: digits}}\n"
    write(base=BASE.replace("[4]", "[8, 8, 1]").replace("- Dense: {", "- Flatten\n  - Dense: {"), child=child)
    found = check_file("child.yaml").network.spec
    assert type(found.train.optimizer).__name__ == "Adam"
    assert found.data.sources["train"].kind == "dataset"


def test_the_same_object_is_merged(write):
    write(base=BASE, child="modelspec: 1\nextends: base.yaml\ntrain: {optimizer: {SGD: {momentum: 0.9}}}\n")
    optimizer = spec("child.yaml").train.optimizer
    assert (optimizer.learning_rate, optimizer.momentum) == (0.1, 0.9)


@pytest.mark.parametrize(
    ("below", "above", "expected"),
    [
        ("{spec: parts/tower.yaml, vars: {units: 2}}", "{inputs: {b: [4]}, layers: [{Dense: 7}]}", 7),
        ("{inputs: {b: [4]}, layers: [{Dense: 7}], outputs: dense}", "{spec: parts/tower.yaml}", 3),
        ("{inputs: {b: [4]}, layers: [{Dense: 7}]}", "{layers: [{Dense: 5}]}", 5),
        ("{inputs: {b: [4]}, layers: [{Dense: 7}]}", "{trainable: false}", 7),
    ],
)
def test_a_model_of_another_kind_replaces_the_one_of_the_base(write, below, above, expected):
    rest = "inputs: {x: [4]}\nlayers:\n  - call: tower\n"
    write(
        parts__tower=TOWER, base=f"modelspec: 1\nmodels: {{tower: {below}}}\n{rest}",
        child=f"modelspec: 1\nextends: base.yaml\nmodels: {{tower: {above}}}\n",
    )  # fmt: skip
    network = good("child.yaml")
    assert network.main.tensors[-1][0].shape == (None, expected)
    assert network.models["tower"].graph.trainable is (above != "{trainable: false}")


def test_bases_may_have_bases_each_from_its_own_folder(write):
    write(
        common__root=BASE,
        common__base="modelspec: 1\nextends: root.yaml\ntrain: {epochs: 4, seed: 3}\n",
        child="modelspec: 1\nextends: common/base.yaml\ntrain: {epochs: 5}\n",
    )
    train = spec("child.yaml").train
    assert (train.epochs, train.seed, train.batch_size) == (5, 3, 16)


def test_a_problem_stands_in_the_file_that_has_it(write):
    write(base=BASE.replace("relu", "rleu"), child="modelspec: 1\nextends: base.yaml\ntrain: {epoch: 7}\n")
    assert told("child.yaml") == [("MS207", "base.yaml", 5, 40), ("MS201", "child.yaml", 3, 9)]


def test_a_problem_in_another_file_shows_its_line(write, cli):
    write(base=BASE.replace("relu", "rleu"), child="modelspec: 1\nextends: base.yaml\n")
    done = cli("validate", "child.yaml")
    assert "base.yaml:5:40: error[MS207]" in done.err
    assert "  5 |   - Dense: {units: $width, activation: rleu}" in done.err


@pytest.mark.parametrize(
    ("extends", "code"),
    [
        ("none.yaml", "MS153"), ("/etc/passwd", "MS153"), ("../../../../etc/hosts.yaml", "MS153"), ("http://a/b.yaml", "MS153"),
        ("base.txt", "MS153"), ("3", "MS153"), ("[a.yaml]", "MS153"), ("~/a.yaml", "MS153"), ("child.yaml", "MS154"),
        ("one.yaml", "MS154"), ("folder.yaml", "MS153"),
    ],
)  # fmt: skip
def test_a_base_that_cannot_be_is_told_once(write, tmp_path, extends, code):
    (tmp_path / "folder.yaml").mkdir()
    write(child=f"modelspec: 1\nextends: {extends}\n", one="modelspec: 1\nextends: two.yaml\n",
          two="modelspec: 1\nextends: child.yaml\n")  # fmt: skip
    found = told("child.yaml")
    assert [item[0] for item in found] == [code]
    assert found[0][1:3] == (("two.yaml", 2) if extends == "one.yaml" else ("child.yaml", 2))


def test_a_base_below_the_working_folder_may_lie_beside_the_spec_s(write):
    write(bases__base=BASE, runs__child="modelspec: 1\nextends: ../bases/base.yaml\n")
    good("runs/child.yaml")


def test_a_long_chain_of_bases_ends(write):
    files = {f"b{n}": f"modelspec: 1\nextends: b{n + 1}.yaml\n" for n in range(30)}
    write(**files)
    assert [item[0] for item in told("b0.yaml")] == ["MS154"]


def test_set_changes_one_value(write):
    write(base=BASE)
    found = spec("base.yaml", "train.epochs=9", "vars.width=2", "train.optimizer.SGD.learning_rate=1e-3")
    assert (found.train.epochs, found.train.optimizer.learning_rate) == (9, 0.001)
    assert found.model.steps[0].what.entry.units == 2


def test_set_reads_yaml_and_the_last_one_holds(write):
    write(base=BASE)
    found = spec(
        "base.yaml",
        "train.optimizer={Adam: {learning_rate: 0.5}}",
        "train.epochs=2",
        "train.epochs=4",
        "name=a=b".replace("a=b", "ab"),
    )
    assert (type(found.train.optimizer).__name__, found.train.epochs, found.name) == ("Adam", 4, "ab")


def test_set_reaches_steps_by_number_and_by_name(write):
    write(base=BASE)
    assert spec("base.yaml", "layers[0].Dense.units=3", "vars={}").model.steps[0].what.entry.units == 3
    assert spec("base.yaml", "layers.body.Dense.units=4", "vars={}").model.steps[0].what.entry.units == 4
    assert spec("base.yaml", "layers.-1.Dense=1", "layers[1].name=last").model.steps[1].name == "last"


def test_set_may_name_what_the_file_leaves_out(write):
    write(base=BASE)
    found = spec("base.yaml", "train.seed=5", "data.validation.split=0.25", "budget.parameters=1e6")
    assert (found.train.seed, found.data.cuts["validation"].fraction, found.budget.parameters) == (5, 0.25, 1e6)


def test_a_path_of_a_setting_starts_from_the_working_folder(write):
    write(specs__main=MAIN, specs__parts__tower=TOWER, mine__tower=TOWER.replace("Dense: 3", "Dense: 5"))
    assert good("specs/main.yaml").main.tensors[-1][0].shape == (None, 6)
    found = good("specs/main.yaml", "models.tower={spec: mine/tower.yaml}")
    assert found.main.tensors[-1][0].shape == (None, 10)
    assert told("specs/main.yaml", "models.tower.spec=parts/tower.yaml") == [("MS153", "--set", 1, 19)]


def test_set_changes_a_base_as_well(write):
    write(base=BASE, child="modelspec: 1\nextends: base.yaml\n")
    assert spec("child.yaml", "vars.width=3").model.steps[0].what.entry.units == 3


@pytest.mark.parametrize(
    ("override", "code", "column"),
    [
        ("train.epoch=3", "MS201", 7), ("vars.widht=3", "MS155", 6), ("outputs.z.loss=mse", "MS155", 9), ("inputs.q=[3]", "MS155", 8),
        ("layers[9]=Flatten", "MS155", 7), ("layers.bdy.Dense.units=3", "MS155", 8), ("layers.1.Dense.units.more=3", "MS155", 22),
        ("train.epochs.more=3", "MS155", 14), ("train.epochs", "MS155", 1), ("=3", "MS155", 1), ("train.epochs={a", "MS155", 14),
        ("train.epochs=two", "MS203", 14), ("train.epochs=!!int 3", "MS155", 14), ("lyers=[Flatten]", "MS201", 1),
        ("train.epochs=3\nlayers: []", "MS155", 14),
    ],
)  # fmt: skip
def test_a_set_that_leads_nowhere_is_told_at_its_place_on_the_command_line(write, override, code, column):
    write(base=BASE)
    assert told("base.yaml", override) == [(code, "--set", 1, column)]


def test_a_set_shows_the_setting(write, cli):
    write(base=BASE)
    done = cli("validate", "base.yaml", "--set", "train.seed=1", "--set", "vars.widht=8")
    assert done.code == 1
    assert "--set:2:6: error[MS155]" in done.err
    assert "  2 | vars.widht=8" in done.err


def test_a_model_of_another_spec_is_a_nested_model(write):
    write(main=MAIN, parts__tower=TOWER)
    network = good("main.yaml")
    assert network.main.tensors[-1][0].shape == (None, 6)
    assert set(network.weights) >= {"tower/enc", "tower/top_1", "tower/top_2"}


def test_its_variables_can_be_set(write):
    write(main=MAIN.replace("tower.yaml}", "tower.yaml, vars: {units: 2}, trainable: false}"), parts__tower=TOWER)
    network = good("main.yaml")
    assert [weight.shape for weight in network.weights["tower/enc"]] == [(4, 2), (2,)]
    assert network.models["tower"].graph.trainable is False


def test_names_inside_another_spec_do_not_meet_those_outside(write):
    main = MAIN.replace("models:", "shared: {enc: {Dense: 9}}\nmodels:") + "  - {call: enc, name: e}\n"
    write(main=main, parts__tower=TOWER)
    network = good("main.yaml")
    assert [network.weights[path][0].shape for path in ("enc", "tower/enc")] == [(6, 9), (4, 6)]


def test_specs_may_take_models_of_specs(write):
    write(
        main=MAIN.replace("tower.yaml", "outer.yaml"), parts__tower=TOWER,
        parts__outer="modelspec: 1\ninputs: {b: [4]}\nmodels: {inner: {spec: tower.yaml}}\nlayers:\n  - call: inner\n",
    )  # fmt: skip
    assert "tower/inner/enc" in good("main.yaml").weights


def test_a_problem_in_it_names_both_files(write):
    write(main=MAIN, parts__tower=TOWER.replace("- Dense: 3", "- Dense: {unit: 3}"))
    (found,) = check_file("main.yaml").diagnostics
    assert (found.code, found.span.file, found.span.line) == ("MS201", "parts/tower.yaml", 7)
    note = found.related[-1]
    assert (note.span.file, note.span.line, note.span.column) == ("main.yaml", 4, 17)
    assert "the same in 1 more" in found.related[0].message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{spec: parts/none.yaml}", ("MS153", "main.yaml", 4, 17)), ("{spec: 3}", ("MS153", "main.yaml", 4, 17)),
        ("{spec: main.yaml}", ("MS154", "main.yaml", 4, 17)), ("{spec: parts/tower.yaml, layers: []}", ("MS201", "main.yaml", 4, 35)),
        ("{spec: parts/tower.yaml, vars: {unit: 3}}", ("MS142", "main.yaml", 4, 42)),
        ("{spec: parts/tower.yaml, vars: 3}", ("MS203", "main.yaml", 4, 41)),
        ("{spec: parts/part.yaml}", ("MS202", "parts/part.yaml", 1, 1)),
    ],
)  # fmt: skip
def test_a_mistake_in_taking_a_model_is_told_once(write, text, expected):
    write(
        main=MAIN.replace("{spec: parts/tower.yaml}", text),
        parts__tower=TOWER,
        parts__part="inputs: {x: [4]}\nlayers: [Flatten]\n",
    )
    assert told("main.yaml") == [expected]


def test_models_that_take_each_other_are_told(write):
    write(
        main=MAIN.replace("tower.yaml", "a.yaml"),
        parts__a="modelspec: 1\ninputs: {x: [4]}\nmodels: {m: {spec: b.yaml}}\nlayers: [{call: m}]\n",
        parts__b="modelspec: 1\ninputs: {x: [4]}\nmodels: {m: {spec: a.yaml}}\nlayers: [{call: m}]\n",
    )
    assert told("main.yaml") == [("MS154", "parts/b.yaml", 3, 20)]


def test_how_many_models_are_taken_is_bounded(write):
    files = {
        f"m{n}": "modelspec: 1\ninputs: {x: [4]}\nmodels:\n"
        + "".join(f"  a{k}: {{spec: m{n + 1}.yaml}}\n" for k in range(4)) + "layers:\n  - call: a0\n"
        for n in range(12)
    }  # fmt: skip
    write(**files, m12="modelspec: 1\ninputs: {x: [4]}\nlayers: [Flatten]\n")
    assert "MS154" in {item[0] for item in told("m0.yaml")}


def test_what_is_shown_is_the_same_network(write, cli):
    main = MAIN + "  - Dense: $(n * 2)\n    for: {n: [1, 2]}\n    name: d\noutputs: {d: {loss: mse}}\n"
    write(main=main, parts__tower=TOWER)
    shown = cli("show", "main.yaml")
    assert shown.code == 0
    again = cli("show", "-", stdin=shown.out)
    assert (again.code, again.out) == (0, shown.out)
    write(shown=shown.out)
    assert good("shown.yaml").weights == good("main.yaml").weights


def test_origins_tell_file_variable_block_and_setting(write, cli):
    child = "modelspec: 1\nextends: base.yaml\nblocks: {b: {layers: [{Dense: $width}]}}\nlayers:\n  - block: b\n    repeat: 2\n  - Dense: 1\n"
    write(base=BASE, child=child)
    out = cli("show", "child.yaml", "--origin", "--set", "train.epochs=5").out
    lines = {line.split("#")[0].strip(): line.split("# ")[1] for line in out.splitlines() if "# " in line}
    assert lines["batch_size: 16"] == "base.yaml:9"
    assert lines["epochs: 5"] == "--set:1"
    assert "the variable 'width', base.yaml:2" in lines["- Dense: 8"]
    assert "in the block 'b', child.yaml:5; in copy 2 of 2, child.yaml:6" in lines["- Dense: 8"]


def test_a_spec_with_errors_is_not_shown(write, cli):
    write(base=BASE.replace("relu", "rleu"))
    done = cli("show", "base.yaml")
    assert (done.code, done.out) == (1, "")
    assert "MS207" in done.err


def test_show_as_json_is_the_plain_spec(write, cli):
    import json

    write(base=BASE)
    found = json.loads(cli("show", "base.yaml", "--format", "json").out)
    assert found["layers"][0] == {"Dense": {"units": 8, "activation": "relu"}, "name": "body"}
    assert cli("show", "base.yaml", "--format", "json", "--origin").code == 2


def test_a_path_in_a_base_starts_from_the_base_s_folder(write, tmp_path):
    base = BASE.replace("{synthetic: 64}", "{csv: rows.csv}")
    write(common__base=base, child="modelspec: 1\nextends: common/base.yaml\n")
    source = check_file("child.yaml").network.spec.data.sources["train"].entry
    assert source.path == "common/rows.csv"
    assert check_file("common/base.yaml").network.spec.data.sources["train"].entry.path == "rows.csv"
