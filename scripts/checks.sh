#!/bin/sh
# Every check of the project, in the order in which they are cheap.
# usage: [SEED=N] checks.sh BIN   (the order of the tests is shuffled by the seed, so that a red run can be repeated)
set -eu
bin=$1
export QT_QPA_PLATFORM=offscreen
unset VOUCHER_APP_LANGUAGE VOUCHER_APP_DATABASE || true

step() { printf '\n— %s\n' "$*"; }

step style;        "$bin/ruff" check .
                   "$bin/ruff" format --check .
step spelling;     "$bin/codespell"
step types;        "$bin/mypy"
step architecture; "$bin/lint-imports"
step messages;     "$bin/python" scripts/messages.py --check
step tests;        "$bin/python" -m pytest -q -n 2 --dist loadfile -p randomly --randomly-seed="${SEED:-20261121}" --cov --cov-report=
step coverage;     "$bin/coverage" report --include='voucher_app/domain/*' --fail-under=100
                   "$bin/coverage" report --skip-covered | tail -n 40
