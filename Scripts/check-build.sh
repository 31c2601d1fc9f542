#!/usr/bin/env bash
# Builds everything, tests included, and fails when the compiler warns about our code.
#
# The compiler warns only when it compiles, so files that were warned about are marked as changed:
# a second run sees the warning again. Arguments go to swift build.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
log=$(mktemp)
trap 'rm -f "$log"' EXIT

swift build --build-tests "$@" 2>&1 | tee "$log" >&2

# Sources of dependencies lie in a hidden folder.
warned=$(sed -nE '\#/\.build#d; s#^/.*/((Sources|Tests|Fuzz)/[^:]+):[0-9]+:[0-9]+: warning: .*#\1#p' \
  "$log" | sort -u)
if [ -n "$warned" ]; then
  tr '\n' '\0' <<<"$warned" | xargs -0 touch
  printf 'check-build: the compiler warns about:\n%s\n' "$warned" >&2
  exit 1
fi
