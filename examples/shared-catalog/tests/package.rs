//! The package has every file of the catalog.

use std::path::Path;
use std::process::Command;

use example_shared_catalog::CATALOG;

#[test]
fn the_package_has_the_whole_catalog() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let list = Command::new(env!("CARGO"))
        .args(["package", "--list", "--allow-dirty", "--offline"])
        .current_dir(folder)
        .output()
        .expect("cargo runs");
    assert!(list.status.success(), "{}", String::from_utf8_lossy(&list.stderr));
    // What a registry or `cargo vendor` unpacks.
    let package = tempfile::tempdir().expect("a folder");
    for file in String::from_utf8(list.stdout).expect("UTF-8").lines() {
        let (from, to) = (folder.join(file), package.path().join(file));
        // Cargo makes some files itself.
        if from.is_file() {
            std::fs::create_dir_all(to.parent().expect("a folder")).expect("writable");
            std::fs::copy(from, to).expect("a copy");
        }
    }
    let ids = |path: &Path| {
        let catalog = errbook_catalog::load(path).catalog.expect("accepted");
        catalog.errors.into_iter().map(|error| error.name.id).collect::<Vec<_>>()
    };
    let packaged = ids(&package.path().join("errors.yaml"));
    assert_eq!(packaged, ["not_found", "internal", "out_of_stock"]);
    assert_eq!(packaged, ids(Path::new(CATALOG)));
}
