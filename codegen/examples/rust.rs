//! Prints the Rust code of a catalog: `cargo run -p errbook-codegen --example rust -- errors.yaml`.

use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(path) = std::env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("usage: rust CATALOG");
        return ExitCode::from(2);
    };
    let loaded = errbook_catalog::load(&path);
    let Some(catalog) = loaded.catalog else {
        eprint!("{}", loaded.report.render_text(false));
        return ExitCode::FAILURE;
    };
    print!("{}", errbook_codegen::rust::file(&catalog));
    ExitCode::SUCCESS
}
