#!/usr/bin/env bash
# Compares the compile time of generated code with that of a hand-written enum with thiserror, strum,
# serde and serde_json, and with the code that the build script of tighterror generates; the cost of
# each of them in a clean build; and the size of programs. Creates temporary crates, needs the
# registry, and prints four tables.
#
#   bench/compile-time.sh [ERRORS]       (default: 1000)
#
# Times are CPU seconds (user and system), the best of three runs.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
count=${1:-1000}
details=1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export CARGO_INCREMENTAL=0 CARGO_TERM_QUIET=true
TIMEFORMAT='%U %S'

catalog() {
    cat <<'YAML'
errbook: 1
api: {name: Benchmark, doc_url: "https://example.com/errors/{slug}"}
context: {request_id: {type: string, example: req-1}}
envelopes:
  default:
    body:
      error: {code: "{code}", message: "{message}", status: "{status}", details: "{details?}"}
      request_id: "{context.request_id}"
errors:
YAML
    awk -v count="$count" -v details="$details" 'BEGIN {
        for (n = 1; n <= count; n++) {
            printf "  ERROR_NUMBER_%d:\n    status: %d\n    title: Error number %d\n", n, 400 + n % 100, n
            printf "    description: What error number %d means.\n    fix: What to do about error number %d.\n", n, n
            if (n % 5 == 0) print "    retryable: true"
            if (details && n % 3 == 0)
                printf "    message: \"Number %d: {item} needs {cost}.\"\n    details: {item: {type: string, example: a}, cost: {type: integer, example: 1}}\n", n
            else
                printf "    message: \"Number %d went wrong.\"\n", n
        }
    }'
}

# tighterror: the same errors without details, as far as tighterror has keys for them.
tighterror() {
    awk -v count="$count" 'BEGIN {
        print "errors:"
        for (n = 1; n <= count; n++) {
            printf "  - name: ERROR_NUMBER_%d\n    display: Number %d went wrong.\n", n, n
            printf "    doc: What error number %d means.\n", n
        }
    }'
}

by_hand() {
    awk -v count="$count" '
    function accessor(name, type, prefix, suffix) {
        printf "    pub fn %s(self) -> %s {\n        match self {\n", name, type
        for (n = 1; n <= count; n++) printf "            Self::ErrorNumber%d => %s%d%s,\n", n, prefix, n, suffix
        print "        }\n    }"
    }
    BEGIN {
        print "#[derive(Debug, thiserror::Error, serde::Serialize, strum::EnumDiscriminants)]"
        print "#[strum_discriminants(name(ErrorCode), derive(PartialOrd, Ord, Hash, strum::Display, strum::EnumIter, strum::EnumString, strum::IntoStaticStr, serde::Serialize, serde::Deserialize))]"
        print "#[serde(tag = \"code\", content = \"details\", rename_all = \"SCREAMING_SNAKE_CASE\")]"
        print "pub enum Error {"
        for (n = 1; n <= count; n++) {
            if (n % 3 == 0) printf "    #[error(\"Number %d: {item} needs {cost}.\")]\n    ErrorNumber%d { item: String, cost: i64 },\n", n, n
            else printf "    #[error(\"Number %d went wrong.\")]\n    ErrorNumber%d,\n", n, n
        }
        print "}\nimpl ErrorCode {"
        accessor("title", "\\&\047static str", "\"Error number ", "\"")
        accessor("description", "\\&\047static str", "\"What error number ", " means.\"")
        accessor("fix", "\\&\047static str", "\"What to do about error number ", ".\"")
        accessor("doc_url", "\\&\047static str", "\"https://example.com/errors/error-number-", "\"")
        print "    pub fn status(self) -> u16 {\n        match self {"
        for (n = 1; n <= count; n++) printf "            Self::ErrorNumber%d => %d,\n", n, 400 + n % 100
        print "        }\n    }\n    pub fn is_retryable(self) -> bool {\n        match self {"
        for (n = 5; n <= count; n += 5) printf "            Self::ErrorNumber%d => true,\n", n
        print "            _ => false,\n        }\n    }\n}"
    }' | sed 's/\\&/\&/g'
}

# crate NAME DEPENDENCIES: creates a crate without sources.
crate() {
    mkdir -p "$work/$1/src"
    cp "$root/Cargo.lock" "$work/$1/"
    printf '[workspace]\n[package]\nname = "%s"\nversion = "0.0.0"\nedition = "2024"\n%b' "$1" "$2" >"$work/$1/Cargo.toml"
}

# cpu COMMAND...: CPU seconds.
cpu() {
    { time "$@" >/dev/null 2>"$work/stderr"; } 2>&1 | awk '{ printf "%.2f", $1 + $2 }'
}

# best NAME SUBCOMMAND [FILE]: the best of three runs that compile only this crate, after the file
# changed.
best() {
    cd "$work/$1"
    cargo "$2" || exit 1
    for _ in 1 2 3; do
        touch "${3:-src/lib.rs}"
        cpu cargo "$2"
        echo
    done | sort -n | head -n 1
    cd "$root"
}

# clean NAME: CPU seconds of a clean check, and the number of crates.
clean() {
    cd "$work/$1"
    cargo fetch
    rm -rf target
    printf '%s\t%s\n' "$(cpu cargo check)" "$(cargo tree --edges normal,build --prefix none | sed 's/ (\*)$//' | sort -u | tail -n +2 | wc -l)"
    cd "$root"
}

runtime="errbook = { path = \"$root/runtime\", default-features = false, features = [\"std\"] }"
crate by-hand '[dependencies]\nthiserror = "2"\nstrum = { version = "0.28", features = ["derive"] }\nserde = { version = "1", features = ["derive"] }\nserde_json = "1"\n'
crate file "[dependencies]\n$runtime\n"
crate file-for-clients "[dependencies]\nerrbook = { path = \"$root/runtime\", features = [\"client\"] }\n"
crate macro "[dependencies]\nerrbook = { path = \"$root/runtime\", features = [\"macros\"] }\n"
crate build-script "[dependencies]\n$runtime\n[build-dependencies]\nerrbook-codegen = { path = \"$root/codegen\" }\n"
# 0.0.23 needs Rust 1.99.
crate tighterror '[dependencies]\ntighterror = "=0.0.22"\n[build-dependencies]\ntighterror-build = { version = "=0.0.22", default-features = false, features = ["yaml"] }\n'

catalog >"$work/errors.yaml"
cp "$work/errors.yaml" "$work/macro/"
cp "$work/errors.yaml" "$work/build-script/"
by_hand >"$work/by-hand/src/lib.rs"
cargo run -p errbook-codegen --example rust -- "$work/errors.yaml" >"$work/file/src/lib.rs"
cp "$work/file/src/lib.rs" "$work/file-for-clients/src/"
echo 'errbook::catalog!("errors.yaml");' >"$work/macro/src/lib.rs"
echo 'include!(concat!(env!("OUT_DIR"), "/errors.rs"));' >"$work/build-script/src/lib.rs"
echo 'fn main() -> Result<(), errbook_codegen::build::Error> { errbook_codegen::build::generate("errors.yaml").map(drop) }' >"$work/build-script/build.rs"
echo 'pub mod errors { include!(concat!(env!("OUT_DIR"), "/errors.rs")); }' >"$work/tighterror/src/lib.rs"
cat >"$work/tighterror/build.rs" <<'RUST'
fn main() {
    println!("cargo:rerun-if-changed=errors.yaml");
    let output = format!("{}/errors.rs", std::env::var("OUT_DIR").unwrap());
    tighterror_build::CodegenOptions::new().spec("errors.yaml").output(output).codegen().unwrap();
}
RUST

printf '\n%s errors: CPU seconds to compile their crate\n\n' "$count"
printf '%-30s %8s %8s\n' '' check build
for way in by-hand file file-for-clients build-script macro; do
    printf '%-30s %8s %8s\n' "$way" "$(best $way check)" "$(best $way build)"
done

# tighterror has no details.
details=0
catalog >"$work/build-script/errors.yaml"
tighterror >"$work/tighterror/errors.yaml"
printf '\n%s errors without details; `errors` is a check after their file changed\n\n' "$count"
printf '%-30s %8s %8s %8s\n' '' check build errors
for way in build-script tighterror; do
    printf '%-30s %8s %8s %8s\n' "$way" "$(best $way check)" "$(best $way build)" "$(best $way check errors.yaml)"
done

# A clean build uses a small catalog, to measure the tool and not the errors.
count=10
details=1
catalog >"$work/errors.yaml"
cp "$work/errors.yaml" "$work/macro/"
cp "$work/errors.yaml" "$work/build-script/"
tighterror >"$work/tighterror/errors.yaml"
by_hand >"$work/by-hand/src/lib.rs"
printf '\nClean check of a crate with ten errors\n\n'
printf '%-30s %8s %8s\n' '' 'CPU s' crates
for way in by-hand build-script macro tighterror; do
    printf '%-30s %8s %8s\n' "$way" $(clean $way)
done

# Programs that print any of the errors, and what the catalog says about it.
count=${1:-1000}
catalog >"$work/errors.yaml"
by_hand >"$work/by-hand/src/lib.rs"
cargo run -p errbook-codegen --example rust -- "$work/errors.yaml" >"$work/file/src/lib.rs"

# arms WITH WITHOUT: an arm for each id. `@` is the number of an error with or without details.
arms() {
    awk -v count="$count" -v with="$1" -v without="$2" 'BEGIN {
        for (n = 1; n <= count; n++) {
            arm = n % 3 == 0 ? with : without
            gsub("@", n, arm)
            printf "        \"ERROR_NUMBER_%d\" => %s,\n", n, arm
        }
    }'
}

# program NAME WITH WITHOUT PRINT
program() {
    cat >"$work/$1/src/main.rs" <<RUST
use ${1//-/_}::*;
$4
fn main() {
    let id = std::env::args().nth(1).unwrap_or_default();
    let error = match id.as_str() {
$(arms "$2" "$3")
        _ => return,
    };
    let (code, body) = print(&error);
    print!("{body} {error:?} {} {:?} {:?}", code.title(), id.parse::<ErrorCode>().ok(), code.description());
    println!("{:?} {:?} {}", code.fix(), code.doc_url(), code.is_retryable());
}
RUST
}

# size NAME: the bytes of the stripped program.
size() {
    cd "$work/$1"
    CARGO_PROFILE_RELEASE_STRIP=true cargo build --release >&2
    wc -c <"target/release/$1"
    cd "$root"
}

program by-hand 'Error::ErrorNumber@ { item: id.clone(), cost: 1 }' 'Error::ErrorNumber@' '
#[derive(serde::Serialize)]
struct Body<'"'a"'> { error: Inner<'"'a"'>, request_id: &'"'a"' str }

#[derive(serde::Serialize)]
struct Inner<'"'a"'> { code: ErrorCode, message: String, status: u16, details: &'"'a"' Error }

fn print(error: &Error) -> (ErrorCode, String) {
    let code = ErrorCode::from(error);
    let inner = Inner { code, message: error.to_string(), status: code.status(), details: error };
    (code, serde_json::to_string(&Body { error: inner, request_id: "r" }).unwrap())
}'
echo 'serde_json = "1"' >>"$work/file/Cargo.toml"
program file 'Error::error_number_@(ErrorNumber@Required { item: id.clone(), cost: 1 })' 'Error::error_number_@()' '
fn print(error: &Error) -> (ErrorCode, String) {
    (error.code(), serde_json::to_string(&error.body(&Context::new("r"))).unwrap())
}'
printf '\nA stripped program with %s errors\n\n%-30s %8s\n' "$count" '' bytes
for way in by-hand file; do
    printf '%-30s %8s\n' "$way" "$(size $way)"
done
