#!/usr/bin/env bash
# Runs all tests in debug and in release, and fails as well when the compiler warns about our code.
#
# The release is built while the tests of the debug build run, which leave much of the processor alone. It has a folder
# of its own: what can be tested is compiled differently from what people run.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly release=(-c release -Xswiftc -enable-testing --scratch-path .build-release-tests)

Scripts/swift.sh build --build-tests

log=$(mktemp)
set -m # The build is a process group, which can be ended as a whole.
Scripts/swift.sh build --build-tests "${release[@]}" >"$log" 2>&1 &
readonly build=$!
set +m
trap 'kill -- -"$build" 2>/dev/null || true; rm -f "$log"' EXIT

Scripts/swift.sh test --skip-build
wait "$build" || {
  cat "$log" >&2
  exit 1
}
# Built again by the tests themselves, it would be with other settings: everything twice.
Scripts/swift.sh test --skip-build "${release[@]}"
