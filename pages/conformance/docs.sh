#!/usr/bin/env bash
# Builds sites from the generated pages with each supported generator. Warnings and broken links are
# errors. Reads pages with hostile texts in a browser. Exits with 1 if it finds a problem. Needs
# cargo, Node.js 20 or later and Python 3.10 or later, and installs Debian's Chromium if it is
# missing. Writes only below target/: the sites, and pictures of their pages in
# target/screenshots/docs.
set -euo pipefail
cd "$(dirname "$0")/../.."
here=$PWD/pages/conformance
work=$PWD/target/conformance/docs
screenshots=$PWD/target/screenshots/docs
mkdir -p "$work"
export ASTRO_TELEMETRY_DISABLED=1 DOCUSAURUS_NO_UPDATE_CHECK=1 NO_UPDATE_NOTIFIER=1 NO_MKDOCS_2_WARNING=1 NO_COLOR=1

step() { printf '\n== %s\n' "$*"; }

step "the tools"
mdbook=$PWD/target/tools/bin/mdbook
[ "$("$mdbook" --version 2>/dev/null)" = "mdbook v0.5.4" ] ||
  cargo install --quiet mdbook --version 0.5.4 --locked --debug --no-default-features --features search \
    --root target/tools --target-dir target/tools/build
[ -d "$work/venv" ] || python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet mkdocs==1.6.1 mkdocs-material==9.8.1 markdown==3.11.3 pymdown-extensions==13.1
if ! cmp --quiet "$here/docs/package-lock.json" "$work/installed.json"; then
  cp "$here/docs/package.json" "$here/docs/package-lock.json" "$work"
  # Not `npm ci`: it rejects a lock without the optional packages of other systems, which not every
  # registry has.
  npm install --silent --no-audit --no-fund --prefix "$work"
  cp "$here/docs/package-lock.json" "$work/installed.json"
fi
[ -x /usr/bin/chromium ] || { apt-get update && apt-get install --yes --no-install-recommends chromium; } >"$work/apt.txt"

step "the book of docs/"
rm -rf target/book
"$mdbook" build docs >"$work/book.txt" 2>&1 || { cat "$work/book.txt" >&2; exit 1; }
! grep -E 'WARN|ERROR' "$work/book.txt" || exit 1

step "the pages"
cargo build --quiet --release -p errbook-cli
errbook=$PWD/target/release/errbook
rm -rf "$work/catalogs" && mkdir "$work/catalogs"
cp -r catalog/apis/. codegen/tests/catalogs/everything.yaml "$work/catalogs"
cp codegen/tests/golden/hostile/catalog.yaml "$work/catalogs/hostile.yaml"
python3 "$here/docs/hostile.py" "$work/catalogs/hostile-texts.yaml" "$work/hostile-texts.json"

# Creates a site's folder with its settings, and in its folder `$2` the pages of each catalog in the
# flavor `$1`. `$3` is added to the catalog's `docs`.
pages() {
  local site=$work/$1 catalog slug
  rm -rf "$site" && cp -r "$here/docs/$1" "$site" && cp -r "$work/catalogs/." "$site"
  for catalog in "$site"/*.yaml; do
    # Their own outputs are not pages.
    sed -i '/^generate: {typescript/d' "$catalog"
    slug=$(basename "$catalog" .yaml)
    printf '\ngenerate: {docs: {dir: %s/%s, flavor: %s%s}}\n' "$2" "$slug" "$1" "${3-}" >>"$catalog"
  done
  "$errbook" generate "$site"/*.yaml >"$work/generated.txt" 2>&1 || { cat "$work/generated.txt"; return 1; }
}

# Runs a generator. Shows its output if it fails or warns.
quietly() {
  local log=$work/log.txt
  if ! "$@" >"$log" 2>&1 || grep -E 'WARN|ERROR|[Ww]arning|\(!\)|not found|falling back' "$log"; then
    cat "$log" >&2
    return 1
  fi
}

read_site() {
  cp "$here/docs/browser.mjs" "$work"
  python3 "$here/docs/links.py" "$2"
  node "$work/browser.mjs" "$1" "$2" "$work/hostile-texts.json" "$screenshots"
}

# The front page of a site: a link to each reference. `$1` comes before the links, and `$2` ends
# each link.
front() {
  printf '%s\n# Error references\n\n' "$1"
  for catalog in "$work"/catalogs/*.yaml; do
    printf -- '- [%s](%s%s)\n' "$(basename "$catalog" .yaml)" "$(basename "$catalog" .yaml)" "$2"
  done
}
named=$'---\ntitle: Error references\n---\n'

step "docs-out, a book"
quietly "$mdbook" build docs-out --dest-dir target/book
python3 "$here/docs/links.py" target/book

step "mdBook"
pages mdbook src ", nav: src/SUMMARY.md"
front "" /index.md >"$work/mdbook/src/index.md"
quietly "$mdbook" build "$work/mdbook"
read_site mdbook "$work/mdbook/book"

step "MkDocs"
pages mkdocs docs
front "$named" /index.md >"$work/mkdocs/docs/index.md"
quietly "$work/venv/bin/mkdocs" build --strict --config-file "$work/mkdocs/mkdocs.yml"
read_site mkdocs "$work/mkdocs/site"

step "VitePress"
pages vitepress docs
front "$named" /index.md >"$work/vitepress/docs/index.md"
quietly "$work/node_modules/.bin/vitepress" build "$work/vitepress"
read_site vitepress "$work/vitepress/.vitepress/dist"

step "Starlight"
pages starlight src/content/docs
front "$named" / >"$work/starlight/src/content/docs/index.md"
quietly "$work/node_modules/.bin/astro" build --root "$work/starlight"
read_site starlight "$work/starlight/dist"

step "Docusaurus"
pages docusaurus docs
front "$named" /index.md >"$work/docusaurus/docs/index.md"
(cd "$work" && quietly node_modules/.bin/docusaurus build docusaurus)
read_site docusaurus "$work/docusaurus/build"

printf '\nthe pages in pictures: target/screenshots/docs; the bundled references as a book: target/book\n'
