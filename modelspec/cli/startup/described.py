"""The command line as plain data: every command with its options and arguments, in the order in which help shows them.

Written by `python -m docs.generate` from the functions in modelspec/cli/commands. Do not edit.
"""
# fmt: off
# ruff: noqa: E501

TYPE_CHECKING = False  # as in `typing`, which takes time
if TYPE_CHECKING:
    from typing import TypedDict

    class Parameter(TypedDict, total=False):
        """An option, or an argument, which has no `flags`."""

        name: str
        flags: tuple[str, ...]
        takes: str
        """`text`, `number` or `choice`; a switch takes nothing."""
        choices: tuple[str, ...]
        least: int
        most: int
        several: bool
        """Whether it can be given more than once."""
        default: str | int | bool
        required: bool
        shown: str
        """What its value is called in help; a switch has none."""
        panel: str
        """The title under which help shows an option, where it is not `Options`."""
        help: str

    class Command(TypedDict):
        """A command; the one without a name is the program itself."""

        hidden: bool
        help: str
        """In a few words, as shells show it beside the name."""
        about: str
        """In whole sentences, as help shows it."""
        parameters: tuple[Parameter, ...]


COMMANDS: "dict[str, Command]" = {
    '': {
        'hidden': False,
        'help': 'Neural networks as YAML: checked without...',
        'about': 'Neural networks as YAML: checked without TensorFlow, built and trained with Keras.',
        'parameters': (
            {'name': 'version', 'flags': ('--version',), 'default': False, 'help': 'Show the version and exit.'},
            {'name': 'install_completion', 'flags': ('--install-completion',), 'help': 'Install completion for the current shell.'},
            {'name': 'show_completion', 'flags': ('--show-completion',), 'help': 'Show completion for the current shell, to copy it or customize the installation.'},
            {'name': 'help', 'flags': ('--help', '-h'), 'help': 'Show this message and exit.'},
        ),
    },
    'validate': {
        'hidden': False,
        'help': 'Check spec files and report every error...',
        'about': 'Check spec files and report every error with file, line and column. Never imports TensorFlow.',
        'parameters': (
            {'name': 'paths', 'takes': 'text', 'several': True, 'required': True, 'shown': 'PATH…', 'help': 'Spec files, folders, patterns in quotes, or - for standard input.'},
            {'name': 'format', 'flags': ('--format', '-f'), 'takes': 'choice', 'choices': ('text', 'json', 'github', 'sarif', 'junit'), 'default': 'text', 'shown': 'text|json|github|sarif|junit', 'help': 'How problems are printed.'},
            {'name': 'strict', 'flags': ('--strict',), 'default': False, 'help': 'Fail on warnings too.'},
            {'name': 'force_exclude', 'flags': ('--force-exclude',), 'default': False, 'help': 'Leave out files that a .modelspecignore names even if they are given here by name.'},
            {'name': 'watch', 'flags': ('--watch', '-w'), 'default': False, 'help': 'Check again after every change, until Ctrl-C.'},
            {'name': 'set', 'flags': ('--set',), 'takes': 'text', 'several': True, 'shown': 'PATH=VALUE', 'help': 'Set one value of the spec, such as train.epochs=3; can be repeated.'},
            {'name': 'plugins', 'flags': ('--plugins',), 'takes': 'text', 'several': True, 'shown': 'PACKAGE', 'help': 'A package with layers, losses or metrics of your own; can be repeated.'},
            {'name': 'traceback', 'flags': ('--traceback',), 'default': False, 'help': "Show Python's traceback where something fails."},
            {'name': 'data_root', 'flags': ('--data-root',), 'takes': 'text', 'several': True, 'shown': 'DIR', 'help': 'One more folder in which the spec may name files; can be repeated.'},
            {'name': 'max_file_bytes', 'flags': ('--max-file-bytes',), 'takes': 'number', 'least': 1, 'default': 1048576, 'shown': 'N', 'panel': 'Limits', 'help': 'How large a spec file may be.'},
            {'name': 'max_depth', 'flags': ('--max-depth',), 'takes': 'number', 'least': 1, 'most': 200, 'default': 64, 'shown': 'N', 'panel': 'Limits', 'help': 'How deeply its values may be nested.'},
            {'name': 'max_nodes', 'flags': ('--max-nodes',), 'takes': 'number', 'least': 1, 'default': 200000, 'shown': 'N', 'panel': 'Limits', 'help': 'How many values it may have.'},
            {'name': 'max_expanded_nodes', 'flags': ('--max-expanded-nodes',), 'takes': 'number', 'least': 1, 'default': 100000, 'shown': 'N', 'panel': 'Limits', 'help': 'How many values its aliases, variables and loops may expand to.'},
            {'name': 'max_key_length', 'flags': ('--max-key-length',), 'takes': 'number', 'least': 1, 'default': 128, 'shown': 'N', 'panel': 'Limits', 'help': 'How long a key may be.'},
            {'name': 'max_layers', 'flags': ('--max-layers',), 'takes': 'number', 'least': 1, 'default': 5000, 'shown': 'N', 'panel': 'Limits', 'help': 'How many calls of layers it may have, including those in nested models.'},
            {'name': 'max_outputs', 'flags': ('--max-outputs',), 'takes': 'number', 'least': 1, 'default': 100000, 'shown': 'N', 'panel': 'Limits', 'help': 'How many tensors calls with several outputs may return.'},
            {'name': 'help', 'flags': ('--help', '-h'), 'help': 'Show this message and exit.'},
        ),
    },
    'summary': {
        'hidden': False,
        'help': 'Show layers, output shapes, parameters and...',
        'about': 'Show layers, output shapes, parameters and calls; of a run, also what its rows taught. Never imports TensorFlow.',
        'parameters': (
            {'name': 'spec', 'takes': 'text', 'required': True, 'shown': 'SPEC', 'help': 'The spec file, - for standard input, or a run directory.'},
            {'name': 'nested', 'flags': ('--nested',), 'default': False, 'help': 'Show the nested models too.'},
            {'name': 'nodes', 'flags': ('--nodes',), 'default': False, 'help': 'Show every call (node) of every layer: what goes in and what comes out.'},
            {'name': 'format', 'flags': ('--format', '-f'), 'takes': 'choice', 'choices': ('text', 'json'), 'default': 'text', 'shown': 'text|json', 'help': 'How it is printed.'},
            {'name': 'set', 'flags': ('--set',), 'takes': 'text', 'several': True, 'shown': 'PATH=VALUE', 'help': 'Set one value of the spec, such as train.epochs=3; can be repeated.'},
            {'name': 'plugins', 'flags': ('--plugins',), 'takes': 'text', 'several': True, 'shown': 'PACKAGE', 'help': 'A package with layers, losses or metrics of your own; can be repeated.'},
            {'name': 'traceback', 'flags': ('--traceback',), 'default': False, 'help': "Show Python's traceback where something fails."},
            {'name': 'data_root', 'flags': ('--data-root',), 'takes': 'text', 'several': True, 'shown': 'DIR', 'help': 'One more folder in which the spec may name files; can be repeated.'},
            {'name': 'max_file_bytes', 'flags': ('--max-file-bytes',), 'takes': 'number', 'least': 1, 'default': 1048576, 'shown': 'N', 'panel': 'Limits', 'help': 'How large a spec file may be.'},
            {'name': 'max_depth', 'flags': ('--max-depth',), 'takes': 'number', 'least': 1, 'most': 200, 'default': 64, 'shown': 'N', 'panel': 'Limits', 'help': 'How deeply its values may be nested.'},
            {'name': 'max_nodes', 'flags': ('--max-nodes',), 'takes': 'number', 'least': 1, 'default': 200000, 'shown': 'N', 'panel': 'Limits', 'help': 'How many values it may have.'},
            {'name': 'max_expanded_nodes', 'flags': ('--max-expanded-nodes',), 'takes': 'number', 'least': 1, 'default': 100000, 'shown': 'N', 'panel': 'Limits', 'help': 'How many values its aliases, variables and loops may expand to.'},
            {'name': 'max_key_length', 'flags': ('--max-key-length',), 'takes': 'number', 'least': 1, 'default': 128, 'shown': 'N', 'panel': 'Limits', 'help': 'How long a key may be.'},
            {'name': 'max_layers', 'flags': ('--max-layers',), 'takes': 'number', 'least': 1, 'default': 5000, 'shown': 'N', 'panel': 'Limits', 'help': 'How many calls of layers it may have, including those in nested models.'},
            {'name': 'max_outputs', 'flags': ('--max-outputs',), 'takes': 'number', 'least': 1, 'default': 100000, 'shown': 'N', 'panel': 'Limits', 'help': 'How many tensors calls with several outputs may return.'},
            {'name': 'help', 'flags': ('--help', '-h'), 'help': 'Show this message and exit.'},
        ),
    },
    'show': {
        'hidden': False,
        'help': 'Show the expanded spec, without variables,...',
        'about': 'Show the expanded spec, without variables, blocks, loops, bases or settings. Never imports TensorFlow.',
        'parameters': (
            {'name': 'spec', 'takes': 'text', 'required': True, 'shown': 'SPEC', 'help': 'The spec file, or - for standard input.'},
            {'name': 'origin', 'flags': ('--origin',), 'default': False, 'help': 'Show where each value comes from: file and line, variable, block or setting.'},
            {'name': 'format', 'flags': ('--format', '-f'), 'takes': 'choice', 'choices': ('yaml', 'json'), 'default': 'yaml', 'shown': 'yaml|json', 'help': 'How it is printed.'},
            {'name': 'set', 'flags': ('--set',), 'takes': 'text', 'several': True, 'shown': 'PATH=VALUE', 'help': 'Set one value of the spec, such as train.epochs=3; can be repeated.'},
            {'name': 'plugins', 'flags': ('--plugins',), 'takes': 'text', 'several': True, 'shown': 'PACKAGE', 'help': 'A package with layers, losses or metrics of your own; can be repeated.'},
            {'name': 'traceback', 'flags': ('--traceback',), 'default': False, 'help': "Show Python's traceback where something fails."},
            {'name': 'data_root', 'flags': ('--data-root',), 'takes': 'text', 'several': True, 'shown': 'DIR', 'help': 'One more folder in which the spec may name files; can be repeated.'},
            {'name': 'max_file_bytes', 'flags': ('--max-file-bytes',), 'takes': 'number', 'least': 1, 'default': 1048576, 'shown': 'N', 'panel': 'Limits', 'help': 'How large a spec file may be.'},
            {'name': 'max_depth', 'flags': ('--max-depth',), 'takes': 'number', 'least': 1, 'most': 200, 'default': 64, 'shown': 'N', 'panel': 'Limits', 'help': 'How deeply its values may be nested.'},
            {'name': 'max_nodes', 'flags': ('--max-nodes',), 'takes': 'number', 'least': 1, 'default': 200000, 'shown': 'N', 'panel': 'Limits', 'help': 'How many values it may have.'},
            {'name': 'max_expanded_nodes', 'flags': ('--max-expanded-nodes',), 'takes': 'number', 'least': 1, 'default': 100000, 'shown': 'N', 'panel': 'Limits', 'help': 'How many values its aliases, variables and loops may expand to.'},
            {'name': 'max_key_length', 'flags': ('--max-key-length',), 'takes': 'number', 'least': 1, 'default': 128, 'shown': 'N', 'panel': 'Limits', 'help': 'How long a key may be.'},
            {'name': 'max_layers', 'flags': ('--max-layers',), 'takes': 'number', 'least': 1, 'default': 5000, 'shown': 'N', 'panel': 'Limits', 'help': 'How many calls of layers it may have, including those in nested models.'},
            {'name': 'max_outputs', 'flags': ('--max-outputs',), 'takes': 'number', 'least': 1, 'default': 100000, 'shown': 'N', 'panel': 'Limits', 'help': 'How many tensors calls with several outputs may return.'},
            {'name': 'help', 'flags': ('--help', '-h'), 'help': 'Show this message and exit.'},
        ),
    },
    'data': {
        'hidden': False,
        'help': 'Show what the rows of each split hold and...',
        'about': 'Show what the rows of each split hold and everything that does not fit the spec. Never imports TensorFlow.',
        'parameters': (
            {'name': 'spec', 'takes': 'text', 'required': True, 'shown': 'SPEC', 'help': 'The spec file, or - for standard input.'},
            {'name': 'format', 'flags': ('--format', '-f'), 'takes': 'choice', 'choices': ('text', 'json', 'html'), 'default': 'text', 'shown': 'text|json|html', 'help': 'How it is printed.'},
            {'name': 'set', 'flags': ('--set',), 'takes': 'text', 'several': True, 'shown': 'PATH=VALUE', 'help': 'Set one value of the spec, such as train.epochs=3; can be repeated.'},
            {'name': 'plugins', 'flags': ('--plugins',), 'takes': 'text', 'several': True, 'shown': 'PACKAGE', 'help': 'A package with layers, losses or metrics of your own; can be repeated.'},
            {'name': 'traceback', 'flags': ('--traceback',), 'default': False, 'help': "Show Python's traceback where something fails."},
            {'name': 'data_root', 'flags': ('--data-root',), 'takes': 'text', 'several': True, 'shown': 'DIR', 'help': 'One more folder in which the spec may name files; can be repeated.'},
            {'name': 'max_file_bytes', 'flags': ('--max-file-bytes',), 'takes': 'number', 'least': 1, 'default': 1048576, 'shown': 'N', 'panel': 'Limits', 'help': 'How large a spec file may be.'},
            {'name': 'max_depth', 'flags': ('--max-depth',), 'takes': 'number', 'least': 1, 'most': 200, 'default': 64, 'shown': 'N', 'panel': 'Limits', 'help': 'How deeply its values may be nested.'},
            {'name': 'max_nodes', 'flags': ('--max-nodes',), 'takes': 'number', 'least': 1, 'default': 200000, 'shown': 'N', 'panel': 'Limits', 'help': 'How many values it may have.'},
            {'name': 'max_expanded_nodes', 'flags': ('--max-expanded-nodes',), 'takes': 'number', 'least': 1, 'default': 100000, 'shown': 'N', 'panel': 'Limits', 'help': 'How many values its aliases, variables and loops may expand to.'},
            {'name': 'max_key_length', 'flags': ('--max-key-length',), 'takes': 'number', 'least': 1, 'default': 128, 'shown': 'N', 'panel': 'Limits', 'help': 'How long a key may be.'},
            {'name': 'max_layers', 'flags': ('--max-layers',), 'takes': 'number', 'least': 1, 'default': 5000, 'shown': 'N', 'panel': 'Limits', 'help': 'How many calls of layers it may have, including those in nested models.'},
            {'name': 'max_outputs', 'flags': ('--max-outputs',), 'takes': 'number', 'least': 1, 'default': 100000, 'shown': 'N', 'panel': 'Limits', 'help': 'How many tensors calls with several outputs may return.'},
            {'name': 'help', 'flags': ('--help', '-h'), 'help': 'Show this message and exit.'},
        ),
    },
    'layers': {
        'hidden': False,
        'help': 'List everything that a spec may name, or...',
        'about': 'List everything that a spec may name, or explain one name: arguments, limits, shapes, an example.',
        'parameters': (
            {'name': 'name', 'takes': 'text', 'shown': '[NAME]', 'help': 'A layer such as Conv2D, a loss, an optimizer, …, or a function such as ops.add; by default all layers.'},
            {'name': 'kind', 'flags': ('--kind', '-k'), 'takes': 'choice', 'choices': ('layer', 'op', 'loss', 'metric', 'optimizer', 'schedule', 'callback', 'initializer', 'regularizer', 'constraint', 'activation', 'application'), 'shown': 'layer|op|loss|metric|optimizer|schedule|callback|initializer|regularizer|constraint|activation|application', 'help': 'List names of another kind than layers.'},
            {'name': 'format', 'flags': ('--format', '-f'), 'takes': 'choice', 'choices': ('text', 'json'), 'default': 'text', 'shown': 'text|json', 'help': 'How it is printed.'},
            {'name': 'plugins', 'flags': ('--plugins',), 'takes': 'text', 'several': True, 'shown': 'PACKAGE', 'help': 'A package with layers, losses or metrics of your own; can be repeated.'},
            {'name': 'traceback', 'flags': ('--traceback',), 'default': False, 'help': "Show Python's traceback where something fails."},
            {'name': 'help', 'flags': ('--help', '-h'), 'help': 'Show this message and exit.'},
        ),
    },
    'schema': {
        'hidden': False,
        'help': 'Print or write the JSON Schema of the...',
        'about': 'Print or write the JSON Schema of the language, which lets editors complete, check and explain specs.',
        'parameters': (
            {'name': 'output', 'flags': ('--output', '-o'), 'takes': 'text', 'default': '-', 'shown': 'FILE', 'help': 'The file to write, such as modelspec.schema.json, or - for stdout.'},
            {'name': 'plugins', 'flags': ('--plugins',), 'takes': 'text', 'several': True, 'shown': 'PACKAGE', 'help': 'A package with layers, losses or metrics of your own; can be repeated.'},
            {'name': 'traceback', 'flags': ('--traceback',), 'default': False, 'help': "Show Python's traceback where something fails."},
            {'name': 'help', 'flags': ('--help', '-h'), 'help': 'Show this message and exit.'},
        ),
    },
    'explain': {
        'hidden': False,
        'help': 'Explain a diagnostic by its code: what is...',
        'about': 'Explain a diagnostic by its code: what is wrong and why, with a bad and a good example.',
        'parameters': (
            {'name': 'code', 'takes': 'text', 'shown': '[CODE]', 'help': 'A code, such as MS402, or its name; by default all of them.'},
            {'name': 'traceback', 'flags': ('--traceback',), 'default': False, 'help': "Show Python's traceback where something fails."},
            {'name': 'help', 'flags': ('--help', '-h'), 'help': 'Show this message and exit.'},
        ),
    },
    'init': {
        'hidden': False,
        'help': 'Write a commented starter spec that...',
        'about': 'Write a commented starter spec that validates and trains as it is, and beside it the schema for editors.',
        'parameters': (
            {'name': 'template', 'takes': 'text', 'default': 'classifier', 'shown': '[TEMPLATE]', 'help': 'Which starter: classifier, regression, text, siamese, outputs, blocks.'},
            {'name': 'table', 'flags': ('--from',), 'takes': 'text', 'shown': 'FILE', 'help': 'A table to write the spec for: .csv, .tsv, .jsonl, .parquet or .arrow.'},
            {'name': 'target', 'flags': ('--target',), 'takes': 'text', 'shown': 'COLUMN', 'help': 'The column of the table that is to be predicted.'},
            {'name': 'output', 'flags': ('--output', '-o'), 'takes': 'text', 'shown': 'FILE', 'help': "The file to write, or - for stdout; else spec.yaml, or the table's name."},
            {'name': 'traceback', 'flags': ('--traceback',), 'default': False, 'help': "Show Python's traceback where something fails."},
            {'name': 'help', 'flags': ('--help', '-h'), 'help': 'Show this message and exit.'},
        ),
    },
    'build': {
        'hidden': False,
        'help': 'Build the Keras model of a spec and save...',
        'about': 'Build the Keras model of a spec and save it untrained.',
        'parameters': (
            {'name': 'spec', 'takes': 'text', 'required': True, 'shown': 'SPEC', 'help': 'The spec file.'},
            {'name': 'output', 'flags': ('--output', '-o'), 'takes': 'text', 'required': True, 'shown': 'FILE', 'help': 'The .keras file to write.'},
            {'name': 'set', 'flags': ('--set',), 'takes': 'text', 'several': True, 'shown': 'PATH=VALUE', 'help': 'Set one value of the spec, such as train.epochs=3; can be repeated.'},
            {'name': 'plugins', 'flags': ('--plugins',), 'takes': 'text', 'several': True, 'shown': 'PACKAGE', 'help': 'A package with layers, losses or metrics of your own; can be repeated.'},
            {'name': 'allow_download', 'flags': ('--allow-download',), 'default': False, 'help': 'Let Keras download the ImageNet weights that the spec asks for.'},
            {'name': 'traceback', 'flags': ('--traceback',), 'default': False, 'help': "Show Python's traceback where something fails."},
            {'name': 'data_root', 'flags': ('--data-root',), 'takes': 'text', 'several': True, 'shown': 'DIR', 'help': 'One more folder in which the spec may name files; can be repeated.'},
            {'name': 'max_file_bytes', 'flags': ('--max-file-bytes',), 'takes': 'number', 'least': 1, 'default': 1048576, 'shown': 'N', 'panel': 'Limits', 'help': 'How large a spec file may be.'},
            {'name': 'max_depth', 'flags': ('--max-depth',), 'takes': 'number', 'least': 1, 'most': 200, 'default': 64, 'shown': 'N', 'panel': 'Limits', 'help': 'How deeply its values may be nested.'},
            {'name': 'max_nodes', 'flags': ('--max-nodes',), 'takes': 'number', 'least': 1, 'default': 200000, 'shown': 'N', 'panel': 'Limits', 'help': 'How many values it may have.'},
            {'name': 'max_expanded_nodes', 'flags': ('--max-expanded-nodes',), 'takes': 'number', 'least': 1, 'default': 100000, 'shown': 'N', 'panel': 'Limits', 'help': 'How many values its aliases, variables and loops may expand to.'},
            {'name': 'max_key_length', 'flags': ('--max-key-length',), 'takes': 'number', 'least': 1, 'default': 128, 'shown': 'N', 'panel': 'Limits', 'help': 'How long a key may be.'},
            {'name': 'max_layers', 'flags': ('--max-layers',), 'takes': 'number', 'least': 1, 'default': 5000, 'shown': 'N', 'panel': 'Limits', 'help': 'How many calls of layers it may have, including those in nested models.'},
            {'name': 'max_outputs', 'flags': ('--max-outputs',), 'takes': 'number', 'least': 1, 'default': 100000, 'shown': 'N', 'panel': 'Limits', 'help': 'How many tensors calls with several outputs may return.'},
            {'name': 'help', 'flags': ('--help', '-h'), 'help': 'Show this message and exit.'},
        ),
    },
    'train': {
        'hidden': False,
        'help': 'Train a spec on its data and write a run...',
        'about': 'Train a spec on its data and write a run directory with the weights, the history and the metrics.',
        'parameters': (
            {'name': 'spec', 'takes': 'text', 'required': True, 'shown': 'SPEC', 'help': 'The spec file; with --resume also a run directory.'},
            {'name': 'run_dir', 'flags': ('--run-dir',), 'takes': 'text', 'shown': 'DIR', 'help': 'The run directory to make; by default runs/NAME/TIME.'},
            {'name': 'resume', 'flags': ('--resume',), 'default': False, 'help': 'Resume a run: give its directory, or the same command as before.'},
            {'name': 'allow_changed', 'flags': ('--allow-changed',), 'default': False, 'help': 'Resume even if spec, rows, versions or device changed; results will then differ.'},
            {'name': 'tensorboard', 'flags': ('--tensorboard',), 'default': False, 'help': 'Write losses and metrics for TensorBoard into the run directory.'},
            {'name': 'mlflow', 'flags': ('--mlflow',), 'takes': 'text', 'shown': 'URI', 'help': 'Send the run to this MLflow server.'},
            {'name': 'set', 'flags': ('--set',), 'takes': 'text', 'several': True, 'shown': 'PATH=VALUE', 'help': 'Set one value of the spec, such as train.epochs=3; can be repeated.'},
            {'name': 'plugins', 'flags': ('--plugins',), 'takes': 'text', 'several': True, 'shown': 'PACKAGE', 'help': 'A package with layers, losses or metrics of your own; can be repeated.'},
            {'name': 'allow_download', 'flags': ('--allow-download',), 'default': False, 'help': 'Let Keras download the ImageNet weights that the spec asks for.'},
            {'name': 'traceback', 'flags': ('--traceback',), 'default': False, 'help': "Show Python's traceback where something fails."},
            {'name': 'data_root', 'flags': ('--data-root',), 'takes': 'text', 'several': True, 'shown': 'DIR', 'help': 'One more folder in which the spec may name files; can be repeated.'},
            {'name': 'max_file_bytes', 'flags': ('--max-file-bytes',), 'takes': 'number', 'least': 1, 'default': 1048576, 'shown': 'N', 'panel': 'Limits', 'help': 'How large a spec file may be.'},
            {'name': 'max_depth', 'flags': ('--max-depth',), 'takes': 'number', 'least': 1, 'most': 200, 'default': 64, 'shown': 'N', 'panel': 'Limits', 'help': 'How deeply its values may be nested.'},
            {'name': 'max_nodes', 'flags': ('--max-nodes',), 'takes': 'number', 'least': 1, 'default': 200000, 'shown': 'N', 'panel': 'Limits', 'help': 'How many values it may have.'},
            {'name': 'max_expanded_nodes', 'flags': ('--max-expanded-nodes',), 'takes': 'number', 'least': 1, 'default': 100000, 'shown': 'N', 'panel': 'Limits', 'help': 'How many values its aliases, variables and loops may expand to.'},
            {'name': 'max_key_length', 'flags': ('--max-key-length',), 'takes': 'number', 'least': 1, 'default': 128, 'shown': 'N', 'panel': 'Limits', 'help': 'How long a key may be.'},
            {'name': 'max_layers', 'flags': ('--max-layers',), 'takes': 'number', 'least': 1, 'default': 5000, 'shown': 'N', 'panel': 'Limits', 'help': 'How many calls of layers it may have, including those in nested models.'},
            {'name': 'max_outputs', 'flags': ('--max-outputs',), 'takes': 'number', 'least': 1, 'default': 100000, 'shown': 'N', 'panel': 'Limits', 'help': 'How many tensors calls with several outputs may return.'},
            {'name': 'help', 'flags': ('--help', '-h'), 'help': 'Show this message and exit.'},
        ),
    },
    'reproduce': {
        'hidden': False,
        'help': 'Train a run again from its directory, and...',
        'about': 'Train a run again from its directory, and compare weights, history and metrics: exit code 0 if all are equal, 1 if not.',
        'parameters': (
            {'name': 'run_path', 'takes': 'text', 'required': True, 'shown': 'RUN', 'help': 'The run directory of a finished training.'},
            {'name': 'run_dir', 'flags': ('--run-dir',), 'takes': 'text', 'shown': 'DIR', 'help': 'The run directory to make; by default runs/NAME/TIME.'},
            {'name': 'plugins', 'flags': ('--plugins',), 'takes': 'text', 'several': True, 'shown': 'PACKAGE', 'help': 'A package with layers, losses or metrics of your own; can be repeated.'},
            {'name': 'traceback', 'flags': ('--traceback',), 'default': False, 'help': "Show Python's traceback where something fails."},
            {'name': 'data_root', 'flags': ('--data-root',), 'takes': 'text', 'several': True, 'shown': 'DIR', 'help': 'One more folder in which the spec may name files; can be repeated.'},
            {'name': 'max_file_bytes', 'flags': ('--max-file-bytes',), 'takes': 'number', 'least': 1, 'default': 1048576, 'shown': 'N', 'panel': 'Limits', 'help': 'How large a spec file may be.'},
            {'name': 'max_depth', 'flags': ('--max-depth',), 'takes': 'number', 'least': 1, 'most': 200, 'default': 64, 'shown': 'N', 'panel': 'Limits', 'help': 'How deeply its values may be nested.'},
            {'name': 'max_nodes', 'flags': ('--max-nodes',), 'takes': 'number', 'least': 1, 'default': 200000, 'shown': 'N', 'panel': 'Limits', 'help': 'How many values it may have.'},
            {'name': 'max_expanded_nodes', 'flags': ('--max-expanded-nodes',), 'takes': 'number', 'least': 1, 'default': 100000, 'shown': 'N', 'panel': 'Limits', 'help': 'How many values its aliases, variables and loops may expand to.'},
            {'name': 'max_key_length', 'flags': ('--max-key-length',), 'takes': 'number', 'least': 1, 'default': 128, 'shown': 'N', 'panel': 'Limits', 'help': 'How long a key may be.'},
            {'name': 'max_layers', 'flags': ('--max-layers',), 'takes': 'number', 'least': 1, 'default': 5000, 'shown': 'N', 'panel': 'Limits', 'help': 'How many calls of layers it may have, including those in nested models.'},
            {'name': 'max_outputs', 'flags': ('--max-outputs',), 'takes': 'number', 'least': 1, 'default': 100000, 'shown': 'N', 'panel': 'Limits', 'help': 'How many tensors calls with several outputs may return.'},
            {'name': 'help', 'flags': ('--help', '-h'), 'help': 'Show this message and exit.'},
        ),
    },
    'evaluate': {
        'hidden': False,
        'help': 'Compute the loss and metrics of every...',
        'about': 'Compute the loss and metrics of every output, on the test rows or on others.',
        'parameters': (
            {'name': 'run_dir', 'takes': 'text', 'required': True, 'shown': 'RUN', 'help': 'The run directory that train wrote.'},
            {'name': 'data', 'flags': ('--data',), 'takes': 'text', 'shown': 'ROWS', 'help': 'Other rows: a file such as rows.csv, or KIND:ARGUMENT (dataset:digits).'},
            {'name': 'split', 'flags': ('--split',), 'takes': 'choice', 'choices': ('train', 'validation', 'test'), 'shown': 'train|validation|test', 'help': 'Which rows of the spec; by default test, else validation, else train.'},
            {'name': 'weights', 'flags': ('--weights',), 'takes': 'choice', 'choices': ('best', 'last'), 'default': 'best', 'shown': 'best|last', 'help': 'The weights of the best or of the last epoch.'},
            {'name': 'plugins', 'flags': ('--plugins',), 'takes': 'text', 'several': True, 'shown': 'PACKAGE', 'help': 'A package with layers, losses or metrics of your own; can be repeated.'},
            {'name': 'format', 'flags': ('--format', '-f'), 'takes': 'choice', 'choices': ('text', 'json'), 'default': 'text', 'shown': 'text|json', 'help': 'How results are printed.'},
            {'name': 'traceback', 'flags': ('--traceback',), 'default': False, 'help': "Show Python's traceback where something fails."},
            {'name': 'data_root', 'flags': ('--data-root',), 'takes': 'text', 'several': True, 'shown': 'DIR', 'help': 'One more folder in which the spec may name files; can be repeated.'},
            {'name': 'max_file_bytes', 'flags': ('--max-file-bytes',), 'takes': 'number', 'least': 1, 'default': 1048576, 'shown': 'N', 'panel': 'Limits', 'help': 'How large a spec file may be.'},
            {'name': 'max_depth', 'flags': ('--max-depth',), 'takes': 'number', 'least': 1, 'most': 200, 'default': 64, 'shown': 'N', 'panel': 'Limits', 'help': 'How deeply its values may be nested.'},
            {'name': 'max_nodes', 'flags': ('--max-nodes',), 'takes': 'number', 'least': 1, 'default': 200000, 'shown': 'N', 'panel': 'Limits', 'help': 'How many values it may have.'},
            {'name': 'max_expanded_nodes', 'flags': ('--max-expanded-nodes',), 'takes': 'number', 'least': 1, 'default': 100000, 'shown': 'N', 'panel': 'Limits', 'help': 'How many values its aliases, variables and loops may expand to.'},
            {'name': 'max_key_length', 'flags': ('--max-key-length',), 'takes': 'number', 'least': 1, 'default': 128, 'shown': 'N', 'panel': 'Limits', 'help': 'How long a key may be.'},
            {'name': 'max_layers', 'flags': ('--max-layers',), 'takes': 'number', 'least': 1, 'default': 5000, 'shown': 'N', 'panel': 'Limits', 'help': 'How many calls of layers it may have, including those in nested models.'},
            {'name': 'max_outputs', 'flags': ('--max-outputs',), 'takes': 'number', 'least': 1, 'default': 100000, 'shown': 'N', 'panel': 'Limits', 'help': 'How many tensors calls with several outputs may return.'},
            {'name': 'help', 'flags': ('--help', '-h'), 'help': 'Show this message and exit.'},
        ),
    },
    'predict': {
        'hidden': False,
        'help': 'Write the predictions of every output and...',
        'about': 'Write the predictions of every output and the winning class, one row for each row of the data.',
        'parameters': (
            {'name': 'run_dir', 'takes': 'text', 'required': True, 'shown': 'RUN', 'help': 'The run directory that train wrote.'},
            {'name': 'data', 'flags': ('--data',), 'takes': 'text', 'shown': 'ROWS', 'help': 'Other rows: a file such as rows.csv, or KIND:ARGUMENT (dataset:digits).'},
            {'name': 'split', 'flags': ('--split',), 'takes': 'choice', 'choices': ('train', 'validation', 'test'), 'shown': 'train|validation|test', 'help': 'Which rows of the spec; by default test, else validation, else train.'},
            {'name': 'output', 'flags': ('--output', '-o'), 'takes': 'text', 'shown': 'FILE', 'help': 'The file to write: .csv, .jsonl, .parquet or .npz; by default CSV on stdout.'},
            {'name': 'keep', 'flags': ('--keep',), 'takes': 'text', 'several': True, 'shown': 'COLUMN', 'help': 'A column of the data to write beside the predictions, such as id; can be repeated.'},
            {'name': 'weights', 'flags': ('--weights',), 'takes': 'choice', 'choices': ('best', 'last'), 'default': 'best', 'shown': 'best|last', 'help': 'The weights of the best or of the last epoch.'},
            {'name': 'plugins', 'flags': ('--plugins',), 'takes': 'text', 'several': True, 'shown': 'PACKAGE', 'help': 'A package with layers, losses or metrics of your own; can be repeated.'},
            {'name': 'traceback', 'flags': ('--traceback',), 'default': False, 'help': "Show Python's traceback where something fails."},
            {'name': 'data_root', 'flags': ('--data-root',), 'takes': 'text', 'several': True, 'shown': 'DIR', 'help': 'One more folder in which the spec may name files; can be repeated.'},
            {'name': 'max_file_bytes', 'flags': ('--max-file-bytes',), 'takes': 'number', 'least': 1, 'default': 1048576, 'shown': 'N', 'panel': 'Limits', 'help': 'How large a spec file may be.'},
            {'name': 'max_depth', 'flags': ('--max-depth',), 'takes': 'number', 'least': 1, 'most': 200, 'default': 64, 'shown': 'N', 'panel': 'Limits', 'help': 'How deeply its values may be nested.'},
            {'name': 'max_nodes', 'flags': ('--max-nodes',), 'takes': 'number', 'least': 1, 'default': 200000, 'shown': 'N', 'panel': 'Limits', 'help': 'How many values it may have.'},
            {'name': 'max_expanded_nodes', 'flags': ('--max-expanded-nodes',), 'takes': 'number', 'least': 1, 'default': 100000, 'shown': 'N', 'panel': 'Limits', 'help': 'How many values its aliases, variables and loops may expand to.'},
            {'name': 'max_key_length', 'flags': ('--max-key-length',), 'takes': 'number', 'least': 1, 'default': 128, 'shown': 'N', 'panel': 'Limits', 'help': 'How long a key may be.'},
            {'name': 'max_layers', 'flags': ('--max-layers',), 'takes': 'number', 'least': 1, 'default': 5000, 'shown': 'N', 'panel': 'Limits', 'help': 'How many calls of layers it may have, including those in nested models.'},
            {'name': 'max_outputs', 'flags': ('--max-outputs',), 'takes': 'number', 'least': 1, 'default': 100000, 'shown': 'N', 'panel': 'Limits', 'help': 'How many tensors calls with several outputs may return.'},
            {'name': 'help', 'flags': ('--help', '-h'), 'help': 'Show this message and exit.'},
        ),
    },
    'smoke': {
        'hidden': False,
        'help': 'Build each spec and train it for two steps...',
        'about': 'Build each spec and train it for two steps on random rows: every weight must learn, and the saved model must agree.',
        'parameters': (
            {'name': 'specs', 'takes': 'text', 'several': True, 'required': True, 'shown': 'SPEC…', 'help': 'The spec files.'},
            {'name': 'set', 'flags': ('--set',), 'takes': 'text', 'several': True, 'shown': 'PATH=VALUE', 'help': 'Set one value of the spec, such as train.epochs=3; can be repeated.'},
            {'name': 'plugins', 'flags': ('--plugins',), 'takes': 'text', 'several': True, 'shown': 'PACKAGE', 'help': 'A package with layers, losses or metrics of your own; can be repeated.'},
            {'name': 'allow_download', 'flags': ('--allow-download',), 'default': False, 'help': 'Let Keras download the ImageNet weights that the spec asks for.'},
            {'name': 'traceback', 'flags': ('--traceback',), 'default': False, 'help': "Show Python's traceback where something fails."},
            {'name': 'data_root', 'flags': ('--data-root',), 'takes': 'text', 'several': True, 'shown': 'DIR', 'help': 'One more folder in which the spec may name files; can be repeated.'},
            {'name': 'max_file_bytes', 'flags': ('--max-file-bytes',), 'takes': 'number', 'least': 1, 'default': 1048576, 'shown': 'N', 'panel': 'Limits', 'help': 'How large a spec file may be.'},
            {'name': 'max_depth', 'flags': ('--max-depth',), 'takes': 'number', 'least': 1, 'most': 200, 'default': 64, 'shown': 'N', 'panel': 'Limits', 'help': 'How deeply its values may be nested.'},
            {'name': 'max_nodes', 'flags': ('--max-nodes',), 'takes': 'number', 'least': 1, 'default': 200000, 'shown': 'N', 'panel': 'Limits', 'help': 'How many values it may have.'},
            {'name': 'max_expanded_nodes', 'flags': ('--max-expanded-nodes',), 'takes': 'number', 'least': 1, 'default': 100000, 'shown': 'N', 'panel': 'Limits', 'help': 'How many values its aliases, variables and loops may expand to.'},
            {'name': 'max_key_length', 'flags': ('--max-key-length',), 'takes': 'number', 'least': 1, 'default': 128, 'shown': 'N', 'panel': 'Limits', 'help': 'How long a key may be.'},
            {'name': 'max_layers', 'flags': ('--max-layers',), 'takes': 'number', 'least': 1, 'default': 5000, 'shown': 'N', 'panel': 'Limits', 'help': 'How many calls of layers it may have, including those in nested models.'},
            {'name': 'max_outputs', 'flags': ('--max-outputs',), 'takes': 'number', 'least': 1, 'default': 100000, 'shown': 'N', 'panel': 'Limits', 'help': 'How many tensors calls with several outputs may return.'},
            {'name': 'help', 'flags': ('--help', '-h'), 'help': 'Show this message and exit.'},
        ),
    },
    'plugins': {
        'hidden': False,
        'help': 'Write the stub of a package with layers,...',
        'about': 'Write the stub of a package with layers, losses or metrics of your own. Imports the package and TensorFlow.',
        'parameters': (
            {'name': 'action', 'takes': 'choice', 'choices': ('stub',), 'required': True, 'shown': 'stub', 'help': 'What to do: `stub` writes the stub of a package.'},
            {'name': 'package', 'takes': 'text', 'required': True, 'shown': 'PACKAGE', 'help': 'The package, as Python imports it.'},
            {'name': 'output', 'flags': ('--output', '-o'), 'takes': 'text', 'shown': 'FILE', 'help': 'The file to write; by default PACKAGE.modelspec.json in this folder.'},
            {'name': 'traceback', 'flags': ('--traceback',), 'default': False, 'help': "Show Python's traceback where something fails."},
            {'name': 'help', 'flags': ('--help', '-h'), 'help': 'Show this message and exit.'},
        ),
    },
    'fit': {
        'hidden': True,
        'help': 'The same as train.',
        'about': 'The same as train.',
        'parameters': (
            {'name': 'spec', 'takes': 'text', 'required': True, 'shown': 'SPEC', 'help': 'The spec file; with --resume also a run directory.'},
            {'name': 'run_dir', 'flags': ('--run-dir',), 'takes': 'text', 'shown': 'DIR', 'help': 'The run directory to make; by default runs/NAME/TIME.'},
            {'name': 'resume', 'flags': ('--resume',), 'default': False, 'help': 'Resume a run: give its directory, or the same command as before.'},
            {'name': 'allow_changed', 'flags': ('--allow-changed',), 'default': False, 'help': 'Resume even if spec, rows, versions or device changed; results will then differ.'},
            {'name': 'tensorboard', 'flags': ('--tensorboard',), 'default': False, 'help': 'Write losses and metrics for TensorBoard into the run directory.'},
            {'name': 'mlflow', 'flags': ('--mlflow',), 'takes': 'text', 'shown': 'URI', 'help': 'Send the run to this MLflow server.'},
            {'name': 'set', 'flags': ('--set',), 'takes': 'text', 'several': True, 'shown': 'PATH=VALUE', 'help': 'Set one value of the spec, such as train.epochs=3; can be repeated.'},
            {'name': 'plugins', 'flags': ('--plugins',), 'takes': 'text', 'several': True, 'shown': 'PACKAGE', 'help': 'A package with layers, losses or metrics of your own; can be repeated.'},
            {'name': 'allow_download', 'flags': ('--allow-download',), 'default': False, 'help': 'Let Keras download the ImageNet weights that the spec asks for.'},
            {'name': 'traceback', 'flags': ('--traceback',), 'default': False, 'help': "Show Python's traceback where something fails."},
            {'name': 'data_root', 'flags': ('--data-root',), 'takes': 'text', 'several': True, 'shown': 'DIR', 'help': 'One more folder in which the spec may name files; can be repeated.'},
            {'name': 'max_file_bytes', 'flags': ('--max-file-bytes',), 'takes': 'number', 'least': 1, 'default': 1048576, 'shown': 'N', 'panel': 'Limits', 'help': 'How large a spec file may be.'},
            {'name': 'max_depth', 'flags': ('--max-depth',), 'takes': 'number', 'least': 1, 'most': 200, 'default': 64, 'shown': 'N', 'panel': 'Limits', 'help': 'How deeply its values may be nested.'},
            {'name': 'max_nodes', 'flags': ('--max-nodes',), 'takes': 'number', 'least': 1, 'default': 200000, 'shown': 'N', 'panel': 'Limits', 'help': 'How many values it may have.'},
            {'name': 'max_expanded_nodes', 'flags': ('--max-expanded-nodes',), 'takes': 'number', 'least': 1, 'default': 100000, 'shown': 'N', 'panel': 'Limits', 'help': 'How many values its aliases, variables and loops may expand to.'},
            {'name': 'max_key_length', 'flags': ('--max-key-length',), 'takes': 'number', 'least': 1, 'default': 128, 'shown': 'N', 'panel': 'Limits', 'help': 'How long a key may be.'},
            {'name': 'max_layers', 'flags': ('--max-layers',), 'takes': 'number', 'least': 1, 'default': 5000, 'shown': 'N', 'panel': 'Limits', 'help': 'How many calls of layers it may have, including those in nested models.'},
            {'name': 'max_outputs', 'flags': ('--max-outputs',), 'takes': 'number', 'least': 1, 'default': 100000, 'shown': 'N', 'panel': 'Limits', 'help': 'How many tensors calls with several outputs may return.'},
            {'name': 'help', 'flags': ('--help', '-h'), 'help': 'Show this message and exit.'},
        ),
    },
}
