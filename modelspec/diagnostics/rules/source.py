"""MS101 to MS122: what can be wrong with a spec as a file and as YAML. Must not know how YAML is read."""

from __future__ import annotations

from modelspec.diagnostics.rules.rule import START, Rule

SOURCE: tuple[Rule, ...] = (
    Rule(
        "MS101", "file-unreadable", "error",
        "a spec file cannot be read",
        "It does not exist, may not be read, or is not a regular file: reading a pipe or a device could block forever.",
        "modelspec validate specs/tarin.yaml\n",
        "modelspec validate specs/train.yaml\n",
    ),
    Rule(
        "MS102", "file-too-large", "error",
        "a spec file is larger than the limit",
        "A spec is written by hand and takes a few kilobytes. A limit is raised on the command line, never in the "
        "file: `--max-file-bytes`.",
        "modelspec validate large.yaml\n",
        "modelspec validate --max-file-bytes 4194304 large.yaml\n",
    ),
    Rule(
        "MS103", "not-utf8", "error",
        "a spec file is not UTF-8 text",
        "Other encodings cannot be told apart with certainty; a guess would change names.",
        "a file saved as Latin-1 or UTF-16\n",
        "the same file saved as UTF-8\n",
    ),
    Rule(
        "MS104", "invisible-character", "error",
        "an invisible character",
        "Control characters, zero-width spaces and marks that change the direction of writing make a spec mean "
        "something other than what a reader sees.",
        START + "  - Dense: 1\n    name: out\u200bput\n",
        START + "  - Dense: 1\n    name: output\n",
    ),
    Rule(
        "MS105", "empty-spec", "error",
        "a spec file is empty",
        "A file with only blanks and comments is not a spec; a spec has at least `modelspec`, `inputs` and `layers`.",
        "# to be written\n",
        START + "  - Dense: 1\n",
    ),
    Rule(
        "MS106", "not-a-mapping", "error",
        "the top level of a spec is not a mapping",
        "A spec is a mapping of keys. Often a space is missing after a colon, which makes the whole line one string.",
        "modelspec:1\n",
        START + "  - Dense: 1\n",
    ),
    Rule(
        "MS107", "second-document", "error",
        "a file holds several YAML documents",
        "A file is one spec. What follows `---` would never be read.",
        START + "  - Dense: 1\n---\nname: other\n",
        START + "  - Dense: 1\n",
    ),
    Rule(
        "MS108", "duplicate-key", "error",
        "a key is defined twice in one mapping",
        "YAML readers silently keep one of the two: half of what was written would be lost.",
        START + "  - Dense: {units: 1, use_bias: true, units: 2}\n",
        START + "  - Dense: {units: 1, use_bias: true}\n",
    ),
    Rule(
        "MS109", "limit-exceeded", "error",
        "a spec is nested too deeply, has too many values or layers, keys that are too long, or aliases that expand "
        "too far",
        "A few hundred bytes of YAML can expand to billions of values, and deep nesting crashes readers. Limits are "
        "far above real use; each is raised on the command line: `--max-depth`, `--max-nodes`, `--max-expanded-nodes`, "
        "`--max-key-length`, `--max-layers`.",
        START + "  - Dense: 1\nx-deep: " + "[" * 70 + "]" * 70 + "\n",
        START + "  - Dense: 1\nx-deep: " + "[" * 60 + "]" * 60 + "\n",
    ),
    Rule(
        "MS110", "tag", "error",
        "a YAML tag",
        "Tags turn values into other things, in some readers into objects that run code. A spec has none.",
        START + "  - Dense: !!int 1\n",
        START + "  - Dense: 1\n",
    ),
    Rule(
        "MS111", "directive", "error",
        "a %YAML or %TAG line",
        "Directives change how the text below is read. A spec is always YAML 1.2.",
        "%YAML 1.1\n---\n" + START + "  - Dense: 1\n",
        START + "  - Dense: 1\n",
    ),
    Rule(
        "MS112", "ambiguous-number", "error",
        "a number that readers disagree on",
        "010 is 8 in YAML 1.1 and 10 in YAML 1.2; 1_000 and 0x20 are numbers to one reader and strings to another.",
        START + "  - Dense: 010\n",
        START + "  - Dense: 10\n",
    ),
    Rule(
        "MS113", "not-finite", "error",
        "NaN, an infinity, or a number too large for a float",
        "No argument of a model, a loss or an optimizer makes sense with such a number.",
        START + "  - Dropout: .nan\n",
        START + "  - Dropout: 0.5\n",
    ),
    Rule(
        "MS114", "unknown-anchor", "error",
        "an alias names no anchor above it, or is inside the value that it names",
        "An alias repeats a value that is defined above it. Inside that value it would never end.",
        START + "  - Dense: *width\n",
        "modelspec: 1\ninputs: {x: [4]}\nx-width: &width 8\nlayers:\n  - Dense: *width\n",
    ),
    Rule(
        "MS115", "duplicate-anchor", "error",
        "an anchor is defined twice",
        "In YAML an alias means the last anchor of that name above it, which is easy to miss when reading.",
        START + "  - Dense: &width 8\n  - Dense: &width 9\n  - Dense: *width\n",
        START + "  - Dense: &width 8\n  - Dense: 9\n  - Dense: *width\n",
    ),
    Rule(
        "MS116", "key-not-text", "error",
        "a key is not a string",
        "Keys are names. 1, '1' and true are one key to some readers and three to others. Only the classes of "
        "`class_weight` are numbers, as in Keras.",
        "modelspec: 1\ninputs: {1: [4]}\nlayers:\n  - Dense: 1\n",
        "modelspec: 1\ninputs: {first: [4]}\nlayers:\n  - Dense: 1\n",
    ),
    Rule(
        "MS117", "merge-not-mapping", "error",
        "`<<` is given something other than a mapping",
        "`<<` puts the entries of another mapping into this one; a number or a list of numbers has no entries.",
        START + "  - Dense: {<<: 8}\n",
        "modelspec: 1\ninputs: {x: [4]}\nx-dense: &dense {units: 8}\nlayers:\n  - Dense: {<<: *dense}\n",
    ),
    Rule(
        "MS118", "yaml-syntax", "error",
        "the text is not YAML",
        "Reading stops here, so problems further down are found only after this one is fixed. The place is where the "
        "text stops making sense, which may be just below the mistake.",
        START + "  - Flatten\n    from: x\n  - Dense: 1\n",
        START + "  - Flatten:\n    from: x\n  - Dense: 1\n",
    ),
    Rule(
        "MS120", "unused-anchor", "warning",
        "an anchor is never used",
        "Often the alias was misspelt, or the value was meant to be merged and is not.",
        "modelspec: 1\ninputs: {x: [4]}\nx-width: &width 8\nlayers:\n  - Dense: 8\n",
        "modelspec: 1\ninputs: {x: [4]}\nx-width: &width 8\nlayers:\n  - Dense: *width\n",
    ),
    Rule(
        "MS121", "read-differently", "error",
        "YAML that readers read differently",
        "In YAML 1.2 a plain key of `{…}` may begin with `?`, and an anchor may have a colon; the usual readers silently take "
        "these for something else. YAML 1.2 also requires that each further line of a quoted string or of brackets is "
        "indented deeper than what it belongs to, that a space comes before the `#` of a comment, and that no blank line "
        "before a literal is longer than the literal's indentation; the usual readers overlook these, and others refuse "
        "the file or read other values.",
        "modelspec: 1\ninputs: {?x: [4]}\nlayers:\n  - Dense: 1\n",
        "modelspec: 1\ninputs: {x: [4]}\nlayers:\n  - Dense: 1\n",
    ),
    Rule(
        "MS122", "bracket-below-key", "warning",
        "a closing bracket is not indented deeper than the entry it belongs to",
        "Most readers accept it. YAML 1.2 does not, and strict readers refuse the file.",
        "modelspec: 1\ninputs: {\n  x: [4]\n}\nlayers:\n  - Dense: 1\n",
        "modelspec: 1\ninputs: {\n  x: [4]\n  }\nlayers:\n  - Dense: 1\n",
    ),
)  # fmt: skip
