# Everything runs in a virtual environment that the targets make themselves.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
RUN_DIR ?= out
MINUTES ?= 1

.DEFAULT_GOAL := help
.PHONY: help run test test-all lint format readme packs check reliability properties coverage mutants fuzz bench bench-peers quality docs clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/ready: pyproject.toml hatch_build.py dedupe/boilerplate/packs/compiled.json $(wildcard dedupe/kernels/native/*.[ch])
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[all]' 'html5lib>=1.1' 'hypothesis>=6.100' 'jsonschema>=4.20' 'lxml>=5.1' 'mypy>=1.11' 'pre-commit>=3.5' 'pytest>=8.3' 'pytest-xdist>=3.6' 'pyyaml>=6.0' 'ruff>=0.6' 'selenium>=4.20'
	@touch $@

run: $(VENV)/ready ## clean fixtures/ into out/ and show what went and why
	$(BIN)/dedupe clean fixtures -o $(RUN_DIR) --overwrite

test: $(VENV)/ready ## run the tests
	$(BIN)/python -m pytest -q -n auto tests

# A shim of pyenv stands on the path and does not run while its version is not chosen; the version itself does.
test-all: ## run the tests on every Python from 3.11 to 3.13 that runs here
	@ran=; for version in 3.11 3.12 3.13; do \
	  chosen=; \
	  for python in python$$version "$$(pyenv root 2>/dev/null)/versions/$$version".*[0-9]/bin/python; do \
	    if "$$python" -c '' 2>/dev/null; then chosen=$$python; break; fi; \
	  done; \
	  if test -z "$$chosen"; then echo "Python $$version: does not run here, left out"; continue; fi; \
	  ran=1; \
	  echo "Python $$version: $$chosen"; \
	  $(MAKE) --no-print-directory test PYTHON="$$chosen" VENV=.venv-$$version || exit 1; \
	done; \
	test -n "$$ran" || { echo "no Python from 3.11 to 3.13 runs here" >&2; exit 1; }

lint: $(VENV)/ready ## check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/ready ## rewrite the code in the house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

readme: $(VENV)/ready ## rewrite the help texts in README.md and docs/ from the program
	$(BIN)/python -m tests.generated_docs --write

packs: $(VENV)/ready ## put the patterns of all languages into the file that is read at start-up
	$(BIN)/python -m tests.generated_packs --write

docs: readme ## rewrite what the program writes of README.md and docs/, and the pictures; needs chromium
	$(BIN)/python -m tests.pictures

check: lint test ## lint, types and tests

reliability: $(VENV)/ready ## kill, stop, race and starve runs; RELIABILITY=release does it more often
	$(BIN)/python -m pytest -q -n auto tests/reliability

properties: $(VENV)/ready ## run the property tests with 10,000 examples each
	$(BIN)/python -m pytest -q -n auto tests/properties --hypothesis-profile long

coverage: $(VENV)/ready ## run the tests and demand that every branch that cuts, writes, plans or restores is met
	$(BIN)/pip install --quiet --disable-pip-version-check 'coverage>=7.10'
	rm -rf .coverage && mkdir .coverage
	COVERAGE_RCFILE=pyproject.toml $(BIN)/coverage run -m pytest -q -n auto tests
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --fail-under 100

mutants: $(VENV)/ready ## change what cuts, writes, plans and restores, one thing at a time, and see whether a test notices
	$(BIN)/pip install --quiet --disable-pip-version-check 'mutmut>=3.8'
	$(BIN)/mutmut run
	$(BIN)/mutmut results

fuzz: $(VENV)/ready ## fuzz for MINUTES each (1) the targets FUZZ (all) of tests/fuzzing; needs atheris, which it installs
	$(BIN)/pip install --quiet --disable-pip-version-check 'atheris>=3.0'
	$(BIN)/python tests/fuzzing/run_targets.py --minutes $(MINUTES) $(FUZZ)

bench: $(VENV)/ready ## measure time and memory beside plain yardsticks; BENCH='--only folder' measures less
	$(BIN)/python -m benchmarks.run $(BENCH)

bench-peers: $(VENV)/ready ## set up other tools and measure them on the same texts; PEERS='--only dolma' for less
	$(BIN)/python -m benchmarks.peers $(PEERS)

quality: $(VENV)/ready ## score labelled pages beside the project; QUALITY='--only daniel --flat' measures less, or otherwise
	$(BIN)/python -m benchmarks.quality $(QUALITY)

clean: ## remove what the targets made
	rm -rf $(VENV) .venv-3.* .bench-peers .fuzz .coverage mutants $(RUN_DIR) .pytest_cache .mypy_cache .ruff_cache .hypothesis
