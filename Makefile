# Two commands set everything up: `make ask` answers a question, `make test` runs every check.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: ask test lint assets bench bench-large validate-long hostile hard-days fuzz site-kills lighthouse format clean

ask: $(VENV)/.installed
	$(BIN)/kzkg run courts-banned-groups --cite -f table

test: lint
	$(BIN)/pytest -n auto

lint: $(VENV)/.installed-test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/kzkg format --check
	$(BIN)/kzkg validate

# The editor of the SPARQL page and the engine of a folder of pages, from their pinned npm packages.
assets: $(VENV)/.installed-test
	$(BIN)/python -m kzkg.pages.assets

bench: $(VENV)/.installed-test
	$(BIN)/python -m tests.bench

# Up to ten million statements, which takes an hour, 10 GB of disk and 8 GB of memory.
bench-large: $(VENV)/.installed-test
	$(BIN)/python -m tests.bench scale --large

# Both engines of `kzkg validate` on many graphs with faults at random; the tests take a few.
validate-long: $(VENV)/.installed-test
	KZKG_SEEDS=20 $(BIN)/pytest tests/test_reference.py -n auto

# What strangers may do to the server, for longer than the tests have time for.
hostile: $(VENV)/.installed-test
	KZKG_FUZZED=100000 KZKG_CONNECTIONS=10000 KZKG_HOSTILE_SECONDS=60 $(BIN)/pytest tests/test_server_safety.py -s

# Loads, outputs, preparations and swaps that are killed at 200 moments each, and many damaged files; the tests take some.
hard-days: $(VENV)/.installed-test
	KZKG_KILLS=200 KZKG_FLIPS=400 $(BIN)/pytest tests/test_hard_days.py tests/test_hard_files.py tests/test_disks.py -s

# An hour of bytes that atheris finds; FUZZ_SECONDS=600 for ten minutes.
FUZZ_SECONDS ?= 3600
fuzz: $(VENV)/.installed-test
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[fuzz]'
	$(BIN)/python -m tests.fuzz --seconds $(FUZZ_SECONDS)

# A folder of pages whose writing is killed at 200 moments; the tests take six.
site-kills: $(VENV)/.installed-test
	KZKG_KILLS=200 $(BIN)/pytest tests/test_site_killed.py -s

# What Lighthouse says of the pages; a figure for performance means something on an idle machine only.
lighthouse: $(VENV)/.installed-test
	$(BIN)/python -m tests.lighthouse

# Canonical Turtle and the house style of the code.
format: $(VENV)/.installed-test
	$(BIN)/ruff format .
	$(BIN)/kzkg format

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit("kzkg needs Python 3.11 or newer, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml hatch_build.py | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/.installed-test: pyproject.toml hatch_build.py | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	touch $@ $(VENV)/.installed

clean:
	rm -rf $(VENV) .kzkg .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist
