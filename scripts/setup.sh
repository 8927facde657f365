#!/bin/sh
# Make the environment: a virtual environment, the program in it, and what it (or with dev its checks) needs of the system.
# usage: setup.sh VENV [dev]
set -eu
venv=$1
kind=${2:-run}
python=${PYTHON:-python3}

say() { printf '%s\n' "$*" >&2; }

command -v "$python" >/dev/null 2>&1 || { say "Python 3.11 or newer is needed: apt-get install python3 python3-venv"; exit 1; }
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  say "Python 3.11 or newer is needed; $python is $("$python" -V). Name another one: make PYTHON=python3.12 run"; exit 1; }

if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    say "Installing python3-venv …"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv >/dev/null
  else
    say "Python's venv module is missing. Install it with: sudo apt-get install python3-venv"; exit 1
  fi
fi

[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
say "Installing the program ($kind) …"
pip() { "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "$@"; }
if lock=$("$venv/bin/python" scripts/supply/lock.py --find "$kind"); then
  # Each file has to be the one whose hash was written down; nothing is built from source but the program itself.
  pip --require-hashes --only-binary :all: --requirement "$lock"
  pip --no-deps --no-index --no-build-isolation --editable .
else
  say "(told above) The versions are still those of constraints.txt, but no file is held against a hash."
  if [ "$kind" = dev ]; then wanted='.[dev]'; else wanted='.'; fi
  pip --constraint constraints.txt --editable "$wanted"
fi
"$venv/bin/python" scripts/system_libraries.py "$kind"
# What PySide6 would compile at every start of the window. Where Qt cannot be loaded yet (told above), the first start does.
"$venv/bin/python" -m voucher_app.ui.compiled_once 2>/dev/null || true
