"""What a shell may complete a line to, from the description of the command line.

The shells call the program as the scripts of `--show-completion` say. Must not import anything that takes time.
"""

from modelspec.cli.startup.arguments import read
from modelspec.cli.startup.described import COMMANDS

TYPE_CHECKING = False  # as in `typing`, which takes time
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from modelspec.cli.startup.described import Command

    Item = tuple[str, str]
    """What a word is completed to, and in a few words what it means."""


def completed(environment: "Mapping[str, str]") -> "tuple[str, int] | None":
    """What is told to the shell, and the exit code. None where typer has to answer."""
    shell = environment["_MODELSPEC_COMPLETE"].removeprefix("complete_")
    line = environment.get("COMP_WORDS" if shell == "bash" else "_TYPER_COMPLETE_ARGS", "")
    if shell not in ("bash", "zsh", "fish") or any(mark in line for mark in "'\"\\"):
        return None
    words = line.split()
    if shell == "bash":
        number = environment.get("COMP_CWORD", "")
        if not number.isdecimal():
            return None
        before, word = words[1 : int(number)], "".join(words[int(number) : int(number) + 1])
    else:
        ended = len(words) < 2 or line.endswith(" ")
        before, word = (words[1:], "") if ended else (words[1:-1], words[-1])
    items = _items(before, word)
    return None if items is None else _FORMS[shell](items, environment)


def _items(before: "list[str]", word: str) -> "list[Item] | None":
    """The completions of a word behind others; None where those are not to be understood."""
    name = next((item for item in before if item[0] != "-"), "")
    command = COMMANDS.get(name)
    if command is None or "--" in before:
        return None
    before = before[before.index(name) + 1 :] if name else before
    if word == "=":
        word = ""
    elif word[:1] == "-" and "=" in word:
        flag, _, word = word.partition("=")
        before = [*before, flag]
    if word[:1] == "-":
        return _options(command, before, word)
    for parameter in command["parameters"]:
        if before and "takes" in parameter and before[-1] in parameter.get("flags", ()):
            return _choices(parameter.get("choices", ()), word)
    found = read(command, before)
    if found is None:
        return None
    arguments = [parameter for parameter in command["parameters"] if "flags" not in parameter]
    for index, parameter in enumerate(arguments):
        if parameter.get("several") or index >= len(found[1]):
            return _choices(parameter.get("choices", ()), word)
    return [] if name else list(_commands(word))


def _options(command: "Command", before: "list[str]", word: str) -> "list[Item] | None":
    found = read(command, before)
    return None if found is None else [
        (flag, parameter["help"])
        for parameter in command["parameters"]
        if parameter.get("several") or parameter["name"] not in found[0]
        for flag in parameter.get("flags", ())
        if flag.startswith(word)
    ]  # fmt: skip


def _choices(choices: "tuple[str, ...]", word: str) -> "list[Item]":
    return [(choice, "") for choice in choices if choice.startswith(word)]


def _commands(word: str) -> "Iterator[Item]":
    for name, command in COMMANDS.items():
        if name and not command["hidden"] and name.startswith(word):
            yield name, command["help"]


def _bash(items: "list[Item]", environment: "Mapping[str, str]") -> "tuple[str, int]":
    return "".join(f"{value}\n" for value, _ in items) or "\n", 0


def _zsh(items: "list[Item]", environment: "Mapping[str, str]") -> "tuple[str, int]":
    if not items:
        return "_files\n", 0
    told = "\n".join(f'"{_quoted(value)}"' + (f':"{_quoted(help)}"' if help else "") for value, help in items)
    return f"_arguments '*: :(({told}))'\n", 0


_IN_ZSH = str.maketrans({'"': '""', "'": "''", "$": "\\$", "`": "\\`", ":": "\\\\:"})


def _quoted(text: str) -> str:
    return text.translate(_IN_ZSH)


def _fish(items: "list[Item]", environment: "Mapping[str, str]") -> "tuple[str, int]":
    asked = environment.get("_TYPER_COMPLETE_FISH_ACTION")
    if asked == "is-args":
        return "", 0 if items else 1
    if asked != "get-args" or not items:
        return "\n", 0
    return "".join(f"{value}\t{help}\n" if help else f"{value}\n" for value, help in items), 0


_FORMS = {"bash": _bash, "zsh": _zsh, "fish": _fish}
