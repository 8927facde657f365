# The voucher desk. `make help` lists what can be made.
.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test bench bench-large screenshots walk trust machine scans messages fonts clean

VENV := .venv
BIN := $(VENV)/bin

help: ## list what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(VENV)/.installed ## make .venv with the program in it (.venv/bin/voucher-app)

setup-dev: $(VENV)/.installed-dev

$(VENV)/.installed: pyproject.toml constraints.txt scripts/setup.sh
	@sh scripts/setup.sh $(VENV)
	@touch $@

$(VENV)/.installed-dev: pyproject.toml constraints.txt scripts/setup.sh
	@sh scripts/setup.sh $(VENV) dev
	@touch $@ $(VENV)/.installed

run: setup ## start the program; without a display, do an office day headless and leave it in out/
	@$(BIN)/python scripts/start.py

test: setup-dev ## every check: style, types, architecture, messages, tests with coverage
	@sh scripts/checks.sh $(BIN)

bench: setup-dev ## measure, as ratios in one interleaved run, into bench/results.json
	@QT_QPA_PLATFORM=offscreen $(BIN)/python bench/run.py

screenshots: setup-dev ## render every page and dialog, light and dark, into docs/pictures
	@QT_QPA_PLATFORM=offscreen $(BIN)/python scripts/screenshots.py

walk: setup-dev ## measure every page and dialog: light, dark, three scales, two languages, empty, full, long names
	@$(BIN)/python scripts/walk.py

trust: setup-dev ## every promise at full size (hours), into docs/trust.md; TESTS="T2 T6" for some
	@$(BIN)/python scripts/trust/trust.py $(TESTS)

machine: setup-dev ## let the random machine play 1,000 office years
	@MACHINE_YEARS=1000 $(BIN)/python -m pytest -q -n 0 --timeout=0 tests/test_ledger_machine.py

scans: setup-dev ## read 1,000 certificates as a scanner sees them: 150 to 300 dpi, grey, askew, out of focus
	@$(BIN)/python scripts/scan_papers.py --count 1000

messages: setup-dev ## collect every sentence of the program and compile the Chinese catalogues
	@$(BIN)/python scripts/messages.py

fonts: setup-dev ## build resources/fonts from the npm packages
	@$(BIN)/python scripts/build_fonts.py

clean: ## remove everything that was made, the data in out/ included
	rm -rf $(VENV) out build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage*
