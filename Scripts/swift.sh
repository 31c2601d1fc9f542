#!/usr/bin/env bash
# Runs `swift build` or `swift test` and fails as well when the compiler warns about our code. Arguments go to it:
# `Scripts/swift.sh test -c release`.
#
# The compiler warns only when it compiles, so files that were warned about are marked as changed:
# a second run sees the warning again.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
log=$(mktemp)
# Of a crash the frames tell most, and logs are cut.
export SWIFT_BACKTRACE=${SWIFT_BACKTRACE:-threads=crashed,images=none,registers=none,color=no}
trap 'rm -f "$log"' EXIT

start=$SECONDS
if ! swift "$@" 2>&1 | tee "$log"; then
  printf 'What failed in swift %s:\n' "$*" >&2
  grep -B 3 -A 40 -E 'recorded an issue|: error: |[Ff]atal |Program crashed|terminate called' "$log" \
    | grep -v ' started\.$' \
    | cut -c 1-500 | head -n 100 >&2 || true
  exit 1
fi
echo "swift $*: $((SECONDS - start)) s" >&2

# Sources of dependencies lie in a hidden folder.
warned=$(sed -nE '\#/\.build#d; s#^/.*/((Sources|Tests|Fuzz)/[^:]+):[0-9]+:[0-9]+: warning: .*#\1#p' \
  "$log" | sort -u)
if [ -n "$warned" ]; then
  tr '\n' '\0' <<<"$warned" | xargs -0 touch
  printf 'The compiler warns about:\n%s\n' "$warned" >&2
  exit 1
fi
