//! The macros of errbook. Use them through the `errbook` crate, because their code names its types.

mod derived;
mod expand;
mod ids;
mod list;
#[cfg(feature = "openapi")]
mod openapi;
mod operation;

use std::path::PathBuf;

use proc_macro::TokenStream;

/// Generates `ErrorCode`, `Error` and `Context` from a catalog.
///
/// The path is relative to the folder of the crate's `Cargo.toml`. Cargo rebuilds the crate when
/// the catalog or a file that it includes changes. An invalid catalog is one compile error that
/// shows every problem with its line. Put each catalog in its own module.
///
/// A macro cannot watch a folder. A new file that matches an `include` pattern is found at the next
/// change of a file that is already included. A build script finds it immediately.
///
/// `types(..)` chooses the Rust type of a type in the catalog (`string`, `integer`, `number`,
/// `boolean`, `date_time`, `duration`, `uuid`, `uri`), or of the details with a name. A detail then
/// is a `Custom`, which is sent as the type serializes with serde.
///
/// ```ignore
/// pub mod errors {
///     errbook::catalog!("errors.yaml", types(uuid = uuid::Uuid, date_time = jiff::Timestamp, balance = u64));
/// }
/// ```
///
/// The word `clone` makes `Error` `Clone`: `errbook::catalog!("errors.yaml", clone)`. Each error with
/// `source: true` keeps its source in an `Arc` then, and types in `types(..)` must be `Clone`. The types
/// of `operation!` are `Clone` if those of their module are.
#[proc_macro]
pub fn catalog(input: TokenStream) -> TokenStream {
    match syn::parse::<expand::Input>(input) {
        Ok(input) => expand::catalog(&crate_folder(), &input),
        Err(error) => expand::refused(
            error.span(),
            "expected the path of a catalog and, optionally, types of details and `clone`: `catalog!(\"errors.yaml\", \
             types(uuid = uuid::Uuid), clone)`",
        ),
    }
    .into()
}

/// Makes your own enum a type of a catalog's errors. See the documentation of the `errbook` crate.
#[proc_macro_derive(CatalogError, attributes(catalog))]
pub fn catalog_error(input: TokenStream) -> TokenStream {
    let input = syn::parse_macro_input!(input as syn::DeriveInput);
    derived::derived(&crate_folder(), &input).into()
}

/// Makes a type for the errors of one operation. See the documentation of the `errbook` crate.
#[proc_macro]
pub fn operation(input: TokenStream) -> TokenStream {
    match syn::parse::<operation::Input>(input) {
        Ok(input) => operation::operation(&crate_folder(), &input),
        Err(error) => {
            let form = "`operation!(\"errors.yaml\", pub OrderError: crate::errors::Error, [SOLD_OUT])`";
            syn::Error::new(error.span(), format!("{error}; write {form}")).into_compile_error()
        }
    }
    .into()
}

/// Adds the responses of a catalog's errors to an `OpenAPI` document that another crate generates.
/// The features of errbook choose the traits: utoipa's `ToSchema` and `IntoResponses`, or aide's
/// `OperationOutput`.
///
/// The first argument is the path of the catalog, relative to the folder of the crate's
/// `Cargo.toml`. The second is an error type of your crate. An optional third argument lists the
/// ids of the errors that the type can have, as identifiers or quoted strings. Internal errors have
/// the responses of their masks. `prefix` goes before the name of each schema, so that a document
/// of utoipa can have the errors of two catalogs.
///
/// ```ignore
/// errbook::openapi!("errors.yaml", errors::Error);
/// errbook::openapi!("errors.yaml", OrderError, [SOLD_OUT, "payment.declined"]);
/// errbook::openapi!("bank.yaml", bank::Error, prefix = "Bank");
/// ```
#[cfg(feature = "openapi")]
#[proc_macro]
pub fn openapi(input: TokenStream) -> TokenStream {
    match syn::parse::<openapi::Input>(input) {
        Ok(input) => openapi::openapi(&crate_folder(), &input),
        Err(error) => {
            let message = "expected a catalog path, a type and, optionally, the ids of its errors and a prefix: \
                           `openapi!(\"errors.yaml\", OrderError, [SOLD_OUT], prefix = \"Shop\")`";
            syn::Error::new(error.span(), message).into_compile_error()
        }
    }
    .into()
}

/// The folder of the crate's `Cargo.toml`, relative to the compiler's working directory if it is
/// below, so that reports name files like the compiler does.
fn crate_folder() -> PathBuf {
    let folder = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default();
    let below = std::env::current_dir().ok().and_then(|here| folder.strip_prefix(here).ok().map(PathBuf::from));
    below.unwrap_or(folder)
}
