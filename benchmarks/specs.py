"""The specs that are benchmarked: the shipped ones, on the benchmark's rows, and ResNet50 on small images."""

from benchmarks.measure import ROOT


def spec_text(name, epochs):
    """The spec of a benchmarked model, for so many epochs on `rows.npz`."""
    text = resnet50() if name == "resnet50" else (ROOT / "specs" / f"{name}.yaml").read_text()
    head, _, _ = text.partition("\ndata:")
    lines = [f"  epochs: {epochs}" if line.startswith("  epochs:") else line for line in head.split("\n")]
    lines = [line.replace(", column: one_hot", "") for line in lines]
    return "\n".join(lines) + "\n\ndata:\n  train: {npz: rows.npz}\n"


def resnet50():
    """The shipped application at another size, trained on the targets of the benchmark's rows."""
    text = (ROOT / "specs" / "applications" / "resnet50.yaml").read_text()
    for shipped, small in (
        ("size: 224, classes: 1000", "size: 64, classes: 10"),
        ("metrics: [accuracy]}", "metrics: [accuracy], column: digit}"),
    ):
        assert text.count(shipped) == 1
        text = text.replace(shipped, small)
    return text + "\ntrain:\n  optimizer: rmsprop\n  epochs: 1\n  batch_size: 32\n"
