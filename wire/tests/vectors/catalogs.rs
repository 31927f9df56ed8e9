//! The catalogs with test vectors: those of the emitters' tests, and those of the clients' own.

use std::path::Path;

use errbook_catalog::model::Catalog;

use crate::catalogs;

/// All catalogs, each with a name for reports.
pub(crate) fn all() -> Vec<(String, Catalog)> {
    let paths = [
        "clients/tests/catalogs/kiosk.yaml",
        "clients/tests/catalogs/names.yaml",
        "codegen/tests/catalogs/lines.yaml",
        "schema/conformance/generators/difficult.yaml",
    ];
    let own = paths.map(|path| {
        let loaded = errbook_catalog::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path));
        (path.to_owned(), loaded.catalog.unwrap_or_else(|| panic!("{}", loaded.report.render_text(false))))
    });
    catalogs::all().into_iter().chain(own).collect()
}
