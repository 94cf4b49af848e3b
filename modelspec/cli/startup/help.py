"""The help of the program and of its commands, as text of some width.

Made from the data of `described`, in no time: neither typer nor rich is imported, and typer asks it for its help too.
Must not know what a command does.
"""

import os
import sys

from modelspec.cli.startup.described import COMMANDS

TYPE_CHECKING = False  # as in `typing`, which takes time
if TYPE_CHECKING:
    from collections.abc import Iterator

    from modelspec.cli.startup.described import Parameter

    Row = tuple[str, str]
    """What is explained, and the explanation."""

_USUAL = 80
_WIDEST = 100
"""The columns of a text without a terminal, and those that a line has at most: longer ones are hard to read."""
_LEFT = 30
"""How long what is explained may be with the explanation beside it, and not below it."""


def shown_help(name: str) -> str:
    """The help of a command, or of the program for the name "", as wide as the terminal and with headings in bold there."""
    return help_text(name, _columns(), bold=_bold())


def help_text(name: str, columns: int, *, bold: bool = False) -> str:
    """The help of a command: its usage, what it does, and each argument and option. No line is longer than `columns`."""
    command = COMMANDS[name]
    words = ["modelspec", name] if name else ["modelspec"]
    arguments = [item for item in command["parameters"] if "flags" not in item]
    takes = [item["shown"] for item in arguments] if name else ["COMMAND", "[ARGUMENTS]"]
    panels = {item.get("panel", "Options"): None for item in command["parameters"] if "flags" in item}
    parts = [
        _heading("Usage", bold) + " " + " ".join([*words, "[OPTIONS]", *takes]),
        "\n".join(_wrapped(command["about"], columns)),
        *(_listed(title, rows, columns, bold) for title, rows in (
            ("Commands", [] if name else [(key, item["about"]) for key, item in COMMANDS.items() if key and not item["hidden"]]),
            ("Arguments", [(item["shown"], _explained(item)) for item in arguments]),
            *((panel, _options(command["parameters"], panel)) for panel in panels),
        ) if rows),
    ]  # fmt: skip
    if not name:
        parts.append("\n".join(_wrapped("`modelspec COMMAND --help` explains a command.", columns)))
    return "\n\n".join(parts) + "\n"


def _options(parameters: "tuple[Parameter, ...]", panel: str) -> "list[Row]":
    """The options of a panel, with room for a short flag before the long one."""
    found = []
    for item in parameters:
        if "flags" in item and item.get("panel", "Options") == panel:
            long, *short = item["flags"]
            flags = f"{short[0]}, {long}" if short else f"    {long}"
            found.append((f"{flags} {item['shown']}" if "shown" in item else flags, _explained(item)))
    return found


def _explained(item: "Parameter") -> str:
    default = item.get("default")
    if item.get("required") and "flags" in item:
        return f"{item['help']} [required]"
    return item["help"] if default in (None, False) else f"{item['help']} [default: {default}]"


def _listed(title: str, rows: "list[Row]", columns: int, bold: bool) -> str:
    """A list under its title: each explanation beside what it explains, or below it where that is long."""
    left = min(_LEFT, columns // 2, max(len(what) for what, _ in rows))
    return "\n".join([_heading(title, bold), *(line for row in rows for line in _row(*row, left, columns))])


def _row(what: str, explanation: str, left: int, columns: int) -> "Iterator[str]":
    begin = f"  {what.ljust(left)}  "
    lines = list(_wrapped(explanation, max(columns - left - 4, 1)))
    if len(what) > left:
        yield from (f"  {line}" for line in _wrapped(what, columns - 2))
        begin = " " * (left + 4)
    for line in lines:
        yield begin + line
        begin = " " * (left + 4)


def _wrapped(text: str, columns: int) -> "Iterator[str]":
    """The text in lines; a word longer than a line is cut."""
    indent = text[: len(text) - len(text.lstrip())]
    line = ""
    for word in text.split():
        rest = word
        if line and len(line) + 1 + len(rest) <= columns:
            line += f" {rest}"
            continue
        if line:
            yield line
        line = indent if not line else ""
        while len(line) + len(rest) > columns:
            cut = columns - len(line)
            yield line + rest[:cut]
            line, rest = "", rest[cut:]
        line += rest
    yield line


def _heading(title: str, bold: bool) -> str:
    return f"\033[1m{title}:\033[0m" if bold else f"{title}:"


def _columns() -> int:
    try:
        found = int(os.environ["COLUMNS"]) if "COLUMNS" in os.environ else os.get_terminal_size(1).columns
    except (ValueError, OSError):
        return _USUAL
    return min(found or _USUAL, _WIDEST)


def _bold() -> bool:
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
