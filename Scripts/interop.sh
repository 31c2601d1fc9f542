#!/usr/bin/env bash
# Lets NVIDIA's client for the Open Inference Protocol talk to `adversary serve`, in .venv-interop.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
Scripts/setup.sh --python

readonly venv=.venv-interop requirements=Tests/Reference/interop-requirements.txt
if ! cmp -s "$requirements" "$venv/complete"; then
  echo "interop: installing the client into $venv (once)" >&2
  rm -rf "$venv"
  python3 -m venv "$venv"
  site=$(compgen -G "$venv/lib/python3*/site-packages")
  # torch comes from .venv; relative to the file itself, so that the checkout can be moved.
  echo "../../../../.venv/${site#"$venv/"}" >"$site/torch.pth"
  "$venv/bin/python" -m pip install --disable-pip-version-check --quiet -r "$requirements" >&2 || {
    echo "interop: pip could not install $requirements: is there a network?" >&2
    exit 69
  }
  cp "$requirements" "$venv/complete"
fi

"$venv/bin/python" Tests/Reference/check_interop.py "${ADVERSARY:-.build/release/adversary}" \
  Sources/TrafficSigns/Resources/signs.pt2 Sources/TrafficSigns/Resources/signs
