"""A small spec for every name of the catalogue: the arguments it cannot do without, in a place where it may stand.

The input of a layer is the first of a few usual ones that its shape rule takes. Every example is run by the tests.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from modelspec.catalogue.backends.tensorflow.functions import refuse_without_kernel
from modelspec.catalogue.call import parameters
from modelspec.catalogue.entry import Entry
from modelspec.catalogue.layers.layer import Layer
from modelspec.catalogue.ops.op import Op
from modelspec.catalogue.tensor import Refusal, Shape, Tensor, Weight
from modelspec.graph.questions.rows import ROWS
from modelspec.language.objects import Reader
from modelspec.manual.fields import shown
from modelspec.manual.samples import BY_CLASS, BY_NAME, CALLS, ENDINGS, INPUTS, OP_CALLS, OPS, PLAIN, USUAL
from modelspec.source import parse


@dataclass(frozen=True, slots=True)
class Example:
    """A small spec, the lines of it that matter, and what the layer makes of its inputs there."""

    spec: str
    snippet: str
    inputs: tuple[Tensor, ...] = ()
    outputs: tuple[Tensor, ...] = ()
    weights: tuple[Weight, ...] = ()


def sample_arguments(entry: type[Entry]) -> dict[str, Any]:
    """Arguments that make an example of the class: those that are required, and where they say nothing, more."""
    own = (OPS if issubclass(entry, Op) else BY_CLASS).get(entry.__name__)
    if own is not None:
        return own
    return {name: BY_NAME[name] for name, field in entry.model_fields.items() if field.is_required()}


def written(name: str, values: dict[str, Any]) -> str:
    """A name and its arguments in YAML's flow style: `Dense: {units: 10}`, or the name alone."""
    return f"{name}: {shown(values)}" if values else name


def nested(name: str, values: dict[str, Any]) -> str:
    """The same, inside of something else."""
    return f"{{{written(name, values)}}}" if values else name


def made(entry: type[Entry], values: dict[str, Any]) -> Any:
    """The entry itself, read as a spec's text is."""
    text = f"{{{written(entry.__name__, values) if values else f'{entry.__name__}: null'}}}"
    document, _ = parse(text, "<example>")
    assert document is not None
    _, arguments = next(document.place.entries())
    return Reader([]).entry(entry, arguments, arguments if values else None)


def example_of(kind: str, entry: type[Entry], name: str | None = None) -> Example:
    """The example of a class; `name` is how it is to be written, where that is not the class's own name."""
    values = sample_arguments(entry)
    name = name or (f"ops.{entry.__name__}" if kind == "op" else entry.__name__)
    if kind in ("layer", "op"):
        return _of_a_step(entry, name, values)
    return framed(kind, nested(name, values))


_FRAMES: dict[str, tuple[str, str]] = {
    "optimizer": ("", "train:\n  optimizer: %s\n"),
    "schedule": ("", "train:\n  optimizer: {Adam: {learning_rate: %s}}\n"),
    "callback": ("", "train:\n  callbacks: [%s]\n"),
    "initializer": ("kernel_initializer", ""),
    "regularizer": ("kernel_regularizer", ""),
    "constraint": ("kernel_constraint", ""),
    "activation": ("activation", ""),
}


def framed(kind: str, text: str) -> Example:
    """An object that is no layer, in a spec that has a place for it."""
    if kind == "application":
        return Example("", f"models:\n  backbone: {text if text.startswith('{') else f'{{{text}: {{}}}}'}\n")
    if kind in ("loss", "metric"):
        return _measured(kind, text)
    argument, below = _FRAMES[kind]
    head = "modelspec: 1\ninputs:\n  x: [16]\n"
    if argument:
        layers = f"layers:\n  - Dense: {{units: 10, {argument}: {text}}}\n"
        return Example(head + layers, layers)
    train = below.replace("%s", text)
    if text.removeprefix("{").startswith("SwapEMAWeights"):  # it swaps in the averages that the optimizer keeps
        train += "  optimizer: {Adam: {use_ema: true}}\n"
    return Example(f"{head}layers:\n  - Dense: 10\noutputs:\n  dense: {{loss: mse}}\n{train}", train)


def _measured(kind: str, text: str) -> Example:
    """A loss or a metric of an output that it fits."""
    name = text.strip("{").split(":")[0]
    dense, usual = next((ending for words, ending in ENDINGS.items() if any(word in name for word in words)), PLAIN)
    loss, metrics = (text, "") if kind == "loss" else (usual, f", metrics: [{text}]")
    shape = "[20, 8]" if name == "CTC" else "[16]"
    snippet = f"layers:\n  - Dense: {dense}\noutputs:\n  dense: {{loss: {loss}{metrics}}}\n"
    return Example(f"modelspec: 1\ninputs:\n  x: {shape}\n{snippet}", snippet)


def _of_a_step(entry: type[Entry], name: str, values: dict[str, Any]) -> Example:
    step = made(entry, values)
    given = given_to(step)
    tensors = _Tensors()
    source = tensors.source(step, given) if given else ""
    if not given:
        tensors.inputs.append("a: [16]")
    outputs = step.infer(**given)
    several = isinstance(outputs, tuple) and not isinstance(outputs, Tensor)
    weights = step.new_weights(**given) if isinstance(step, Layer) else ()
    rowless = isinstance(step, Op) and not _keeps_rows(step, given)
    alone = source == "a" and not several and not rowless
    body = f"  - {written(name, values)}{'' if values or alone else ':'}\n"
    if source not in ("", "a"):
        body += f"    from: {source}\n"
    inputs = "inputs:\n" + "".join(f"  {line}\n" for line in tensors.inputs)
    layers = "layers:\n" + "".join(tensors.steps) + body
    listed = tuple(outputs) if several else (outputs,)
    ends = ""
    if rowless:
        ends = "    name: made\n" + "".join(_beside_rows(index, several, result) for index, result in enumerate(listed))
        ends += "outputs:\n" + "".join(f"  part_{index}: rows_{index}\n" for index in range(len(listed)))
    elif several:
        ends = "    name: several\noutputs:\n"
        ends += "".join(f"  part_{index}: several.{index}\n" for index in range(len(outputs)))
    return Example(
        f"modelspec: 1\n{inputs}{layers}{ends}",
        inputs + layers,
        tuple(tensors.given),
        listed,
        tuple(weights),
    )


def _beside_rows(index: int, several: bool, result: Tensor) -> str:
    """Steps that bring a result without rows together with an input that has them."""
    made = f"made.{index}" if several else "made"
    first = ""
    if result.shape[:1] == (None,):
        first = f"  - ops.get_item: 0\n    from: {made}\n    name: first_{index}\n"
        made = f"first_{index}"
    return first + (
        f"  - ops.sum:\n    from: {made}\n    name: sum_{index}\n"
        f"  - ops.add:\n    from: [a, sum_{index}]\n    name: rows_{index}\n"
    )


class _Tensors:
    """The tensors of a call, each declared as an input and named in the step's `from`."""

    def __init__(self) -> None:
        self.given: list[Tensor] = []
        self.inputs: list[str] = []
        self.steps: list[str] = []

    def source(self, step: Any, given: dict[str, Any]) -> str:
        if len(given) == 1:
            return self.reference(next(iter(given.values())))
        if isinstance(step, Op) and all(isinstance(value, Tensor) for value in given.values()):
            return self.reference(tuple(given.values()))
        return f"{{{', '.join(f'{name}: {self.reference(value)}' for name, value in given.items())}}}"

    def reference(self, value: Any) -> str:
        if not isinstance(value, Tensor):
            return f"[{', '.join(self.reference(item) for item in value)}]"
        name = "abcdefgh"[len(self.given)]
        self.given.append(value)
        batched = value.shape[:1] == (None,)
        shape = shown(list(value.shape[1:] if batched else value.shape))
        self.inputs.append(
            f"{name}: {shape if value.dtype == 'float32' else f'{{shape: {shape}, dtype: {value.dtype}}}'}"
        )
        if batched:
            return name
        self.steps.append(f"  - ops.get_item: 0\n    from: {name}\n    name: {name}_first\n")
        return f"{name}_first"


def given_to(step: Any) -> dict[str, Any]:
    """Call arguments that the step takes: the first of the usual inputs that its shape rule does not refuse."""
    name = type(step).__name__
    own = (CALLS if isinstance(step, Layer) else OP_CALLS).get(name)
    if own is not None:
        return own
    if isinstance(step, Op) and step.takes_nothing():
        return {}
    candidates = [INPUTS[name]] if isinstance(step, Layer) and name in INPUTS else _preferred(name)
    taken = []
    for shape, dtype in candidates:
        tensor = Tensor((None, *shape), dtype)
        for given in _ways(step, tensor):
            try:
                step.infer(**given)
                if isinstance(step, Layer):
                    step.new_weights(**given)
                else:
                    refuse_without_kernel(step, given)
            except (Refusal, TypeError, AttributeError, AssertionError):
                continue
            if isinstance(step, Layer) or _keeps_rows(step, given):
                return given
            taken.append(given)
    if not taken:
        raise AssertionError(f"no common input fits {name}")
    return taken[0]


def _keeps_rows(step: Op, given: dict[str, Any]) -> bool:
    """Whether there is a row of every result for each row of a batch."""
    try:
        made = step.infer(**{name: _counted(value) for name, value in given.items()})
    except Refusal:
        return False
    return all(result.shape[:1] == (ROWS,) for result in ((made,) if isinstance(made, Tensor) else made))


def _counted(value: Any) -> Any:
    if isinstance(value, Tensor):
        return value._replace(shape=(ROWS, *value.shape[1:])) if value.shape[:1] == (None,) else value
    return tuple(_counted(item) for item in value)


def _preferred(name: str) -> list[tuple[Shape, str]]:
    """The usual inputs; for a layer of images, images first."""
    first = {"1D": (20, 8), "2D": (28, 28, 3), "3D": (8, 16, 16, 3)}
    spatial = next((shape for dims, shape in first.items() if dims in name), None)
    if name.startswith(("Random", "CutMix", "MixUp", "AugMix", "RandAugment", "AutoContrast", "Solar", "Contrast")):
        spatial = (28, 28, 3)
    return [*([(spatial, "float32")] if spatial else []), *USUAL]


def _ways(step: Any, tensor: Tensor) -> list[dict[str, Any]]:
    """How tensors like this one may be given to the step."""
    if isinstance(step, Op):
        if step.list_parameter is not None and not step.tensor_parameters:
            return [{step.list_parameter: (tensor,) * count} for count in (2, 1, 3)]
        free = [name for name in step.tensor_parameters if getattr(step, name, None) is None]
        return [dict.fromkeys(free[:count], tensor) for count in range(1, len(free) + 1)]
    entry: type[Entry] = type(step)
    required = [item for item in parameters(entry) if item.required]
    alone: dict[str, Any] = {item.name: tensor for item in required}
    listed: dict[str, Any] = {item.name: (tensor, tensor) for item in required}
    return [listed, alone] if required[0].takes_list and entry.__name__ not in ("Identity", "Pipeline") else [alone]
