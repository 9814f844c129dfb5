# Two commands on a fresh machine: make demo, make test. Each sets up what it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := uv
READY := $(VENV)/.ready
TESTS := $(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

.PHONY: demo check test coverage bench soak safety templates lock notebooks clean

demo: $(READY)  ## make a fictional area, run every notebook on it, print where its reports lie
	$(BIN)/toolkit demo

check: $(READY)  ## style, types and the rules of the house: under a minute, before each commit
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy toolkit
	$(BIN)/python -m pytest tests/test_floors.py tests/test_environment.py \
	  tests/notebooks/test_notebook_rules.py

test: check  ## every test, the rules first
	$(TESTS)

coverage: $(READY)  ## the lines that no test runs; to follow every line takes two thirds more time
	$(TESTS) --cov=toolkit --cov-report=term:skip-covered

safety: $(READY)  ## what keeps a release safe: one line each, with the figure measured
	$(BIN)/python -m safety

bench: $(READY)  ## how long the main jobs take, with sizes
	$(BIN)/python bench/bench.py
	$(BIN)/python bench/batch.py

soak: $(READY)  ## kill parts of batches at random a hundred times, and compare what comes of it
	$(BIN)/python -m tests.publish.soak --rounds 100

templates: $(READY)  ## write data_templates/ anew from the schedule
	$(BIN)/toolkit templates --out data_templates

notebooks: $(READY)  ## make each notebook anew from its py:percent twin
	$(BIN)/jupytext --quiet --to ipynb --update notebooks/*.py
	$(BIN)/nbstripout notebooks/*.ipynb

lock:  ## resolve the versions anew; the lock is universal and names no host
	$(UV) pip compile --universal --generate-hashes --no-emit-index-url --no-header \
	  --python-version 3.11 --all-extras --output-file requirements.lock pyproject.toml

# uv where it is there, since it is quicker; otherwise pip, brought up to date first, because
# the pip that ships with Python 3.11 cannot read a hashed lock.
$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=24.1"

$(READY): $(VENV)/bin/python requirements.lock pyproject.toml
	@if command -v $(UV) >/dev/null 2>&1; then \
	  $(UV) pip install --quiet --compile-bytecode --require-hashes -p $(BIN)/python -r requirements.lock; \
	else \
	  $(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock; \
	fi
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	@touch $@

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
