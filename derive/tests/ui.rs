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
    let watched = errbook_catalog::load(&cases.join("watched.yaml")).catalog.expect("a catalog");
    std::fs::create_dir_all(cases.join("written")).expect("a writable folder");
    std::fs::write(cases.join("written/watched.rs"), errbook_codegen::rust::file(&watched)).expect("a file");
    let tests = trybuild::TestCases::new();
    tests.pass("tests/ui/pass/*.rs");
    tests.compile_fail("tests/ui/*.rs");
}

fn catalogs(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the cases");
    let paths = entries.map(|entry| entry.expect("a case").path());
    paths.filter(|path| path.extension().is_some_and(|ending| ending == "yaml")).collect()
}
