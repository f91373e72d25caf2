# make run    export the bundled vault in every format into out/
# make quick  before each commit, a minute: ruff, mypy, the tests that need no server, Java, book or patience
# make test   everything that CI runs
# make notes  run the code of our own notes, draw their figures anew, hold them to what a chapter has
# make docs   the pages of docs/ and the README as a site, out/docs/index.html
# Each makes its own virtual environment first, with the compiled core where Rust is; the rest is for contributors.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SECONDS := 3600
READY := $(VENV)/.ready
QUICK := $(BIN)/python -m pytest -q -m "not (slow or server or java or book)" --hypothesis-profile=quick

.PHONY: run quick quick-reader quick-others test test-servers test-writers test-others lint core wheel fuzz format notes docs pictures update constraints bench bench-peers clean

run: $(READY)
	$(BIN)/mlk-export --format all

quick: lint  # on fewer examples too, and in two halves side by side
	$(MAKE) --no-print-directory --jobs=2 --output-sync quick-reader quick-others

quick-reader:
	$(QUICK) tests/reader tests/conformance

quick-others:
	$(QUICK) --ignore=tests/reader --ignore=tests/conformance

test: lint  # in three parts side by side: two cores are busy with them to the end
	$(MAKE) --no-print-directory --jobs=3 test-servers test-writers test-others

test-servers:  # tells all in one piece at its end, as the next one does
	$(BIN)/python -m pytest -m server >$(VENV)/servers.txt 2>&1; status=$$?; cat $(VENV)/servers.txt; exit $$status

test-writers:
	$(BIN)/python -m pytest -m "not server" tests/writers tests/views >$(VENV)/writers.txt 2>&1; \
		status=$$?; cat $(VENV)/writers.txt; exit $$status

test-others:
	$(BIN)/python -m pytest -m "not server" --ignore=tests/writers --ignore=tests/views

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	if cargo fmt --version >/dev/null 2>&1 && cargo clippy --version >/dev/null 2>&1; then \
		cd native && cargo fmt --check && cargo clippy --quiet --locked -- --deny warnings; fi

core: $(READY)  # build it anew
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .

wheel: $(READY)  # into dist/, with the sdist
	.ci/wheel $(BIN)/python dist

fuzz: $(READY)  # for SECONDS; notes that the core reads otherwise than Python are put into out/fuzz
	cd tests && ../$(BIN)/python -m reader.mutations $(SECONDS) ../out/fuzz

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

notes: $(READY)
	$(BIN)/python -m figures
	$(BIN)/python -m pytest -q tests/notes

docs: $(READY)
	$(BIN)/sphinx-build --quiet --fail-on-warning --keep-going --builder html --doctree-dir .sphinx docs out/docs

pictures: run  # of the README; look at them
	$(BIN)/python docs/pictures.py

update: $(READY)  # accept today's output as the golden one; then read the diff
	$(BIN)/python -m pytest --update tests/test_writers.py tests/test_init.py tests/writers/html/test_packed.py tests/conformance tests/test_neo4j_queries.py

bench: $(READY)
	SETUPTOOLS_RUST_CARGO_PROFILE=release $(MAKE) --no-print-directory core
	$(BIN)/python -m benchmarks

bench-peers: $(READY)  # installs other programs into benchmarks/.peers
	SETUPTOOLS_RUST_CARGO_PROFILE=release $(MAKE) --no-print-directory core
	$(BIN)/python -m benchmarks --peers

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=...") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $(READY)

constraints: $(READY)  # newest versions that pyproject.toml allows, with hashes and without addresses
	$(BIN)/python -m pip install --quiet pip-tools
	$(BIN)/pip-compile --quiet --upgrade --extra dev --generate-hashes --allow-unsafe --strip-extras --no-header \
		--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --output-file constraints.txt pyproject.toml
	$(BIN)/pip-compile --quiet --upgrade --generate-hashes --strip-extras --no-header \
		--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --output-file .ci/wheel.txt .ci/wheel.in

clean:
	rm -rf $(VENV) out build dist native/target exporter/_native.* .sphinx *.egg-info benchmarks/.peers .mypy_cache .ruff_cache .pytest_cache .hypothesis
