#!/usr/bin/env bash
# Compares logits and input gradients of ONNX models with onnxruntime's and PyTorch's, in .venv-onnx-exports.
# Arguments go to Tests/Reference/check_onnx_exports.py: `--only vit`.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly tool="${ONNX_CONFORMANCE:-.build/release/onnx-conformance}"

Scripts/setup.sh --python
Scripts/venv.sh .venv-onnx-exports Tests/Reference/onnx-requirements.txt "exporters of ONNX models" --torch --no-deps
.venv-onnx-exports/bin/python Tests/Reference/check_onnx_exports.py "$tool" "$@"
