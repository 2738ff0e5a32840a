#!/usr/bin/env bash
# Makes the lock files from pyproject.toml. Releases stay as they are unless they must
# change; arguments go to uv (--upgrade-package NAME, --upgrade).
set -e
cd "$(dirname "$0")/.."
PATH="$PWD/.venv/bin:$PATH"

lock() { # lock NAME [EXTRA...]
  local name=$1 extras=("${@:2}")
  uv pip compile pyproject.toml "${extras[@]/#/--extra=}" --python-version 3.11 \
    --config-file requirements/locking.toml --constraints requirements/torch.txt \
    --no-emit-package torch --no-emit-package torchvision --generate-hashes \
    --no-header --no-annotate --quiet "${options[@]}" -o "requirements/$name.txt"
}

options=("$@")
lock dev analysis generation dev
lock generation analysis generation
lock analysis analysis
lock web
