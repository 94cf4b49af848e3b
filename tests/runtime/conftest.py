"""What several tests of trainings share."""

import pytest

from tests.runtime.killing import COMMAND, come_to, prepare
from tests.runtime.nursery import Nursery


@pytest.fixture(scope="session")
def nursery():
    """Starts real processes that run the program; one for all tests, since it takes seconds until it can."""
    with Nursery() as started:
        yield started


@pytest.fixture(scope="module")
def whole(request, nursery, tmp_path_factory):
    """What the training of the module's `CHOICE` comes to that nobody stops."""
    folder = prepare(tmp_path_factory.mktemp("whole") / "project", **request.module.CHOICE)
    assert nursery.run(folder, *COMMAND).code == 0
    return come_to(folder / "run")
