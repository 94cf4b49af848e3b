"""Names of networks that `keras.applications` does not have lead to those that it has."""

import re

import pytest

from modelspec.catalogue.kinds import KINDS
from modelspec.language.meant.other_networks import networks_meant
from modelspec.pipeline import check_text

KNOWN = tuple(KINDS["application"].classes)
SPEC = "modelspec: 1\ninputs: {x: [224, 224, 3]}\nmodels: {base: {%s: {weights: null}}}\nlayers:\n  - {call: base, name: y}\noutputs: {y: y}\n"
LAYERS = "modelspec: 1\ninputs: {x: [224, 224, 3]}\nlayers:\n  - %s: {}\n    name: y\noutputs: {y: y}\n"


@pytest.mark.parametrize("name", KNOWN)
@pytest.mark.parametrize(
    "spell", [str.lower, str.upper, lambda name: re.sub(r"(?<=[a-z])(?=[A-Z0-9])", "_", name).lower()]
)
def test_another_spelling_leads_to_the_very_network(name, spell):
    assert networks_meant(spell(name), KNOWN) == (name,)
    if spell(name) == name:
        return
    [problem] = [item for item in check_text(SPEC % spell(name), "spec.yaml").diagnostics if item.code == "MS207"]
    assert problem.help == f"write `{name}`"


@pytest.mark.parametrize(("name", "first", "count"), [
    ("ResNet18", "ResNet50", 6), ("ResNet34", "ResNet50", 6), ("VGG11", "VGG16", 2), ("DenseNet161", "DenseNet121", 3),
    ("EfficientNetB8", "EfficientNetB0", 15), ("InceptionV4", "InceptionV3", 1), ("ConvNeXt", "ConvNeXtBase", 5),
    ("MobileNetV4", "MobileNet", 4), ("NASNet", "NASNetLarge", 2),
])  # fmt: skip
def test_a_size_that_is_not_there_leads_to_its_family_the_smallest_first(name, first, count):
    meant = networks_meant(name, KNOWN)
    assert (meant[0], len(meant)) == (first, count)
    under_models = check_text(SPEC % name, "spec.yaml").diagnostics[0]
    assert under_models.code == "MS207"
    assert first in under_models.help
    [among_layers] = [item for item in check_text(LAYERS % name, "spec.yaml").diagnostics if item.code == "MS206"]
    assert f"write `base: {{{first}: {{}}}}` under `models`, and here `call: base`" in among_layers.help


@pytest.mark.parametrize("name", ["Dens", "Net", "Conv", "AlexNet", "Inputs", "mine"])
def test_other_names_are_no_networks(name):
    assert not networks_meant(name, KNOWN)
    found = check_text(LAYERS % name, "spec.yaml").diagnostics
    assert all("under `models`" not in (problem.help or "") for problem in found)
