"""Files are opened in one place: no other module makes a file out of a path."""

import ast
from pathlib import Path

import pytest

import modelspec
from modelspec.files import reading, writing

PACKAGE = Path(modelspec.__file__).parent
OPENING = ("modelspec/files/reading.py", "modelspec/files/writing.py")
ALLOWED = {
    # What comes with the package itself, and is found as its resource.
    "modelspec/cli/commands/init.py": {"read_text"},
    "modelspec/manual/words.py": {"read_text"},
    "modelspec/catalogue/applications/inner.py": {"read_text"},
    "modelspec/data/sources/datasets/read.py": {"open", "load"},
    # Members of an archive that is open, arrays of bytes that are read.
    "modelspec/saved/archive.py": {"open", "ZipFile"},
    "modelspec/source/array_file.py": {"open", "ZipFile"},
    "modelspec/data/sources/npz_file.py": {"open", "ZipFile"},
    "modelspec/data/decoding/picture.py": {"open"},
    "modelspec/runtime/evaluate/predictions.py": {"open", "ZipFile"},
    "modelspec/runtime/build/saved.py": {"File"},
    # Keras, writing the file beside that `replace_file` made, or into memory.
    "modelspec/cli/commands/build.py": {"save"},
    "modelspec/runtime/train/chief.py": {"save"},
    "modelspec/runtime/train/writing_callbacks.py": {"save", "open", "ZipFile", "File"},
    # /dev/null, in the place of a stream.
    "modelspec/runtime/start.py": {"open"},
    "modelspec/cli/process/streams.py": {"open"},
    # The network's weights of an application, whose file was asked for before.
    "modelspec/runtime/build/applications.py": {"load_weights"},
}
METHODS = {"open", "read_text", "read_bytes", "write_text", "write_bytes", "touch"}
"""Of paths, archives, `os` and `io`."""
LIBRARIES = {
    "load", "save", "savez", "loadtxt", "genfromtxt", "fromfile", "memmap", "load_file", "save_file", "safe_open", "ZipFile", "File",
    "copyfile", "copy", "copy2", "copytree", "NamedTemporaryFile", "load_model", "load_weights", "FileIO",
}  # fmt: skip
OWNERS = {"np", "numpy", "shutil", "zipfile", "h5py", "tempfile", "keras", "saving", "io", "model", "safetensors"}


def opened(tree):
    """The names of what opens files, and their lines."""
    own = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("modelspec.")
        for alias in node.names
    }
    named = {"open", *LIBRARIES} - own - _defined(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        if isinstance(function, ast.Name) and function.id in named:
            yield function.id, node.lineno
        elif isinstance(function, ast.Attribute):
            owner = ast.unparse(function.value).rpartition(".")[2]
            in_files = owner == "files"  # the modules of modelspec.files, as some import them
            if (function.attr in METHODS and not in_files) or (function.attr in LIBRARIES and owner in OWNERS):
                yield function.attr, node.lineno


def _defined(tree):
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


MODULES = {str(path.relative_to(PACKAGE.parent)): path for path in sorted(PACKAGE.rglob("*.py"))}
"""Every module of the package, by its path."""


def test_no_other_module_opens_a_file_by_itself():
    strange, met = [], {}
    for name in MODULES.keys() - OPENING:
        found = list(opened(ast.parse(MODULES[name].read_text(encoding="utf-8"))))
        strange += [f"{name}:{line}: {what}" for what, line in found if what not in ALLOWED.get(name, set())]
        met[name] = {what for what, _ in found}
    assert not strange, f"open files with {reading.__name__}, write them with {writing.__name__}"
    assert [name for name, needed in ALLOWED.items() if not needed <= met[name]] == [], "exceptions that nothing needs"


@pytest.mark.parametrize(
    "text",
    [
        "open('x')", "os.open('x', 0)", "Path('x').open()", "path.read_text()", "path.write_bytes(b'')", "np.load(file)",
        "zipfile.ZipFile(path)", "shutil.copyfile(a, b)", "load_file(path)", "h5py.File(path)", "io.open('x')", "path.touch()",
    ],
)  # fmt: skip
def test_opening_by_any_name_is_seen(text):
    assert list(opened(ast.parse(text)))
