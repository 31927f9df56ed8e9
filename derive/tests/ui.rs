//! The compile errors of `catalog!`, with the full output of the compiler.

use std::path::{Path, PathBuf};

#[test]
fn mistakes_are_one_error_that_shows_them_all() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui");
    // A catalog's path is relative to the crate, and trybuild compiles these cases in its own
    // crate.
    let compiled_in = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../tests/trybuild/errbook-derive");
    std::fs::create_dir_all(&compiled_in).expect("a writable target folder");
    for catalog in catalogs(&cases) {
        std::fs::copy(&catalog, compiled_in.join(catalog.file_name().expect("a name"))).expect("a copy");
    }
    // The output of a build script, next to the test that includes it, so that its path is the same
    // on every machine.
    std::fs::create_dir_all(cases.join("written")).expect("a writable folder");
    write(&cases, "watched.yaml", "watched.rs", &[]);
    // Copies of a catalog, one with other texts for readers and one with another contract.
    write(&cases, "orders.yaml", "reworded.rs", &[("Choose another.", "Come back."), ("Someone was", "You were not")]);
    write(&cases, "orders.yaml", "outdated.rs", &[("status: 409", "status: 410")]);
    let tests = trybuild::TestCases::new();
    tests.pass("tests/ui/pass/*.rs");
    tests.compile_fail("tests/ui/*.rs");
}

/// Writes the generated file of a catalog with some changes.
fn write(cases: &Path, catalog: &str, file: &str, changes: &[(&str, &str)]) {
    let mut text = std::fs::read_to_string(cases.join(catalog)).expect("a catalog");
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    let catalog = errbook_catalog::load_text(catalog, text.as_bytes()).catalog.expect("a catalog");
    std::fs::write(cases.join("written").join(file), errbook_codegen::rust::file(&catalog)).expect("a file");
}

fn catalogs(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the cases");
    let paths = entries.map(|entry| entry.expect("a case").path());
    paths.filter(|path| path.extension().is_some_and(|ending| ending == "yaml")).collect()
}
