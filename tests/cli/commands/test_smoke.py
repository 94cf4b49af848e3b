"""`modelspec smoke`: specs that hold together, and those that do not."""

from pathlib import Path

import pytest

from tests.chosen import chosen

SPECS = Path(__file__).parents[3] / "specs"
HEAD = "modelspec: 1\ninputs: {x: [4]}\nlayers:\n"
TAIL = "outputs: {y: {loss: mse}}\ntrain: {optimizer: sgd}\n"


def spec(tmp_path, layers, tail=TAIL):
    path = tmp_path / "spec.yaml"
    path.write_text(HEAD + layers + tail)
    return str(path)


SHIPPED = ("mlp", "mlp_reused", "mlp_over_time", "headline", "tweets", "nodes", "residual", "shared_vision", "digits")


@pytest.mark.parametrize("name", chosen(SHIPPED, ("residual", "shared_vision")))
def test_a_shipped_spec_holds_together(name, cli):
    done = cli("smoke", str(SPECS / f"{name}.yaml"))
    assert done.code == 0, done.err
    assert "every weight learns, save and load agree" in done.out


def test_several_specs_are_tried_one_after_the_other(cli):
    done = cli("smoke", *(str(SPECS / f"{name}.yaml") for name in ("mlp", "mlp_reused")))
    assert done.code == 0, done.err
    assert done.out.count("every weight learns, save and load agree") == 2


def test_a_spec_without_a_loss_is_tried_too(tmp_path, cli):
    assert cli("smoke", spec(tmp_path, "  - Dense: 3\n    name: y\n", "outputs: {y: {}}\n")).code == 0


def test_a_weight_without_a_gradient_is_named_with_its_line(tmp_path, cli):
    path = spec(tmp_path, "  - Dense: 3\n    name: hidden\n  - ops.stop_gradient\n  - Dense: 1\n    name: y\n")
    done = cli("smoke", path)
    assert done.code == 1
    assert f"{path}:4:5: error[MS610] the weight 'hidden/kernel' receives no gradient" in done.err
    assert "'hidden/bias'" in done.err
    assert "'y/" not in done.err


def test_a_frozen_weight_needs_no_gradient(tmp_path, cli):
    layers = "  - Dense: {units: 3, trainable: false}\n  - ops.stop_gradient\n  - Dense: 1\n    name: y\n"
    assert cli("smoke", spec(tmp_path, layers)).code == 0


def test_a_loss_that_is_not_finite_is_told(tmp_path, cli):
    done = cli("smoke", spec(tmp_path, "  - Dense: 1\n  - ops.multiply: 0\n  - ops.log:\n    name: y\n"))
    assert done.code == 1
    assert "error[MS611]" in done.err


def test_several_specs_are_all_tried_and_one_failure_fails(tmp_path, cli):
    broken = tmp_path / "broken.yaml"
    broken.write_text("modelspec: 1\ninputs: {x: [4]}\nlayers:\n  - Dense: none\n")
    done = cli("smoke", str(broken), spec(tmp_path, "  - Dense: 1\n    name: y\n"))
    assert done.code == 1
    assert "error[MS203]" in done.err
    assert "every weight learns" in done.out


def test_numbers_that_are_drawn_anew_at_each_call_are_no_fault_of_saving(tmp_path, cli):
    path = tmp_path / "spec.yaml"
    path.write_text(
        "modelspec: 1\ninputs: {x: {shape: [8, 8, 3], batch_size: 4}}\nlayers:\n"
        "  - Conv2D: {filters: 3, kernel_size: 3}\n  - ops.image.elastic_transform\n  - Flatten\n  - Dense: 1\n    name: y\n"
        + TAIL
    )
    done = cli("smoke", str(path))
    assert done.code == 0, done.err
