"""Small specs that train in a moment, and how tests write them."""

from pathlib import Path

TINY = """\
modelspec: 1
name: tiny
inputs: {x: [4]}
layers:
  - Dense: {units: 8, activation: relu}
  - Dense: {units: 3, activation: softmax}
    name: kind
outputs:
  kind: {loss: sparse_categorical_crossentropy, metrics: [accuracy]}
train: {optimizer: {Adam: 1e-2}, epochs: 2, batch_size: 16}
data:
  train: {synthetic: 64}
  validation: {split: 0.25}
  test: {synthetic: {samples: 16, seed: 5}}
"""
"""One input, one output, all three splits, on synthetic rows."""

COLUMNS = TINY.replace("{x: [4]}", "{x: {shape: [4], columns: [a, b, c, d]}}").partition("\ndata:")[0] + (
    "\ndata:\n  train: {csv: rows.csv}\n"
)
"""The same on the CSV file `rows.csv`, with the columns a, b, c, d and kind."""

PAIR = """\
modelspec: 1
name: pair
inputs: {x: [4]}
layers:
  - Dense: {units: 8, activation: relu}
    name: body
  - Dense: 1
    name: price
  - Dense: {units: 3, activation: softmax}
    from: body
    name: kind
  - Dense: 2
    from: body
    name: free
outputs:
  price: {loss: mse, metrics: [mae]}
  kind: {loss: sparse_categorical_crossentropy, metrics: [accuracy]}
  free: {loss: null}
train: {optimizer: {Adam: 1e-2}, epochs: 2, batch_size: 16}
data:
  train: {synthetic: 64}
"""
"""Two trained outputs, whose names are not in the alphabet's order, and one that is only computed."""


def write(folder: Path, text: str = TINY, name: str = "spec.yaml") -> str:
    """Write a spec into the folder; its path."""
    path = folder / name
    path.write_text(text)
    return str(path)


def write_rows(folder: Path, rows: int = 12, header: str = "a,b,c,d,kind", name: str = "rows.csv") -> Path:
    """Write a CSV file that fits `COLUMNS`."""
    path = folder / name
    lines = [f"{row / 10},{-row / 10},{row % 3},1,{row % 3}" for row in range(rows)]
    path.write_text("\n".join([header, *lines]) + "\n")
    return path
