//! Runs the program of the guide, and compares what it writes.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

const GUIDE: &str = include_str!("../../../docs/worker.md");

/// The blocks of the guide in this language.
fn shown(language: &str) -> Vec<&'static str> {
    let blocks = GUIDE.split(&format!("```{language}\n")).skip(1).collect::<Vec<_>>();
    blocks.into_iter().map(|block| block.split("```").next().unwrap_or_default()).collect()
}

/// What the program writes to its output and to its log.
fn run(folder: &Path, items: &str) -> (String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_example-worker"));
    command.current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    child.stdin.take().expect("a pipe").write_all(items.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success());
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (text(output.stdout), text(output.stderr))
}

fn without_times(log: &str) -> Vec<&str> {
    log.lines().map(|line| line.split_once(' ').expect("a time").1.trim_start()).collect()
}

#[test]
fn the_guide_shows_what_the_worker_writes() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("prices.txt"), "Cup 4\n").expect("writable");
    let (output, log) = run(folder.path(), "Cup\nTeapot\n");
    let [shown_output, shown_log] = shown("console")[..] else { panic!("two blocks") };
    assert_eq!(output, shown_output);
    assert_eq!(without_times(&log), without_times(shown_log));
}

#[test]
fn a_job_is_repeated_as_the_catalog_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let (output, log) = run(folder.path(), "Cup\n");
    // The source is in the log, and not in what other programs read.
    assert_eq!(output, "{\"code\":\"prices_missing\",\"details\":{},\"item\":\"Cup\"}\n");
    assert_eq!(log.lines().count(), 3, "{log}");
    assert!(log.lines().all(|line| line.contains("code=\"prices_missing\"") && line.contains("source=No such file")));
}

#[test]
fn the_program_and_the_catalog_of_the_guide_are_these() {
    let program = include_str!("../src/main.rs");
    assert!(program.lines().count() < 40, "{}", program.lines().count());
    assert_eq!(shown("rust")[0], program);
    assert_eq!(shown("yaml")[0], include_str!("../errors.yaml"));
}
