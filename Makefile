# Two commands do everything: `make site` and `make test`. The first run makes .venv.
# AGAINST=REVISION: only texts that differ from it answer for what the registry says (`check`).
# Shell quoting keeps paths with spaces whole; make itself only sees relative names.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: site test update serve check lock format clean

site: .venv/site.done
	@$(BIN)/python build.py site

test: .venv/test.done
	@$(BIN)/python -m ruff check --quiet .
	@$(BIN)/python -m ruff format --quiet --check .
	@$(BIN)/python -m mypy --no-error-summary
	@$(BIN)/python build.py check $(if $(AGAINST),--against $(AGAINST))
	@$(BIN)/python -m pytest -q

update serve check: .venv/site.done
	@$(BIN)/python build.py $@

.venv/made:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@echo "Setting up .venv (once)"
	@$(PYTHON) -m venv --clear .venv
	@touch $@

.venv/site.done: requirements.lock | .venv/made
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

.venv/test.done: requirements-test.lock | .venv/made
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.lock
	@touch $@ .venv/site.done

# The pinned versions, from the ranges in pyproject.toml.
lock: .venv/made
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11 pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --extra test pyproject.toml -o requirements-test.lock

format: .venv/test.done
	@$(BIN)/python -m ruff check --quiet --fix .
	@$(BIN)/python -m ruff format --quiet .

clean:
	rm -rf site .venv .mypy_cache .ruff_cache .pytest_cache
