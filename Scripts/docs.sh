#!/usr/bin/env bash
# Builds the documentation of the libraries into docs, without a plugin. A warning is an error.
#
#   Scripts/docs.sh [MODULE...]    what a program can import, or the modules named
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

# A folder of its own, because another set of compiler flags would rebuild everything in .build.
readonly scratch=.build-docs

# Adversary hands on all other libraries, so its documentation is theirs.
if [ $# -eq 0 ]; then set -- Adversary TrafficSigns; fi

if command -v xcrun >/dev/null; then docc="xcrun docc"; else docc=docc; fi
archives=()
rm -rf "$scratch/graphs" "$scratch/archives"
mkdir -p "$scratch/archives"
for module in "$@"; do
  graphs="$scratch/graphs/$module"
  mkdir -p "$graphs"
  # The compiler writes a module's symbols only when it compiles it, and a comment changed in a
  # module that this one hands on is no reason to.
  rm -f "$scratch"/*/debug/Modules/"$module".swiftmodule
  swift build --scratch-path "$scratch" --target "$module" -Xswiftc -emit-symbol-graph \
    -Xswiftc -emit-symbol-graph-dir -Xswiftc "$PWD/$scratch/all-graphs" >&2
  find "$scratch/all-graphs" \( -name "$module.symbols.json" -o -name "$module@*.symbols.json" \) \
    -exec cp {} "$graphs/" \;
  catalogue=$(compgen -G "Sources/$module/*.docc" || true)
  archive="$scratch/archives/$module.doccarchive"
  $docc convert ${catalogue:+"$catalogue"} --additional-symbol-graph-dir "$graphs" \
    --fallback-display-name "$module" --fallback-bundle-identifier "adversary.$module" \
    --output-path "$archive" --warnings-as-errors >&2
  archives+=("$archive")
done
rm -rf docs
$docc merge "${archives[@]}" --output-path docs --synthesized-landing-page-name Adversary >&2
echo "docs: $# modules in docs; 'python3 -m http.server --directory docs' shows them at /documentation" >&2
