#!/bin/sh
# Fuzzes the reader of model files for some seconds: Fuzz/program-formats.sh [SECONDS]
# Inputs that crash it are left in .build/fuzz; add them to the tests.
set -eu
cd "$(dirname "$0")/.."
work=.build/fuzz
mkdir -p "$work/corpus" "$work/archive"

for program in Tests/Fixtures/programs/*/program.pt2; do
  name=$(basename "$(dirname "$program")")
  cp "$program" "$work/corpus/$name"
  { printf G; unzip -p "$program" '*/models/model.json'; } >"$work/corpus/$name.graph"
  { printf W; unzip -p "$program" '*weights_config.json'; } >"$work/corpus/$name.weights"
done
unzip -qo Tests/Fixtures/programs/batch-norm/program.pt2 -d "$work"

export ADVERSARY_FUZZ="$work/archive"
# A folder of its own: the fuzzer's flags must not get into the build that people run.
swift build -c release --sanitize=fuzzer --scratch-path .build-fuzz --product FuzzProgramFormats
cd "$work"
# Swift's own report of a crash would keep libFuzzer from writing the input down.
export SWIFT_BACKTRACE=enable=no
ADVERSARY_FUZZ=archive "$OLDPWD/.build-fuzz/release/FuzzProgramFormats" corpus \
  -dict="$OLDPWD/Fuzz/program-formats.dict" -max_total_time="${1:-300}" -max_len=65536 \
  -timeout=10 -rss_limit_mb=2048 -print_final_stats=1
