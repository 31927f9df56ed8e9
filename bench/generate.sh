#!/usr/bin/env bash
# Measures the time to generate all outputs of a catalog with 10,000 errors, compared with copying
# them. cp -r and the generator run in turn, so that the ratio is valid on a machine with varying
# speed.
#
#   bench/generate.sh [errors] [runs]
set -euo pipefail
errors=${1:-10000} runs=${2:-5}
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cargo build --release --quiet --manifest-path "$root/Cargo.toml" -p errbook-cli
errbook="${CARGO_TARGET_DIR:-$root/target}/release/errbook"

{
  printf 'errbook: 1\napi: {name: Bench}\n'
  printf 'envelopes: {default: {body: {code: "{code}", message: "{message}", details: "{details?}"}}}\nerrors:\n'
  awk -v n="$errors" 'BEGIN {
    for (i = 0; i < n; i++) {
      printf "  ERROR_%d:\n    status: %d\n    title: Error number %d\n", i, 400 + i % 100, i
      printf "    message: \"The thing {thing} failed in way %d.\"\n", i
      printf "    description: |\n      What it means that the thing failed in way %d, in a sentence or two of ordinary length.\n", i
      printf "    fix: Try way %d again, then ask.\n", i
      printf "    details: {thing: {type: string, example: x, doc: Which thing.}}\n"
    }
  }'
} >"$work/errors.yaml"

seconds() { # the wall-clock seconds of a command
  local TIMEFORMAT=%R
  { time "$@" >/dev/null 2>&1; } 2>&1
}

generate() { rm -rf "$work/out" && "$errbook" generate "$work/errors.yaml" --out "$work/out"; }
again() { "$errbook" generate "$work/errors.yaml" --out "$work/out"; }
copy() { rm -rf "$work/copy" && cp -r "$work/out" "$work/copy"; }

generate >/dev/null 2>&1
copy
echo "$errors errors, $(du -sh "$work/errors.yaml" | cut -f1) of YAML, $(find "$work/out" -type f | wc -l) files, $(du -sh --apparent-size "$work/out" | cut -f1)"
printf '%-10s %-10s %-10s %-8s %-8s\n' generate again copy gen/copy again/copy
for _ in $(seq "$runs"); do
  g=$(seconds generate) a=$(seconds again) c=$(seconds copy)
  awk -v g="$g" -v a="$a" -v c="$c" 'BEGIN { printf "%-10s %-10s %-10s %-8.1f %-8.1f\n", g, a, c, g / c, a / c }'
done
if [ -x /usr/bin/time ]; then
  /usr/bin/time -f 'peak memory: %M KiB' "$errbook" generate "$work/errors.yaml" --out "$work/out" 2>&1 >/dev/null | tail -n 1
fi
