//! Checks the promises of ARCHITECTURE.md about the packages with cargo.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

fn cargo(arguments: &[&str]) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let output = Command::new(env!("CARGO")).args(arguments).current_dir(root).output().expect("cargo runs");
    assert!(output.status.success(), "cargo {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("cargo writes UTF-8")
}

/// The names of every package that a user of `package` compiles, including itself.
fn compiled_by_users_of(package: &str) -> BTreeSet<String> {
    compiled_with("", package)
}

/// The same, with features.
fn compiled_with(features: &str, package: &str) -> BTreeSet<String> {
    let arguments = ["tree", "--locked", "-p", package, "-e", "normal,build", "--prefix", "none", "-f", "{p}"];
    let tree = cargo(&[arguments.as_slice(), &["--features", features]].concat());
    tree.lines().filter_map(|line| line.split(' ').next()).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

#[test]
fn the_catalog_reader_knows_no_tokens_no_templates_and_no_command_line() {
    let packages = compiled_by_users_of("errbook-catalog");
    for absent in ["quote", "syn", "clap", "tera", "serde_json", "yaml_serde"] {
        assert!(!packages.contains(absent), "errbook-catalog compiles {absent}");
    }
}

#[test]
fn users_of_the_macro_and_of_build_scripts_compile_neither_clap_nor_tera() {
    for package in ["errbook", "errbook-derive", "errbook-codegen"] {
        let packages = compiled_by_users_of(package);
        for absent in ["clap", "tera", "yaml_serde", "serde_json", "insta"] {
            assert!(!packages.contains(absent), "{package} compiles {absent}");
        }
    }
}

/// Everybody who uses the macro compiles them before their own crate.
#[test]
fn the_macro_is_at_most_15_crates() {
    let arguments = ["tree", "--locked", "-p", "errbook-derive", "-e", "normal", "--prefix", "none", "-f", "{p}"];
    let tree = cargo(&arguments);
    let crates: BTreeSet<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    assert!(crates.len() <= 15, "{} crates: {crates:?}", crates.len());
}

#[test]
fn users_of_a_snapshot_in_their_tests_compile_insta_and_no_command() {
    let packages = compiled_by_users_of("errbook-testing");
    assert!(packages.contains("insta"));
    for absent in ["clap", "yaml_serde", "http", "tokio", "tower-service"] {
        assert!(!packages.contains(absent), "errbook-testing compiles {absent}");
    }
}

#[test]
fn users_of_utoipa_and_of_aide_compile_the_emitter_of_openapi_and_no_templates() {
    for feature in ["utoipa", "aide"] {
        let packages = compiled_with(feature, "errbook");
        for present in [feature, "errbook-codegen", "serde_json"] {
            assert!(packages.contains(present), "errbook with {feature} does not compile {present}");
        }
        for absent in ["clap", "tera", "yaml_serde"] {
            assert!(!packages.contains(absent), "errbook with {feature} compiles {absent}");
        }
    }
}

#[test]
fn the_runtime_with_and_without_its_default_features_is_itself_and_serde() {
    for features in [&[][..], &["--no-default-features"]] {
        let arguments = ["tree", "--locked", "-p", "errbook", "-e", "normal,build", "--prefix", "none", "-f", "{p}"];
        let tree = cargo(&[&arguments, features].concat());
        let packages: Vec<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
        assert_eq!(packages, ["errbook", "serde_core"], "{features:?}");
    }
}

#[test]
fn a_feature_brings_its_own_framework_alone() {
    const FRAMEWORKS: [&str; 6] = ["actix-web", "aide", "axum-core", "reqwest", "tonic", "utoipa"];
    for (feature, own) in [
        ("http", None),
        ("axum", Some("axum-core")),
        ("utoipa", Some("utoipa")),
        ("client", None),
        ("tower", None),
        ("reqwest", Some("reqwest")),
    ] {
        let packages = compiled_with(feature, "errbook");
        let brought: Vec<&str> = FRAMEWORKS.into_iter().filter(|name| packages.contains(*name)).collect();
        assert_eq!(brought, own.into_iter().collect::<Vec<_>>(), "{feature}");
    }
}

/// The Rust version that errbook's own use of the standard library needs: locks of files.
const LOCKS: (u64, u64) = (1, 89);

/// The stated Rust version is the lowest that errbook and its dependencies allow. Clippy checks
/// that no newer part of the standard library is used (`incompatible_msrv`).
#[test]
fn the_stated_rust_version_is_the_lowest_possible() {
    let metadata: Value =
        serde_json::from_str(&cargo(&["metadata", "--format-version", "1", "--locked"])).expect("cargo writes JSON");
    let shipped: BTreeSet<String> =
        ["errbook", "errbook-cli"].iter().flat_map(|name| compiled_by_users_of(name)).collect();
    let version = |package: &Value| -> Option<(u64, u64)> {
        let mut numbers = package["rust_version"].as_str()?.split('.').map(|number| number.parse().expect("a number"));
        Some((numbers.next()?, numbers.next().unwrap_or(0)))
    };
    let packages = metadata["packages"].as_array().expect("packages");
    let (ours, theirs): (Vec<&Value>, Vec<&Value>) = packages
        .iter()
        .filter(|package| shipped.contains(package["name"].as_str().unwrap_or_default()))
        .partition(|package| package["source"].is_null());
    let stated: BTreeSet<_> = ours.iter().filter_map(|package| version(package)).collect();
    let asked = theirs.iter().filter_map(|package| Some((version(package)?, &package["name"])));
    let (asked, by) = asked.max_by_key(|(version, _)| *version).expect("a dependency states its Rust version");
    assert_eq!(stated, BTreeSet::from([asked.max(LOCKS)]), "{by} asks for Rust {}.{}", asked.0, asked.1);
}

/// The published crates and their dependencies on each other, in Mermaid.
fn drawing() -> String {
    let metadata: Value =
        serde_json::from_str(&cargo(&["metadata", "--format-version", "1", "--locked", "--no-deps"])).expect("JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    let of_users = |package: &&Value| package["publish"].is_null();
    let name = |of: &Value| of["name"].as_str().expect("a name").to_owned();
    let names: BTreeSet<String> = packages.iter().filter(of_users).map(name).collect();
    let mut lines = BTreeSet::new();
    for package in packages.iter().filter(of_users) {
        for dependency in package["dependencies"].as_array().expect("dependencies") {
            if dependency["kind"].is_null() && names.contains(&name(dependency)) {
                let arrow = if dependency["optional"] == true { "-.->" } else { "-->" };
                lines.insert(format!("  {} {arrow} {}\n", name(package), name(dependency)));
            }
        }
    }
    let lines: String = lines.into_iter().collect();
    format!("```mermaid\ngraph TD\n{lines}```\n")
}

#[test]
fn the_picture_of_the_crates_is_what_cargo_says() {
    const OPEN: &str = "<!-- crates -->\n";
    const CLOSE: &str = "<!-- /crates -->\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ARCHITECTURE.md");
    let text = std::fs::read_to_string(&path).expect("readable");
    let (before, rest) = text.split_once(OPEN).expect("a picture");
    let (drawn, after) = rest.split_once(CLOSE).expect("an end of the picture");
    let expected = drawing();
    if std::env::var_os("ERRBOOK_BLESS").is_some() {
        std::fs::write(&path, format!("{before}{OPEN}{expected}{CLOSE}{after}")).expect("writable");
    } else {
        assert_eq!(drawn, expected, "draw it again with ERRBOOK_BLESS=1");
    }
}

/// A longer snapshot is too long to review. Split the case, or show a part of the output.
#[test]
fn no_snapshot_is_longer_than_400_lines() {
    fn visit(folder: &Path, long: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() && !["target", ".git", "node_modules"].iter().any(|name| path.ends_with(name)) {
                visit(&path, long);
            } else if path.extension().is_some_and(|ending| ending == "snap") {
                let lines = std::fs::read_to_string(&path).expect("readable").lines().count();
                long.extend((lines > 400).then(|| format!("{}: {lines} lines", path.display())));
            }
        }
    }
    let mut long = Vec::new();
    visit(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."), &mut long);
    assert!(long.is_empty(), "{}", long.join("\n"));
}
