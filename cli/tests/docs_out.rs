//! `docs-out/` has the outputs of the bundled catalogs.

use std::path::Path;
use std::process::Command;

/// The README's two commands, with `--check`: each exits with 0 if nothing is missing, changed or
/// left over.
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

/// `SUMMARY.md` makes an mdBook of `docs-out/`: it lists each page by its heading. `ERRBOOK_BLESS=1
/// cargo test -p errbook-cli --test docs_out` writes it.
#[test]
fn the_book_lists_every_page() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs-out");
    let names = |folder: &Path, wanted: fn(&Path) -> bool| {
        let paths = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
        let mut names: Vec<String> = paths
            .filter(|path| wanted(path))
            .map(|path| path.file_name().expect("a name").to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    };
    let mut summary = "# Summary\n\n- [Error references](README.md)\n".to_owned();
    for api in names(&folder, |path| path.join("reference").is_dir()) {
        let reference = format!("{api}/reference");
        let mut pages = names(&folder.join(&reference), |path| path.extension().is_some_and(|ending| ending == "md"));
        pages.sort_by_key(|page| page != "index.md");
        for page in pages {
            let text = std::fs::read_to_string(folder.join(&reference).join(&page)).expect("a page");
            let heading = text.lines().find_map(|line| line.strip_prefix("# ")).expect("a heading");
            let indent = if page == "index.md" { "" } else { "  " };
            summary.extend([indent, "- [", heading, "](", &reference, "/", &page, ")\n"]);
        }
    }
    let path = folder.join("SUMMARY.md");
    if std::env::var_os("ERRBOOK_BLESS").is_some() {
        std::fs::write(&path, &summary).expect("written");
    }
    assert_eq!(std::fs::read_to_string(&path).expect("docs-out/SUMMARY.md"), summary);
}
