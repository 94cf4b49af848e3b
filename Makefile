# Everything a fresh machine needs is set up in .venv by the first target that needs it; a second call sets nothing up.
# Keras 3.15 needs Python 3.11: take `python3` if it is new enough, else the newest one beside it that is.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
unexport PYTHONDONTWRITEBYTECODE

.PHONY: train test test-slow lint bench docs clean

$(READY): pyproject.toml
	@test -n "$(PYTHON)" || { echo "Training needs Python 3.11 or newer (Keras 3.15 does), and there is only: $$(python3 --version). Validating needs 3.10: pip install ."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[tensorflow,parquet]' --group dev
	touch $(READY)

## Train the shipped digits example and say how good it is.
train: $(READY)
	$(BIN)/modelspec train specs/digits.yaml

## Run every check: formatting, lint, types, import order, tests.
test: $(READY) lint
	$(BIN)/python -m pytest -n 2

## The long matrices: more examples, more kills, more faults.
test-slow: $(READY)
	MODELSPEC_HYPOTHESIS=large $(BIN)/python -m pytest -n 2 -m "slow or not slow"

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

## Measure the promises of benchmarks/ beside what a user would otherwise run.
bench: $(READY)
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) build dist *.egg-info
