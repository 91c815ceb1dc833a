# Every chore has one door. `make` alone shows them; each sets up what it needs.
#   ARGS="..."    goes to the program behind the door: make demo ARGS="--quick"
#   PYTHON=...    which Python makes the virtual environment, 3.11 or newer

VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
# Three workers for two cores: a test waits for its practice a third of the time.
THREE := -n 3 --dist loadfile
# Some computers tell Python not to keep what it has compiled; then each of the many commands that
# the tests start would compile the whole program anew, three times as slow as for a person.
export PYTHONDONTWRITEBYTECODE :=
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for python in python3.13 python3.12 python3.11 python3 python; do \
	$$python -c '$(NEW_ENOUGH)' 2>/dev/null && { echo $$python; break; }; done)

PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
timed = @began=$$(date +%s); $(2) && echo "set up in $$(($$(date +%s) - began)) s: $(1)"

.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help setup demo test lint long qa qa-mutants qa-flakes bench fleet crash faults training readme format clean

help: ## show these doors
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' Makefile

setup: $(VENV)/.dev $(VENV)/.browser ## all that these doors need, when it is missing

demo: $(VENV)/.browser ## undo write-offs at the bundled practice, pull the plug once, show the proof
	$(BIN)/undo-writeoff demo $(ARGS)

test: setup lint ## what must pass before anything is merged
	$(BIN)/pytest -m "not long" $(THREE) --ignore=tests/benchmarks --ignore=tests/regression \
		--durations=10 --durations-min=5 --junitxml=test-results/test.xml $(ARGS)

lint: $(VENV)/.dev ## style, types and who may import whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

long: setup ## what `make test` leaves out: all pairs of the tables, every kill, whole suites
	$(BIN)/pytest -m long $(THREE) --ignore=tests/benchmarks --ignore=tests/regression $(ARGS)

qa: setup ## the regression suite at the bundled practice, in all its skins, and at foreign ones
	$(BIN)/pytest tests/regression --site sandbox --site sandbox-b --site sandbox-c $(THREE) \
		--junitxml=test-results/qa.xml --qa-report=test-results/qa.html $(ARGS)
	$(BIN)/pytest tests/qa -m long $(THREE)

qa-mutants: setup ## the suite over every changed release: bugs caught, harmless changes left alone
	$(BIN)/python -m tests.regression.mutants $(ARGS)

qa-flakes: setup ## the suite 20 times with slower and slower answers: how many tests fail at times
	$(BIN)/python -m tests.regression.flakes $(ARGS)

bench: setup ## speed and size beside a bare script, one item and lists: over an hour
	$(BIN)/python tests/benchmarks/bench.py $(ARGS)
	$(if $(ARGS),,$(BIN)/python tests/benchmarks/worklists.py)
	$(if $(ARGS),,$(BIN)/pytest tests/benchmarks)

fleet: setup ## several workers on one list: killed, asleep, cut off, and the database away
	$(BIN)/pytest tests/fleet $(ARGS)

crash: setup ## kill -9 at every boundary of the flow, then recover
	$(BIN)/pytest tests/crash $(ARGS)

faults: setup ## every fault of the practice, for every payer type
	$(BIN)/pytest tests/faults $(ARGS)

training: setup ## film and guide for every payer type, and the README's pictures of them
	$(BIN)/undo-writeoff train all --out test-results/training --pictures .github $(ARGS)

readme: setup ## renew the README's generated parts and its picture
	$(BIN)/python tests/plan_picture.py .github/plan.png
	$(BIN)/python tests/readme.py $(ARGS)

format: $(VENV)/.dev ## put the code into the house's form
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

clean: ## take away everything that these doors have made
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis \
		.benchmarks .import_linter_cache test-results
	find automation flows config tests -type d -name __pycache__ -prune -exec rm -rf {} +

$(BIN)/python:
	@'$(PYTHON)' -c '$(NEW_ENOUGH)' 2>/dev/null || { \
		echo "Python 3.11 or newer is needed, and '$(PYTHON)' is not one." >&2; \
		echo "Install it, or name one: make PYTHON=/path/to/python3" >&2; exit 1; }
	@'$(PYTHON)' -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "'$(PYTHON)' cannot make a virtual environment with pip in it." >&2; \
		echo "On Debian and Ubuntu type: sudo apt-get install python3-venv" >&2; exit 1; }
	$(call timed,virtual environment,'$(PYTHON)' -m venv $(VENV))

# What the program itself needs; `make demo` takes no more than this and a browser.
$(VENV)/.packages: pyproject.toml | $(BIN)/python
	$(call timed,packages,$(PIP) -e .)
	@touch $@

$(VENV)/.dev: $(VENV)/.packages
	$(call timed,development tools,$(PIP) -e '.[dev]')
	@touch $@

$(VENV)/.browser: $(VENV)/.packages
	$(call timed,browser,$(BIN)/python -m automation.browser.find)
	@touch $@
