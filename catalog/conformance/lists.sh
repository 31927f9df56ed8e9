#!/usr/bin/env bash
# Checks the three largest error lists that packages of PyPI have, and generates their outputs. Prints
# each catalog that is rejected, with the reason, and exits with 1 if it is not one of those expected.
# Needs cargo, pip and Python 3.10 or later. Writes only below target/.
set -euo pipefail
cd "$(dirname "$0")/../.."
work=target/conformance/lists
rm -rf "$work" && mkdir -p "$work"/{packages,catalogs}
python3 -m pip download --quiet --no-deps --dest "$work" google-ads==34.0.0 botocore==1.44.8 tencentcloud-sdk-python==3.1.195
for wheel in "$work"/*.whl; do python3 -m zipfile -e "$wheel" "$work/packages"; done
python3 catalog/conformance/lists.py "$work/packages" "$work/catalogs"

cargo build --quiet --release -p errbook-cli
# CloudWatch has two errors with the code ResourceNotFound and the status 404.
expected=aws-cloudwatch
rejected=
for catalog in "$work"/catalogs/*.yaml; do
  target/release/errbook generate "$catalog" --out "$work/out" >"$work/report" 2>&1 && continue
  rejected+=" $(basename "$catalog" .yaml)"
  cat "$work/report"
done
echo "rejected:${rejected:- none}"
[ "$rejected" = " $expected" ]
