//! `docs-out/` is what the bundled catalogs give, and the outputs that catalogs ask for follow their `generate` section.

use std::path::Path;
use std::process::Command;

/// The README's two commands, with `--check`: each exits with 0 where nothing is missing, changed or left over.
#[test]
fn the_committed_output_of_the_bundled_catalogs_is_current() {
    current("generate", "docs-out");
    current("site", "docs-out/site");
}

fn current(subcommand: &str, out: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut catalogs: Vec<_> = std::fs::read_dir(root.join("catalog/apis"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "yaml"))
        .map(|path| Path::new("catalog/apis").join(path.file_name().expect("a name")))
        .collect();
    catalogs.sort();
    assert_eq!(catalogs.len(), 5);
    let output = Command::new(env!("CARGO_BIN_EXE_errbook"))
        .arg(subcommand)
        .args(&catalogs)
        .args(["--out", out, "--check"])
        .current_dir(&root)
        .output()
        .expect("errbook runs");
    assert!(
        output.status.success(),
        "run: cargo run --release -- {subcommand} catalog/apis/*.yaml --out {out}\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}
