"""The specs and templates that are shipped are told nothing."""

from pathlib import Path

import pytest

from modelspec.pipeline import check_file

ROOT = Path(__file__).parents[2]
FOLDERS = ("specs", "specs/applications", "specs/architectures", "specs/models", "modelspec/templates")
SHIPPED = sorted(path for folder in FOLDERS for path in (ROOT / folder).glob("*.yaml"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_spec_is_told_nothing(path):
    assert check_file(str(path)).diagnostics == ()
