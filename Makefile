# Nothing is assumed but make and Python 3.11 or newer: each target does its own set-up.
#
#   make run     the site on http://127.0.0.1:8000/, demonstration data in an empty database
#                (make run PORT=8001; make run PYTHON=python3.12)
#   make test    the whole suite, browser tests included (make test ARGS="-k roster")
#   make lint    style, types, forgotten migrations
#   make bench   what the hot pages cost, beside the cheapest page, in one run
#   make clean   removes what the commands made, but never the data in var/

PYTHON ?= python3
PORT ?= 8000
# Not ?=: some shells and tools export HOST as this machine's own name.
HOST = 127.0.0.1
ARGS =

VENV_PYTHON = .venv/bin/python

export PYTHON HOST PORT

.PHONY: run test lint bench clean

run:
	@sh scripts/ensure_venv.sh requirements.txt
	@sh scripts/run.sh

# exec: a signal sent to make reaches pytest itself and not a shell around it.
test:
	@sh scripts/ensure_venv.sh requirements-dev.txt
	@chromium=$$(sh scripts/ensure_chromium.sh) && \
		CHROMIUM="$$chromium" exec $(VENV_PYTHON) -m pytest -n auto $(ARGS)

# An empty database in memory: whether a migration was forgotten is no question to the office's data.
lint:
	@sh scripts/ensure_venv.sh requirements-dev.txt
	$(VENV_PYTHON) -m ruff check .
	$(VENV_PYTHON) -m ruff format --check .
	$(VENV_PYTHON) -m mypy .
	DATABASE_URL=sqlite://:memory: $(VENV_PYTHON) manage.py makemigrations --check --dry-run

# Ratios in one run; absolute times are this machine's.
bench:
	@sh scripts/ensure_venv.sh requirements.txt
	@$(VENV_PYTHON) scripts/bench.py

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis test-results var/static
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
