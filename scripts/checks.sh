#!/bin/sh
# Every check of the project, in the order in which they are cheap.
# usage: [SEED=N] checks.sh BIN   (the order of the tests is shuffled by the seed, so that a red run can be repeated)
set -eu
bin=$1
export QT_QPA_PLATFORM=offscreen
unset VOUCHER_APP_LANGUAGE VOUCHER_APP_DATABASE || true
unset PYTHONDONTWRITEBYTECODE || true  # or each of the many processes of the tests compiles the program anew

step() { printf '\n— %s\n' "$*"; }
tests() { "$bin/python" -m pytest -q -n 2 --dist worksteal -p randomly --randomly-seed="${SEED:-20261121}" "$@"; }

step style;        "$bin/ruff" check .
                   "$bin/ruff" format --check .
step spelling;     "$bin/codespell"
step types;        "$bin/mypy"
step architecture; "$bin/lint-imports"
step messages;     "$bin/python" scripts/messages.py --check
step licences;     "$bin/python" scripts/supply/licences.py >/dev/null
# Counting branches doubles what a test of paper costs; `make coverage` counts those of all the rest.
step domain;       tests tests/domain --cov=voucher_app.domain --cov-branch --cov-report=
                   "$bin/coverage" report --include='voucher_app/domain/*' --fail-under=100
step tests;        tests --ignore=tests/domain
