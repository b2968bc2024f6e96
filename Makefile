# The commands of the project. Each sets itself up first; a machine needs Python 3.11 with pip and venv, Node 20, git and make.
#   make run     set up, start OneGrid at http://127.0.0.1:$PORT with its data in $ONEGRID_HOME; HISTORY=0: no half year of cases
#   make test    everything that must hold before a commit lands
#   make check   the quick part of it: format, lint, import contracts, types
#   make lock    solve requirements.lock anew from pyproject.toml (UPGRADE=1 for newer versions)
#   make migration MESSAGE="..."   draft the next migration from the tables
#   make clean   remove what the set-up made; the data in var/ stay

PYTHON ?= python3
PORT ?= 8080
ONEGRID_HOME ?= ./var
export PORT ONEGRID_HOME
export UV_PYTHON_DOWNLOADS = never

BIN := .venv/bin
UV := $(BIN)/uv
ASSETS := web/assets
DEPARTMENTS := $(wildcard plugins/departments/*/pyproject.toml)
SOURCES := $(shell find $(ASSETS) plugins/*/assets -path '*/node_modules' -prune -o -type f -print 2>/dev/null)
CATALOGUES := $(shell find web/translations -name '*.po' 2>/dev/null)

.PHONY: run test check setup lock migration clean
.NOTPARALLEL:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := run

run: setup
	@exec $(BIN)/onegrid up --demo $(if $(filter 0 no,$(HISTORY)),--no-history)

test: check
	$(BIN)/python -m pytest -n 2

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy

setup: .venv/.installed web/static/dist/.built .venv/.catalogues

# uv is the one thing pip installs: the version and the hashes are the lock file's own
.venv/.uv: requirements.lock
	@command -v $(PYTHON) > /dev/null || { echo "OneGrid needs Python 3.11 or newer, with pip and venv; there is no $(PYTHON) here" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else f"OneGrid needs Python 3.11 or newer; $(PYTHON) is {sys.version.split()[0]}. Try: make PYTHON=python3.12")'
	@echo "Python packages: setting up .venv"
	@$(PYTHON) -m venv .venv
	@sed -n '/^uv==/,/^[^ ]/{/^uv==/p;/^ .*--hash/p;}' requirements.lock > .venv/uv.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r .venv/uv.txt
	@touch $@

.venv/.installed: .venv/.uv requirements.lock pyproject.toml $(DEPARTMENTS)
	@$(UV) pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation \
	  --editable . $(foreach project,$(DEPARTMENTS),--editable $(dir $(project)))
	@touch $@

$(ASSETS)/node_modules/.package-lock.json: $(ASSETS)/package-lock.json $(ASSETS)/.npmrc
	@command -v npm > /dev/null || { echo "OneGrid needs Node 20 or newer, with npm" >&2; exit 1; }
	@node -e 'if (parseInt(process.versions.node) < 20) { console.error("OneGrid needs Node 20 or newer; this is " + process.versions.node); process.exit(1) }'
	@echo "Browser packages: setting up $(ASSETS)/node_modules"
	@cd $(ASSETS) && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

web/static/dist/.built: $(ASSETS)/node_modules/.package-lock.json $(SOURCES)
	@echo "Browser packages: building"
	@cd $(ASSETS) && npm run build > node_modules/.build.log 2>&1 || { cat node_modules/.build.log; exit 1; }
	@touch $@

.venv/.catalogues: .venv/.installed $(CATALOGUES)
	@$(BIN)/python -m web.i18n
	@touch $@

# no address of a package index may get into the file: it is used wherever the reader's own index is
lock: .venv/.uv
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --extra dev \
	  --no-header --no-emit-index-url --no-emit-find-links --no-emit-build-options \
	  $(if $(UPGRADE),--upgrade) --output-file requirements.lock pyproject.toml

# then read what it wrote, and add triggers by hand
migration: setup
	$(BIN)/python -c "from web.migrate import draft; print(draft('$(or $(MESSAGE),$(error say what changes: make migration MESSAGE=...))'))"

clean:
	rm -rf .venv $(ASSETS)/node_modules web/static/dist engine/feel/dist dist build
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -prune -exec rm -rf {} +
	find web/translations -name '*.mo' -delete
