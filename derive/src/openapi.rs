//! Expands `openapi!`.

use std::collections::BTreeSet;
use std::path::Path;

use errbook_catalog::Loaded;
use errbook_catalog::model::Catalog;
use errbook_codegen::rust::described;
use errbook_schema::openapi::{Excerpt, excerpt};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use serde_json::Value as Json;
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::{Ident, LitStr, Token, Type, TypePath};

use crate::expand::{read, refusal, watched};
use crate::list::Id;

/// The arguments of the macro.
pub(crate) struct Input {
    catalog: LitStr,
    ty: TypePath,
    /// The ids of the errors that the type can have. `None` for all errors.
    ids: Option<Vec<Id>>,
    /// Goes before the name of each schema.
    prefix: Option<LitStr>,
}

impl Parse for Input {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let catalog = input.parse()?;
        input.parse::<Token![,]>()?;
        let ty = input.parse()?;
        let (mut ids, mut prefix) = (None, None);
        while !input.is_empty() {
            input.parse::<Token![,]>()?;
            if input.is_empty() {
                break;
            }
            if input.peek(Ident) && prefix.is_none() {
                let key: Ident = input.parse()?;
                if key != "prefix" {
                    return Err(syn::Error::new(key.span(), "expected `prefix`"));
                }
                input.parse::<Token![=]>()?;
                prefix = Some(input.parse()?);
            } else if ids.is_none() && prefix.is_none() {
                ids = Some(Id::list(input)?);
            } else {
                return Err(input.error("expected nothing more"));
            }
        }
        Ok(Input { catalog, ty, ids, prefix })
    }
}

/// Implements the traits of `OpenAPI` crates for a type of a catalog's errors.
pub(crate) fn openapi(folder: &Path, input: &Input) -> TokenStream {
    let Input { catalog: path, ty, ids, prefix } = input;
    let loaded = read(folder, path);
    let name = ty.path.segments.last().map(|segment| segment.ident.unraw().to_string()).unwrap_or_default();
    let Ok(Loaded { catalog: Some(catalog), inputs, .. }) = &loaded else {
        let message = loaded.as_ref().map_or_else(Clone::clone, refusal);
        let error = syn::Error::new(path.span(), message).into_compile_error();
        let impls = impls(ty, &nothing(name), &[]);
        return quote! { #error #impls };
    };
    let mut errors = BTreeSet::new();
    let mut mistakes: Vec<syn::Error> =
        ids.iter().flatten().filter_map(|id| id.add(&mut errors, catalog).err()).collect();
    if ids.as_ref().is_some_and(Vec::is_empty) {
        let message = "list the ids of the type's errors, or leave out the list for all of the catalog";
        mistakes.push(syn::Error::new_spanned(ty, message));
    }
    let mistakes = mistakes.into_iter().map(syn::Error::into_compile_error);
    let wanted = |id: &str| ids.as_ref().is_none_or(|ids| ids.iter().any(|wanted| wanted.text == id));
    let excerpt = excerpt(catalog, &name, |error| wanted(&error.name.id));
    let impls = prefixed(ty, &excerpt, prefix.as_ref());
    let watched = watched(inputs);
    quote! {
        #(#mistakes)*
        #impls
        #watched
    }
}

/// Implements the same traits for a derived type, with the errors of its variants and those of the
/// types that it wraps. If the type is invalid, the responses are empty.
pub(crate) fn of_type(
    name: &Ident,
    catalog: Option<&Catalog>,
    errors: &BTreeSet<usize>,
    wrapped: &[&Type],
) -> TokenStream {
    match catalog {
        Some(catalog) => impls(name, &covered(name, catalog, errors), wrapped),
        None => impls(name, &nothing(name.unraw().to_string()), &[]),
    }
}

/// Implements the same traits for the errors of an operation.
pub(crate) fn of_operation(
    name: &Ident,
    catalog: &Catalog,
    errors: &BTreeSet<usize>,
    prefix: Option<&LitStr>,
) -> TokenStream {
    prefixed(name, &covered(name, catalog, errors), prefix)
}

fn covered(name: &Ident, catalog: &Catalog, errors: &BTreeSet<usize>) -> Excerpt {
    let is_covered = |id: &str| errors.iter().any(|&index| catalog.errors[index].name.id == id);
    excerpt(catalog, &name.unraw().to_string(), |error| is_covered(&error.name.id))
}

/// The traits are implemented even so, so that the compiler does not also report every use of them.
fn nothing(name: String) -> Excerpt {
    Excerpt { name, schema: Json::default(), schemas: [].into_iter().collect(), responses: [].into() }
}

/// The traits, with a prefix before the name of each schema.
fn prefixed(ty: &impl ToTokens, excerpt: &Excerpt, prefix: Option<&LitStr>) -> TokenStream {
    let Some(prefix) = prefix else { return impls(ty, excerpt, &[]) };
    match excerpt.clone().prefixed(&prefix.value()) {
        Ok(excerpt) => impls(ty, &excerpt, &[]),
        Err(wrong) => {
            let mistake = syn::Error::new(prefix.span(), wrong).into_compile_error();
            let impls = impls(ty, excerpt, &[]);
            quote! { #mistake #impls }
        }
    }
}

fn impls(ty: &impl ToTokens, excerpt: &Excerpt, wrapped: &[&Type]) -> TokenStream {
    described(ty, &excerpt.description(), wrapped)
}
