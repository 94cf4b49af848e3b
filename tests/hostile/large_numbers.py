"""Runs inside a process of its own: every argument of every class of the catalogue, set to numbers that nothing holds.

Each is put into the example of its class, with the example's inputs and with inputs of free axes, and validated under a
limit of memory. Writes a line for each that takes too long, takes too much, or fails inside.
"""

import re
import resource
import sys
import time

from modelspec.catalogue.kinds import KINDS, find
from modelspec.catalogue.ops import OPS, find_op
from modelspec.diagnostics.failure import failed
from modelspec.manual.examples import example_of, framed, nested, sample_arguments, written
from modelspec.pipeline import check_text
from tests.patience import slowness

NUMBERS = (2 * 10**7, 10**12)
SECONDS, MEBIBYTES = 2.0, 300
_SHAPE = re.compile(r"\[(?:\d+(?:, )?)+\]")


def classes():
    """(kind, name, class) of everything that a spec can name."""
    for kind in KINDS:
        for name in KINDS[kind].classes:
            yield kind, name, find(kind, name)
    for name in OPS:
        yield "op", name, find_op(name)


def values(number):
    """The number as an argument may take it: alone, in lists, in pairs, and last behind ones."""
    yield number
    for count in (1, 2, 3):
        yield [number] * count
        yield [[number] * 2] * count
    yield [1, number]
    yield [[0, 0], [0, number]]


def free(text, kept):
    """The spec with free axes in place of its inputs' sizes, the last ones kept."""
    head, layers, rest = text.partition("layers:")

    def freed(found):
        sizes = found.group()[1:-1].split(", ")
        return f"[{', '.join(['null'] * (len(sizes) - kept) + sizes[len(sizes) - kept :])}]"

    return _SHAPE.sub(freed, head) + layers + rest


def specs(kind, name, entry):
    """(argument, value, spec) for each argument, value and sort of inputs."""
    label = f"ops.{name}" if kind == "op" else name
    sample = sample_arguments(entry)
    texts, old = [], written(label, sample)
    if kind in ("layer", "op"):
        example = example_of(kind, entry, label).spec
        texts = [*dict.fromkeys((example, free(example, 0), free(example, 1)))]
    for argument in entry.model_fields:
        for number in NUMBERS:
            for value in values(number):
                given = {**sample, argument: value}
                if not texts:
                    yield argument, value, framed(kind, nested(name, given)).spec
                for text in texts:
                    before, _, after = text.rpartition(old)
                    yield (
                        argument,
                        value,
                        before + written(label, given) + (after if sample else after.removeprefix(":")),
                    )


def limit_memory():
    """No more memory from now on than the limit beyond what the process has."""
    with open("/proc/self/statm") as statm:
        now = int(statm.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (now + MEBIBYTES * 2**20,) * 2)


def main(step, start, *names):
    """Each `step`-th class from `start` on, of those names; all are read once first, which imports what they need."""
    chosen = [item for item in classes() if not names or item[1] in names][start::step]
    for kind, name, entry in chosen:
        check_text(example_of(kind, entry, f"ops.{name}" if kind == "op" else name).spec)
    limit_memory()
    count = 0
    for kind, name, entry in chosen:
        for argument, value, text in specs(kind, name, entry):
            count += 1
            begin = time.process_time()
            try:
                wrong = [problem.message for problem in check_text(text).diagnostics if failed((problem,))]
            except MemoryError:
                wrong = ["out of memory"]
            seconds = time.process_time() - begin
            if wrong or (seconds > SECONDS and seconds / slowness() > SECONDS):
                print(f"{kind} {name}: {argument}: {value}: {seconds:.1f} s {wrong}\n{text}", flush=True)
    print(f"tried {count}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])
