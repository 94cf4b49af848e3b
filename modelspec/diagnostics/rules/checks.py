"""MS501 and on: what is wrong or doubtful only in the whole picture. Knows no check."""

from __future__ import annotations

from modelspec.diagnostics.rules.rule import START, Rule

CHECKS: tuple[Rule, ...] = (
    Rule(
        "MS501", "no-loss", "error",
        "there is training data, but no output has a loss",
        "Training makes a loss smaller; without one there is nothing to train.",
        START + "  - Dense: 1\n    name: y\noutputs: {y: {}}\ndata: {train: {synthetic: 100}}\n",
        START + "  - Dense: 1\n    name: y\noutputs: {y: {loss: mse}}\ndata: {train: {synthetic: 100}}\n",
    ),
    Rule(
        "MS590", "parameters-budget", "error",
        "the model has more parameters than its budget",
        "A budget in the spec is a promise to whoever runs the model; it is checked like everything else.",
        START + "  - Dense: 100\nbudget: {parameters: 100}\n",
        START + "  - Dense: 100\nbudget: {parameters: 1000}\n",
    ),
    Rule(
        "MS591", "flops-budget", "error",
        "one sample takes more FLOPs than the budget",
        "FLOPs are two for each multiply-add of Conv, Dense, recurrent and attention layers; `modelspec summary` counts "
        "them.",
        START + "  - Dense: 100\nbudget: {flops: 100}\n",
        START + "  - Dense: 100\nbudget: {flops: 1000}\n",
    ),
)  # fmt: skip
