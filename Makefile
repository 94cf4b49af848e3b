# Everything a fresh machine needs is set up in .venv by the first target that needs it; a second call sets nothing up.
# It gets the packages of requirements/lock.txt, which are those that were tested, and each is held against its hash.
# Keras 3.15 needs Python 3.11, and TensorFlow 2.21 has nothing for 3.14: `python3` if it fits, else the newest that does.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
LOCK := requirements/lock.txt
unexport PYTHONDONTWRITEBYTECODE

.PHONY: train test test-slow test-latest test-oldest lint lock bench docs clean

$(READY): pyproject.toml $(LOCK)
	@test -n "$(PYTHON)" || { echo "Training needs Python 3.11, 3.12 or 3.13 (with its venv), and there is only: $$(python3 --version). Name one by PYTHON=PATH. Checking specs works from 3.10 on: pip install ."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(LOCK)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $(READY)

## Train the shipped digits example and say how good it is.
train: $(READY)
	$(BIN)/modelspec train specs/digits.yaml

## Run every check: formatting, lint, types, import order, tests.
test: $(READY) lint
	$(BIN)/python -m pytest -n 4 --dist loadfile

## The long matrices: more examples, more kills, more faults.
test-slow: $(READY)
	MODELSPEC_HYPOTHESIS=large $(BIN)/python -m pytest -n 4 --dist loadfile -m "slow or not slow"

## The tests with the newest packages, or with the oldest that pyproject.toml allows; which package moved comes first.
test-latest test-oldest: test-%: $(READY)
	$(BIN)/python -m venv --clear --without-pip .venv-$*
	$(BIN)/uv pip install --quiet --python .venv-$*/bin/python $(RESOLUTION-$*) --editable '.[tensorflow,parquet,tables]' --group test
	.venv-$*/bin/python requirements/moved.py $(LOCK)
	.venv-$*/bin/python -m pytest -n 4 --dist loadfile $(TESTS)

RESOLUTION-latest := --upgrade
RESOLUTION-oldest := --resolution lowest-direct

## Write the lock anew, with the newest packages of today, for each Python from 3.10 on.
lock: $(READY)
	UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.10 \
		--generate-hashes --no-emit-package keras-modelspec --group dev requirements/lock.in --output-file $(LOCK)

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

## Measure the promises of benchmarks/ beside what a user would otherwise run.
bench: $(READY)
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) .venv-latest .venv-oldest build dist *.egg-info
