"""Starting Keras: what is too old, or not TensorFlow, is told before anything else."""

import pytest

from modelspec.diagnostics import SpecError
from modelspec.runtime.start import _require_version


@pytest.mark.parametrize("version", ["3.8.0", "3.15.0", "2.15.0", "3.9"])
def test_a_keras_with_known_holes_is_refused(version):
    with pytest.raises(SpecError, match=r"needs 3\.15\.1 or newer"):
        _require_version(version)


@pytest.mark.parametrize("version", ["3.15.1", "3.16.0", "4.0.0", "3.15.1.dev20261101"])
def test_a_newer_keras_is_taken(version):
    _require_version(version)


def test_the_refused_backend_is_named(tmp_path, program):
    (tmp_path / "a.yaml").write_text("modelspec: 1\ninputs: {x: [2]}\nlayers: [Flatten]\n")
    done = program("build", "a.yaml", "-o", "m.keras", env={"KERAS_BACKEND": "jax"})
    assert done.code == 1
    assert "error[MS601] KERAS_BACKEND is 'jax'" in done.err
