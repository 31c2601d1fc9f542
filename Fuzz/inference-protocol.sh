#!/bin/sh
# Fuzzes the reader of inference requests for some seconds: Fuzz/inference-protocol.sh [SECONDS]
# Inputs that crash it are left in .build/fuzz-protocol; add them to the tests.
set -eu
cd "$(dirname "$0")/.."
work=.build/fuzz-protocol
mkdir -p "$work/corpus"

# The first two bytes tell where the JSON ends; 255 and 255 that all is JSON.
seed() { printf "$2" >"$work/corpus/$1"; }
seed json '\377\377{"id":"1","inputs":[{"name":"x","shape":[2,2],"datatype":"FP32","data":[[1,2],[3,4.5]]}],"outputs":[{"name":"y"}]}'
seed flat '\377\377{"inputs":[{"name":"x","shape":[2],"datatype":"INT64","data":[1,-2]},{"name":"b","shape":[1],"datatype":"BOOL","data":[true]}]}'
seed text '\377\377{"inputs":[{"name":"x","shape":[1],"datatype":"BYTES","parameters":{"content_type":"base64"},"data":["YQ=="]}]}'
seed answer '\377\377{"model_name":"m","outputs":[{"name":"y","shape":[1,2],"datatype":"FP64","data":[0.5,1e300]}]}'
seed model '\377\377{"name":"m","versions":["1"],"platform":"p","inputs":[{"name":"x","datatype":"UINT8","shape":[-1,3]}],"outputs":[]}'
seed binary '\133\0{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","parameters":{"binary_data_size":4}}]}\001\002\003\004'
seed strings '\134\0{"inputs":[{"name":"x","shape":[1],"datatype":"BYTES","parameters":{"binary_data_size":5}}]}\001\0\0\0a'

export ADVERSARY_FUZZ=1
# A folder of its own: the fuzzer's flags must not get into the build that people run.
swift build -c release --sanitize=fuzzer --scratch-path .build-fuzz --product FuzzInferenceProtocol
cd "$work"
# Swift's own report of a crash would keep libFuzzer from writing the input down.
export SWIFT_BACKTRACE=enable=no
"$OLDPWD/.build-fuzz/release/FuzzInferenceProtocol" corpus \
  -dict="$OLDPWD/Fuzz/inference-protocol.dict" -max_total_time="${1:-300}" -max_len=4096 \
  -timeout=10 -rss_limit_mb=2048 -print_final_stats=1
