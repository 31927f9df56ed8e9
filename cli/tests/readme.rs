//! Every command and snippet of the README, run as a new user would.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A fenced block: its language and its lines.
struct Block {
    language: String,
    text: String,
}

fn blocks() -> Vec<Block> {
    let readme = std::fs::read_to_string(root().join("README.md")).expect("README.md");
    let mut blocks = Vec::new();
    let mut lines = readme.lines();
    while let Some(line) = lines.next() {
        let Some(language) = line.strip_prefix("```") else { continue };
        let text: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        blocks.push(Block { language: language.to_owned(), text: text.join("\n") + "\n" });
    }
    blocks
}

/// Commands that a test cannot run inside of itself: they are the test run, or install the program under test.
const NOT_RUN: &[&str] = &["cargo test --workspace --all-features", "cargo install --path cli"];

#[test]
fn every_command_runs_and_every_file_is_good() {
    let folder = tempfile::tempdir().expect("a folder");
    let binary = Path::new(env!("CARGO_BIN_EXE_errbook"));
    let path = format!("{}:{}", binary.parent().expect("a folder").display(), std::env::var("PATH").expect("PATH"));
    // The commands of a clone name `catalog/apis/`.
    std::os::unix::fs::symlink(root().join("catalog"), folder.path().join("catalog")).expect("a link");
    let mut ran = 0;
    let mut printed = String::new();
    for block in blocks() {
        match block.language.as_str() {
            "yaml" => {
                let name = block.text.lines().next().and_then(|line| line.strip_prefix("# ")).expect("a file's name");
                std::fs::write(folder.path().join(name), &block.text).expect("writable");
            }
            "sh" => {
                for line in block.text.lines().filter(|line| !NOT_RUN.contains(line)) {
                    let command = match line.strip_prefix("cargo run --release -- ") {
                        Some(arguments) => format!("errbook {arguments}"),
                        None => line.to_owned(),
                    };
                    let output = Command::new("bash")
                        .args(["-c", &command])
                        .current_dir(folder.path())
                        .env("PATH", &path)
                        .output()
                        .expect("bash runs");
                    let stderr = String::from_utf8_lossy(&output.stderr);
                    assert!(output.status.success(), "{line}\n{}{stderr}", String::from_utf8_lossy(&output.stdout));
                    assert!(!stderr.contains("warning["), "{line}\n{stderr}");
                    printed = String::from_utf8_lossy(&output.stdout).into_owned();
                    ran += 1;
                }
            }
            "markdown" => {
                let name = block.text.lines().next().and_then(|line| line.strip_prefix("<!-- "));
                let name = name.and_then(|line| line.strip_suffix(" -->")).expect("a file's name");
                std::fs::write(folder.path().join(name), &block.text).expect("writable");
            }
            // What the command above prints.
            "text" => assert_eq!(block.text, printed),
            "json" => {
                let shown: Value = serde_json::from_str(&block.text).expect("JSON");
                let export = std::fs::read_to_string(folder.path().join("docs/shop/errors.json"));
                // The body stands above the command that makes it.
                let export = export.unwrap_or_else(|_| generated(folder.path(), binary));
                let export: Value = serde_json::from_str(&export).expect("JSON");
                assert_eq!(export["errors"][0]["examples"][0]["body"], shown);
            }
            "toml" | "rust" => is_part_of_an_example(&block),
            other => panic!("no test for a block of `{other}`:\n{}", block.text),
        }
    }
    assert!(ran >= 10, "only {ran} commands ran");
}

fn generated(folder: &Path, binary: &Path) -> String {
    let output = Command::new(binary)
        .args(["generate", "errors.yaml", "--out", "before"])
        .current_dir(folder)
        .output()
        .expect("errbook runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    std::fs::read_to_string(folder.join("before/shop/errors.json")).expect("the export")
}

/// Rust and TOML are taken from an example crate, which the tests build and run.
fn is_part_of_an_example(block: &Block) {
    let texts = ["Cargo.toml", "build.rs", "src/lib.rs"].map(|name| root().join("examples/readme").join(name));
    // A block may stand deeper in its file than on the page, and leave out what lies between its paragraphs.
    let squeeze = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let texts = texts.map(|path| squeeze(&std::fs::read_to_string(path).expect("readable")));
    for paragraph in block.text.split("\n\n") {
        let lines: Vec<&str> =
            paragraph.lines().filter(|line| !line.starts_with("// ") && !line.starts_with("# ")).collect();
        let wanted = squeeze(&lines.join("\n"));
        assert!(texts.iter().any(|text| text.contains(&wanted)), "not in examples/readme:\n{paragraph}");
    }
}

#[test]
fn the_example_crate_has_the_catalog_that_the_readme_shows() {
    let shown = blocks().into_iter().find(|block| block.text.starts_with("# errors.yaml")).expect("the catalog");
    let text = std::fs::read_to_string(root().join("examples/readme/errors.yaml")).expect("readable");
    assert_eq!(text, shown.text);
}
