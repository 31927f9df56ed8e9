//! The catalogs to test emitters with: the bundled ones, the golden cases, one that uses
//! everything, and one whose errors are hard to send and to read back. `ERRBOOK_CATALOGS` names a
//! folder with more of them.

use std::path::{Path, PathBuf};

use errbook_catalog::model::Catalog;

/// All catalogs, each with a name for reports.
pub(crate) fn all() -> Vec<(String, Catalog)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = vec![root.join("../codegen/tests/catalogs/wire.yaml")];
    paths.extend(files(&root.join("../catalog/apis")));
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    paths.extend(
        files(&root.join("../codegen/tests/golden"))
            .into_iter()
            .map(|case| case.join("catalog.yaml"))
            .filter(|path| path.exists()),
    );
    if let Some(folder) = std::env::var_os("ERRBOOK_CATALOGS") {
        let more = files(Path::new(&folder));
        assert!(!more.is_empty(), "{} has no catalog", folder.display());
        paths.extend(more);
    }
    let everything = ("everything.yaml".to_owned(), everything());
    std::iter::once(everything).chain(paths.iter().map(|path| (path.display().to_string(), load(path)))).collect()
}

/// A catalog that uses everything.
pub(crate) fn everything() -> Catalog {
    load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../codegen/tests/catalogs/everything.yaml"))
}

fn load(path: &Path) -> Catalog {
    let loaded = errbook_catalog::load(path);
    loaded.catalog.unwrap_or_else(|| panic!("{}", loaded.report.render_text(false)))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("a readable folder").path()).collect();
    paths.sort();
    paths
}
