#!/usr/bin/env bash
# Posts a file of 1 GiB with curl, in turn to the stand-in and to a bare sink (examples/sink.rs), both built alike.
# Prints each pair, the medians, their ratio, and the stand-in's peak memory.
# usage: tests/standin/bench.sh [PAIRS] [MiB]
set -euo pipefail
cd "$(dirname "$0")/../.."
pairs=${1:-7}
mib=${2:-1024}
cargo build --quiet --profile server -p standin --bin standin --example sink
built=$(cargo metadata --no-deps --format-version 1 | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')/server
folder=$(mktemp -d)
trap 'kill $standin $sink 2>/dev/null; rm -rf "$folder"' EXIT

head -c "${mib}M" /dev/zero | openssl enc -aes-128-ctr -nosalt -K 00 -iv 00 > "$folder/file" 2>/dev/null
"$built/standin" --data "$folder" > "$folder/standin.json" & standin=$!
"$built/examples/sink" > "$folder/sink" & sink=$!
until [ -s "$folder/standin.json" ] && [ -s "$folder/sink" ]; do sleep 0.1; done
oss=$(sed 's/.*"oss":"\([^"]*\)".*/\1/' "$folder/standin.json")

policy=$(printf '{"expiration":"2099-01-01T00:00:00Z","conditions":[{"bucket":"demo-bucket"}]}' | base64 -w 0)
signature=$(printf %s "$policy" | openssl dgst -sha1 -hmac standin-access-key-secret -binary | base64)
post() { # address: seconds, if the answer is 2xx
  curl --silent --show-error --fail -o /dev/null -w '%{time_total}\n' -H 'Expect:' -F key=bench.bin \
    -F OSSAccessKeyId=STANDINACCESSKEYID -F "policy=$policy" -F "Signature=$signature" -F "file=@$folder/file" "$1"
}
median() { sort -n "$1" | sed -n "$(( (pairs + 1) / 2 ))p"; }

# Now the file is in memory, and so is the room for two copies of it.
echo "first: stand-in $(post "$oss/demo-bucket/") s, sink $(post "$(cat "$folder/sink")/") s"
post "$oss/demo-bucket/" > /dev/null
echo "pair  stand-in  sink"
for pair in $(seq "$pairs"); do
  post "$oss/demo-bucket/" | tee -a "$folder/stand-in.times" > "$folder/last"
  post "$(cat "$folder/sink")/" >> "$folder/sink.times"
  echo "$pair     $(cat "$folder/last")  $(tail -1 "$folder/sink.times")"
done
a=$(median "$folder/stand-in.times")
b=$(median "$folder/sink.times")
echo "median: stand-in $a s, sink $b s, ratio $(awk "BEGIN { printf \"%.2f\", $a / $b }")"
grep VmHWM "/proc/$standin/status" | sed 's/VmHWM:/peak memory of the stand-in:/'
