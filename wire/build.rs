//! Generates a module for each catalog: the services of `tests/responses.rs`, with every example as
//! an expression, the clients of `tests/releases.rs`, and those of `tests/vectors.rs`.

#[path = "../history/tests/diff/cases.rs"]
mod cases;
#[path = "../codegen/tests/catalogs/mod.rs"]
mod catalogs;
#[path = "../codegen/tests/catalogs/expressions.rs"]
mod expressions;
#[path = "tests/vectors/catalogs.rs"]
mod vectors;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use errbook_catalog::model::Catalog;

fn main() {
    for path in [
        "../catalog/apis",
        "../codegen/tests/golden",
        "../codegen/tests/catalogs",
        "../history/tests/diff",
        "../clients/tests/catalogs",
        "../schema/conformance/generators",
    ] {
        println!("cargo::rerun-if-changed={path}");
    }
    let folder = PathBuf::from(std::env::var_os("OUT_DIR").expect("a build script has it"));
    write(&folder.join("services.rs"), &services(&folder));
    write(&folder.join("clients.rs"), &clients(&folder));
    write(&folder.join("vectors.rs"), &vectors(&folder));
}

fn write(path: &Path, text: &str) {
    std::fs::write(path, text).expect("a writable folder");
}

/// A module for each catalog, and a list of them.
fn services(folder: &Path) -> String {
    let (mut modules, mut list) = (String::new(), String::new());
    for (at, (_, catalog)) in catalogs::all().iter().enumerate() {
        write(&folder.join(format!("service_{at}.rs")), &errbook_codegen::rust::file(catalog));
        let mut arms = String::new();
        for (at, (error, context)) in examples(catalog).enumerate() {
            writeln!(arms, "{at} => ({error}, {context}),").expect("text");
        }
        let current = if catalog.context.iter().all(|field| field.optional) { "" } else { CURRENT };
        writeln!(
            modules,
            "mod service_{at} {{
                include!(concat!(env!(\"OUT_DIR\"), \"/service_{at}.rs\"));
                {current}
                impl super::Service for Error {{
                    #[allow(deprecated)]
                    fn example(at: usize) -> (Self, Context) {{
                        match at {{
                            {arms}
                            _ => panic!(\"there is no example {{at}}\"),
                        }}
                    }}
                }}
            }}"
        )
        .expect("text");
        writeln!(list, "Mount::of::<service_{at}::Error>(),").expect("text");
    }
    format!("{modules}\nfn mounts() -> Vec<Mount> {{\nvec![{list}]\n}}\n")
}

const CURRENT: &str = "impl errbook::Current for Context {
    fn current() -> Self {
        errbook::scoped().expect(\"a scope\")
    }
}";

/// Every example of every error: the expressions of the error and of its context.
fn examples(catalog: &Catalog) -> impl Iterator<Item = (String, String)> {
    let examples = catalog.errors.iter().flat_map(|error| error.examples.iter().map(move |example| (error, example)));
    examples.map(|(error, example)| {
        (expressions::error_expression(catalog, error, example), expressions::context_expression(catalog, example))
    })
}

/// A client for the base catalog of the diff cases, and for each case.
fn clients(folder: &Path) -> String {
    let base = cases::base();
    let texts = std::iter::once(base.clone()).chain(cases::cases().into_iter().map(|case| case.apply(&base)));
    let (mut modules, mut list) = (String::new(), String::new());
    for (at, text) in texts.enumerate() {
        let loaded = errbook_catalog::load_text("errors.yaml", text.as_bytes());
        let catalog = loaded.catalog.unwrap_or_else(|| panic!("{}", loaded.report.render_text(false)));
        write(&folder.join(format!("client_{at}.rs")), &errbook_codegen::rust::file(&catalog));
        writeln!(modules, "mod client_{at} {{ include!(concat!(env!(\"OUT_DIR\"), \"/client_{at}.rs\")); }}")
            .expect("text");
        writeln!(list, "errbook_wire::read::<client_{at}::Error>,").expect("text");
    }
    format!("{modules}\nconst CLIENTS: &[errbook_wire::Client] = &[{list}];\n")
}

/// A client for each catalog with test vectors.
fn vectors(folder: &Path) -> String {
    let (mut modules, mut list) = (String::new(), String::new());
    for (at, (_, catalog)) in vectors::all().iter().enumerate() {
        write(&folder.join(format!("vectors_{at}.rs")), &errbook_codegen::rust::file(catalog));
        let mut predicates = String::new();
        for predicate in &catalog.predicates {
            write!(predicates, "(\"{0}\", vectors_{at}::ErrorCode::{0}),", predicate.name).expect("text");
        }
        writeln!(modules, "mod vectors_{at} {{ include!(concat!(env!(\"OUT_DIR\"), \"/vectors_{at}.rs\")); }}")
            .expect("text");
        writeln!(
            list,
            "|response, request, repeats| errbook_wire::receive::<vectors_{at}::Error>(response, request, repeats, &[{predicates}]),"
        )
        .expect("text");
    }
    format!("{modules}\nconst CLIENTS: &[errbook_wire::Receiver] = &[{list}];\n")
}
