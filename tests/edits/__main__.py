"""Run every edit, or one part of all: `python -m tests.edits 0 2` is the first half, `… 0 2 specs/digits` of one source.

Prints each kind of fault a few times. Runs under the limits of `tests.hostile.bounds`.
"""

import sys
import time
from collections import Counter

from tests.edits.edits import edits
from tests.edits.judged import faults
from tests.edits.sources import sources
from tests.hostile.bounds import MEBIBYTES, limit_memory


def main() -> None:
    """Every source whose number is `part` of `parts`."""
    part, parts = int(sys.argv[1]), int(sys.argv[2])
    only = sys.argv[3] if len(sys.argv) > 3 else ""
    count, kinds, began = 0, Counter(), time.monotonic()
    every = sorted(sources(), key=lambda source: len(source.text))  # what answers soonest first
    chosen = [source for source in every if only in source.name][part::parts]
    limit_memory(MEBIBYTES)
    for done, source in enumerate(chosen, start=1):
        for edit in edits(source.text):
            count += 1
            for fault in faults(source, edit):
                kinds[fault[:60]] += 1
                if kinds[fault[:60]] <= 3:
                    line = edit.text.split("\n")[edit.line - 1 : edit.line]
                    print(f"{source.name}:{edit.line}: {edit.kind}: {fault}\n    {line}", flush=True)
        print(f"# {done}/{len(chosen)} {source.name}: {count} edits, {time.monotonic() - began:.0f} s", flush=True)
    print("# whole", count, dict(kinds))


if __name__ == "__main__":
    main()
