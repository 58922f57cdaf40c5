# make run     the dashboard on http://127.0.0.1:8501 (another port: make run PORT=8600)
# make test    everything that must hold: lint, types, import rules, tests (system packages included, as root on Debian)
# make check   lint, types and import rules only
# make format  let ruff rewrite the sources
# make lock    compile the requirements anew, after a change in requirements*.in (newest versions: make lock LOCK=--upgrade)
# make clean   remove what can be made again: .venv, the built database, caches (downloads and entries stay)

PORT ?= 8501
PYTEST ?= -n 2 --dist loadfile
PY = .venv/bin/python
# One person at this machine may do everything; a server that others reach knows its people by signing in.
HERE = $(if $(STREAMLIT_SERVER_ADDRESS),,local)
COMPILE = $(PY) -m uv pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

.PHONY: run test check lint format lock clean setup setup-test

run: setup
	$(PY) -m zwk_data build --if-needed
	ZWK_ACCESS=$${ZWK_ACCESS-$(HERE)} $(PY) -m streamlit run app.py --server.port $(PORT)

test: check
	$(PY) -m pytest $(PYTEST)

check: setup-test lint

lint:
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy zwk_data
	.venv/bin/lint-imports

format: setup-test
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

lock: setup-test
	$(PY) -m pip install --quiet uv
	$(COMPILE) --output-file requirements.txt $(LOCK) requirements.in
	$(COMPILE) --output-file requirements-fast.txt $(LOCK) requirements-fast.in
	$(COMPILE) --output-file requirements-dev.txt $(LOCK) requirements-dev.in

clean:
	@[ ! -d data/build ] || find data/build -mindepth 1 -maxdepth 1 ! -name archive -exec rm -rf {} +
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis test-results

setup:
	@sh scripts/setup.sh run

setup-test:
	@sh scripts/setup.sh test
