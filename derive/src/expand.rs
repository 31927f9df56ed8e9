//! What `catalog!` stands for.

use std::path::Path;

use errbook_codegen::rust;
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::LitStr;

/// The code of a catalog, and constants that make Cargo watch its files.
pub(crate) fn catalog(folder: &Path, path: &LitStr) -> TokenStream {
    let loaded = errbook_catalog::load(&folder.join(path.value()));
    let Some(catalog) = loaded.catalog else {
        return refused(
            path.span(),
            &format!("the catalog of errors was refused\n\n{}", loaded.report.render_text(false)),
        );
    };
    let items = rust::emit(&catalog);
    // A path that is no UTF-8 cannot be named in Rust, and a folder cannot be included: neither is watched.
    let inputs = loaded.inputs.iter().filter(|input| input.is_file()).filter_map(|input| input.to_str());
    quote! {
        #items
        #(const _: &[u8] = ::core::include_bytes!(#inputs);)*
    }
}

/// One compile error, beside items that have nothing in them: what uses them is not reported too.
pub(crate) fn refused(at: Span, message: &str) -> TokenStream {
    let items = rust::stand_in();
    quote_spanned! { at =>
        ::core::compile_error!(#message);
        #items
    }
}
