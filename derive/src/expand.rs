//! Expands `catalog!`.

use std::path::{Path, PathBuf};

use errbook_catalog::Loaded;
use errbook_codegen::rust;
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::LitStr;

/// Generates the code of a catalog, and constants that make Cargo watch its files.
pub(crate) fn catalog(folder: &Path, path: &LitStr) -> TokenStream {
    let loaded = errbook_catalog::load(&folder.join(path.value()));
    let Some(catalog) = &loaded.catalog else {
        return refused(path.span(), &refusal(&loaded));
    };
    // Only if the catalog asks for warnings. Otherwise the names have the macro's span.
    let at = if catalog.audit.warns_of_unused { path.span() } else { Span::call_site() };
    let items = rust::emit_at(catalog, at);
    let watched = watched(&loaded.inputs);
    quote! { #items #watched }
}

/// The report of an invalid catalog.
pub(crate) fn refusal(loaded: &Loaded) -> String {
    format!("the error catalog is invalid\n\n{}", loaded.report.render_text(false))
}

/// Constants that make Cargo watch these files.
pub(crate) fn watched(inputs: &[PathBuf]) -> TokenStream {
    // Rust cannot name a path that is not UTF-8, and `include_bytes!` cannot include a folder.
    // Neither is watched.
    let inputs = inputs.iter().filter(|input| input.is_file());
    let inputs = inputs.filter_map(|input| std::path::absolute(input).ok()?.into_os_string().into_string().ok());
    quote! { #(const _: &[u8] = ::core::include_bytes!(#inputs);)* }
}

/// One compile error, and the usual names, so that the compiler does not also report every use of
/// them. They name a type that does not exist: the compiler reports nothing about such a type, and
/// does not report that it is missing beside a `compile_error!`. Items that exist would not have the
/// constructors and fields of the catalog, and could have a trait that the user implements.
pub(crate) fn refused(at: Span, message: &str) -> TokenStream {
    quote_spanned! { at =>
        ::core::compile_error!(#message);
        pub type Error = the_error_catalog_is_invalid;
        pub type ErrorCode = Error;
        pub type Context = Error;
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use errbook_codegen::rust;
    use proc_macro2::Span;
    use quote::ToTokens as _;
    use syn::{Item, LitStr};

    use super::catalog;

    /// The golden cases and the bundled catalogs.
    fn catalogs() -> Vec<PathBuf> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let list = |folder: &str| {
            let entries = std::fs::read_dir(root.join(folder)).expect("a folder of catalogs");
            entries.map(|entry| entry.expect("an entry").path()).collect::<Vec<_>>()
        };
        let golden = list("codegen/tests/golden").into_iter().map(|case| case.join("catalog.yaml"));
        let bundled = list("catalog/apis").into_iter();
        golden.chain(bundled).filter(|path| path.is_file()).collect()
    }

    #[test]
    fn the_macro_stands_for_what_the_emitter_makes_and_watches_its_inputs() {
        let catalogs = catalogs();
        assert!(catalogs.len() > 5);
        for path in catalogs {
            let loaded = errbook_catalog::load(&path);
            let file = path.file_name().and_then(|name| name.to_str()).expect("a name");
            let folder = path.parent().expect("a folder");
            let expansion: syn::File =
                syn::parse2(catalog(folder, &LitStr::new(file, Span::call_site()))).expect("Rust");
            let emitted: syn::File = syn::parse2(rust::emit(&loaded.catalog.expect("a catalog"))).expect("Rust");
            let (items, watched) = expansion.items.split_at(emitted.items.len());
            let text = |items: &[Item]| items.iter().map(|item| item.to_token_stream().to_string()).collect::<Vec<_>>();
            assert_eq!(text(items), text(&emitted.items), "{}", path.display());
            let inputs: Vec<_> = loaded.inputs.iter().filter(|input| input.is_file()).collect();
            assert_eq!(watched.len(), inputs.len());
            for (constant, input) in text(watched).iter().zip(inputs) {
                assert!(constant.contains("include_bytes !"));
                let input = std::path::absolute(input).expect("a path");
                assert!(constant.contains(&format!("{:?}", input.display().to_string())), "{constant}");
            }
        }
    }
}
