# The two commands of README: `make demo` runs the main job, `make test` passes the tests.
# Each makes a virtual environment in .venv and installs what it needs there, nothing elsewhere.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# CI pins every package; a user gets what pyproject.toml allows.
CONSTRAINTS := $(if $(KG_PINNED),-c constraints.txt)

.PHONY: demo test test-all soak lint types bench dist clean

demo: $(VENV)/.installed
	$(BIN)/kg demo

test: $(VENV)/.tests
	$(BIN)/python -m pytest -n auto -m "not slow and not browser"

test-all: $(VENV)/.tests-all
	$(BIN)/python -m pytest -n auto -m "not slow and not browser"
	$(BIN)/python -m pytest -m "slow or browser"

soak: $(VENV)/.tests-all
	KG_SOAK=1 $(BIN)/python -m pytest
	$(BIN)/python -m benchmarks

bench: $(VENV)/.tests-all
	$(BIN)/python -m benchmarks

lint: $(VENV)/.lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.lint
	$(BIN)/mypy

dist: $(VENV)/.tests
	rm -rf dist
	$(BIN)/python -m build --outdir dist .

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "kg needs Python 3.11 or later: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	  { echo "Python's venv module is missing; on Debian or Ubuntu: sudo apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --upgrade "pip>=25.1"

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	$(PIP) install $(CONSTRAINTS) --editable .
	@touch $@

$(VENV)/.tests: $(VENV)/.installed
	$(PIP) install $(CONSTRAINTS) --group test
	@touch $@

$(VENV)/.tests-all: $(VENV)/.tests
	$(PIP) install $(CONSTRAINTS) --group test-all
	@touch $@

# The engine on Spark is checked against the types of its library.
$(VENV)/.lint: $(VENV)/.tests-all
	$(PIP) install $(CONSTRAINTS) --group lint
	@touch $@

clean:
	rm -rf $(VENV) dist build kg-graph .pytest_cache .mypy_cache .ruff_cache .hypothesis
