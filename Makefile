PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: fit test test-lowest lint docs audit clean

fit: $(READY)  ## train EmotionThinker at nano size and show before / after
	$(BIN)/python -m zoo.fit recipes/emotionthinker_qwen.yaml

test: $(READY)  ## the tests; no GPU, hub or data set needed
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2

test-lowest:  ## the tests with the lowest versions that pyproject.toml allows, in an environment of their own
	test -d .venv-lowest || $(PYTHON) -m venv .venv-lowest
	.venv-lowest/bin/pip install --quiet -c constraints-lowest.txt torch torchaudio -e '.[dev]'
	OMP_NUM_THREADS=1 .venv-lowest/bin/python -m pytest -n 2

lint: $(READY)  ## style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

docs: $(READY)  ## the documentation as a site, build/site/index.html
	$(BIN)/pip install --quiet '.[docs]'
	$(BIN)/mkdocs build --strict

audit: $(READY)  ## known vulnerabilities of what is installed; asks the package index's advisories
	$(BIN)/pip install --quiet pip-audit
	$(BIN)/pip freeze --exclude-editable | $(BIN)/pip-audit --disable-pip --no-deps --requirement /dev/stdin

# torch and torchaudio in one command: pip then picks builds that belong together
$(READY): pyproject.toml
	test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet torch torchaudio -e '.[dev]'
	touch $(READY)

clean:
	rm -rf $(VENV) .venv-lowest .cache runs
