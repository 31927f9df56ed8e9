//! The generated files of each release compile with the runtime of today. A file of a release never
//! changes. `ERRBOOK_BLESS=1` writes those of the version in `Cargo.toml`, until it is released;
//! add the modules of a new version below. Before the release, a file that no longer compiles is
//! written with `cargo run -p errbook-codegen --example rust -- codegen/tests/catalogs/wire.yaml`.

use std::path::{Path, PathBuf};

use errbook_catalog::model::{Catalog, ErrorDef, Kind};
use errbook_codegen::rust::{self, Description, Listed, Types};

mod catalogs;

/// What `errbook` wrote for `tests/catalogs/everything.yaml` and `wire.yaml`, and for two operations of
/// the former.
#[allow(missing_docs)]
mod v0_1_0 {
    pub(crate) mod everything {
        include!("contract/0.1.0/everything.rs");
    }
    pub(crate) mod wire {
        include!("contract/0.1.0/wire.rs");
    }
    pub(crate) mod operations {
        include!("contract/0.1.0/operations.rs");
    }
}

/// Reads the table of a release, and writes one of its errors.
macro_rules! check {
    ($release:ident) => {{
        use $release::{everything, operations, wire};

        for code in everything::ErrorCode::ALL {
            assert_eq!(everything::ErrorCode::from_id(code.id()), Some(*code));
        }
        for code in wire::ErrorCode::ALL {
            assert_eq!(wire::ErrorCode::from_id(code.id()), Some(*code));
        }
        let error = wire::Error::teapot();
        assert_eq!((error.to_string().as_str(), error.status()), ("I'm a {teapot}", Some(418)));
        let ids = <operations::AnyError as errbook::Operation>::IDS;
        assert_eq!(ids[..2], ["RATE_LIMITED", "SLOW_DOWN"]);
        let error = <operations::AnyError as errbook::FromRejection>::from_rejection(503, "");
        assert_eq!(error.into_error(), everything::Error::no_code());
    }};
}

#[test]
fn the_table_of_each_release_is_read() {
    check!(v0_1_0);
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/contract")
}

#[test]
fn every_release_is_compiled() {
    let own = std::fs::read_to_string(folder().with_extension("rs")).expect("readable");
    for release in std::fs::read_dir(folder()).expect("the releases").map(|entry| entry.expect("a release").path()) {
        let version = release.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
        for file in std::fs::read_dir(&release).expect("its files").map(|entry| entry.expect("a file").path()) {
            let name = file.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
            assert!(own.contains(&format!("include!(\"contract/{version}/{name}\")")), "{version}/{name}");
        }
    }
}

#[test]
fn the_files_of_this_version_are_up_to_date() {
    let all = catalogs::all();
    for name in ["everything", "wire", "operations"] {
        let of = if name == "operations" { "everything" } else { name };
        let (_, catalog) = all.iter().find(|(path, _)| path.ends_with(&format!("{of}.yaml"))).expect("a catalog");
        let path = folder().join(env!("CARGO_PKG_VERSION")).join(name).with_extension("rs");
        let text = if of == name { rust::file(catalog) } else { operations(catalog) };
        if std::env::var_os("ERRBOOK_BLESS").is_some() {
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("writable");
            std::fs::write(&path, &text).expect("writable");
        }
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(committed == text, "{} is not up to date", path.display());
    }
}

/// Two operations, one with each error that has a response.
fn operations(catalog: &Catalog) -> String {
    let of = |name: &str, wanted: &dyn Fn(&ErrorDef) -> bool| {
        let errors = catalog.errors.iter().enumerate();
        let errors = errors.filter(|(_, def)| catalog.sent(def).kind() == Kind::Response && wanted(def));
        let [schema, schemas, responses] = ["{}", "{}", "{}"].map(str::to_owned);
        Listed {
            name: name.to_owned(),
            doc: format!("The errors of `{name}`."),
            errors: errors.map(|(index, _)| index).collect(),
            description: Description { name: name.to_owned(), schema, schemas, responses },
        }
    };
    let listed = [of("SlowError", &|def| def.name.id == "SLOW_DOWN"), of("AnyError", &|_| true)];
    let module = "super::everything".parse().expect("a path");
    rust::operations_file(catalog, &Types::default(), &module, &listed)
}
