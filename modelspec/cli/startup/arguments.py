"""The words of a command line read by its description, as typer reads them. What typer would refuse is None: it tells why.

Must not import anything that takes time.
"""

TYPE_CHECKING = False  # as in `typing`, which takes time
if TYPE_CHECKING:
    from typing import Any

    from modelspec.cli.startup.described import Command, Parameter

    Given = dict[str, list[str]]
    """The options that are given, by name, each with its values: of a switch, an empty one."""


def arguments(command: "Command", words: "list[str]") -> "dict[str, Any] | None":
    """What the command's function is called with."""
    found = read(command, words)
    if found is None or "help" in found[0]:
        return None
    given, rest = found
    made: dict[str, Any] = {}
    for parameter in command["parameters"]:
        name = parameter["name"]
        if "flags" not in parameter:
            several = parameter.get("several", False)
            given[name], rest = (rest, []) if several else (rest[:1], rest[1:])
            if not given[name] and "default" not in parameter:
                return None
        if name in given:
            several = parameter.get("several", False)
            values = [_value(parameter, word) for word in (given[name] if several else given[name][-1:])]
            if None in values:
                return None
            made[name] = values if several else values[0]
        elif name != "help":
            made[name] = parameter.get("default")
    return None if rest else made


def _value(parameter: "Parameter", word: str) -> "str | int | bool | None":
    """The value that a word stands for."""
    takes = parameter.get("takes")
    if takes is None:
        return True
    if takes == "choice":
        return word if word in parameter["choices"] else None
    if takes == "text":
        return word
    try:
        number = int(word)
    except ValueError:
        return None
    return number if parameter.get("least", number) <= number <= parameter.get("most", number) else None


def read(command: "Command", words: "list[str]") -> "tuple[Given, list[str]] | None":
    """The options that are given, and the words that are none."""
    flags = {flag: parameter for parameter in command["parameters"] for flag in parameter.get("flags", ())}
    given: Given = {}
    rest: list[str] = []
    left = words[::-1]
    while left:
        word = left.pop()
        if word == "--":
            return given, rest + left[::-1]
        if len(word) < 2 or word[0] != "-":
            rest.append(word)
        elif not _option(word, flags, left, given):
            return None
    return given, rest


def _option(word: str, flags: "dict[str, Parameter]", left: "list[str]", given: "Given") -> bool:
    """Read one word with options; `left` are the words behind it, the next one last. False: not to be understood."""
    if not word.startswith("--"):
        return _letters(word, flags, left, given)
    flag, equals, value = word.partition("=")
    parameter = flags.get(flag)
    if parameter is None or (equals and "takes" not in parameter):
        return False
    if equals:
        left.append(value)
    return _take(parameter, left, given)


def _letters(word: str, flags: "dict[str, Parameter]", left: "list[str]", given: "Given") -> bool:
    """Switches of one letter behind one dash, and last an option whose value may follow without a space."""
    for index, letter in enumerate(word[1:], 2):
        parameter = flags.get(f"-{letter}")
        if parameter is None:
            return False
        if "takes" in parameter:
            if word[index:]:
                left.append(word[index:])
            return _take(parameter, left, given)
        _take(parameter, left, given)
    return True


def _take(parameter: "Parameter", left: "list[str]", given: "Given") -> bool:
    values = given.setdefault(parameter["name"], [])
    if "takes" in parameter and not left:
        return False
    values.append(left.pop() if "takes" in parameter else "")
    return True
