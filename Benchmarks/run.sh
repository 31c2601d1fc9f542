#!/usr/bin/env bash
# Builds ours, makes the peers ready and compares them in one run. Arguments go to run.py.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)"
"$here/setup.sh"
swift build --package-path "$here/.." -c release --product adversary >&2
swift build --package-path "$here" -c release --product attack-times >&2
swift build --package-path "$here" -c release --product training-times >&2
exec "$here/../.venv-benchmarks/bin/python" "$here/run.py" "$@"
