#!/usr/bin/env bash
# Runs the ONNX project's node tests on our lowering, with the onnx package in .venv-onnx. Arguments go to
# Tests/Conformance/onnx_conformance.py: `--only Resize`, `--folder cases`.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly tool="${ONNX_CONFORMANCE:-.build/release/onnx-conformance}"

Scripts/venv.sh .venv-onnx Tests/Conformance/requirements.txt "the onnx package"
.venv-onnx/bin/python Tests/Conformance/onnx_conformance.py "$tool" "$@"
