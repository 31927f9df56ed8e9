//! The macros of errbook. Use them through the `errbook` crate, whose types their code names.

mod derived;
mod expand;
#[cfg(feature = "openapi")]
mod openapi;

use std::path::PathBuf;

use proc_macro::TokenStream;
use syn::LitStr;

/// Generates `ErrorCode`, `Error` and `Context` from a catalog, where it is invoked.
///
/// The path is relative to the folder of the crate's `Cargo.toml`. The crate is built again whenever the catalog, or a
/// file that it includes, changes. A catalog with mistakes is one compile error that shows all of them, each with its
/// line. Give each catalog a module of its own.
///
/// A macro cannot watch a folder: a new file that an `include` pattern would match is seen at the next change of a file that is
/// included already. A build script sees it at once.
///
/// ```ignore
/// pub mod errors {
///     errbook::catalog!("errors.yaml");
/// }
/// ```
#[proc_macro]
pub fn catalog(input: TokenStream) -> TokenStream {
    match syn::parse::<LitStr>(input) {
        Ok(path) => expand::catalog(&crate_folder(), &path),
        Err(error) => expand::refused(error.span(), "expected the path of a catalog: `catalog!(\"errors.yaml\")`"),
    }
    .into()
}

/// Makes an enum of the user's own the errors of a catalog. The `errbook` crate says how.
#[proc_macro_derive(CatalogError, attributes(catalog))]
pub fn catalog_error(input: TokenStream) -> TokenStream {
    let input = syn::parse_macro_input!(input as syn::DeriveInput);
    derived::derived(&crate_folder(), &input).into()
}

/// Describes the responses to a type's values, which are errors of a catalog, in a document that another crate writes: utoipa's
/// `ToSchema` and `IntoResponses`, aide's `OperationOutput`, as the features of errbook say.
///
/// The first argument is the path of the catalog, relative to the folder of the crate's `Cargo.toml`; the second is the type,
/// which is of the crate that invokes the macro. A type of some of the errors names them in a third one, each by its id: a
/// word, or a text in quotes. Internal errors are left out.
///
/// ```ignore
/// errbook::openapi!("errors.yaml", errors::Error);
/// errbook::openapi!("errors.yaml", OrderError, [SOLD_OUT, "payment.declined"]);
/// ```
#[cfg(feature = "openapi")]
#[proc_macro]
pub fn openapi(input: TokenStream) -> TokenStream {
    match syn::parse::<openapi::Input>(input) {
        Ok(input) => openapi::openapi(&crate_folder(), &input),
        Err(error) => {
            let message = "expected the path of a catalog, a type and, for a type of some errors, their ids: \
                           `openapi!(\"errors.yaml\", OrderError, [SOLD_OUT])`";
            syn::Error::new(error.span(), message).into_compile_error()
        }
    }
    .into()
}

/// The folder of the crate's `Cargo.toml`, relative to where the compiler runs if it is below: reports then name files the
/// way the compiler does.
fn crate_folder() -> PathBuf {
    let folder = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default();
    let below = std::env::current_dir().ok().and_then(|here| folder.strip_prefix(here).ok().map(PathBuf::from));
    below.unwrap_or(folder)
}
