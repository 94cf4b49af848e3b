"""What `modelspec validate` promises: no slower than its imports allow, twice the layers in twice the time, and blocks
hardly slower than the steps that they stand for.

Processor time, not wall time: of one process both mean the same, and a busy machine disturbs the first less.
"""

import os
import resource
import statistics
import subprocess
import sys
import time

import yaml

from benchmarks.measure import MODELSPEC, PYTHON, ROOT

FLOOR = "import typer, yaml, rich.console; from pydantic import BaseModel"
KERAS = "import keras"


def spec_text(layers, number=0):
    """A spec that trains, of so many layers; `number` makes it differ from the others."""
    steps = "".join(f"  - Dense: {{units: {(number + n) % 90 + 8}, activation: relu}}\n" for n in range(layers - 1))
    return (
        f"modelspec: 1\nname: spec-{number}\ninputs: {{x: [32]}}\nlayers:\n{steps}"
        "  - Dense: {units: 10, activation: softmax}\n"
        "outputs:\n  digit: {loss: sparse_categorical_crossentropy, metrics: [accuracy]}\n"
        "train: {optimizer: {Adam: {learning_rate: 1e-3}}, epochs: 5}\ndata: {train: {csv: rows.csv}}\n"
    )


def processor_seconds(command, cwd):
    """User and system time of a process that must succeed."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        command, cwd=cwd, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=True, text=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def whole_process(times, folder, report):
    """One spec, from the shell: beside `import keras`, and beside the imports that no command can do without."""
    (folder / "spec.yaml").write_text(spec_text(20))
    commands = {
        "validate": [MODELSPEC, "validate", "spec.yaml"],
        "floor": [PYTHON, "-c", FLOOR],
        "keras": [PYTHON, "-c", KERAS],
    }
    taken = {name: [] for name in commands}
    for turn in range(times + 1):
        for name, command in commands.items():
            seconds = processor_seconds(command, folder)
            if turn:  # the first turn warms up
                taken[name].append(seconds)
    median = {name: statistics.median(several) for name, several in taken.items()}
    report("validate, 20 layers / import keras", median["validate"], median["keras"], "s", 0.067)
    report("validate, 20 layers / its imports", median["validate"], median["floor"], "s", 1.4)


def many_specs(times, report):
    """1,000 specs one after another, beside what PyYAML takes to load the same texts.

    Where PyYAML takes 0.4 s, as on the machine of the promise, 8 times that is 300 specs a second.
    """
    from modelspec.pipeline import check_text

    texts = [spec_text(20, number) for number in range(1000)]
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    assert not check_text(texts[0]).diagnostics
    ours, theirs = [], []
    for _ in range(times):
        ours.append(_seconds(lambda: [check_text(text).ok for text in texts]))
        theirs.append(_seconds(lambda: [yaml.load(text, Loader=loader) is None for text in texts]))
    report("1,000 specs / PyYAML's own load", min(ours), min(theirs), "s", 8.0)
    print(f"{'':<36} {1000 / min(ours):,.0f} specs a second", flush=True)


def scaling(times, report):
    """1,000, 2,000 and 4,000 layers."""
    from modelspec.pipeline import check_text

    texts = {layers: spec_text(layers) for layers in (1000, 2000, 4000)}
    best = dict.fromkeys(texts, float("inf"))
    for _ in range(times):
        for layers, text in texts.items():
            best[layers] = min(best[layers], _seconds(lambda text=text: check_text(text)))
    report("2,000 layers / 1,000 layers", best[2000], best[1000], "s", 2.6)
    report("4,000 layers / 2,000 layers", best[4000], best[2000], "s", 2.6)
    report("4,000 layers / 2 seconds", best[4000], 2.0, "s", 1.0)


def expanded_text(layers):
    """The same as `spec_text`, of at least so many layers, from a block in a block, loops, expressions and variables."""
    return (
        "modelspec: 1\nvars: {width: 16}\n"
        "blocks:\n"
        "  unit:\n    params: {units: {type: integer}, around: true}\n    inputs: [x]\n    layers:\n"
        "      - Dense: {units: $(2 * units), activation: relu}\n        name: wide\n"
        "      - BatchNormalization:\n        when: $around\n"
        "      - Dense: $width\n        name: narrow\n"
        "      - Add:\n        from: [x, narrow]\n        when: $around\n"
        "  stage:\n    params: {units: {type: integer}}\n    layers:\n"
        "      - block: unit\n        name: unit$(i + 1)\n        with: {units: $(units + i)}\n        repeat: 5\n"
        "inputs: {x: [16]}\nlayers:\n"
        f"  - block: stage\n    name: stage$i\n    with: {{units: $(width + i)}}\n    repeat: {-(-layers // 20)}\n"
        "  - Dense: {units: 10, activation: softmax}\n    name: digit\n"
        "outputs:\n  digit: {loss: sparse_categorical_crossentropy, metrics: [accuracy]}\n"
        "train: {optimizer: {Adam: {learning_rate: 1e-3}}, epochs: 5}\ndata: {train: {csv: rows.csv}}\n"
    )


def expansion(times, folder, report):
    """ResNet50 from blocks beside the same network written out, and 1,000 layers from blocks beside half a second."""
    from modelspec.pipeline import check_text

    shipped = ROOT / "specs" / "applications" / "resnet50.yaml"
    shown = subprocess.run([MODELSPEC, "show", str(shipped)], cwd=folder, capture_output=True, text=True, check=True)
    (folder / "flat.yaml").write_text(shown.stdout)
    files = {"blocks": shipped, "flat": folder / "flat.yaml"}
    taken = {name: [] for name in files}
    for turn in range(times + 1):
        for name, file in files.items():
            seconds = processor_seconds([MODELSPEC, "validate", str(file)], folder)
            if turn:
                taken[name].append(seconds)
    process = {name: statistics.median(several) for name, several in taken.items()}
    report("validate ResNet50: blocks / flat", process["blocks"], process["flat"], "s", 1.5)
    texts = {name: file.read_text() for name, file in files.items()} | {"1,000": expanded_text(1000)}
    layers = {name: len(check_text(text).network.main.graph.vertices) for name, text in texts.items()}
    assert layers["blocks"] == layers["flat"]
    assert layers["1,000"] >= 1000
    best = dict.fromkeys(texts, float("inf"))
    for _ in range(times):
        for name, text in texts.items():
            best[name] = min(best[name], _seconds(lambda text=text: check_text(text)))
    report("check ResNet50: blocks / flat", best["blocks"], best["flat"], "s", 1.5)
    report("1,000 layers of blocks / 0.5 seconds", best["1,000"], 0.5, "s", 1.0)


def memory(folder, report):
    """The peak of a process that validates 4,000 layers, above one that only imports."""
    (folder / "large.yaml").write_text(spec_text(4000))
    peaks = [_peak([MODELSPEC, "validate", "large.yaml"], folder), _peak([PYTHON, "-c", FLOOR], folder)]
    report("4,000 layers above its imports", peaks[0] - peaks[1], 300.0, "MiB", 1.0)


def _peak(command, cwd):
    code = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True); "
    code += "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)"
    done = subprocess.run([sys.executable, "-c", code, *command], cwd=cwd, capture_output=True, text=True, check=True)
    return float(done.stdout)


def _seconds(work):
    begin = time.process_time()
    work()
    return time.process_time() - begin


def validation(times, folder, report):
    """All of them."""
    whole_process(times, folder, report)
    many_specs(max(2, times // 2), report)
    scaling(times, report)
    expansion(times, folder, report)
    memory(folder, report)
