#!/usr/bin/env bash
# Makes onnx.pb.swift again from onnx.proto, with the plug-in of the swift-protobuf that is checked out.
# Needs `protoc` (the package protobuf-compiler) and a checkout that has been built once.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
folder=Sources/ProgramFormats/ONNX/Protobuf
checkout=.build/checkouts/swift-protobuf
scratch=.build-protobuf

command -v protoc >/dev/null || { echo "protobuf: install protoc (protobuf-compiler)" >&2; exit 69; }
[ -d "$checkout" ] || swift package resolve
swift build -c release --package-path "$checkout" --scratch-path "$scratch" --product protoc-gen-swift
protoc --plugin="$scratch/release/protoc-gen-swift" --proto_path="$folder" \
  --swift_opt=Visibility=Internal --swift_opt=UseAccessLevelOnImports=true --swift_out="$folder" \
  onnx.proto
