//! Writes the clients and the test vectors of catalogs: `emit FOLDER CATALOG...`

use std::path::{Path, PathBuf};

use errbook_clients::{python, typescript, vectors};

fn main() {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let folder = arguments.next().expect("a folder");
    for path in arguments {
        let loaded = errbook_catalog::load(&path);
        let catalog = loaded.catalog.unwrap_or_else(|| panic!("{}", loaded.report.render_text(false)));
        let folder = folder.join(&catalog.api.slug);
        std::fs::create_dir_all(&folder).expect("a folder");
        write(&folder.join(typescript::FILE), &typescript::emit(&catalog));
        write(&folder.join(python::FILE), &python::emit(&catalog));
        write(&folder.join(vectors::FILE), &vectors::text(&vectors::emit(&catalog)));
    }
}

fn write(path: &Path, text: &str) {
    std::fs::write(path, text).expect("a writable folder");
}
