# `make site` and `make test` set up .venv and do the rest; the first run takes a minute longer.
# AGAINST=REVISION: only texts that differ from it answer for what the registry says (`check`).
# SEED=NUMBER: what `make soak` draws its random cases from; else the date.
# Shell quoting keeps paths with spaces whole; make itself only sees relative names.
PYTHON ?= python3
SEED ?= $(shell date -u +%Y%m%d)
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
PYTEST := $(BIN)/python -m pytest --numprocesses auto --maxprocesses 8 --dist worksteal

.PHONY: site test types texts tests soak rehearsal update serve check announce lock format clean

site: .venv/site.done
	@$(BIN)/python build.py site

# The types and the texts are checked beside the tests: each of them takes one processor for a while.
test: .venv/test.done
	@$(BIN)/python -m ruff check --quiet .
	@$(BIN)/python -m ruff format --quiet --check .
	@$(MAKE) --no-print-directory --jobs types texts tests

types: .venv/test.done
	@$(BIN)/python -m mypy --no-error-summary

texts: .venv/test.done
	@$(BIN)/python build.py check $(if $(AGAINST),--against $(AGAINST))

tests: .venv/test.done
	@$(PYTEST) -q

soak: .venv/test.done
	@echo "Everything, with the seed $(SEED): make soak SEED=$(SEED) does the same again"
	@$(PYTEST) --soak $(SEED)

# The first days of a fork, without GitHub and without the registry.
rehearsal: .venv/site.done
	@$(BIN)/python -m tests.rehearsal

update serve check: .venv/site.done
	@$(BIN)/python build.py $@

announce: .venv/announce.done
	@$(BIN)/python build.py announce

.venv/made:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@echo "Setting up .venv (once)"
	@$(PYTHON) -m venv --clear .venv
	@touch $@

.venv/build.done: requirements-build.txt | .venv/made
	@$(PIP) --require-hashes -r requirements-build.txt
	@touch $@

.venv/site.done: requirements.txt .venv/build.done
	@$(PIP) --no-build-isolation --require-hashes -r $<
	@touch $@

# What needs more than the site needs holds that, too.
.venv/test.done .venv/announce.done: .venv/%.done: requirements-%.txt .venv/build.done
	@$(PIP) --no-build-isolation --require-hashes -r $<
	@touch $@ .venv/site.done

# The pinned versions, from the ranges in pyproject.toml.
COMPILE = $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11
lock: .venv/made
	@$(PIP) uv
	@$(COMPILE) --group build -o requirements-build.txt
	@$(COMPILE) pyproject.toml -o requirements.txt
	@$(COMPILE) pyproject.toml -c requirements.txt --extra announce --extra test -o requirements-test.txt
	@$(COMPILE) pyproject.toml -c requirements.txt --extra announce -o requirements-announce.txt

format: .venv/test.done
	@$(BIN)/python -m ruff check --quiet --fix .
	@$(BIN)/python -m ruff format --quiet .

clean:
	rm -rf site .venv .mypy_cache .ruff_cache .pytest_cache
