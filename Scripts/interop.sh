#!/usr/bin/env bash
# Lets others' clients and servers of the Open Inference Protocol talk to ours, on this machine alone: NVIDIA's client with
# `adversary serve` (in .venv-interop), and MLServer with `adversary attack --oracle` (in .venv-mlserver).
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
Scripts/setup.sh --python

readonly adversary="${ADVERSARY:-.build/release/adversary}"

Scripts/venv.sh .venv-interop Tests/Reference/interop-requirements.txt "a client" --torch
.venv-interop/bin/python Tests/Reference/check_interop.py "$adversary" \
  Sources/TrafficSigns/Resources/signs.pt2 Sources/TrafficSigns/Resources/signs

Scripts/venv.sh .venv-mlserver Tests/Reference/mlserver-requirements.txt "MLServer"
.venv-mlserver/bin/python Tests/Reference/check_mlserver.py "$adversary"
