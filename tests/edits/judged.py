"""What is told of an edited text, and whether that is what a user may expect."""

import json
from functools import cache

from modelspec.diagnostics.render.text import render_text
from modelspec.diagnostics.rules import RULES
from modelspec.draw.spec_yaml import document_json, document_yaml
from modelspec.draw.summary import summarize, summary_json
from modelspec.draw.table import table_text
from modelspec.pipeline import check_text
from tests.edits.sources import Source
from tests.hostile.bounds import HANGS, MORE, SECONDS, Cost, GivenUp

FILE = "spec.yaml"


@cache
def before(source):
    """What is told of the text as it is: (code, message, line) of each problem, and whether there is an error."""
    checked = check_text(source.text, FILE, folder=source.folder)
    return {_key(problem) for problem in checked.diagnostics}, checked.ok


def _key(problem):
    return problem.code, problem.message, 0 if problem.span is None else problem.span.line


def faults(source: Source, edit) -> list[str]:
    """What is wrong with the answer to an edit; empty where nothing is."""
    cost = Cost()
    try:
        checked = cost.of(lambda: _answer(source, edit))
        found = [*_misplaced(edit.text, checked.diagnostics), *silent(source, edit, checked), *_too_much(cost)]
        if checked.ok and checked.network is not None:
            summary = summarize(checked.network)
            table_text(summary, 80, nested=True, nodes=True)
            json.dumps(summary_json(summary))
        if checked.ok and checked.document is not None:
            document_yaml(checked.document, origins=True)
            document_json(checked.document)
    except GivenUp:
        return [f"no answer in {HANGS:.0f} s"]
    except Exception as error:  # whatever it is, it is what is looked for
        from traceback import extract_tb

        last = extract_tb(error.__traceback__)[-1]
        return [f"raised {type(error).__name__}: {error} ({last.filename.split('/')[-1]}:{last.lineno})"]
    return found


def _answer(source, edit):
    checked = check_text(edit.text, FILE, folder=source.folder)
    render_text(checked.diagnostics)
    return checked


def _too_much(cost):
    if cost.seconds > SECONDS:
        yield f"takes {cost.seconds:.1f} s of the processor"
    if cost.more > MORE:
        yield f"takes {cost.more:.0f} MiB"


def _misplaced(text, problems):
    lines = text.removeprefix("\ufeff").split("\n")
    for problem in problems:
        if problem.code == "MS600":
            last = [line.strip() for line in (problem.trace or "").split("\n") if line.strip().startswith("File")]
            yield f"{problem.message} {last[-1] if last else ''}"
        if problem.code not in RULES:
            yield f"unknown code {problem.code}"
        if len(problem.message) > 2000 or "Traceback" in problem.message:
            yield f"{problem.code}: a message of {len(problem.message)} characters"
        for span in (problem.span, *(note.span for note in problem.related)):
            if span is None:
                yield f"{problem.code}: no place: {problem.message}"
            elif span.file == FILE and not (
                1 <= span.line <= span.end_line <= len(lines)
                and 1 <= span.column <= len(lines[span.line - 1]) + 1
                and span.end_column <= len(lines[span.end_line - 1]) + 2
                and (span.line, span.column) <= (span.end_line, span.end_column)
            ):
                yield f"{problem.code}: the place {span} is not in the file"


def silent(source, edit, checked):
    """A name that was misspelt is told where it stands, in a text of which nothing was told (a block without a use is not read)."""
    told, good = before(source)
    if edit.role is None or told or not good:
        return
    new = [problem for problem in checked.diagnostics if _key(problem) not in told]
    if not new:
        yield f"nothing is told of a misspelt {edit.role}"
    elif not any(abs(line - edit.line) <= 1 for problem in new for line in _lines(problem)):
        yield f"a misspelt {edit.role} is told elsewhere: {[_key(problem) for problem in new]}"


def _lines(problem):
    spans = (problem.span, *(note.span for note in problem.related))
    return [line for span in spans if span is not None for line in (span.line, span.end_line)]
