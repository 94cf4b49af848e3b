"""F: texts that command a terminal, a CI log or a renderer of markup, wherever a message might show them."""

from tests.hostile.row import Row, dense, layers

MARKUP = ("[/]", "[red]x[/red]", "[link=http://evil]x[/link]", "[float32]", "[bold", "{0}", "%s%n", "\\\\x1b[2J",
          "::error file=x::pwned", "##vso[task.setvariable]x", "%0A::add-mask::x", "<script>", "&amp;", "]]>", "`x`")  # fmt: skip
ESCAPED = (
    "\\e[2J\\a\\r",
    "\\n::error file=x::pwned",
    "\\r\\n::add-mask::x",
    "\\u202eabc",
    "\\x9b2J",
    "a\\0b",
    "\\u2028x",
)

ROWS = (
    *(Row(f"F1 {text!r} as a value", dense(f"{{units: '{text}'}}"), "MS203 4:20") for text in MARKUP),
    *(Row(f"F1 {text!r} as a key", dense(f"{{units: 8, '{text}': 1}}"), "MS201 4:23") for text in MARKUP),
    *(Row(f"F1 {text!r} as a layer", layers(f"'{text}': 8"), "MS206 4:5") for text in MARKUP),
    *(Row(f"F1 {text!r} as a name", layers(f"Dense: 8\n    name: '{text}'"), "MS210 5:11") for text in MARKUP),
    *(Row(f"F1 {text!r} as a reference", layers(f"Dense: 8\n    from: '{text}'"), "MS301 5:11") for text in MARKUP),
    *(Row(f"F2 {text!r} as a value", dense(f'{{units: "{text}"}}'), "MS203 4:20") for text in ESCAPED),
    *(Row(f"F2 {text!r} as a key", dense(f'{{units: 8, "{text}": 1}}'), "MS201 4:23") for text in ESCAPED),
    *(Row(f"F2 {text!r} as a layer", layers(f'"{text}": 8'), "MS206 4:5") for text in ESCAPED),
    *(Row(f"F2 {text!r} as a name", layers(f'Dense: 8\n    name: "{text}"'), "MS210 5:11") for text in ESCAPED),
    *(Row(f"F2 {text!r} as a top key", dense("8") + f'"{text}": 1\n', "MS201 5:1") for text in ESCAPED),
    *(Row(f"F2 {text!r} as a class", layers("Dense: 8") + f'train: {{class_weight: {{"{text}": 1}}}}\n', "MS203 5:24") for text in ESCAPED),
    *(Row(f"F2 {text!r} as an input", f'modelspec: 1\ninputs: {{"{text}": [8]}}\nlayers: [Flatten]\n', "MS210 2:10") for text in ESCAPED),
    *(Row(f"F2 {text!r} as a source", layers("Dense: 8") + f'data: {{train: {{"{text}": 1}}}}\n', "MS207 5:16") for text in ESCAPED),
)  # fmt: skip
