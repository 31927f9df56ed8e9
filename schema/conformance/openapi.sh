#!/usr/bin/env bash
# Checks the OpenAPI documents of the bundled catalogs with common tools: whole documents, and small
# APIs that the catalogs are merged into, in OpenAPI 3.0, 3.1 and 3.2. Exits with 1 if a tool finds
# a problem. Needs cargo, Node.js 20 or later and Python 3.10 or later. Writes only below target/.
set -euo pipefail
cd "$(dirname "$0")/../.."
here=$PWD/schema/conformance
work=$PWD/target/conformance/openapi
mkdir -p "$work"

step() { printf '\n== %s\n' "$*"; }

step "the tools"
[ -d "$work/venv" ] || python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet openapi-spec-validator==0.9.0 jsonschema==4.26.0 pyyaml==6.0.3 datamodel-code-generator==0.89.0 mypy==2.4.1 pydantic openapi-python-client==0.29.1 ruff==0.14.6
npm install --silent --no-save --no-package-lock --no-fund --no-audit --prefix "$work" \
  @redocly/cli@2.77.0 @stoplight/spectral-cli@6.16.3 openapi-typescript@7.13.0 typescript@5.9.3 \
  js-yaml@4.3.2 ajv@8.20.0 ajv-formats@3 openapi-overlays-js@0.2.0 bump-cli@2.11.0 @octokit/openapi@23.0.2 @figma/rest-api-spec@0.43.0 @gitbook/api@0.202.0
bin=$work/node_modules/.bin

step "the documents"
cargo build --quiet --release -p errbook-cli
errbook=$PWD/target/release/errbook
rm -rf "$work/documents" && mkdir "$work/documents"
for catalog in catalog/apis/*.yaml; do
  "$work/venv/bin/python" "$here/documents.py" "$errbook" "$catalog" "$work/documents"
done
ls "$work/documents"

step "openapi-spec-validator"
"$work/venv/bin/openapi-spec-validator" --errors all "$work"/documents/*.yaml

# Exceptions for documents that have only components: they have no servers and do not use their
# components.
step "redocly lint"
redocly() {
  "$bin/redocly" lint --max-problems 1000 --config "$@" 2>&1 | tee "$work/redocly.txt"
  ! grep -qE 'You have [0-9]+ warning' "$work/redocly.txt"
}
redocly "$here/redocly.yaml" "$work"/documents/api-*.yaml
redocly "$here/redocly-components.yaml" "$work"/documents/whole-*.yaml

step "spectral lint"
"$bin/spectral" lint --fail-severity hint --ruleset "$here/spectral.yaml" "$work"/documents/api-*.yaml
"$bin/spectral" lint --fail-severity hint --ruleset "$here/spectral-components.yaml" "$work"/documents/whole-*.yaml

step "every example is valid under exactly one member of its choice"
"$work/venv/bin/python" "$here/examples.py" "$work"/documents/*.yaml

step "ajv with discriminators"
cp "$here/generators/bodies.mjs" "$here/generators/ajv.mjs" "$work"
node "$work/ajv.mjs" "$work"/documents/api-*.yaml

# It drops each schema that it cannot name, and reads only OpenAPI 3.0 and 3.1.
step "openapi-python-client"
for document in "$work"/documents/api-*-3.[01].yaml; do
  PATH="$work/venv/bin:$PATH" openapi-python-client generate --path "$document" --output-path "$work/python-client" \
    --overwrite --meta none --fail-on-warning >"$work/python-client.txt" 2>&1 || { cat "$work/python-client.txt" >&2; exit 1; }
done

step "merges into other APIs' documents"
"$work/venv/bin/python" "$here/others.py" "$errbook" catalog/apis/social-crawl.yaml \
  "$work/node_modules/@octokit/openapi/generated/api.github.com.json" \
  "$work/node_modules/@figma/rest-api-spec/openapi/openapi.yaml" \
  "$work/node_modules/@gitbook/api/spec/openapi.yaml"

step "documents in many styles, read by PyYAML and js-yaml"
"$work/venv/bin/python" "$here/styles.py" "$errbook" schema/tests/merge/errors.yaml schema/tests/merge/styles.json \
  "$work/node_modules/js-yaml" "$work/styles"

step "overlays, applied by other tools"
rm -rf "$work/overlay" && mkdir "$work/overlay"
(
  cd "$work/overlay"
  cp "$here/shop-api.yaml" openapi.yaml
  # Merges twice. The second time, the document already has the errors.
  for round in 1 2; do
    "$errbook" openapi "$here/shop.yaml" --into openapi.yaml --overlay >overlay.yaml
    "$bin/overlayjs" --openapi openapi.yaml --overlay overlay.yaml >"overlayjs-$round.yaml"
    "$bin/bump" overlay openapi.yaml overlay.yaml >"bump-$round.yaml" 2>/dev/null
    "$errbook" openapi "$here/shop.yaml" --into openapi.yaml
  done
  "$work/venv/bin/python" - overlayjs-?.yaml bump-?.yaml <<'EOF'
import sys
import yaml

merged = yaml.safe_load(open("openapi.yaml"))
for path in sys.argv[1:]:
    assert yaml.safe_load(open(path)) == merged, path
print(f"{len(sys.argv) - 1} overlays give the same documents as the merge")
EOF
)

step "generated clients"
rm -rf "$work/client" && mkdir "$work/client"
cp "$here/shop-api.yaml" "$work/client/openapi.yaml"
"$errbook" openapi "$here/shop.yaml" --into "$work/client/openapi.yaml"
"$bin/openapi-typescript" "$work/client/openapi.yaml" --output "$work/client/shop.d.ts"
cp "$here/client.ts" "$here/client.py" "$work/client"
"$bin/tsc" --strict --noEmit --module nodenext --moduleResolution nodenext --target es2022 "$work/client/client.ts"
"$work/venv/bin/datamodel-codegen" --input "$work/client/openapi.yaml" --input-file-type openapi \
  --output-model-type pydantic_v2.BaseModel --target-python-version 3.11 --output "$work/client/shop.py"
(cd "$work/client" && "$work/venv/bin/mypy" --strict client.py shop.py && "$work/venv/bin/python" client.py)

# progenitor reads only OpenAPI 3.0, and supports one type of error for each operation.
rm -rf "$work/client-rust" && mkdir -p "$work/client-rust/src"
sed 's/^openapi: 3.1.0/openapi: 3.0.3/; s/, NOT_FOUND\]/]/' "$here/shop-api.yaml" >"$work/client-rust/openapi.yaml"
"$errbook" openapi "$here/shop.yaml" --into "$work/client-rust/openapi.yaml"
cp "$here/client.rs" "$work/client-rust/src/main.rs"
cat >"$work/client-rust/Cargo.toml" <<'EOF'
[package]
name = "client"
version = "0.0.0"
edition = "2024"

[dependencies]
progenitor = "=0.15.1"
reqwest = { version = "=0.13.5", default-features = false, features = ["json", "stream"] }
serde = { version = "1", features = ["derive"] }
serde_json = "1"

[workspace]
EOF
(cd "$work/client-rust" && CARGO_TARGET_DIR="$work/target" cargo run --quiet)
