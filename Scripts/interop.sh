#!/usr/bin/env bash
# Lets others' clients and servers of the Open Inference Protocol talk to ours, on this machine alone: NVIDIA's client with
# `adversary serve` (in .venv-interop), and MLServer with `adversary attack --oracle` (in .venv-mlserver).
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
Scripts/setup.sh --python

readonly adversary="${ADVERSARY:-.build/release/adversary}"

# install VENV REQUIREMENTS WHAT: once, and again when the requirements change.
install() {
  if cmp -s "$2" "$1/complete"; then return; fi
  echo "interop: installing $3 into $1 (once)" >&2
  rm -rf "$1"
  python3 -m venv "$1"
  "$1/bin/python" -m pip install --disable-pip-version-check --quiet -r "$2" >&2 || {
    echo "interop: pip could not install $2: is there a network?" >&2
    exit 69
  }
  cp "$2" "$1/complete"
}

install .venv-interop Tests/Reference/interop-requirements.txt "the client"
# torch comes from .venv; relative to the file itself, so that the checkout can be moved.
site=$(compgen -G ".venv-interop/lib/python3*/site-packages")
echo "../../../../.venv/${site#.venv-interop/}" >"$site/torch.pth"
.venv-interop/bin/python Tests/Reference/check_interop.py "$adversary" \
  Sources/TrafficSigns/Resources/signs.pt2 Sources/TrafficSigns/Resources/signs

install .venv-mlserver Tests/Reference/mlserver-requirements.txt "MLServer"
.venv-mlserver/bin/python Tests/Reference/check_mlserver.py "$adversary"
