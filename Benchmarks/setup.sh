#!/usr/bin/env bash
# Makes .venv-benchmarks: the peers' Python, which borrows torch and numpy from .venv. Silent when
# nothing is missing.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
Scripts/setup.sh --python

readonly venv=.venv-benchmarks requirements=Benchmarks/requirements.txt
if cmp -s "$requirements" "$venv/complete" && [ -x "$venv/bin/python" ]; then exit 0; fi

echo "setup: installing the benchmarks' peers into $venv (once)" >&2
rm -rf "$venv"
python3 -m venv "$venv"
site=$(compgen -G "$venv/lib/python3*/site-packages")
# Relative to the file itself, so that the checkout can be moved.
echo "../../../../.venv/${site#"$venv/"}" >"$site/torch.pth"
"$venv/bin/python" -m pip install --disable-pip-version-check --quiet --no-deps -r "$requirements" >&2 || {
  echo "setup: pip could not install $requirements: is there a network?" >&2
  exit 69
}
cp "$requirements" "$venv/complete"
