"""MS640 to MS649: what can be wrong with a user's own packages, which `--plugins` names. Knows no runtime."""

from __future__ import annotations

from modelspec.diagnostics.rules.rule import Rule

_REGISTER = "@keras.saving.register_keras_serializable"

PLUGINS: tuple[Rule, ...] = (
    Rule(
        "MS640", "plugin-stub-missing", "error",
        "a plugin has no stub",
        "A spec is checked without importing anything. What your own package offers is therefore written down once, in "
        "`my_package.modelspec.json` in the working folder or above it; keep that file with your code.",
        "modelspec validate spec.yaml --plugins my_package\n",
        "modelspec plugins stub my_package\nmodelspec validate spec.yaml --plugins my_package\n",
    ),
    Rule(
        "MS641", "plugin-stub-unreadable", "error",
        "the stub of a plugin cannot be used",
        "The file is damaged, of another version, or the stub of another package. Only `output_shape` and `targets` in it are "
        "for you to write; the rest comes from the package.",
        '{"modelspec_stub": 1, "package": "my_package", "objects": {"Scale": {}}}\n',
        '{"modelspec_stub": 1, "package": "my_package", "objects": {"my_package>Scale": {"kinds": ["layer"]}}}\n',
    ),
    Rule(
        "MS642", "plugin-stub-stale", "warning",
        "a plugin has changed since its stub was written",
        "The spec may be checked against arguments that the package no longer takes. The files are compared byte by "
        "byte: a new comment is enough. Building and training compare the stub with the package itself.",
        "edit my_package/layers.py\nmodelspec validate spec.yaml --plugins my_package\n",
        "edit my_package/layers.py\nmodelspec plugins stub my_package\nmodelspec validate spec.yaml --plugins my_package\n",
    ),
    Rule(
        "MS643", "plugin-stub-differs", "error",
        "a plugin differs from its stub",
        "The imported package registers other objects or takes other arguments than the spec was checked against; or a "
        "layer returns another shape than `output_shape` in the stub says.",
        "rename an argument in my_package\nmodelspec train spec.yaml --plugins my_package\n",
        "rename an argument in my_package\nmodelspec plugins stub my_package\n"
        "modelspec train spec.yaml --plugins my_package\n",
    ),
    Rule(
        "MS644", "plugin-import", "error",
        "a plugin cannot be imported",
        "It is neither installed nor in the working folder (or beside the pyproject.toml that names it), or it fails "
        "while it is imported. Only the package itself is imported from the working folder, not the modules that it "
        "imports.",
        "modelspec train spec.yaml --plugins my_pakcage\n",
        "modelspec train spec.yaml --plugins my_package\n",
    ),
    Rule(
        "MS645", "plugin-name-clash", "error",
        "a plugin's name means two things",
        "Two plugins register the same name, or have classes whose names end alike and a spec gives only that end, or "
        "a plugin replaces an object of Keras. A spec must mean the same whatever is imported.",
        f'{_REGISTER}(package="")\nclass Dense(keras.layers.Layer): ...\n',
        f'{_REGISTER}(package="my_package")\nclass Dense(keras.layers.Layer): ...\n',
    ),
    Rule(
        "MS646", "plugin-not-named", "error",
        "a run was trained with a plugin that is not named now",
        "A run directory may come from someone else: the packages that it names are never imported automatically. Name "
        "the plugin on the command line, or in `[tool.modelspec]` of your pyproject.toml.",
        "modelspec evaluate runs/own/2026-01-31_12-00-00\n",
        "modelspec evaluate runs/own/2026-01-31_12-00-00 --plugins my_package\n",
    ),
    Rule(
        "MS647", "plugin-fails", "error",
        "a plugin's layer fails",
        "Its own code refuses these arguments or these inputs, or has a bug. The checker cannot know before the "
        "package is imported.",
        "layers:\n  - my_package>Pool: {units: 8}     # its code asks for three axes\n    from: vector\n",
        "layers:\n  - my_package>Pool: {units: 8}\n    from: sequence\n",
    ),
    Rule(
        "MS648", "plugin-settings", "error",
        "the list of plugins cannot be read",
        "`plugins` in `[tool.modelspec]` of the pyproject.toml of this folder, or of the nearest one above that has "
        "such a table, is a list of packages by the names that Python imports; `--plugins` takes the same names.",
        '[tool.modelspec]\nplugins = "my_package/layers.py"\n',
        '[tool.modelspec]\nplugins = ["my_package"]\n',
    ),
    Rule(
        "MS649", "plugin-registers-nothing", "error",
        "a plugin registers nothing that a spec can use",
        "Keras and a spec know your own class by the name under which it is registered. A layer must take `**kwargs` "
        "and pass them on: Keras gives it its name, and builds it from its configuration when it is loaded.",
        "class Scale(keras.layers.Layer): ...\n",
        f'{_REGISTER}(package="my_package")\nclass Scale(keras.layers.Layer): ...\n',
    ),
)  # fmt: skip
