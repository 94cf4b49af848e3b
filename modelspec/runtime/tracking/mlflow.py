"""A run on an MLflow server: parameters, the metrics of each epoch, and the files of the run directory.

A server that does not answer on the way does not stop a training: what it lacks is sent with the next epoch, or at the end.
"""

from __future__ import annotations

import importlib.util
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.diagnostics.installing import install
from modelspec.files.reading import is_file

STATUS = {"finished": "FINISHED", "interrupted": "KILLED", "failed": "FAILED"}
"""How a training ended, and MLflow's word for it."""
_SETTINGS = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "15",
}
"""What holds where the user's environment says nothing: a training waits for no server for minutes."""
_LONGEST = 500
_AT_ONCE = 100
_LEFT_OUT = ("checkpoints", "run.lock")


class Mlflow:
    """The connection to a server, and the run there."""

    def __init__(self, uri: str, note: Callable[[str], None]) -> None:
        """Connect. Raises `SpecError`: MS601 without the package, MS769 where no server answers. `note` hears of gaps."""
        if importlib.util.find_spec("mlflow") is None:
            message = "--mlflow needs the package mlflow, which is not installed"
            raise SpecError([Diagnostic("MS601", message, help=f"install it with: {install('mlflow')}")])
        for name, value in _SETTINGS.items():
            os.environ.setdefault(name, value)
        import mlflow
        from mlflow.entities import Metric, Param
        from mlflow.exceptions import MlflowException

        self.uri = uri
        self.note = note
        self.metric, self.param = Metric, Param
        self.errors = (MlflowException, OSError)
        self.run_id = ""
        self._sent = 0
        self._silent = False
        try:
            self.client = mlflow.MlflowClient(tracking_uri=uri)
            self.client.search_experiments(max_results=1)
        except self.errors as error:
            raise self._refused(error) from error

    def begin(self, name: str, folder: Path, parameters: dict[str, Any]) -> None:
        """Make a run in the experiment `name`. Raises `SpecError` (MS769)."""
        try:
            experiment = self.client.get_experiment_by_name(name)
            number = self.client.create_experiment(name) if experiment is None else experiment.experiment_id
            tags = {"modelspec.run": str(folder.resolve())}
            self.run_id = self.client.create_run(number, run_name=folder.name, tags=tags).info.run_id
            params = [self.param(key, str(value)[:_LONGEST]) for key, value in parameters.items()]
            for first in range(0, len(params), _AT_ONCE):
                self.client.log_batch(self.run_id, params=params[first : first + _AT_ONCE])
        except self.errors as error:
            raise self._refused(error) from error

    def go_on(self, run_id: str) -> None:
        """Go on with a run, where the epochs stay that it has. Raises `SpecError` (MS769)."""
        self.run_id = run_id
        try:
            self.client.update_run(run_id, status="RUNNING")
            self._sent = max((metric.step for metric in self.client.get_metric_history(run_id, "loss")), default=0)
        except self.errors as error:
            raise self._refused(error) from error

    def epochs(self, history: list[dict[str, Any]]) -> None:
        """Send the epochs that the server does not have yet."""
        self._try(lambda: self._send(history))

    def end(self, status: str, folder: Path, history: list[dict[str, Any]], results: dict[str, float]) -> None:
        """Send what is left, the results of the evaluations, and the files of the run directory but its checkpoints."""

        def send() -> None:
            self._send(history)
            now, step = int(time.time() * 1000), len(history)
            if results:
                metrics = [self.metric(name, value, now, step) for name, value in results.items()]
                self.client.log_batch(self.run_id, metrics=metrics)
            for path in sorted(folder.rglob("*")):
                inner = path.relative_to(folder)
                if is_file(path, folder) and inner.parts[0] not in _LEFT_OUT and not inner.name.startswith("."):
                    below = inner.parent.as_posix()
                    self.client.log_artifact(self.run_id, str(path), None if below == "." else below)
            self.client.set_terminated(self.run_id, STATUS[status])

        self._try(send)

    def _send(self, history: list[dict[str, Any]]) -> None:
        for row in history:
            if row["epoch"] > self._sent:
                now = int(time.time() * 1000)
                metrics = [
                    self.metric(name, value, now, row["epoch"])
                    for name, value in row.items()
                    if name != "epoch" and value is not None
                ]
                self.client.log_batch(self.run_id, metrics=metrics)
                self._sent = row["epoch"]

    def _try(self, send: Callable[[], None]) -> None:
        try:
            send()
        except self.errors as error:
            if not self._silent:
                self.note(f"MLflow at {self.uri} refuses data: {_first_line(error)}; training continues")
            self._silent = True
        else:
            self._silent = False

    def _refused(self, error: Exception) -> SpecError:
        message = f"MLflow at {self.uri} does not answer properly: {_first_line(error)}"
        return SpecError([Diagnostic("MS769", message, help="start the server, or leave --mlflow out")])


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
