# Every target sets itself up on a fresh clone: only Python >= 3.11, pip, make and git are needed.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
JOBS ?= 2

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-nvim vscode lint format bench bench-verify docs facts new-rule corpora clean

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "  make %-13s %s\n", $$1, $$2 }'

$(READY): pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[lint]"
	@touch $@

setup: $(READY) ## make the virtual environment in .venv

$(VENV)/.ready-demo: pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@test -e $(READY) || $(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[verify]"
	@touch $@

demo: $(VENV)/.ready-demo ## the incident: found, cured, rewritten and proven on the embedded PostgreSQL
	$(BIN)/migfix demo

test: $(READY) ## all tests, those on a PostgreSQL server included
	$(BIN)/python -m pytest -n $(JOBS) $(ARGS)

test-nvim: $(READY) ## the language server in a real Neovim; as root on Debian it installs Neovim
	@command -v "$${NEOVIM:-nvim}" >/dev/null || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null \
	  && apt-get update -qq && apt-get install -y -qq --no-install-recommends neovim >/dev/null; } \
	  || { echo "test-nvim needs Neovim 0.7 or newer: install it, or name it: make test-nvim NEOVIM=/path/to/nvim" >&2; exit 1; }
	$(BIN)/python -m pytest editors/neovim $(ARGS)

vscode: $(READY) ## test and build the VS Code extension, editors/vscode/*.vsix; needs Node.js 20 or newer
	@command -v npm >/dev/null || { echo "vscode needs Node.js 20 or newer, and npm: install them first" >&2; exit 1; }
	cd editors/vscode && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	cd editors/vscode && npm run --silent check && MIGFIX="$(abspath $(BIN))/migfix" npm test --silent
	cd editors/vscode && npm run --silent build && npm run --silent package

lint: $(READY) ## ruff, mypy and the import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: $(READY) ## put the code into the project's form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

corpora: $(READY) ## fetch seven open projects' revisions into corpora/
	$(BIN)/python tools/corpora.py

$(VENV)/.ready-bench: $(READY)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[bench]"
	@touch $@

bench: $(VENV)/.ready-bench corpora ## time and memory of `migfix check` and of the language server over 309 real revisions
	$(BIN)/python bench/check.py
	env -u PYTHONDONTWRITEBYTECODE $(BIN)/python bench/lsp.py

bench-verify: $(READY) ## time of `migfix verify`, and what its rewrites gain, at a million rows
	env -u PYTHONDONTWRITEBYTECODE $(BIN)/python bench/verify.py $(ARGS)

docs: $(READY) ## build the rule pages from the rules' docstrings
	$(BIN)/python tools/docs.py

facts: $(READY) ## measure what each operation locks, on every installed PostgreSQL
	$(BIN)/python tools/facts.py

new-rule: $(READY) ## scaffold a rule: make new-rule NAME=drop-schema CODE=MF710
	$(BIN)/python tools/new_rule.py "$(NAME)" "$(CODE)" "$(OP)"

clean: ## remove what the targets made, corpora excepted
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
