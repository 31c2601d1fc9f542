#!/usr/bin/env bash
# Makes .venv-benchmarks: the peers' Python, which borrows torch and numpy from .venv. Silent when
# nothing is missing.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
Scripts/setup.sh --python
Scripts/venv.sh .venv-benchmarks Benchmarks/requirements.txt "the benchmarks' peers" --torch --no-deps
