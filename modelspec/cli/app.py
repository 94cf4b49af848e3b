"""The program `modelspec`: its commands, in the order in which help shows them.

A command's module is imported when it is called, and all of them for help and completion: checking a spec takes less
time than importing what other commands need. Nothing that takes time is imported above `main`: until `main` has taken the
signals, Ctrl-C shows Python's traceback.
"""

import os
import sys

TYPE_CHECKING = False  # as in `typing`, which takes time
if TYPE_CHECKING:
    from collections.abc import Iterable

    import typer

COMMANDS: tuple[str, ...] = (
    "validate", "summary", "show", "data", "layers", "schema", "explain", "init", "build", "train",
    "reproduce", "evaluate", "predict", "smoke", "plugins",
)  # fmt: skip
"""Every command; each is the function of its name in the module of its name."""
SECOND_NAMES: dict[str, str] = {"fit": "train"}
_ONLY_CHECK = ("validate", "summary", "show", "layers", "schema", "explain", "init")
"""Commands that never load Keras."""
_WORK_WITHOUT_ARGUMENTS = ("init", "explain", "layers", "schema")


def make_app(commands: "Iterable[str]" = (*COMMANDS, *SECOND_NAMES)) -> "typer.Typer":
    """The program with these commands."""
    from importlib import import_module

    import typer

    from modelspec.cli.options.command import Command, Program
    from modelspec.cli.options.options import options

    app = typer.Typer(
        name="modelspec",
        cls=Program,
        help="Neural networks as YAML: checked without TensorFlow, built and trained with Keras.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(options)
    for name in commands:
        first = SECOND_NAMES.get(name, name)
        command = getattr(import_module(f"modelspec.cli.commands.{first}"), first)
        if first == name:
            app.command(name, cls=Command, no_args_is_help=name not in _WORK_WITHOUT_ARGUMENTS)(command)
        else:
            app.command(name, cls=Command, help=f"The same as {first}.", no_args_is_help=True, hidden=True)(command)
    return app


def _work(alone: bool) -> None:
    """The command that was called for; ends with SystemExit. `alone`: the process is there for it, and for nothing else."""
    called = sys.argv[1] if len(sys.argv) > 1 else ""
    from modelspec.cli.startup import answered, start_soon

    if alone:
        start_soon(checks=called in _ONLY_CHECK)
    answer = answered(sys.argv[1:])
    if isinstance(answer, int):
        sys.exit(answer)
    known = called in COMMANDS or called in SECOND_NAMES
    make_app((called,) if known else (*COMMANDS, *SECOND_NAMES))(prog_name="modelspec", obj=answer)


def main() -> None:
    """The entry point of `modelspec` and `python -m modelspec`; always ends with SystemExit."""
    # Whoever calls it as a program has nothing to do afterwards: the signals stay ours to the end of the process.
    to_the_end = sys._getframe(1).f_globals.get("__name__") == "__main__"
    try:
        from modelspec.cli.process.process import in_process

        in_process(lambda: _work(to_the_end), to_the_end)
    except KeyboardInterrupt:  # before the signals were taken
        if not to_the_end:
            raise
        os._exit(130)
