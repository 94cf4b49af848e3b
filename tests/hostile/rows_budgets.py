"""E: models that no machine holds, written in a few bytes; and files full of mistakes."""

from itertools import pairwise

from tests.hostile.row import Row, dense, images, layers, trained

WIDE = "modelspec: 1\ninputs: {x: [64]}\nlayers:\n"
FREE = "modelspec: 1\ninputs: {x: [null, 8]}\nlayers:\n"


def chain(count: int, *, step: str = "Dense: 8") -> str:
    """Layers one after another."""
    return layers(*[step] * count)


def doubling(count: int) -> str:
    """Each layer joins the one above with itself."""
    names = ["x", *(f"n{n}" for n in range(count))]
    return layers(*(f"{{Concatenate: , from: [{a}, {a}], name: {b}}}" for a, b in pairwise(names)))


def wide(count: int) -> str:
    """One Concatenate of many tensors, each a layer on the input."""
    names = ", ".join(f"n{n}" for n in range(count))
    return layers(*(f"{{Dense: 1, from: x, name: n{n}}}" for n in range(count)), f"{{Concatenate: , from: [{names}]}}")


def doubled(models: int, calls: int = 2) -> str:
    """Models that call the model before them, several times each: calls to the power of models."""
    text = "models:\n  m0: {inputs: {a: [null, 8]}, layers: [{Dense: 8}]}\n"
    for n in range(1, models):
        steps = ", ".join(f"{{call: m{n - 1}, name: c{k}}}" for k in range(calls))
        text += f"  m{n}: {{inputs: {{a: [null, 8]}}, layers: [{steps}]}}\n"
    return layers(f"call: m{models - 1}", head="modelspec: 1\ninputs: {x: [4, 8]}\nlayers:\n", tail=text)


def longer(models: int) -> str:
    """Models that call the model before them twice, each call with another length: nothing can be remembered."""
    text = "models:\n  m0: {inputs: {a: [null, 8]}, layers: [{ZeroPadding1D: 1}]}\n"
    for n in range(1, models):
        text += f"  m{n}: {{inputs: {{a: [null, 8]}}, layers: [{{call: m{n - 1}, name: c}}, {{call: m{n - 1}, name: d}}]}}\n"
    return layers(f"call: m{models - 1}", head="modelspec: 1\ninputs: {x: [4, 8]}\nlayers:\n", tail=text)


ROWS = (
    Row("E1 10**12 units", dense("1000000000000"), "MS204 4:12"),
    Row("E1 an Embedding of 10**12", layers("Embedding: {input_dim: 1000000000000, output_dim: 8}"), "MS204 4:28"),
    Row("E1 2**31 - 1 units on 64", layers("Dense: 2147483647", head=WIDE), "MS411 4:5"),
    Row("E1 many large layers", layers(*["Dense: 60000"] * 6), "MS411 5:5"),
    Row("E1 a shared giant", layers("{call: big}", tail="shared: {big: {Dense: {units: 2147483647}}}\n", head=WIDE), "MS411 4:5"),
    Row("E1 a giant in a wrapper", layers("TimeDistributed: {layer: {Dense: 2000000000}}", head="modelspec: 1\ninputs: {x: [1, 64]}\nlayers:\n"), "MS411 4:5"),
    Row("E2 2**63 units", dense("{units: 9223372036854775808}"), "MS204 4:20"),
    Row("E2 10**30 units", dense("{units: 1" + "0" * 30 + "}"), "MS204 4:20"),
    Row("E2 a shape of 2**31", "modelspec: 1\ninputs: {x: [2147483648]}\nlayers: [Flatten]\n", "MS204 2:14"),
    Row("E2 an axis of -10**30", layers("Concatenate: {axis: -1" + "0" * 30 + "}\n    from: [x, x]"), "MS204 4:25"),
    Row("E3 a kernel of 10,000", images("Conv2D: {filters: 64, kernel_size: 10000, padding: same}"), "MS411 4:5"),
    Row("E3 a kernel of 40,000", images("Conv2D: {filters: 8, kernel_size: 40000, padding: same}"), "MS411 4:5"),
    Row("E4 an orthogonal giant", layers("Dense: {units: 200000, kernel_initializer: orthogonal}", head="modelspec: 1\ninputs: {x: [200000]}\nlayers:\n"), "MS411 4:5"),
    Row("E5 UpSampling2D 10**6", images("UpSampling2D: 1000000"), "MS410 4:5"),
    Row("E5 ZeroPadding2D 10**9", images("ZeroPadding2D: 1000000000"), "MS410 4:5"),
    Row("E5 RepeatVector 10**12", layers("RepeatVector: 1000000000000"), "MS204 4:19"),
    Row("E5 RepeatVector 2**31 - 1", layers("RepeatVector: 2147483647"), "MS410 4:5"),
    Row("E5 an input of 10**12", "modelspec: 1\ninputs: {x: [1000000000000]}\nlayers: [Flatten]\n", "MS204 2:14"),
    Row("E5 an input of 2**60", "modelspec: 1\ninputs: {x: [1048576, 1048576, 1048576]}\nlayers: [Flatten]\n", "MS410 3:10"),
    Row("E5 an input of 64 large axes", "modelspec: 1\ninputs: {x: [" + "2147483647, " * 64 + "]}\nlayers: [Flatten]\n", "MS204 2:13"),
    Row("E5 one_hot of 2**31 - 1", layers("ops.one_hot: {num_classes: 2147483647}"), "MS410 4:5"),
    Row("E5 repeat of 2**31 - 1", layers("ops.repeat: {repeats: 2147483647, axis: 1}"), "MS410 4:5"),
    Row("E5 tile", layers("ops.tile: {repeats: [1, 2147483647]}"), "MS410 4:5"),
    Row("E5 pad", layers("ops.pad: {pad_width: [[0, 0], [0, 2147483647]]}"), "MS410 4:5"),
    Row("E5 a chain that doubles", doubling(60), "MS410 31:6"),
    Row("E5 an outer product", layers("Flatten: {}\n    name: a", "ops.outer: {}\n    from: [a, a]", head="modelspec: 1\ninputs: {x: [2147483647]}\nlayers:\n"), "MS413 6:5"),
    Row("E14 hsplit of an axis of unknown size", layers("ops.hsplit: 20000000", head=FREE), "MS419 4:5"),
    Row("E14 array_split", layers("ops.array_split: {indices_or_sections: 20000000, axis: 1}", head=FREE), "MS419 4:44"),
    Row("E14 split", layers("ops.split: {indices_or_sections: 100001, axis: 1}", head=FREE), "MS419 4:38"),
    Row("E14 unstack", layers("ops.unstack: {axis: 1, num: 20000000}", head=FREE), "MS419 4:33"),
    Row("E14 unstack of a long axis", layers("ops.unstack: {axis: 1}", head="modelspec: 1\ninputs: {x: [20000000]}\nlayers:\n"), "MS419 4:5"),
    Row("E14 meshgrid of 40,000", layers("{ops.meshgrid: , from: [" + "x, " * 40_000 + "]}"), "MS401 4:6"),
    Row("E14 4,000 calls of 50 parts", layers(*["{ops.hsplit: 50, from: x}"] * 4000, head=FREE), "MS419 2004:6"),
    Row("E14 2,000 calls of a model of 4,000 outputs", layers(*["{call: m, from: x}"] * 2000, head=FREE, tail="models: {m: {inputs: {a: [null, 8]}, layers: [{Dense: 3, name: d}], outputs: {" + ", ".join(f"o{n}: d" for n in range(4000)) + "}}}\n"), "MS419 29:12"),
    Row("E14 a lookup with 2 * 10**7 tokens before its words", layers("StringLookup: {vocabulary: [a], num_oov_indices: 20000000}", head="modelspec: 1\ninputs: {x: {shape: [8], dtype: string}}\nlayers:\n"), ""),
    Row("E14 rounding to -10**12 places", dense("$(round(3, -10 ** 12) + 1)"), ""),
    Row("E6 repeat", layers("{Dense: 8, repeat: 1000000000}"), "MS109 4:24"),
    Row("E7 1,000 layers", chain(1000), ""),
    Row("E7 4,000 layers", chain(4000), ""),
    Row("E7 4,000 convolutions", images(*["Conv2D: {filters: 8, kernel_size: 3, padding: same}"] * 4000), ""),
    Row("E7 20,000 layers", chain(20_000), "MS109 5004:5"),
    Row("E7 70 models deep", doubled(70, calls=1), "MS308 71:42"),
    Row("E7 2,000 models deep", doubled(2000, calls=1), "MS308 71:42"),
    Row("E7 25 wrappers deep", layers("TimeDistributed: {layer: {" * 25 + "Dense: 8" + "}}" * 25), "MS401 4:5"),
    *(Row(f"E10 {key} {value}", trained(f"{{{key}: {value}}}"), f"{code} 6:{len(key) + 11}")
      for key in ("epochs", "batch_size", "steps_per_epoch")
      for value, code in (("1000000000000", "MS204"), ("0", "MS204"), ("-1", "MS204"), ("1.5", "MS203"), ("true", "MS203"))),
    Row("E11 60,000 mistakes", layers(*["Dens: 8"] * 60_000), "MS109 5004:5"),
    Row("E11 100,000 mistakes", "modelspec: 1\ninputs: {x: [8]}\nlayers: [" + "x,y," * 50_000 + "]\n", "MS109 3:10010"),
    Row("E11 100,000 bad numbers", dense("8") + "x-a: [" + "010,010," * 50_000 + "]\n", "MS112 5:7 …"),
    Row("E11 100,000 duplicate keys", dense("8") + "x-a: {" + "a: ,a: ," * 50_000 + "}\n", "MS108 5:11 …"),
    Row("E11 5,000 unknown references", layers(*["{Dense: 8, from: nothing}"] * 5000), "MS301 4:22 …"),
    Row("E11 5,000 layers of the wrong rank", layers(*["{Conv2D: {filters: 8, kernel_size: 3}, from: x}"] * 5000), "MS401 4:6 …"),
    Row("E11 5,000 missing arguments", layers(*["Dense: {}"] * 5000), "MS202 4:5 …"),
    Row("E11 a list of 100,000 wrong items", images("Conv2D: {filters: 8, kernel_size: [" + "x," * 100_000 + "]}"), "MS203 4:39"),
    Row("E11 100,000 names in a vocabulary", layers("StringLookup: {vocabulary: [" + "a,b," * 50_000 + "1]}", head="modelspec: 1\ninputs: {x: {shape: [8], dtype: string}}\nlayers:\n"), "MS203 4:200033"),
    Row("E12 20,000 unknown keys", dense("8") + "".join(f"k{n:05d}{'x' * 34}: 1\n" for n in range(20_000)), "MS201 5:1 …"),
    Row("E12 4,500 unknown keys of 200 characters", dense("8") + "".join(f"k{n:05d}{'x' * 194}: 1\n" for n in range(4500)), "MS109 5:1 …"),
    Row("E12 20,000 unknown arguments", dense("{" + ", ".join(f"k{n:05d}{'x' * 34}: 1" for n in range(20_000)) + "}"), "MS202 4:5 …"),
    Row("E12 5,000 unknown layers", layers(*(f"K{n:05d}{'x' * 30}: 1" for n in range(5000))), "MS206 4:5 …"),
    Row("E12 20,000 keys of a step", layers("{Dense: 8, " + ", ".join(f"k{n:05d}{'x' * 34}: 1" for n in range(20_000)) + "}"), "MS201 4:16 …"),
    Row("E12 2,500 unknown references among 2,500", layers(*(f"{{Dense: 8, name: n{n:04d}{'y' * 30}}}" for n in range(2500)), *(f"{{Dense: 8, from: m{n:04d}{'z' * 30}}}" for n in range(2500))), "MS301 2504:22 …"),
    Row("E12 10,000 unknown outputs", layers("Dense: 8", tail="outputs: {" + ", ".join(f"o{n}: {{loss: mse}}" for n in range(10_000)) + "}\n"), "MS309 5:11 …"),
    Row("E12 5,000 unknown calls", layers(*(f"call: m{n}" for n in range(5000)), tail="shared: {" + ", ".join(f"s{n}: {{Dense: 8}}" for n in range(5000)) + "}\n"), "MS307 4:11 …"),
    Row("E12 500 patterns of many stars over 3,000 layers", layers(*(f"{{Dense: 8, name: banana_a{n}_a}}" for n in range(3000)), tail="outputs: {y: {loss: mse}}\ntrain: {freeze: [" + ", ".join(f"'*a*a*a*a{n}*'" for n in range(500)) + "]}\n"), ""),
    Row("E12 500 patterns that name nothing", layers(*(f"{{Dense: 8, name: banana_a{n}_a}}" for n in range(3000)), tail="outputs: {y: {loss: mse}}\ntrain: {freeze: [" + ", ".join(f"'*a*a*a*ab{n}'" for n in range(500)) + "]}\n"), "MS536 3005:18 …"),
    Row("E12 2,000 patterns for 2,000 names each", layers(*(f"{{Dense: 8, name: n{n}, from: x}}" for n in range(2000)), *["{Add: , from: 'n*'}"] * 2000), "MS109 2054:19"),
    Row("E12 2,000 patterns that no name fits", layers(*(f"{{Dense: 8, name: n{n}, from: x}}" for n in range(2000)), *(f"{{Add: , from: 'm{n}*'}}" for n in range(2000))), "MS301 2004:19 …"),
    Row("E13 Concatenate of 3,000", wide(3000), ""),
    Row("E13 5,000 layers on one input", layers(*["{Dense: 1, from: x}"] * 5000), ""),
    Row("E13 one call of 40,000 inputs", layers("{Concatenate: , from: [" + "x, " * 40_000 + "]}"), ""),
    Row("E13 3,000 calls of a shared layer", layers(*["call: s"] * 3000, tail="shared: {s: {Dense: 8}}\n"), ""),
    Row("E13 30 models, each called twice", doubled(30), "MS109 17:65"),
    Row("E13 60 models, each called ten times", doubled(60, 10), "MS109 10:85"),
    Row("E13 22 models, each call of another length", longer(22), "MS109 17:64"),
    Row("E13 2,000 calls of a model of 40 layers", layers(*["call: m"] * 2000, tail="models:\n  m:\n    inputs: {a: [8]}\n    layers:\n" + "      - Dense: 8\n" * 40), "MS109 125:5"),
)  # fmt: skip
"""`…`: more of the same follow."""
