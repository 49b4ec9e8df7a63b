# Nothing is assumed but make and Python 3.11 or newer: each target does its own set-up.
#
#   make run     the site on http://127.0.0.1:8000/, demonstration data in an empty database
#                (make run PORT=8001; make run PYTHON=python3.12)
#   make test    the whole suite, browser tests included (make test ARGS="-k roster")
#   make lint    style, types, forgotten migrations
#   make audit   known vulnerabilities of what is pinned
#   make bench   what pages, roll-ups and files cost at several sizes, beside the naive ways, in one run
#                (make bench AGENCIES=148,1500 DATABASES=sqlite,postgres ONLY=list,search);
#                make bench FULL=1: up to a country of 15 000 agencies on both databases, into docs/bench
#   make weigh   what every page weighs as it is sent, and when it is seen on a slow line: docs/bench/weight.md
#                (make weigh RUNS=5)
#   make faults  kills imports, updates, reorganisations, freezes and backups at random moments, fills the
#                disk, stops the database, lets eight people write at once, and reads everything again
#                (make faults N=200 WRITES=200; SEED=… repeats a run; DATABASE_URL chooses the kind)
#   make fuzz    every page, form and command with values that mean harm (make fuzz N=100)
#   make wheelhouse  a folder of wheels from which the site installs without a network
#                (make wheelhouse WINDOWS=3.11: for Windows and that version of Python)
#   make clean   removes what the commands made, but never the data in var/

PYTHON ?= python3
PORT ?= 8000
# Not ?=: some shells and tools export HOST as this machine's own name.
HOST = 127.0.0.1
ARGS =
N = 10
PEOPLE = 8
WRITES = 10
RUNS = 5
SEED =
WINDOWS =

VENV_PYTHON = .venv/bin/python

export PYTHON HOST PORT

.PHONY: run test lint audit bench weigh faults fuzz wheelhouse clean

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

# Whether anything that is pinned has a known vulnerability; says so where nobody can be asked.
audit:
	@sh scripts/ensure_venv.sh requirements-dev.txt
	$(VENV_PYTHON) scripts/audit_dependencies.py

# Ratios in one run; absolute times are this machine's. On a quiet one, or they are its neighbours'.
bench:
	@sh scripts/ensure_venv.sh requirements.txt
	@exec $(VENV_PYTHON) -m scripts.bench $(if $(FULL),--full) $(if $(AGENCIES),--agencies $(AGENCIES)) \
		$(if $(DATABASES),--databases $(DATABASES)) $(if $(ONLY),--only $(ONLY))

# In a real browser; a database and a folder of its own, made and removed by the run.
weigh:
	@sh scripts/ensure_venv.sh requirements-dev.txt
	@chromium=$$(sh scripts/ensure_chromium.sh) && \
		CHROMIUM="$$chromium" exec $(VENV_PYTHON) -m scripts.weigh --runs $(RUNS)

# exec: as above; a database and a folder of its own, made and removed by the run.
faults:
	@sh scripts/ensure_venv.sh requirements.txt
	@exec $(VENV_PYTHON) -m scripts.faults --kills $(N) --wants --people $(PEOPLE) --writes $(WRITES) \
		$(if $(SEED),--seed $(SEED))

# Others in every run: what it finds, it prints to be repeated.
fuzz:
	@sh scripts/ensure_venv.sh requirements-dev.txt
	FUZZ_EXAMPLES=$(N) exec $(VENV_PYTHON) -m pytest -n auto tests/test_fuzz_queries.py \
		tests/test_fuzz_forms.py tests/test_fuzz_headers.py tests/test_fuzz_commands.py

wheelhouse:
	@sh scripts/ensure_venv.sh requirements.txt
	@$(VENV_PYTHON) -m scripts.wheelhouse $(if $(WINDOWS),--windows $(WINDOWS))

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis test-results var/static
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
