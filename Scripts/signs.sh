#!/usr/bin/env bash
# Trains the two shipped models of traffic signs from drawn pictures, with the command itself.
#
# The standard one learns from the signs as they are; the hardened one goes on from it with pictures under
# attack. On one thread the same version makes the same files. Usage: Scripts/signs.sh FOLDER
set -euo pipefail
cd "$(dirname "$0")/.."

folder=${1:?where to: a folder for pictures and runs}
adversary=.build/release/adversary
common=(--data "$folder/signs" --validation 320 --batch-size 64 --optimizer adamw --rate 0.004
  --schedule one-cycle --seed 7 --threads 1)

swift build -c release --product adversary
[ -d "$folder/signs" ] || "$adversary" demo draw --output "$folder/signs" --per-class 400 --seed 1

"$adversary" train strided-cnn-24 "${common[@]}" --epochs 10 --validation-attack fgsm \
  --mean 0.40 0.40 0.38 --std 0.24 0.23 0.24 --output "$folder/standard"
"$adversary" train "$folder/standard/last.pt2" "${common[@]}" --epochs 15 --method n-fgsm \
  --epsilon 8/255 --validation-attack pgd:steps=5 --output "$folder/hardened"

cp "$folder/standard/last.pt2" Sources/TrafficSigns/Resources/signs.pt2
cp "$folder/hardened/last.pt2" Sources/TrafficSigns/Resources/signs-hardened.pt2
