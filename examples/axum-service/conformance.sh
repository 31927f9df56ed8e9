#!/usr/bin/env bash
# Starts the service and runs Schemathesis against both APIs. Exits with 1 if a status, a header or
# a body does not match the API's document. Needs cargo and Python 3.10 or later; writes only below
# target/.
set -euo pipefail
cd "$(dirname "$0")"
config=$PWD/schemathesis.toml
mkdir -p ../../target/schemathesis
cd ../../target/schemathesis

python3 -m venv venv
venv/bin/pip install --quiet schemathesis==4.32.5

: >documents
cargo run --quiet -p axum-service -- 0 >documents &
service=$!
trap 'kill "$service"' EXIT
until [ "$(wc -l <documents)" -eq 2 ]; do
  kill -0 "$service" || exit
  sleep 0.2
done

# All checks are on unless the configuration turns them off.
findings=0
while read -r document; do
  venv/bin/st --config-file "$config" run "$document" --max-examples 50 --no-color || findings=1
done <documents
exit "$findings"
