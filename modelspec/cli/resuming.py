"""`modelspec train --resume`: the run that is meant, and the spec that it goes on with."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from modelspec.cli.options.plugin_option import find
from modelspec.cli.options.reading import Reading
from modelspec.cli.process.edge import PROBLEM, exit_code, note, print_diagnostics
from modelspec.cli.specs import load_spec, with_known_shapes
from modelspec.graph import ShapedNetwork

if TYPE_CHECKING:
    from modelspec.runs.directory import RunDir


def resumed(target: str, run_dir: str | None, reading: Reading) -> tuple[ShapedNetwork | int, RunDir | None]:
    """The spec (a code to leave with: its errors were printed), and the run to go on with (None: there is none yet).

    `target` is a run directory, whose own spec is used, or a spec: its run in `run_dir`, or its newest run.
    Raises `SpecError` where a run directory is none, and where training is not possible here at all.
    """
    from modelspec.runtime.start import require_installed

    require_installed()
    if os.path.isdir(target):
        network = load_own_spec(target, reading)
        from modelspec.runs.directory import open_run

        return network, open_run(target)
    network = load_spec(target, reading)
    if isinstance(network, int):
        return network, None
    from modelspec.runs.resume import run_to_resume

    run = run_to_resume(network.spec.name, run_dir)
    if run is None:
        note("there is no run to resume: a new training starts")
    return network, run


def load_own_spec(target: str, reading: Reading) -> ShapedNetwork | int:
    """The spec of a run with everything that it was made of written out, and settings of the command line in it.

    A code to leave with, where it has errors: they were printed.
    """
    from modelspec.runs.own_spec import own_spec

    found, problems = find(reading.plugins)
    own = own_spec(target, reading.limits, found, reading.overrides)
    problems = (*problems, *own.diagnostics)
    network = own.network if found.complete else None
    if network is not None:
        network, more = with_known_shapes(network)
        problems = (*problems, *more) if network is None else problems
    errors = tuple(problem for problem in problems if problem.severity == "error")
    if errors or network is None:
        print_diagnostics(errors)
        return exit_code(errors) or PROBLEM
    return network


def is_done(run: RunDir, network: ShapedNetwork) -> bool:
    """Whether the run has done all that the spec asks for."""
    from modelspec.runs.resume import is_complete

    return is_complete(run, network)
