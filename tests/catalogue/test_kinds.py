"""All kinds of named objects: the tables, and how a name is found."""

import subprocess
import sys

import pytest

from modelspec.catalogue.entry import Entry
from modelspec.catalogue.kinds import KINDS, find, names
from tests.catalogue.named import assert_classes_are_kerass, entries, entry, malformed_numbers
from tests.seams.names import KINDS_TABLE, LOSSES, OPTIMIZERS
from tests.seams.seam import program

OBJECTS = tuple(kind for kind in KINDS if kind != "layer")
WITH_CLASSES = tuple(kind for kind in OBJECTS if kind not in ("activation", "application"))


@pytest.mark.parametrize("kind", WITH_CLASSES)
def test_each_public_class_of_keras_is_described_or_left_out_with_a_reason(kind):
    assert_classes_are_kerass(kind)


@pytest.mark.parametrize("kind", OBJECTS)
def test_a_name_means_one_thing(kind):
    table = KINDS[kind]
    # Some are both, a text that Keras resolves and a class: Accuracy, and activations that have arguments.
    choices = set(table.choices) - set(table.classes)
    groups = (table.classes, table.identifiers, table.aliases, choices, table.left_out)
    assert sum(len(group) for group in groups) == len({name for group in groups for name in group})


@pytest.mark.parametrize("kind", OBJECTS)
def test_every_name_can_be_found(kind):
    table = KINDS[kind]
    assert set(names(kind)) == {*table.classes, *table.own, *table.identifiers, *table.aliases, *table.choices}
    for name in names(kind):
        assert name in table.choices or issubclass(entry(kind, name), Entry)
    for name in table.left_out:
        assert find(kind, name) is None


@pytest.mark.parametrize("kind", OBJECTS)
def test_a_reason_reads_on_after_the_name_of_what_is_left_out(kind):
    for reason in KINDS[kind].left_out.values():
        assert reason[0] in "`K" or reason[0].islower()
        assert not reason.endswith(".")


@pytest.mark.parametrize("kind", WITH_CLASSES)
def test_every_class_says_what_it_does_and_where_to_read_on(kind):
    for name in entries(kind):
        assert "https://keras.io/api/" in (entry(kind, name).__doc__ or "")


@pytest.mark.parametrize("kind", WITH_CLASSES)
def test_a_number_is_finite_and_neither_a_boolean_nor_a_text(kind):
    for name, field, wrong in malformed_numbers(kind):
        with pytest.raises(ValueError, match=field):
            entry(kind, name)(**{field: wrong})


def test_the_tables_load_without_the_classes():
    code = program(
        "import sys\n"
        "heavy = [m for m in sys.modules if m.split('.')[0] in ('keras', 'tensorflow', 'numpy')]\n"
        f"classes = [m for m in sys.modules if m in {(LOSSES.path, OPTIMIZERS.path)}]\n"
        "assert not heavy and not classes, heavy + classes",
        KINDS_TABLE,
    )
    subprocess.run([sys.executable, "-c", code], check=True)
