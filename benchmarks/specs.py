"""The specs that are benchmarked: the shipped ones, on the benchmark's rows, and ResNet50 on small images."""

import textwrap

from benchmarks.measure import ROOT


def spec_text(name, epochs):
    """The spec of a benchmarked model, for so many epochs on `rows.npz`."""
    text = resnet50() if name == "resnet50" else (ROOT / "specs" / f"{name}.yaml").read_text()
    head, _, _ = text.partition("\ndata:")
    lines = [f"  epochs: {epochs}" if line.startswith("  epochs:") else line for line in head.split("\n")]
    lines = [line.replace(", column: one_hot", "") for line in lines]
    return "\n".join(lines) + "\n\ndata:\n  train: {npz: rows.npz}\n"


def resnet50():
    """The layers of the shipped `image_similarity`, as a model of its own with a top."""
    shipped = (ROOT / "specs" / "image_similarity.yaml").read_text()
    layers = textwrap.dedent(shipped.partition("    layers:\n")[2].partition("\ninputs:")[0])
    return (
        "modelspec: 1\nname: resnet50\ninputs: {image: [64, 64, 3]}\nlayers:\n"
        + textwrap.indent(layers, "  ")
        + "  - GlobalAveragePooling2D\n  - Dense: {units: 10, activation: softmax}\n    name: digit\n"
        "outputs:\n  digit: {loss: categorical_crossentropy, metrics: [accuracy]}\n"
        "train:\n  optimizer: rmsprop\n  epochs: 1\n  batch_size: 32\n"
    )
