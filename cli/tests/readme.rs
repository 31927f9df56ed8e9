//! Every command and snippet of the README and of the pages in docs/, run as a new user would.

use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A fenced block: its language and its lines.
struct Block {
    language: String,
    text: String,
}

fn blocks(page: &Path) -> Vec<Block> {
    let page = std::fs::read_to_string(page).expect("a page");
    let mut blocks = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let Some(language) = line.strip_prefix("```") else { continue };
        let text: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        blocks.push(Block { language: language.to_owned(), text: text.join("\n") + "\n" });
    }
    blocks
}

/// Commands that a test cannot run: the test run itself, and the installation of the program under
/// test.
const NOT_RUN: &[&str] = &["cargo test --workspace --all-features", "cargo install --path cli --locked"];

#[test]
fn every_command_of_the_readme_runs_and_every_file_is_good() {
    let folder = tempfile::tempdir().expect("a folder");
    let ran = follow(&root().join("README.md"), folder.path());
    assert!(ran >= 3, "only {ran} commands ran");
}

/// A page of docs/ starts with the README's catalog, `errors.yaml`.
#[test]
fn every_command_of_the_docs_runs_and_every_file_is_good() {
    for page in written_by_hand() {
        let folder = tempfile::tempdir().expect("a folder");
        let catalog = root().join("examples/readme/errors.yaml");
        std::fs::copy(catalog, folder.path().join("errors.yaml")).expect("writable");
        follow(&page, folder.path());
    }
}

/// Each row of the tables ends in "`test` in `file`". There can be several tests, and several files
/// that each have them. "under `section`" names a section of the `.txt` file next to the test.
#[test]
fn the_pages_about_promises_name_tests_that_exist() {
    for (page, least) in [("docs/safety.md", 25), ("docs/truth.md", 80)] {
        let text = std::fs::read_to_string(root().join(page)).expect("the page");
        let mut count = 0;
        for row in text.lines().filter(|row| row.ends_with("` |")) {
            let (_, promised) = row.trim_end_matches(" |").rsplit_once(" | ").expect("a column");
            for promised in promised.split("; ") {
                count += named(promised);
            }
        }
        assert!(count >= least, "{page}: {count}");
    }
}

/// Finds each of "`test` in `file`". Returns the number of tests.
fn named(promised: &str) -> usize {
    let mut count = 0;
    let (tests, files) = promised.split_once(" in ").expect("a test and its file");
    let (files, section) = files.split_once(" under ").map_or((files, None), |(files, name)| (files, Some(name)));
    for file in files.split(" and ").map(|file| file.trim_matches('`')) {
        let read = |path: &Path| std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{file}: {error}"));
        let path = root().join(file);
        let text = read(&path);
        // A check of a browser is a sentence.
        let (tests, is_browser) = (tests.trim_matches('`'), path.extension().is_some_and(|end| end == "mjs"));
        let names = if is_browser { vec![tests] } else { tests.split("` and `").collect() };
        for test in names {
            let found = if is_browser {
                text.contains(&format!("await check(\"{test}\","))
            } else {
                let function = format!("fn {test}() {{");
                text.lines().any(|line| line.ends_with(&function))
            };
            assert!(found, "{file}: {test}");
            count += 1;
        }
        if let Some(section) = section {
            let heading = format!("## {}", section.trim_matches('`'));
            assert!(read(&path.with_extension("txt")).lines().any(|line| line == heading), "{file}: {section}");
        }
    }
    count
}

/// The hand-written pages of docs/. Tests write the others from tables.
fn written_by_hand() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join("docs")).expect("docs/");
    let mut pages: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    pages.retain(|page| {
        let is_page = page.extension().is_some_and(|ending| ending == "md");
        is_page && !std::fs::read_to_string(page).expect("a page").starts_with("<!-- ")
    });
    pages.sort();
    assert!(!pages.is_empty(), "docs/ has no pages written by hand");
    pages
}

/// Follows a page in `folder`, block by block. Returns the number of commands that ran.
fn follow(page: &Path, folder: &Path) -> usize {
    let binary = Path::new(env!("CARGO_BIN_EXE_errbook"));
    let path = format!("{}:{}", binary.parent().expect("a folder").display(), std::env::var("PATH").expect("PATH"));
    // The commands of a clone name `catalog/apis/`.
    std::os::unix::fs::symlink(root().join("catalog"), folder.join("catalog")).expect("a link");
    let mut ran = 0;
    let mut printed = String::new();
    for block in blocks(page) {
        match block.language.as_str() {
            "yaml" => {
                let name = block.text.lines().next().and_then(|line| line.strip_prefix("# ")).expect("a file's name");
                write(&folder.join(name), &block.text);
            }
            "sh" => {
                for line in block.text.lines().filter(|line| !NOT_RUN.contains(line)) {
                    let command = match line.strip_prefix("cargo run --release -- ") {
                        Some(arguments) => format!("errbook {arguments}"),
                        None => line.to_owned(),
                    };
                    let output = Command::new("bash")
                        .args(["-c", &command])
                        .current_dir(folder)
                        .env("PATH", &path)
                        // A page can commit its files.
                        .envs(["GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"].map(|name| (name, "A reader")))
                        .envs(["GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"].map(|name| (name, "reader@shop.example")))
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
                write(&folder.join(name), &block.text);
            }
            // The output of the command above.
            "text" => assert_eq!(block.text, printed, "{}", page.display()),
            // The output of another program, which another test checks.
            "console" => {}
            "json" | "toml" | "rust" | "js" | "ts" | "python" => is_part_of_an_example(&block),
            other => panic!("no test for a block of `{other}` in {}:\n{}", page.display(), block.text),
        }
    }
    ran
}

fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    std::fs::write(path, text).expect("writable");
}

/// Other snippets are part of a crate that the tests build and run, or of a file that the
/// conformance scripts use.
fn is_part_of_an_example(block: &Block) {
    let listed = Command::new("git")
        .args(["ls-files", "examples", "schema/conformance", "clients/conformance"])
        .current_dir(root())
        .output()
        .expect("git runs");
    let listed = String::from_utf8(listed.stdout).expect("UTF-8");
    // The file can indent a block further than the page does, and have more code between its
    // paragraphs.
    let squeeze = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let read = |path: &str| std::fs::read_to_string(root().join(path)).ok();
    let texts: Vec<String> = listed.lines().filter_map(read).map(|text| squeeze(&text)).collect();
    for paragraph in block.text.split("\n\n") {
        let lines: Vec<&str> =
            paragraph.lines().filter(|line| !line.starts_with("// ") && !line.starts_with("# ")).collect();
        // A reader's project is next to the clone.
        let wanted = squeeze(&lines.join("\n")).replace("../errbook/", "../../");
        assert!(texts.iter().any(|text| text.contains(&wanted)), "in no example:\n{paragraph}");
    }
}

#[test]
fn the_examples_have_the_catalogs_that_the_pages_show() {
    for (page, catalog) in [
        ("README.md", "examples/quickstart/errors.yaml"),
        ("docs/service.md", "examples/readme/errors.yaml"),
        ("docs/operations.md", "examples/observability/errors.yaml"),
    ] {
        let shown = blocks(&root().join(page)).into_iter().find(|block| block.text.starts_with("# errors.yaml"));
        let text = std::fs::read_to_string(root().join(catalog)).expect("readable");
        assert_eq!(text, shown.expect("the catalog").text, "{page}");
    }
}
