# All set-up is done here, on a machine with Python, pip and venv alone.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test lint docs bench studies lock clean
.DEFAULT_GOAL := test

$(READY): requirements/dev.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

demo: $(READY)  ## Judge a simulated pilot and print where its report is.
	$(BIN)/assay demo --out demo

test: lint docs  ## Every check: style, types, architecture, tests, documentation.
	$(BIN)/python -m pytest -n 2

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: $(READY)  ## Build the documentation into site; a broken link or name fails.
	$(BIN)/zensical build --strict

bench: $(READY)  ## Ratios against the named peers, in an environment of their own.
	$(MAKE) -f benchmarks/Makefile bench

studies: $(READY)  ## Simulations and trials on real data behind every claim; writes docs/evidence.
	$(MAKE) -f benchmarks/Makefile studies

lock:  ## Pin every dependency with its hash, without naming where it came from.
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --no-header \
	  --extra dev --python-version 3.11 pyproject.toml -o requirements/dev.txt

clean:
	rm -rf $(VENV) .venv-bench build dist site demo
