"""Whether the answer to a text is one: known codes, places inside of the file, help that leads on, within time and memory."""

from traceback import extract_tb

from modelspec.diagnostics.render.text import render_text
from modelspec.diagnostics.rules import RULES
from modelspec.pipeline import check_text
from modelspec.source import Limits
from modelspec.source.reader import decode
from tests.edits.sources import sources
from tests.hostile.bounds import HANGS, MEBIBYTES, SECONDS, Cost, GivenUp
from tests.hostile.following import misled

FILE = "spec.yaml"
LONGEST = 2000
"""Characters of a message, and of a help."""
FAILURES = ("MS600", "MS612")


def told_of(text):
    """The text as it is read from a file, and what is told of it."""
    decoded, problems = decode(text.encode("utf-8", "surrogatepass"), FILE, Limits())
    return decoded, problems if decoded is None else check_text(decoded, FILE).diagnostics


def wrong(text, problems):
    """What is wrong with what is told of a text."""
    lines = text.removeprefix("\ufeff").split("\n")
    for problem in problems:
        if problem.code not in RULES:
            yield f"unknown code {problem.code}"
        if problem.code in FAILURES:
            last = [line.strip() for line in (problem.trace or "").split("\n") if line.strip().startswith("File")]
            yield f"{problem.message} {last[-1] if last else ''}"
        if "Traceback" in problem.message or max(len(problem.message), len(problem.help or "")) > LONGEST:
            yield f"{problem.code}: a message of {len(problem.message)} characters, a help of {len(problem.help or '')}"
        for span in (problem.span, *(note.span for note in problem.related)):
            if span is None or (span.file == FILE and not _inside(span, lines)):
                yield f"{problem.code}: the place {span} is not in the file"
    if list(problems) != sorted(problems, key=lambda problem: problem.order):
        yield "what is told is not in order"


def _inside(span, lines):
    return (
        1 <= span.line <= span.end_line <= len(lines)
        and 1 <= span.column <= len(lines[span.line - 1]) + 1
        and span.end_column <= len(lines[span.end_line - 1]) + 2
        and (span.line, span.column) <= (span.end_line, span.end_column)
    )


class Answering:
    """Checks texts one after the other in this process; `helps` errors of each have their help followed."""

    def __init__(self, helps):
        self.helps, self.followed, self.peak = helps, 0, 0.0

    def warm(self):
        """Load all that a check may load, so that an input is not charged with it."""
        for source in sources():
            check_text(source.text, FILE)

    def faults(self, text):
        """What is wrong with the answer to the text, and the seconds of processor time that it took."""
        cost = Cost()
        try:
            decoded, problems = cost.of(lambda: _answer(text))
        except GivenUp:
            return [f"no answer in {HANGS:.0f} s"], HANGS
        except MemoryError:
            return [f"more than {MEBIBYTES} MiB"], 0.0
        except Exception as error:
            last = extract_tb(error.__traceback__)[-1]
            return [f"raised {type(error).__name__}: {error} ({last.filename}:{last.lineno})"], 0.0
        self.peak = max(self.peak, cost.held)
        found = list(wrong(text, problems))
        if cost.held > MEBIBYTES:
            found.append(f"the process holds {cost.held:.0f} MiB")
        if cost.seconds > SECONDS:
            found.append(f"takes {cost.seconds:.1f} s of the processor")
        elif decoded is not None and not found:
            found += self._misled(decoded, problems)
        return found, cost.seconds

    def _misled(self, text, problems):
        def check(changed):
            if changed is text:
                return problems
            self.followed += 1
            return check_text(changed, FILE).diagnostics

        for problem, item in misled(text, check, self.helps):
            yield f"{problem.code} ({problem.message}) says {problem.help!r}, which leads to {item.code}: {item.message}"


def _answer(text):
    decoded, problems = told_of(text)
    render_text(problems)
    return decoded, problems
