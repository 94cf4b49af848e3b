"""Training a finished run again, and comparing both. Must not print."""

from __future__ import annotations

from modelspec.graph import ShapedNetwork
from modelspec.runs.directory import RunDir
from modelspec.runs.options import TrainOptions
from modelspec.runs.reporting import TrainReporter
from modelspec.runs.results import ReproduceResult
from modelspec.runtime.train.reproduce import comparison, fingerprint_of, refuse_other_beginnings
from modelspec.runtime.train.train import train_network


def train_again(
    before: RunDir, network: ShapedNetwork, run_dir: str | None = None, reporter: TrainReporter | None = None
) -> ReproduceResult:
    """Train `network`, the spec of the finished run `before`, into a new run directory, and compare the two.

    Raises `SpecError` where the run began with weights that are not there any more (MS767), and as training does.
    """
    refuse_other_beginnings(before, network)
    result = train_network(network, TrainOptions(run_dir, before=fingerprint_of(before)), reporter)
    if result.interrupted:
        return ReproduceResult(result.run_dir, (), interrupted=True, signal=result.signal)
    return ReproduceResult(result.run_dir, tuple(comparison(before, RunDir(result.run_dir))))
