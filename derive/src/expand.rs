//! Expands `catalog!`.

use std::path::{Path, PathBuf};

use errbook_catalog::Loaded;
use errbook_catalog::model::Catalog;
use errbook_codegen::rust::{self, Types};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{LitStr, Token, Type, parenthesized};

/// The arguments of the macro.
pub(crate) struct Input {
    path: LitStr,
    /// The Rust types of details, by name.
    types: Vec<(Ident, TokenStream)>,
}

impl Parse for Input {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let path = input.parse()?;
        let comma: Option<Token![,]> = input.parse()?;
        let mut types = Vec::new();
        if comma.is_some() && !input.is_empty() {
            let key: Ident = input.parse()?;
            if key != "types" {
                return Err(syn::Error::new(key.span(), "expected `types`"));
            }
            types = choices(input)?;
            input.parse::<Option<Token![,]>>()?;
        }
        Ok(Input { path, types })
    }
}

/// Parses the Rust types of details in parentheses, by name.
pub(crate) fn choices(input: ParseStream) -> syn::Result<Vec<(Ident, TokenStream)>> {
    let list;
    parenthesized!(list in input);
    let choice = |input: ParseStream| {
        let name = Ident::parse_any(input)?;
        input.parse::<Token![=]>()?;
        Ok((name, input.parse::<Type>()?.into_token_stream()))
    };
    Ok(Punctuated::<_, Token![,]>::parse_terminated_with(&list, choice)?.into_iter().collect())
}

/// Chooses the types, and reports the names that the catalog does not have.
pub(crate) fn choose(catalog: &Catalog, chosen: &[(Ident, TokenStream)]) -> (Types, TokenStream) {
    let mut types = Types::default();
    let choices = chosen.iter().map(|(name, rust)| {
        types.choose(catalog, &name.to_string(), rust.clone()).map_err(|error| (name.span(), error.to_string()))
    });
    let unknown = choices
        .filter_map(Result::err)
        .map(|(at, message)| quote_spanned!(at=> ::core::compile_error!(#message);))
        .collect();
    (types, unknown)
}

/// Generates the code of a catalog, and constants that make Cargo watch its files.
pub(crate) fn catalog(folder: &Path, input: &Input) -> TokenStream {
    let Input { path, types: chosen } = input;
    let loaded = errbook_catalog::load(&folder.join(path.value()));
    let Some(catalog) = &loaded.catalog else {
        return refused(path.span(), &refusal(&loaded));
    };
    // Only if the catalog asks for warnings. Otherwise the names have the macro's span.
    let at = if catalog.audit.warns_of_unused { path.span() } else { Span::call_site() };
    let (types, unknown) = choose(catalog, chosen);
    let items = rust::emit_with(catalog, at, &types);
    let watched = watched(&loaded.inputs);
    quote! { #unknown #items #watched }
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

/// The placeholder for an invalid catalog.
const STAND_IN: &[u8] = b"{errbook: 1, api: {name: an invalid catalog}, rejections: {4XX: REJECTED, 5XX: INVALID}, \
    errors: {INVALID: {status: 500, message: Invalid, source: true}, REJECTED: {status: 400, message: Invalid}}}";

/// One compile error, and placeholder items with the usual names, so that the compiler does not
/// also report every use of them.
pub(crate) fn refused(at: Span, message: &str) -> TokenStream {
    let items = errbook_catalog::load_text("stand-in.yaml", STAND_IN).catalog.map(|catalog| rust::emit(&catalog));
    quote_spanned! { at =>
        ::core::compile_error!(#message);
        #items
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use errbook_codegen::rust;
    use quote::ToTokens as _;
    use syn::Item;

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
            let expansion: syn::File = syn::parse2(catalog(folder, &syn::parse_quote!(#file))).expect("Rust");
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
