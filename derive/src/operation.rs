//! Expands `operation!`.

use std::collections::BTreeSet;
use std::path::Path;

use errbook_catalog::Loaded;
#[cfg(not(feature = "openapi"))]
use errbook_catalog::model::Catalog;
use errbook_codegen::rust::{self, Types};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::{Attribute, Ident, LitStr, Path as RustPath, Token, Visibility, parenthesized};

use crate::derived::same_catalog;
use crate::expand::{choices, choose, read, refusal, watched};
use crate::list::Id;

/// The arguments of the macro.
pub(crate) struct Input {
    catalog: LitStr,
    attributes: Vec<Attribute>,
    visibility: Visibility,
    ident: Ident,
    /// The path of the module with the generated `Error`.
    module: RustPath,
    ids: Vec<Id>,
    /// The Rust types of details, by name.
    types: Vec<(Ident, TokenStream)>,
    /// The types of other operations that convert into this one.
    narrower: Vec<RustPath>,
    /// The types of other operations that this one converts into.
    wider: Vec<RustPath>,
    /// Goes before the name of each OpenAPI schema.
    prefix: Option<LitStr>,
}

impl Parse for Input {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let catalog = input.parse()?;
        input.parse::<Token![,]>()?;
        let attributes = input.call(Attribute::parse_outer)?;
        let (visibility, ident) = (input.parse()?, input.parse()?);
        input.parse::<Token![:]>()?;
        let module = module(input.parse()?)?;
        input.parse::<Token![,]>()?;
        let ids = Id::list(input)?;
        let (mut types, mut narrower, mut wider, mut prefix) = (Vec::new(), Vec::new(), Vec::new(), None);
        let mut keys = BTreeSet::new();
        while !input.is_empty() {
            input.parse::<Token![,]>()?;
            if input.is_empty() {
                break;
            }
            let key: Ident = input.parse()?;
            if !keys.insert(key.to_string()) {
                return Err(syn::Error::new(key.span(), format!("duplicate key `{key}`")));
            }
            match key.to_string().as_str() {
                "types" => types = choices(input)?,
                "from" => narrower = paths(input)?,
                "into" => wider = paths(input)?,
                "prefix" => {
                    input.parse::<Token![=]>()?;
                    prefix = Some(input.parse()?);
                }
                _ => return Err(syn::Error::new(key.span(), "expected `from`, `into`, `types` or `prefix`")),
            }
        }
        Ok(Input { catalog, attributes, visibility, ident, module, ids, types, narrower, wider, prefix })
    }
}

/// Parses the paths of types in parentheses.
fn paths(input: ParseStream) -> syn::Result<Vec<RustPath>> {
    let list;
    parenthesized!(list in input);
    let paths = Punctuated::<_, Token![,]>::parse_terminated_with(&list, RustPath::parse_mod_style)?;
    Ok(paths.into_iter().collect())
}

/// The module of the generated `Error` at a path.
fn module(mut error: RustPath) -> syn::Result<RustPath> {
    let place = error.to_token_stream();
    let name = error.segments.pop();
    error.segments.pop_punct();
    if name.is_some_and(|name| name.ident == "Error") && !error.segments.is_empty() {
        return Ok(error);
    }
    Err(syn::Error::new_spanned(
        place,
        "expected the path of the generated `Error`, with its module: `crate::errors::Error`",
    ))
}

/// Generates the type of an operation's errors.
pub(crate) fn operation(folder: &Path, input: &Input) -> TokenStream {
    let Input { catalog: path, attributes, visibility, ident, module, ids, types, narrower, wider, prefix } = input;
    let loaded = read(folder, path);
    let Ok(Loaded { catalog: Some(catalog), inputs, .. }) = &loaded else {
        let message = loaded.as_ref().map_or_else(Clone::clone, refusal);
        let mistake = syn::Error::new(path.span(), message).into_compile_error();
        // The compiler reports no use of a type that does not exist.
        return quote! { #mistake #visibility type #ident = the_error_catalog_is_invalid; };
    };
    let mut errors = BTreeSet::new();
    let mut mistakes: Vec<syn::Error> = ids.iter().filter_map(|id| id.add(&mut errors, catalog).err()).collect();
    if ids.is_empty() {
        mistakes.push(syn::Error::new(ident.span(), "list the ids of the operation's errors"));
    }
    let mistakes = mistakes.into_iter().map(syn::Error::into_compile_error);
    let (types, unknown): (Types, _) = choose(catalog, types);
    let operation = rust::Operation {
        attributes: quote!(#(#attributes)*),
        visibility: quote!(#visibility),
        ident: ident.clone(),
        module: module.to_token_stream(),
        errors,
        narrower: narrower.iter().map(ToTokens::to_token_stream).collect(),
        wider: wider.iter().map(ToTokens::to_token_stream).collect(),
    };
    let items = rust::operation(catalog, &types, &operation);
    let described = described(ident, catalog, &operation.errors, prefix.as_ref());
    let same_catalog = same_catalog(catalog, path, &operation.module);
    let same_types = rust::same_types(&types, &operation.module, module.span());
    let watched = watched(inputs);
    quote! {
        #(#mistakes)*
        #unknown
        #same_catalog
        #same_types
        #items
        #described
        #watched
    }
}

#[cfg(feature = "openapi")]
use crate::openapi::of_operation as described;

/// Empty: the feature is off.
#[cfg(not(feature = "openapi"))]
fn described(_: &Ident, _: &Catalog, _: &BTreeSet<usize>, _: Option<&LitStr>) -> TokenStream {
    TokenStream::new()
}
