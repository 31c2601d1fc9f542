#!/usr/bin/env bash
# Makes a Python environment for one purpose. Silent when nothing is missing.
#
#   Scripts/venv.sh VENV REQUIREMENTS WHAT [--torch] [options of pip]
#
# It is made once, and again when the requirements change. With --torch it borrows torch and numpy from
# .venv, which `Scripts/setup.sh --python` makes.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly venv="$1" requirements="$2" what="$3"
shift 3
torch=false
if [ "${1-}" = --torch ]; then
  torch=true
  shift
fi

if cmp -s "$requirements" "$venv/complete" && [ -x "$venv/bin/python" ]; then exit 0; fi

echo "setup: installing $what into $venv (once)" >&2
rm -rf "$venv"
python3 -m venv "$venv"
"$venv/bin/python" -m pip install --disable-pip-version-check --quiet "$@" -r "$requirements" >&2 || {
  echo "setup: pip could not install $requirements: is there a network?" >&2
  exit 69
}
if "$torch"; then
  site=$(compgen -G "$venv/lib/python3*/site-packages")
  # Relative to the file itself, so that the checkout can be moved.
  echo "../../../../.venv/${site#"$venv/"}" >"$site/torch.pth"
fi
cp "$requirements" "$venv/complete"
