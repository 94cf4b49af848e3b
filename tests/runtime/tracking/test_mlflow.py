"""A run on a real MLflow server of this machine, which is started here."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from tests.tiny import write

pytest.importorskip("mlflow", minversion="3.17", reason="needs mlflow 3.17: pip install 'keras-modelspec[mlflow]'")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The address of a server with a database and a folder of its own."""
    folder = tmp_path_factory.mktemp("mlflow")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    uri = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    command += ["--backend-store-uri", f"sqlite:///{folder}/db", "--artifacts-destination", str(folder / "files")]
    environment = {**os.environ, "MLFLOW_DISABLE_TELEMETRY": "true"}
    with open(folder / "log", "w") as log:
        running = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True)
    try:
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{uri}/health", timeout=1).close()
                break
            except OSError:
                assert running.poll() is None, (folder / "log").read_text()
                time.sleep(0.5)
        yield uri
    finally:
        os.killpg(running.pid, 15)
        running.wait(30)


def modelspec(folder, *arguments):
    """Run the program as a user does."""
    done = subprocess.run(
        [sys.executable, "-m", "modelspec", *arguments], cwd=folder, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def ask(server, path, **body):
    request = urllib.request.Request(
        f"{server}/api/2.0/mlflow/{path}", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def get(server, path):
    with urllib.request.urlopen(f"{server}/api/2.0/mlflow/{path}", timeout=30) as answer:
        return json.load(answer)


def test_a_run_is_on_the_server_and_goes_on_there(server, tmp_path):
    modelspec(tmp_path, "train", write(tmp_path), "--run-dir", "first", "--mlflow", server)
    kept = json.loads((tmp_path / "first" / "run.json").read_text())["mlflow"]
    assert kept["uri"] == server
    number = get(server, "experiments/get-by-name?experiment_name=tiny")["experiment"]["experiment_id"]
    runs = ask(server, "runs/search", experiment_ids=[number])["runs"]
    assert [run["info"]["run_id"] for run in runs] == [kept["run_id"]]
    parameters = {item["key"]: item["value"] for item in runs[0]["data"]["params"]}
    assert parameters["train.optimizer.Adam.learning_rate"] == "0.01"
    assert (parameters["train.batch_size"], parameters["data.train.synthetic.samples"]) == ("16", "64")
    assert runs[0]["info"]["status"] == "FINISHED"

    modelspec(tmp_path, "train", "--resume", "first", "--set", "train.epochs=4")
    for name in ("loss", "accuracy", "val_loss"):
        history = get(server, f"metrics/get-history?run_id={kept['run_id']}&metric_key={name}")["metrics"]
        rows = [json.loads(line) for line in (tmp_path / "first" / "history.jsonl").read_text().splitlines()]
        assert [(int(item["step"]), item["value"]) for item in history] == [(row["epoch"], row[name]) for row in rows]
        assert len(rows) == 4
    run = get(server, f"runs/get?run_id={kept['run_id']}")["run"]
    results = {item["key"]: item["value"] for item in run["data"]["metrics"]}
    metrics = json.loads((tmp_path / "first" / "metrics.json").read_text())
    assert results["test/loss"] == metrics["test"]["loss"]
    files = {item["path"] for item in get(server, f"artifacts/list?run_id={kept['run_id']}")["files"]}
    written = {item.name for item in (tmp_path / "first").iterdir() if not item.name.startswith(".")}
    assert files == written - {"checkpoints", "run.lock"}
    assert len(ask(server, "runs/search", experiment_ids=[number])["runs"]) == 1


def test_a_server_that_goes_away_does_not_stop_a_training_and_gets_the_rest_later(server, tmp_path, monkeypatch):
    """The connection is to a port that is closed in the middle of the training, and opened again at its end."""
    from modelspec.runtime.tracking.mlflow import Mlflow

    notes = []
    rows = [{"epoch": number, "loss": 1 / number} for number in (1, 2, 3)]
    there = Mlflow(server, notes.append)
    there.begin("gaps", tmp_path, {"train.epochs": 3})
    there.epochs(rows[:1])
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    address = there.client._tracking_client.store.get_host_creds
    monkeypatch.setattr(there.client._tracking_client.store, "get_host_creds", lambda: Gone(address()))
    there.epochs(rows[:2])
    there.epochs(rows)
    assert len(notes) == 1 and "training continues" in notes[0]
    monkeypatch.setattr(there.client._tracking_client.store, "get_host_creds", address)
    there.end("finished", tmp_path, rows, {})
    history = get(server, f"metrics/get-history?run_id={there.run_id}&metric_key=loss")["metrics"]
    assert [(int(item["step"]), item["value"]) for item in history] == [(row["epoch"], row["loss"]) for row in rows]
    assert get(server, f"runs/get?run_id={there.run_id}")["run"]["info"]["status"] == "FINISHED"


class Gone:
    """Where a server is, with a port that nobody listens to."""

    def __init__(self, creds):
        self.creds = creds
        self.host = "http://127.0.0.1:9"

    def __getattr__(self, name):
        return getattr(self.creds, name)
