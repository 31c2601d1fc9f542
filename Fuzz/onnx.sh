#!/bin/sh
# Fuzzes the reader of ONNX models for some seconds: Fuzz/onnx.sh [SECONDS]
# Inputs that crash it are left in .build/fuzz-onnx; add them to the tests. Needs protoc for the seeds.
set -eu
cd "$(dirname "$0")/.."
work=.build/fuzz-onnx
schema=Sources/ProgramFormats/ONNX/Protobuf
mkdir -p "$work/corpus"

command -v protoc >/dev/null || { echo "fuzz: install protoc (protobuf-compiler)" >&2; exit 69; }
seed() {
  protoc --proto_path="$schema" --encode=adversary.onnx.ModelProto onnx.proto >"$work/corpus/$1"
}
seed linear <<'MODEL'
ir_version: 8 producer_name: "p" opset_import { version: 17 }
metadata_props { key: "k" value: "v" }
graph {
  name: "g"
  node { op_type: "Mul" input: "x" input: "w" output: "a" name: "n" }
  node { op_type: "Add" input: "a" input: "b" output: "y" attribute { name: "i" type: INT i: 1 } }
  initializer { name: "w" data_type: 1 dims: 2 float_data: 1 float_data: 2 }
  initializer { name: "b" data_type: 1 dims: 1 raw_data: "\001\002\003\004" }
  input { name: "x" type { tensor_type { elem_type: 1 shape { dim { dim_param: "N" } dim { dim_value: 2 } } } } }
  output { name: "y" }
}
MODEL
seed tensors <<'MODEL'
ir_version: 10 opset_import { version: 25 }
graph {
  node { op_type: "Relu" input: "x" output: "y" }
  input { name: "x" } output { name: "y" }
  initializer { name: "a" data_type: 22 dims: 3 int32_data: 225 int32_data: 3 }
  initializer { name: "b" data_type: 26 dims: 5 raw_data: "\001\002" }
  initializer { name: "c" data_type: 23 dims: 3 raw_data: "\302\005" }
  initializer { name: "d" data_type: 9 dims: 2 int32_data: 1 int32_data: 0 }
  initializer { name: "e" data_type: 14 dims: 1 float_data: 1 float_data: 2 }
  initializer { name: "f" data_type: 12 dims: 1 uint64_data: 7 }
  initializer { name: "g" data_type: 10 dims: 1 dims: 0 }
  initializer { name: "h" data_type: 7 int64_data: 7 }
  initializer { name: "i" data_type: 11 dims: 1 double_data: 7 }
  initializer {
    name: "j" data_type: 1 dims: 1 data_location: EXTERNAL
    external_data { key: "location" value: "f" } external_data { key: "offset" value: "8" }
  }
}
MODEL
seed branches <<'MODEL'
ir_version: 8 opset_import { version: 17 }
graph {
  node {
    op_type: "If" input: "x" output: "y"
    attribute {
      name: "then_branch" type: GRAPH
      g { node { op_type: "Relu" input: "late" output: "z" } output { name: "z" } }
    }
    attribute { name: "s" type: STRINGS strings: "a" strings: "b" }
    attribute { name: "t" type: TENSORS tensors { data_type: 3 dims: 1 int32_data: 1 } }
    attribute { name: "g" type: GRAPHS graphs { output { name: "late" } } }
  }
  node { op_type: "Exp" input: "x" output: "late" attribute { name: "f" type: FLOATS floats: 1 } }
  input { name: "x" } output { name: "y" }
}
MODEL
seed functions <<'MODEL'
ir_version: 10 opset_import { version: 17 } opset_import { domain: "l" version: 1 }
graph {
  node { op_type: "F" domain: "l" input: "x" output: "y" overload: "o" }
  input { name: "x" } output { name: "y" }
}
functions {
  name: "F" domain: "l" overload: "o" input: "a" output: "b" attribute: "alpha"
  attribute_proto { name: "d" type: FLOAT f: 1 } opset_import { version: 17 } opset_import { domain: "l" version: 1 }
  node { op_type: "G" domain: "l" input: "c" output: "b" attribute { name: "alpha" type: FLOAT ref_attr_name: "alpha" } }
  node { op_type: "Neg" input: "a" output: "c" }
}
functions {
  name: "G" domain: "l" input: "a" output: "b" opset_import { version: 17 }
  node { op_type: "Neg" input: "a" output: "b" }
}
MODEL

export ADVERSARY_FUZZ=1
# A folder of its own: the fuzzer's flags must not get into the build that people run.
swift build -c release --sanitize=fuzzer --scratch-path .build-fuzz --product FuzzONNX
cd "$work"
# Swift's own report of a crash would keep libFuzzer from writing the input down.
export SWIFT_BACKTRACE=enable=no
"$OLDPWD/.build-fuzz/release/FuzzONNX" corpus \
  -dict="$OLDPWD/Fuzz/onnx.dict" -max_total_time="${1:-300}" -max_len=4096 \
  -timeout=10 -rss_limit_mb=2048 -print_final_stats=1
