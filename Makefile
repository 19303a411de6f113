# Everything a contributor or CI runs. `make` alone lists the targets.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
NEXT := .venv-dbt-1.12
VERSIONS ?= 3.5 3.3

.PHONY: help install check format demo test test-versions test-safety test-dbt-1.12 statements truth docs bench-engine clean

help: ## list the targets
	@grep -E '^[a-z0-9.-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 16

install: $(STAMP) ## make .venv with the adapter, the engine and the development tools

$(STAMP): pyproject.toml constraints.txt
	@echo 'Making $(VENV): dbt, DuckDB and the development tools (a minute or two)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check -c constraints.txt -e '.[embedded,dev]'
	@touch $@

check: install ## lint and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: install ## let ruff mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

demo: install ## two days of a warehouse on the embedded engine; SERVE=1 leaves it up, with dbt's documentation
	$(BIN)/python examples/warehouse/demo.py $(if $(SERVE),--serve) $(ARGS)

test: install ## every test, on two cores
	$(BIN)/python -m pytest -n 2 $(ARGS)

test-versions: install ## the functional tests and the documented models on the engine as older servers
	$(foreach v,$(VERSIONS),$(BIN)/python -m pytest -n 2 --server-version $(v) tests/functional tests/docs/test_project.py $(ARGS) &&) true

test-safety: install ## fail every statement of every rebuild in every way
	$(BIN)/python -m pytest -n 2 --dist load --every-fault tests/functional/safety $(ARGS)

test-dbt-1.12: $(NEXT)/.installed ## the functional tests on dbt-core 1.12
	$(NEXT)/bin/python -m pytest -n 2 tests/functional $(ARGS)

# one of its requirements fetches a program while it installs; what it needs to run is named here instead
$(NEXT)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(NEXT)
	$(NEXT)/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[embedded,dev]'
	$(NEXT)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps 'dbt-core==1.12.*'
	$(NEXT)/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt python-dotenv metricflow
	@touch $@

statements: install ## write down what the functional tests send, as questions for a real server
	$(BIN)/python -m tests.tools.statements $(ARGS)

truth: install ## compare the engine with recorded answers of real servers, where they are at hand
	$(BIN)/python -m tests.tools.truth

docs: install ## write the tables of the documentation that come from the code
	$(BIN)/python -m tests.tools.reference $(ARGS)

pictures: install ## make the README's pictures from the demo; needs Chromium
	$(BIN)/python -m tests.tools.pictures

bench-engine: install ## the engine's speed as ratios
	$(BIN)/python benchmarks/engine.py

clean: ## forget the environment and all caches
	rm -rf $(VENV) $(NEXT) .mypy_cache .ruff_cache .pytest_cache
