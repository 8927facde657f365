# The voucher desk. `make help` lists what can be made.
.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test bench bench-large screenshots walk coverage mutation trust clicks watchdog machine scans papers messages fonts locks sbom vulnerabilities clean

VENV := .venv
BIN := $(VENV)/bin

help: ## list what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(VENV)/.installed ## make .venv with the program in it (.venv/bin/voucher-app)

setup-dev: $(VENV)/.installed-dev

$(VENV)/.installed: pyproject.toml constraints.txt locks/run.txt scripts/setup.sh
	@sh scripts/setup.sh $(VENV)
	@touch $@

$(VENV)/.installed-dev: pyproject.toml constraints.txt locks/run.txt locks/dev.txt scripts/setup.sh
	@sh scripts/setup.sh $(VENV) dev
	@touch $@ $(VENV)/.installed

run: setup ## start the program; without a display, do an office day headless and leave it in out/
	@$(BIN)/python scripts/start.py

test: setup-dev ## every check: style, types, architecture, messages, tests with coverage
	@sh scripts/checks.sh $(BIN)

coverage: setup-dev ## count the branches that the tests take (95 % but for the window), and list sentences of errors never reached
	@rm -f .raised_codes; RAISED_CODES=$$PWD/.raised_codes PYTHONPATH=scripts QT_QPA_PLATFORM=offscreen \
	  $(BIN)/python -m pytest -q -n 2 --dist worksteal -p raised_codes -p child_coverage --cov --cov-report=
	@for part in domain services storage printing exchange cli; do printf '%-10s' $$part; \
	  $(BIN)/coverage report --include="voucher_app/$$part/*" --format=total --fail-under=95 || failed=1; \
	done; \
	$(BIN)/python scripts/raised_codes.py .raised_codes || failed=1; \
	exit $${failed:-0}

bench: setup-dev ## measure, as ratios in one interleaved run, into bench/results.json
	@QT_QPA_PLATFORM=offscreen $(BIN)/python bench/run.py

screenshots: setup-dev ## render every page and dialog, light and dark, into docs/pictures
	@QT_QPA_PLATFORM=offscreen $(BIN)/python scripts/screenshots.py

walk: setup-dev ## measure every page and dialog: light, dark, three scales, two languages, empty, full, long names
	@$(BIN)/python scripts/walk.py

trust: setup-dev ## every promise at full size (hours), into docs/trust.md; TESTS="T2 T6" for some, AT_ONCE=2 for two at a time
	@$(BIN)/python scripts/trust/trust.py --at-once $(or $(AT_ONCE),1) $(TESTS)

clicks: setup-dev ## 10,000 random clicks and keys in the window (T17); SEED=7 for another hand
	@QT_QPA_PLATFORM=offscreen PYTHONPATH=. $(BIN)/python scripts/trust/random_clicks.py --seed $(or $(SEED),20261121)

watchdog: setup-dev ## an hour of work over 100,000 vouchers: no call on the GUI thread takes more than 50 ms
	@PYTHONPATH=. $(BIN)/python scripts/watchdog.py

mutation: setup-dev ## plant small faults in the core and see whether a test notices, into docs/mutation.md; GROUPS="money" for some, SIZE=N for a sample
	@PYTHONPATH=. QT_QPA_PLATFORM=offscreen $(BIN)/python scripts/trust/mutate.py --write --whole-caps --size $${SIZE:-0} $(GROUPS)

machine: setup-dev ## let the random machine play 10,000 office years (MACHINE_YEARS=N)
	@MACHINE_YEARS=$${MACHINE_YEARS:-10000} $(BIN)/python -m pytest -q -n 0 --timeout=0 tests/test_ledger_machine.py

scans: setup-dev ## read 1,000 certificates as a scanner sees them: 150 to 300 dpi, grey, askew, out of focus
	@$(BIN)/python scripts/trust/scan_papers.py --count 1000

papers: setup-dev ## draw every paper of the demonstration office: empty, one row, 1,000 rows, longest names; into out/papers
	@PYTHONPATH=. $(BIN)/python scripts/all_papers.py

messages: setup-dev ## collect every sentence of the program and compile the Chinese catalogues
	@$(BIN)/python scripts/messages.py

fonts: setup-dev ## build resources/fonts from the npm packages
	@$(BIN)/python scripts/build_fonts.py

locks: setup-dev ## write locks/ anew: the hash of every file that a package may come as
	@$(BIN)/python scripts/supply/lock.py

sbom: setup-dev ## write the bill of materials (CycloneDX) of what is installed into out/sbom.cdx.json
	@$(BIN)/python scripts/supply/sbom.py

vulnerabilities: setup-dev ## ask an advisory database about every package, into docs/known-vulnerabilities.md
	@$(BIN)/python scripts/supply/vulnerabilities.py

clean: ## remove everything that was made, the data in out/ included
	rm -rf $(VENV) out build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage* .raised_codes
