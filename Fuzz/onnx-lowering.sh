#!/bin/sh
# Fuzzes the lowering of ONNX models for some seconds: Fuzz/onnx-lowering.sh [SECONDS]
# Inputs that crash it are left in .build/fuzz-onnx-lowering; add them to the tests.
set -eu
cd "$(dirname "$0")/.."
work=.build/fuzz-onnx-lowering
mkdir -p "$work/corpus"

for model in Tests/Fixtures/onnx/*/model.onnx; do
  cp "$model" "$work/corpus/$(basename "$(dirname "$model")")"
done
printf 'M made up' >"$work/corpus/made-up"

export ADVERSARY_FUZZ=1
# A folder of its own: the fuzzer's flags must not get into the build that people run.
swift build -c release --sanitize=fuzzer --scratch-path .build-fuzz --product FuzzONNXLowering
cd "$work"
# Swift's own report of a crash would keep libFuzzer from writing the input down.
export SWIFT_BACKTRACE=enable=no
"$OLDPWD/.build-fuzz/release/FuzzONNXLowering" corpus \
  -max_total_time="${1:-300}" -max_len=65536 \
  -timeout=30 -rss_limit_mb=4096 -print_final_stats=1
