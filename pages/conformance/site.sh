#!/usr/bin/env bash
# Tests the sites of the bundled catalogs, of a hostile catalog and of one with retired errors in a
# browser: search, filters, links, copying, the keyboard, pages without the script and from the
# disk, requests, and the checks of axe-core. Exits with 1 if it finds a problem. Needs cargo,
# Node.js 20 or later, and Chromium, which it installs on Debian if it runs as root. Writes only
# below target/, except that `site.sh images` makes the pictures of docs/images again.
set -euo pipefail
cd "$(dirname "$0")/../.."
here=$PWD/pages/conformance/site
work=$PWD/target/conformance/site
mkdir -p "$work"

step() { printf '\n== %s\n' "$*"; }

step "the browser"
chromium=$(command -v chromium || command -v chromium-browser || true)
if [ -z "$chromium" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  apt-get update -qq && apt-get install -y -qq chromium >/dev/null
  chromium=$(command -v chromium)
fi
[ -n "$chromium" ] || { echo "there is no Chromium on the path" >&2; exit 1; }
cp "$here/package.json" "$here/package-lock.json" "$here/test.mjs" "$work"
# The lock file changes with the packages.
if ! cmp -s "$work/package-lock.json" "$work/installed-lock.json"; then
  npm ci --silent --no-fund --no-audit --prefix "$work"
  cp "$work/package-lock.json" "$work/installed-lock.json"
fi

step "the sites"
cargo build --quiet -p errbook-cli
errbook=$PWD/target/debug/errbook
rm -rf "$work/sites"
"$errbook" site catalog/apis/*.yaml --out "$work/sites/apis"
for name in hostile lifecycle types; do
  "$errbook" site "codegen/tests/golden/$name/catalog.yaml" --out "$work/sites/$name"
done
"$errbook" site codegen/tests/catalogs/everything.yaml --out "$work/sites/everything" 2>/dev/null

step "in the browser"
CHROMIUM=$chromium ERRBOOK=$errbook node "$work/test.mjs" "$work/sites" "$PWD/target/screenshots" "${1:+$PWD/docs/images}"
