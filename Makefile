# Everything a developer types. `make demo` and `make test` do all their own set-up.

PYTHON ?= python3
UV := $(or $(shell command -v uv 2>/dev/null),.tools/uv/bin/uv)
RUN := $(UV) run --frozen --no-sync
SEEDS ?= 20
EXAMPLES ?= 2000
SYSTEM := $(addprefix tests/,broker browser chaos embedded end_to_end)
SERVICES := tests/integration
# Not every make can keep apart the words of what runs side by side: that of macOS cannot.
KEEP_APART := $(addprefix --output-sync=,$(if $(filter output-sync,$(.FEATURES)),target))

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-system test-services test-units test-tools chaos check format fuzz goldens contracts examples compose-test env up down clean

help: ## Show what can be done
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: .venv/.ready ## Create the environment and fetch what the stack needs

.venv/.ready: pyproject.toml uv.lock | $(UV)
	@$(UV) sync --frozen --quiet || { echo "The packages could not be fetched: is the package registry reachable?" >&2; exit 1; }
	@$(RUN) python -m deploy.setup
	@touch $@

.tools/uv/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name one with PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv .tools/uv || { echo "Python's venv module is needed (on Debian: apt-get install python3-venv)" >&2; exit 1; }
	@.tools/uv/bin/pip install --quiet uv

demo: setup ## Run the whole system with a sandbox store and factory
	$(RUN) platen demo

test: test-tools ## Run every test, on a real Kafka and a real Postgres
	@echo "Three parts, two at a time; each is shown once it has ended."
	@$(MAKE) --no-print-directory --jobs=2 $(KEEP_APART) test-system test-services test-units

test-system: test-tools ## Run the tests of the broker, the browser, chaos and the whole system
	$(RUN) pytest $(SYSTEM)

test-services: test-tools ## Run the tests of one service at a time
	$(RUN) pytest $(SERVICES)

test-units: test-tools ## Run all other tests: of functions, contracts and architecture
	$(RUN) pytest $(addprefix --ignore=,$(SYSTEM) $(SERVICES))

test-tools: setup
	@$(RUN) python -m deploy.test_tools

chaos: setup ## Break everything on purpose, SEEDS times over, and judge what comes of it
	$(RUN) python -m deploy.chaos --seeds $(SEEDS)

check: setup ## Check format, lint, types and the independence of the services
	$(RUN) ruff format --check .
	$(RUN) ruff check .
	$(RUN) mypy
	$(RUN) lint-imports

format: setup ## Format the code
	$(RUN) ruff format .
	$(RUN) ruff check --fix .

fuzz: test-tools ## Draw EXAMPLES random templates with random answers, and read every file with others
	PLATEN_FUZZ_EXAMPLES=$(EXAMPLES) $(RUN) pytest tests/unit/printfile/test_any_template.py --timeout 0

goldens: setup ## Make the golden pictures that are missing, and the contact sheet
	$(RUN) python -m tests.support.picturing

contracts: setup ## Write the agreed schemas and the API descriptions anew
	$(RUN) python -m deploy.contracts

examples: setup ## Write the examples of the APIs anew, as they answer now
	PLATEN_EXAMPLES=write $(RUN) pytest tests/integration/*/test_examples.py
	$(RUN) python -m deploy.contracts

compose-test: setup ## Run the end-to-end test against docker compose
	$(RUN) python -m deploy.compose_test

env: ## Write what docker compose reads (.env), with fresh secrets where it lacks any
	@$(PYTHON) -m deploy.env_file

up: env ## Start the system as containers
	docker compose up --build --detach --wait
	@echo "To sign in: docker compose run --rm platen sign-in"

down: ## Stop the containers and keep their data
	docker compose down

clean: ## Remove the environment, the data and the caches
	rm -rf .venv .tools .platen .mypy_cache .ruff_cache .pytest_cache .hypothesis
