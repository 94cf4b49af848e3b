"""What layers of a spec learn from rows in memory, beside what Keras's `adapt` learns from the same."""

import numpy as np

from modelspec.data.rows import ArrayRows
from modelspec.diagnostics import File
from modelspec.graph.teaching import taught
from modelspec.pipeline import SpecText, run
from modelspec.runtime.build.objects import to_keras
from modelspec.runtime.learning.learn import learn_layers


def network_of(body, inputs):
    """The network of a spec, as it is before its checks."""
    text = f"modelspec: 1\ninputs: {inputs}\n{body}\n"
    ran = run(SpecText(text, File("spec.yaml", text)), "source", "infer")
    assert ran.network is not None and ran.network.known and not ran.problems, ran.problems
    return ran.network


def in_rows(**inputs):
    """Rows in memory."""
    return ArrayRows((inputs,), len(next(iter(inputs.values()))))


def kind_of(values):
    """The dtype that a spec has for an array."""
    return "string" if values.dtype.kind in "UO" else values.dtype.name


def one_layer(layer, values):
    """The network of a layer alone on one input of the array's shape and kind."""
    shape = list(values.shape[1:])
    return network_of(f"layers: [{{{layer}, name: look}}]", f"{{x: {{shape: {shape}, dtype: {kind_of(values)}}}}}")


def learned_alone(layer, values):
    """What the layer learns, the layer of Keras that is given it, and the one that adapts to the same values."""
    network = one_layer(layer, values)
    learned = learn_layers(network, in_rows(x=values))["look"]
    entry = _entry(network.network)
    adapted = to_keras(entry)
    adapted.adapt(np.asarray(values, dtype=object) if values.dtype.kind == "U" else values)
    return learned, to_keras(_entry(taught(network.network, {"look": learned}))), adapted


def _entry(network):
    (use,) = [vertex.use for vertex in network.main.vertices if vertex.use is not None]
    return use.entry
