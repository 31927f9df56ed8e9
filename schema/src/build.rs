//! The entry point for build scripts that have an OpenAPI document.
//!
//! It is here and not in `errbook-codegen`, because the reader of documents needs `serde_json`. A
//! build script that generates only the errors of a catalog does not compile it.

use std::env;
use std::fmt;
use std::path::{Path, PathBuf};

use errbook_catalog::disk::{self, Root, in_real_folder};
use errbook_catalog::load;
use errbook_catalog::model::{Catalog, ErrorDef};
use errbook_codegen::rust::{Listed, Types, operations_file};
use errbook_files::{GeneratedFile, Output};
use proc_macro2::TokenStream;

use crate::openapi::{Document, Excerpts, NamedOperation, WrongPrefix};

/// Why generation failed.
pub use errbook_codegen::build::Error;

/// Generates `operations.rs` into `OUT_DIR`, with a type for the errors of each operation that lists
/// errors under `x-errors`, and returns the path of the file.
///
/// The name of a type is the `operationId` in `PascalCase` and `Error`, such as `CreateOrderError`.
/// It has the listed errors, and the internal errors that clients receive as one of these. See
/// `errbook::operation!` for what it can do.
///
/// The paths are relative to the crate's folder, where Cargo runs build scripts. `module` is the
/// path of the module with the generated items of the catalog. Cargo runs the script again when the
/// document, a file of its path items, the catalog, or a file that the catalog includes changes.
///
/// # Errors
///
/// See [`Error`].
///
/// ```no_run
/// // build.rs
/// fn main() -> Result<(), errbook_schema::build::Error> {
///     // errbook_codegen::build::generate("errors.yaml")?;
///     errbook_schema::build::operations("openapi.yaml", "errors.yaml", "crate::errors")?;
///     Ok(())
/// }
/// ```
///
/// ```ignore
/// // src/operations.rs
/// include!(concat!(env!("OUT_DIR"), "/operations.rs"));
/// ```
pub fn operations(document: impl AsRef<Path>, catalog: impl AsRef<Path>, module: &str) -> Result<PathBuf, Error> {
    Options::new().operations(document, catalog, module)
}

/// What a build script can choose.
///
/// ```no_run
/// // build.rs
/// use errbook_schema::build::{Error, Options};
///
/// fn main() -> Result<(), Error> {
///     Options::new().types("uuid", "uuid::Uuid").operations("openapi.yaml", "errors.yaml", "crate::errors")?;
///     Ok(())
/// }
/// ```
#[derive(Debug, Clone, Default)]
pub struct Options {
    types: Vec<(String, String)>,
    prefix: Option<String>,
}

impl Options {
    /// No choices.
    #[must_use]
    pub fn new() -> Self {
        Options::default()
    }

    /// Chooses the Rust type of a type in the catalog, or of the details with a name. The choices are
    /// those of the module with the generated items.
    #[must_use]
    pub fn types(mut self, name: impl Into<String>, rust: impl Into<String>) -> Self {
        self.types.push((name.into(), rust.into()));
        self
    }

    /// Adds a prefix to the name of each schema, for a document of utoipa with the errors of two
    /// catalogs.
    #[must_use]
    pub fn prefix(self, prefix: impl Into<String>) -> Self {
        Options { prefix: Some(prefix.into()), ..self }
    }

    /// Generates the file, as [`operations`] does.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub fn operations(
        &self,
        document: impl AsRef<Path>,
        catalog: impl AsRef<Path>,
        module: &str,
    ) -> Result<PathBuf, Error> {
        let out_dir = env::var_os("OUT_DIR").ok_or(Error::NoOutDir)?;
        let mut inputs = Vec::new();
        let result = generate(Path::new(&out_dir), (document.as_ref(), catalog.as_ref()), module, self, &mut inputs);
        for input in inputs {
            println!("cargo::rerun-if-changed={}", input.display());
        }
        result
    }
}

/// Writes the file. The inputs are complete on failure too.
fn generate(
    out_dir: &Path,
    (document, catalog): (&Path, &Path),
    module: &str,
    options: &Options,
    inputs: &mut Vec<PathBuf>,
) -> Result<PathBuf, Error> {
    const NAME: &str = "operations.rs";
    inputs.push(document.to_owned());
    let loaded = load(catalog);
    inputs.extend(loaded.inputs);
    let Some(catalog) = &loaded.catalog else { return Err(Error::Refused(loaded.report.render_text(false))) };
    let folder = document.parent().unwrap_or(Path::new(""));
    let refused = |message: &dyn fmt::Display| Error::Document(format!("{}: {message}", document.display()));
    let text = disk::text(document).map_err(|error| refused(&error))?;
    let (root, place) = (Root::of(folder), in_real_folder(document).to_string_lossy().replace('\\', "/"));
    let read = Document::read(&place, &text, |file| root.text(&folder.join(file))).map_err(|error| refused(&error))?;
    inputs.extend(read.files().map(|file| folder.join(file.path)));
    let operations = read.named_operations(catalog).map_err(|error| refused(&error))?;
    let excerpts = Excerpts::new(catalog);
    let listed = |operation| listed(catalog, &excerpts, operation, options.prefix.as_deref());
    let operations = operations.into_iter().map(listed);
    let operations = operations.collect::<Result<Vec<Listed>, WrongPrefix>>();
    let operations = operations.map_err(|wrong| Error::Option(wrong.to_string()))?;
    let types = Types::parse(catalog, options.types.iter().map(|(name, rust)| (name, rust)));
    let types = types.map_err(|wrong| Error::Option(wrong.to_string()))?;
    let not_a_path = |_| Error::Option(format!("`{module}` is not the path of a module"));
    let module: TokenStream = module.parse().map_err(not_a_path)?;
    let text = operations_file(catalog, &types, &module, &operations);
    let mut output = Output::new(out_dir);
    output.add(GeneratedFile { path: NAME.to_owned(), text });
    let written = output.changes().and_then(|changes| changes.write());
    written.map(|()| out_dir.join(NAME)).map_err(Error::Unwritable)
}

fn listed(
    catalog: &Catalog,
    excerpts: &Excerpts<'_>,
    operation: NamedOperation,
    prefix: Option<&str>,
) -> Result<Listed, WrongPrefix> {
    let NamedOperation { name, place, errors } = operation;
    let name = format!("{name}Error");
    let is_listed = |error: &ErrorDef| errors.iter().any(|&index| catalog.errors[index].name.id == error.name.id);
    let excerpt = excerpts.of(&name, is_listed);
    let excerpt = prefix.map_or(Ok(excerpt.clone()), |prefix| excerpt.prefixed(prefix))?;
    Ok(Listed {
        doc: format!("The errors of `{place}`."),
        errors: errors.into_iter().collect(),
        description: excerpt.description(),
        name,
    })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::{Options, generate};

    const CATALOG: &str = "errbook: 1
api: {name: Shop}
errors:
  SOLD_OUT: {status: 409, fix: Choose another.}
  CLOSED: {status: 409, fix: Come back.}
  BROKEN: {status: 500, fix: Tell us.}
  DB_DOWN: {visibility: internal, message: The database is down.}
";

    /// The text of the file or the error, and the watched files by their names.
    fn generated(document: &str) -> (Result<String, String>, Vec<String>) {
        generated_with(document, "crate::errors", &Options::new())
    }

    fn generated_with(document: &str, module: &str, options: &Options) -> (Result<String, String>, Vec<String>) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        fs::write(path("errors.yaml"), CATALOG).expect("writable");
        fs::write(path("openapi.yaml"), document).expect("writable");
        fs::write(path("pay.yaml"), "post: {operationId: pay, x-errors: [CLOSED]}\n").expect("writable");
        let mut inputs: Vec<PathBuf> = Vec::new();
        let paths = (&*path("openapi.yaml"), &*path("errors.yaml"));
        let file = generate(folder.path(), paths, module, options, &mut inputs);
        let name = |path: PathBuf| path.file_name().expect("a name").to_string_lossy().into_owned();
        let text = file.map(|file| fs::read_to_string(file).expect("readable"));
        let text = text.map_err(|error| error.to_string().replace(&*folder.path().to_string_lossy(), ""));
        (text, inputs.into_iter().map(name).collect())
    }

    #[test]
    fn each_operation_with_a_list_has_a_type_and_cargo_watches_all_files() {
        let (text, inputs) = generated(
            "openapi: 3.1.0
x-errors: [BROKEN]
paths:
  /orders:
    post: {operationId: create_order, x-errors: [SOLD_OUT]}
    get: {operationId: list-orders}
    delete: {operationId: clear, x-errors: [\"!BROKEN\"]}
  /payments: {$ref: pay.yaml}
webhooks:
  paid: {post: {x-errors: [SOLD_OUT]}}
",
        );
        let text = text.expect("generated");
        let types: Vec<&str> = text.lines().filter(|line| line.contains("pub struct ")).map(str::trim).collect();
        let expected =
            ["CreateOrder", "ListOrders", "Pay"].map(|name| format!("pub struct {name}Error(crate::errors::Error);"));
        assert_eq!(types, expected, "{text}");
        assert!(text.contains("/// The errors of `POST /orders`."), "{text}");
        let constructors = |of: &str| {
            let part = text.split("pub struct ").find(|part| part.starts_with(of)).expect("the type");
            let functions = part.lines().filter_map(|line| line.trim().strip_prefix("pub fn "));
            functions.filter_map(|line| line.split('(').next()).map(str::to_owned).collect::<Vec<_>>()
        };
        // Clients receive an internal error as its mask, which is in the list.
        assert_eq!(constructors("CreateOrderError"), ["sold_out", "broken", "db_down"]);
        assert_eq!(constructors("PayError"), ["closed", "broken", "db_down"]);
        assert_eq!(inputs, ["openapi.yaml", "errors.yaml", "pay.yaml"]);
    }

    #[test]
    fn an_operation_without_a_name_of_its_own_is_rejected_with_its_place() {
        let (text, inputs) = generated(
            "openapi: 3.1.0
paths:
  /orders:
    post: {x-errors: [SOLD_OUT]}
    put: {operationId: \"1\", x-errors: [SOLD_OUT]}
    get: {operationId: list-orders, x-errors: [CLOSED]}
    delete: {operationId: list_orders, x-errors: [CLOSED]}
",
        );
        let expected = "/openapi.yaml: 4:5: `POST /orders` has no `operationId` to name the type of its errors
5:5: `PUT /orders` has no `operationId` to name the type of its errors
7:5: the errors of `DELETE /orders` and of `GET /orders` both have the type `ListOrdersError`";
        assert_eq!(text.expect_err("rejected"), expected);
        assert_eq!(inputs, ["openapi.yaml", "errors.yaml"]);
    }

    #[test]
    fn a_type_describes_the_responses_of_its_list() {
        let document =
            "openapi: 3.1.0\npaths: {/a: {get: {operationId: a, x-errors: [SOLD_OUT]}}}\nx-errors: [BROKEN]\n";
        let text = generated_with(document, "crate::errors", &Options::new().prefix("Shop")).0.expect("generated");
        let (_, call) = text.split_once("::errbook::integrate_openapi!").expect("a call");
        for word in [r#""ShopAError""#, "ShopSoldOutError", r#"\"409\":"#, r#"\"500\":"#] {
            assert!(call.contains(word), "{word} in {call}");
        }
        assert!(!call.contains("ClosedError") && !call.contains("DbDown"), "{call}");
    }

    #[test]
    fn a_file_does_not_compile_without_the_types_of_its_module() {
        let document = "openapi: 3.1.0\npaths: {/a: {get: {operationId: a, x-errors: [SOLD_OUT]}}}\n";
        for (options, own) in [(Options::new(), "no types"), (Options::new().types("uuid", "Uuid"), "a type for uuid")]
        {
            let text = generated_with(document, "crate::errors", &options).0.expect("generated");
            assert!(text.contains(&format!("The operation has {own}; write the same `types`")), "{text}");
        }
    }

    #[test]
    fn a_wrong_option_is_named() {
        let document = "openapi: 3.1.0\npaths: {/a: {get: {operationId: a, x-errors: [SOLD_OUT]}}}\n";
        let with = |module: &str, options: &Options| generated_with(document, module, options).0.expect_err("rejected");
        let none = Options::new();
        assert_eq!(with("crate::(errors", &none), "`crate::(errors` is not the path of a module");
        assert_eq!(with("errors", &none.clone().prefix("a b")), "a prefix is letters, digits, `.`, `-` and `_`");
        let twice = none.clone().types("uuid", "Uuid").types("uuid", "String");
        assert_eq!(with("errors", &twice), "a second type for `uuid`");
        assert_eq!(with("errors", &none.clone().types("uuid", "")), "`` is not a Rust type");
        assert!(with("errors", &none.types("uid", "Uuid")).ends_with("did you mean `uuid`?"));
    }

    #[test]
    fn a_list_is_read_as_a_merge_reads_it() {
        let of = |list: &str| {
            let document = format!("openapi: 3.1.0\npaths: {{/a: {{get: {{operationId: a, x-errors: {list}}}}}}}\n");
            generated(&document).0
        };
        assert!(of("[SOLD_UOT]").expect_err("rejected").contains("did you mean `SOLD_OUT`?"));
        assert!(of("[DB_DOWN]").expect_err("rejected").contains("list `BROKEN`"));
        assert!(of("{shop: [CLOSED]}").expect("generated").contains("pub fn closed()"));
        assert!(!of("{bank: [CLOSED]}").expect("generated").contains("pub struct"));
        let alias = "openapi: 3.1.0\nx-a: &a {operationId: a, x-errors: [CLOSED]}\npaths: {/a: {get: *a}}\n";
        assert!(generated(alias).0.expect_err("rejected").contains("through an alias"));
    }
}
