"""Random texts, the same for the same number: noise, soups of tokens, and good specs with changes that users and attackers make."""

import re
from functools import cache
from random import Random

from tests.edits.sources import sources

TOKENS = (
    "modelspec: 1\n", "inputs:", "layers:\n", "outputs:", "shared:", "models:", "train:", "data:", "budget:", "x-a:",
    "x: [8]\n", "  - Dense: 8\n", "  - {call: m}\n", "- ", "  ", "    ", "\n", "\r\n", "\r", "\t", ": ", ":", ", ",
    "[", "]", "{", "}", "# c", "'", '"', "&a ", "*a", "<<: ", "!!str ", "!x ", "| \n", "> \n", "---\n", "...\n",
    "%YAML 1.2\n", "? ", "null", "~", "true", "1e-3", "010", "0x1f", "-1", "1_000", ".inf", "1e999", "from: ",
    "name: ", "loss: mse", "metrics: [a]", "ops.add", "Lambda", "\xe9", "\u4e2d", "\U0001f600", "\xa0", "\ufeff",
    "\x00", "\\u0000", "\\", "@", "`", "%", "$a", "{{ a }}", "Conv2D: 3\n", "Concatenate:\n",
    "TimeDistributed: {layer: {Dense: 8}}\n", "call: ", "csv: a.csv", "split: 0.1", "Adam: {learning_rate: ",
    "EarlyStopping", "$(", "$(i + 1)", "$i", "block: b\n", "repeat: 2\n", "for: {n: [1, 2]}\n", "when: ", "with: {",
    "blocks:\n", "vars:\n", "spec: a.yaml", "saved: a.keras", "extends: a.yaml\n", "freeze: [", "ResNet50: {weights: null}",
)  # fmt: skip
VALUES = (
    "0", "-1", "null", "true", "1.5", "'8'", "[]", "{}", "[[]]", "99999999999", "1e308", "a", "a.b", "a@1", "x",
    "[x, x]", "[None]", "{a: b}", "{from: x}", "&a 1", "*a", "relu", "Dense", "[1, 2, 3]", "''", '"\\e"', "!!int 1",
    "~", ".nan", "010", "2147483647", "x.score", "x.0", "ops.mea", "$x", "$(1 / 0)", "*", "**", "a*a*a*a*b",
)  # fmt: skip
GROWING = (
    "$([0] * 10000)", "$([[0] * 3000] * 3000)", "$('a' * 100000)", "$('ab' * 999 * 999)", "$(10 ** 400)", "$(2 ** 63)",
    "$(9 ** 9 ** 9)", "$(list(range(100000)))", "20000000", "100000", "4096", "[4096, 4096, 4096]", "[null, 20000000]",
    "[" + "1, " * 3000 + "1]", "[" * 60 + "]" * 60, "[" * 2000, "{a: " * 70, "$(" + "(" * 200 + ")" * 200 + ")",
    "'" + "x" * 20000 + "'", "$(" + "1 + " * 1500 + "1)", "ops." + "a" * 5000, "$" + "v" * 3000, "{ops.hsplit: 20000000}",
    "{repeat: 100000, layers: [Dense: 4]}", "{for: {n: $([1] * 50000)}, layers: [Dense: $n]}", "[$v, $v, $v, $v]",
)  # fmt: skip
"""Values that are much larger than they look, or that lead to much work."""
_WORD = re.compile(r"[A-Za-z_]{3,}")
_NUMBER = re.compile(r"\d+")


def random_text(seed):
    """The text of that number."""
    random = Random(seed)
    return random.choices((_noise, _soup, _soup_in_a_spec, _changed, _bombs), (1, 1, 2, 15, 1))[0](random)


def _noise(random):
    few = (range(0x20, 0x7F), range(0x20), range(0x7F, 0x250), range(0x250, 0x3000), range(0xD7F0, 0xE010))
    wide = (range(0xE000, 0x10000), range(0x10000, 0x110000), range(0xE0000, 0xE0080), (0x0A, 0x20, 0x3A, 0x2D))
    return "".join(chr(random.choice(random.choice(few + wide))) for _ in range(random.randint(0, 200)))


def _soup(random):
    return "".join(random.choice(TOKENS) for _ in range(random.randint(0, 40)))


def _soup_in_a_spec(random):
    return "modelspec: 1\ninputs: {x: [8]}\nlayers:\n  - Dense: " + _soup(random)


def _bombs(random):
    """Definitions that each use the next several times: variables, blocks, anchors, models."""
    count, each = random.randint(2, 40), random.randint(1, 4)
    head = "modelspec: 1\ninputs: {x: [8]}\n"
    end = "layers:\n  - Dense: 4\n    name: y\noutputs: {y: {loss: mse}}\n"
    match random.randint(0, 5):
        case 0:
            lines = [f"  v{at}: [{', '.join([f'$v{at + 1}'] * each)}]\n" for at in range(count)]
            return f"{head}vars:\n{''.join(lines)}  v{count}: [1]\n{end.replace('4', '$v0')}"
        case 1:
            lines = [f"  b{at}: {{layers: [{', '.join([f'{{block: b{at + 1}}}'] * each)}]}}\n" for at in range(count)]
            return (
                f"{head}blocks:\n{''.join(lines)}  b{count}: {{layers: [Dense: 4]}}\nlayers:\n  - block: b0\n" + end[8:]
            )
        case 2:
            lines = [f"  a{at + 1}: &a{at + 1} [{', '.join([f'*a{at}'] * each)}]\n" for at in range(count)]
            return f"{head}x-a:\n  a0: &a0 [1, 2]\n{''.join(lines)}{end}"
        case 3:
            lines = [
                f"  b{at}: {{params: {{p: null}}, layers: [{{block: b{at + 1}, with: {{p: [$p, $p]}}}}]}}\n"
                for at in range(count)
            ]
            last = f"  b{count}: {{params: {{p: null}}, layers: [Dense: $p]}}\n"
            return f"{head}blocks:\n{''.join(lines)}{last}layers:\n  - {{block: b0, with: {{p: 1}}}}\n" + end[8:]
        case 4:
            inner = "layers: [{Dense: 4}]"
            for _ in range(count):
                inner = f"layers: [{{repeat: {random.randint(1, 9)}, {inner}}}]"
            return f"{head}{inner}\n"
        case _:
            part = random.choice(("$n{}", "ops.n{}", "n{}: 1", "{{from: n{}}}", "{{call: n{}}}", "Dens{}"))
            lines = [f"  - {part.format(at)}\n" for at in range(count * 50)]
            return f"{head}layers:\n{''.join(lines)}"


@cache
def _good():
    """Texts to change, what is answered soon first; those of applications are few."""
    return tuple(source.text for source in sorted(sources(), key=lambda source: len(source.text)))


def _changed(random):
    """A good text with one to four changes."""
    texts = _good()
    lines = random.choice(texts[: len(texts) * 9 // 10] if random.random() < 0.97 else texts).split("\n")
    change = random.choice((_change_of_words, _change_of_words, _change_of_lines))
    for _ in range(random.choice((1, 1, 1, 2, 2, 3, 4))):
        change(random, lines)
    return "\n".join(lines)


def _change_of_words(random, lines):
    """A change after which the text mostly is YAML, and something else is wrong."""
    at = random.randrange(len(lines))
    match random.randint(0, 9):
        case 0:
            lines[at] = _in_one(random, _NUMBER, lines[at], lambda found: random.choice(VALUES))
        case 1:
            lines[at] = _in_one(random, _NUMBER, lines[at], lambda found: random.choice(GROWING))
        case 2:
            lines[at] = _in_one(random, _WORD, lines[at], lambda found: random.choice(VALUES))
        case 3 | 4:
            words = _WORD.findall(random.choice(_good())) or ["Dense"]
            lines[at] = _in_one(random, _WORD, lines[at], lambda found: random.choice(words))
        case 5:
            words = _WORD.findall("\n".join(lines)) or ["Dense"]
            lines[at] = _in_one(random, _WORD, lines[at], lambda found: random.choice(words))
        case _:
            lines[at] = _in_one(random, _WORD, lines[at], lambda found: _misspelt(random, found))


def _change_of_lines(random, lines):
    at, other = random.randrange(len(lines)), random.randrange(len(lines))
    line = lines[at]
    key, colon, value = line.partition(": ")
    match random.randint(0, 10):
        case 0:
            lines[at : at + random.randint(1, 5)] = [""]
        case 1:
            lines.insert(other, line)
        case 2:
            lines[at], lines[other] = lines[other], line
        case 3:
            lines[at] = "  " + line
        case 4:
            lines[at] = line.removeprefix("  ")
        case 5:
            lines[at] = line[: random.randint(0, len(line))]
        case 6:
            lines[at] = f"{key}{colon or ': '}{random.choice(VALUES)}"
        case 7:
            depth = random.randint(1, 100)
            lines[at] = f"{key}: {'{a: ' * depth}{value}{'}' * depth}"
        case 8:
            place = random.randint(0, len(line))
            lines[at] = line[:place] + random.choice(TOKENS) + line[place:]
        case 9:
            lines[at] = f"{key}{colon or ': '}{random.choice(GROWING)}"
        case _:
            lines[at:at] = random.choice(_good()).split("\n")[random.randint(0, 9) :][: random.randint(1, 6)]


def _in_one(random, pattern, line, new):
    found = list(pattern.finditer(line))
    if not found:
        return line
    one = random.choice(found)
    return line[: one.start()] + new(one.group()) + line[one.end() :]


def _misspelt(random, word):
    at = random.randrange(len(word))
    return random.choice(
        (word[:at] + word[at + 1 :], word[:at] + word[at] + word[at:], word + "s", word[::-1], word.swapcase(),
         word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :])
    )  # fmt: skip
