//! What `#[derive(CatalogError)]` stands for.

mod attributes;
mod check;
mod types;

use std::collections::BTreeSet;
use std::path::Path;

use errbook_catalog::model::Catalog;
use errbook_codegen::rust::{self, Derived, Meaning};
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Data, DeriveInput, LitStr};

use self::attributes::{Attributes, ENUM};
use crate::expand::{refusal, watched};

/// `CatalogError` for an enum written by hand; and where it has mistakes all of them, beside an implementation that keeps the
/// compiler from reporting whatever uses it.
pub(crate) fn derived(folder: &Path, input: &DeriveInput) -> TokenStream {
    let mut mistakes = Mistakes::default();
    let attributes = Attributes::parse(&input.attrs, ENUM, &mut mistakes);
    let module = attributes.as_ref().and_then(|attributes| attributes.path("module"));
    let module = module.map_or_else(|| quote!(crate::errors), |path| quote!(#path));
    let wants_openapi = attributes.as_ref().and_then(|attributes| attributes.flag("openapi"));
    let (expansion, inputs) = match subject(input, attributes.as_ref(), &mut mistakes) {
        Some(Subject { catalog: path, attributes, variants }) => {
            let loaded = errbook_catalog::load(&folder.join(path.value()));
            let expansion = if let Some(catalog) = &loaded.catalog {
                let derived = check::check(catalog, &input.ident, &module, &variants, attributes, &mut mistakes);
                let openapi = wants_openapi.map(|span| openapi(catalog, &derived, span, &mut mistakes));
                mistakes.is_empty().then(|| {
                    let implementation = rust::derived(catalog, derived);
                    quote!(#implementation #openapi)
                })
            } else {
                mistakes.push(path.span(), refusal(&loaded));
                None
            };
            (expansion, loaded.inputs)
        }
        None => (None, Vec::new()),
    };
    let expansion = expansion.unwrap_or_else(|| {
        let openapi = wants_openapi.map(|_| described(&input.ident, None, &BTreeSet::new()));
        let stand_in = stand_in(input, &module);
        quote!(#stand_in #openapi)
    });
    let mistakes = mistakes.into_compile_errors();
    let watched = watched(&inputs);
    quote! { #mistakes #expansion #watched }
}

/// The enum as the responses of a document that another crate writes.
fn openapi(catalog: &Catalog, derived: &Derived, span: Span, mistakes: &mut Mistakes) -> TokenStream {
    if !cfg!(feature = "openapi") {
        mistakes.push(span, "`openapi` is for documents that utoipa or aide writes: switch on that feature of errbook");
    }
    let mut errors = BTreeSet::new();
    for variant in &derived.variants {
        match variant.meaning {
            Meaning::Error { index, .. } => drop(errors.insert(index)),
            Meaning::Transparent(_) => mistakes.push(
                variant.ident.span(),
                "what a transparent variant returns is not known here: list the ids in `errbook::openapi!`, in place of `openapi`",
            ),
        }
    }
    described(&derived.ident, Some(catalog), &errors)
}

#[cfg(feature = "openapi")]
use crate::openapi::of_enum as described;

/// Nothing: the feature is off, and that is reported.
#[cfg(not(feature = "openapi"))]
fn described(_: &syn::Ident, _: Option<&Catalog>, _: &BTreeSet<usize>) -> TokenStream {
    TokenStream::new()
}

/// What is held against what.
struct Subject<'a> {
    catalog: &'a LitStr,
    attributes: &'a Attributes,
    variants: Vec<&'a syn::Variant>,
}

/// The enum, where it can be held against a catalog at all.
fn subject<'a>(
    input: &'a DeriveInput,
    attributes: Option<&'a Attributes>,
    mistakes: &mut Mistakes,
) -> Option<Subject<'a>> {
    let variants = match &input.data {
        Data::Enum(data) => data.variants.iter().collect(),
        Data::Struct(_) | Data::Union(_) => {
            mistakes.push(input.ident.span(), "only an enum can be the errors of a catalog, a variant for each");
            return None;
        }
    };
    if let Some(parameter) = input.generics.params.first() {
        mistakes.push_at(parameter, "the errors of a catalog have the types that it says: the enum cannot be generic");
        return None;
    }
    let attributes = attributes?;
    let Some(catalog) = attributes.catalog() else {
        let message = "which catalog are these errors of? Name it: `#[catalog(\"errors.yaml\")]`";
        mistakes.push(input.ident.span(), message);
        return None;
    };
    Some(Subject { catalog, attributes, variants })
}

/// An implementation that says nothing.
fn stand_in(input: &DeriveInput, module: &TokenStream) -> TokenStream {
    let name = &input.ident;
    let import = rust::import(module);
    let (parameters, arguments, conditions) = input.generics.split_for_impl();
    let conditions = conditions.map_or_else(|| quote!(where), |conditions| quote!(#conditions,));
    // The frameworks' traits are for types without parameters.
    let integrate =
        input.generics.params.is_empty().then(|| quote!(::errbook::integrate! { #name, catalog_module::Context }));
    quote! {
        const _: () = {
            #import

            #[automatically_derived]
            impl #parameters ::errbook::CatalogError for #name #arguments
            #conditions Self: ::core::error::Error
            {
                type Code = catalog_module::ErrorCode;
                type Context = catalog_module::Context;

                fn code(&self) -> catalog_module::ErrorCode {
                    loop {}
                }

                fn status(&self) -> ::core::option::Option<u16> {
                    ::core::option::Option::None
                }

                fn message(&self) -> impl ::core::fmt::Display {
                    ""
                }

                fn details(&self) -> impl ::errbook::serde::Serialize {}

                fn headers(
                    &self,
                    _: &catalog_module::Context,
                ) -> ::errbook::alloc::vec::Vec<(&'static str, ::errbook::alloc::borrow::Cow<'static, str>)> {
                    ::errbook::alloc::vec::Vec::new()
                }

                fn body<'a>(&'a self, _: &'a catalog_module::Context) -> impl ::errbook::serde::Serialize {}
            }

            #integrate
        };
    }
}

/// Everything that is wrong with an enum.
#[derive(Default)]
struct Mistakes(Option<syn::Error>);

impl Mistakes {
    fn push(&mut self, at: Span, message: impl std::fmt::Display) {
        self.add(syn::Error::new(at, message));
    }

    fn push_at(&mut self, at: impl quote::ToTokens, message: impl std::fmt::Display) {
        self.add(syn::Error::new_spanned(at, message));
    }

    fn add(&mut self, error: syn::Error) {
        match &mut self.0 {
            Some(all) => all.combine(error),
            None => self.0 = Some(error),
        }
    }

    fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    fn into_compile_errors(self) -> Option<TokenStream> {
        self.0.map(syn::Error::into_compile_error)
    }
}
