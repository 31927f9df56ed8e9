//! Expands `#[derive(CatalogError)]`.

mod attributes;
mod check;
mod types;

use std::collections::BTreeSet;
use std::path::Path;

use errbook_catalog::Loaded;
use errbook_catalog::model::Catalog;
use errbook_codegen::rust::{self, Derived, Meaning};
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Data, DeriveInput, Fields, GenericParam, LitStr, Variant};

use self::attributes::{Attributes, ENUM, STRUCT};
use crate::expand::{read, refusal, watched};

/// Implements `CatalogError` for a hand-written type. On mistakes, reports all of them and adds a
/// placeholder implementation, so that the compiler does not also report every use of the type.
pub(crate) fn derived(folder: &Path, input: &DeriveInput) -> TokenStream {
    let mut mistakes = Mistakes::default();
    let place = if matches!(input.data, Data::Struct(_)) { STRUCT } else { ENUM };
    let attributes = Attributes::parse(&input.attrs, place, &mut mistakes);
    let module = attributes.as_ref().and_then(|attributes| attributes.path("module"));
    let module = module.map_or_else(|| quote!(crate::errors), |path| quote!(#path));
    let wants_openapi = attributes.as_ref().and_then(|attributes| attributes.flag("openapi"));
    let (expansion, inputs) = match subject(input, attributes.as_ref(), &mut mistakes) {
        Some(Subject { catalog: path, attributes, item }) => {
            let loaded = read(folder, path);
            let expansion = if let Ok(Loaded { catalog: Some(catalog), .. }) = &loaded {
                let derived = check::check(catalog, &input.ident, &module, &item, attributes, &mut mistakes);
                let openapi = wants_openapi.map(|span| openapi(catalog, &derived, &item, span, &mut mistakes));
                mistakes.is_empty().then(|| {
                    let implementation = rust::derived(catalog, derived);
                    let same = same_catalog(catalog, path, &module);
                    quote!(#implementation #openapi #same)
                })
            } else {
                mistakes.push(path.span(), loaded.as_ref().map_or_else(Clone::clone, refusal));
                None
            };
            (expansion, loaded.map(|loaded| loaded.inputs).unwrap_or_default())
        }
        None => (None, Vec::new()),
    };
    let expansion = expansion.unwrap_or_else(|| {
        let openapi = wants_openapi.map(|_| described(&input.ident, None, &BTreeSet::new(), &[]));
        let stand_in = stand_in(input, &module);
        quote!(#stand_in #openapi)
    });
    let mistakes = mistakes.into_compile_errors();
    let watched = watched(&inputs);
    quote! { #mistakes #expansion #watched }
}

/// A compile error if the module is of another copy of the catalog. Otherwise, its errors could lack
/// what the catalog has, or say something else about it.
pub(crate) fn same_catalog(catalog: &Catalog, path: &LitStr, module: &TokenStream) -> TokenStream {
    let (fingerprint, import) = (rust::fingerprint(catalog), rust::import(module));
    let (module, yaml) = (types::path_text(module), path.value());
    let file = catalog.generate.rust.as_ref().map_or_else(String::new, |file| format!(", which writes `{file}`"));
    let message = format!(
        "`{module}` was not generated from `{yaml}` as it is now. Generate it again: its build script, or `errbook \
         generate {yaml}`{file}. If another crate has the module, update that crate or your copy of the catalog"
    );
    // At the path, with the edition and the lints of a macro.
    quote_spanned! { Span::call_site().located_at(path.span())=>
        ::errbook::generated! {
            #![allow(dead_code, deprecated)]

            const _: () = {
                #import

                match <catalog_module::ErrorCode as ::errbook::CatalogCode>::FINGERPRINT {
                    ::core::option::Option::Some(module) if module != #fingerprint => ::core::panic!(#message),
                    _ => {}
                }
            };
        }
    }
}

/// Implements the responses of the enum for an `OpenAPI` document of another crate.
fn openapi(catalog: &Catalog, derived: &Derived, item: &Item<'_>, span: Span, mistakes: &mut Mistakes) -> TokenStream {
    if !cfg!(feature = "openapi") {
        mistakes.push(span, "`openapi` needs the feature `utoipa` or `aide` of errbook");
    }
    let mut errors = BTreeSet::new();
    let mut wrapped = Vec::new();
    for variant in &derived.variants {
        match variant.meaning {
            Meaning::Error { index, .. } => drop(errors.insert(index)),
            Meaning::Transparent(_) => wrapped.extend(item.fields_of(variant.ident.as_ref()).map(|field| &field.ty)),
        }
    }
    described(&derived.ident, Some(catalog), &errors, &wrapped)
}

#[cfg(feature = "openapi")]
use crate::openapi::of_type as described;

/// Empty: the feature is off, and another error says so.
#[cfg(not(feature = "openapi"))]
fn described(_: &syn::Ident, _: Option<&Catalog>, _: &BTreeSet<usize>, _: &[&syn::Type]) -> TokenStream {
    TokenStream::new()
}

/// The type and the catalog to check it against.
struct Subject<'a> {
    catalog: &'a LitStr,
    attributes: &'a Attributes,
    item: Item<'a>,
}

/// The parts of a type that are errors.
enum Item<'a> {
    /// Each variant is an error.
    Enum(Vec<&'a Variant>),
    /// The struct is one error.
    Struct(&'a Fields),
}

impl<'a> Item<'a> {
    /// The fields of a variant, or of the struct.
    fn fields_of(&self, variant: Option<&syn::Ident>) -> impl Iterator<Item = &'a syn::Field> {
        let fields = match self {
            Item::Enum(variants) => {
                variants.iter().find(|own| Some(&own.ident) == variant).map(|variant| &variant.fields)
            }
            Item::Struct(fields) => Some(*fields),
        };
        fields.into_iter().flatten()
    }
}

/// The type and the path of its catalog. `None`, with a report, if the type cannot be checked.
fn subject<'a>(
    input: &'a DeriveInput,
    attributes: Option<&'a Attributes>,
    mistakes: &mut Mistakes,
) -> Option<Subject<'a>> {
    let item = match &input.data {
        Data::Enum(data) => Item::Enum(data.variants.iter().collect()),
        Data::Struct(data) => Item::Struct(&data.fields),
        Data::Union(_) => {
            let message = "a union has no error: derive `CatalogError` for an enum, with a variant for each error, or \
                           for a struct, which is one error";
            mistakes.push(input.ident.span(), message);
            return None;
        }
    };
    if let Some(parameter) = input.generics.params.first() {
        mistakes.push_at(parameter, generic(parameter));
        return None;
    }
    let attributes = attributes?;
    let Some(catalog) = attributes.bare() else {
        let message = "the type names no catalog; add `#[catalog(\"errors.yaml\")]`";
        mistakes.push(input.ident.span(), message);
        return None;
    };
    Some(Subject { catalog, attributes, item })
}

/// Says what to write instead of a generic type. A response outlives the request, and the catalog
/// declares the type of each detail, so there is nothing to choose later.
fn generic(parameter: &GenericParam) -> String {
    let instead = match parameter {
        GenericParam::Lifetime(_) => "write `String`, or `Cow<'static, str>`, for a borrowed text",
        GenericParam::Type(_) => {
            "give the field the type of its detail, and write `Box<dyn std::error::Error + Send + Sync>` for any source"
        }
        GenericParam::Const(_) => "write `Vec` for an array of any length",
    };
    format!("the type of an error cannot have parameters: {instead}")
}

/// A placeholder implementation without errors.
fn stand_in(input: &DeriveInput, module: &TokenStream) -> TokenStream {
    let name = &input.ident;
    let import = rust::import(module);
    let (parameters, arguments, conditions) = input.generics.split_for_impl();
    // A bound with a lifetime of its own is checked where the type is used, and not here.
    let conditions = conditions.map_or_else(|| quote!(where), |conditions| quote!(#conditions,));
    // The traits of frameworks are only for types without parameters.
    let integrate =
        input.generics.params.is_empty().then(|| quote!(::errbook::integrate! { #name, catalog_module::Context }));
    quote! {
        const _: () = {
            #import

            #[automatically_derived]
            impl #parameters ::errbook::CatalogError for #name #arguments
            #conditions for<'errbook> Self: ::core::error::Error
            {
                type Code = catalog_module::ErrorCode;
                type Context = catalog_module::Context;

                fn code(&self) -> catalog_module::ErrorCode {
                    loop {}
                }

                fn public_code(&self) -> catalog_module::ErrorCode {
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

                fn body<'errbook>(
                    &'errbook self,
                    _: &'errbook catalog_module::Context,
                ) -> impl ::errbook::serde::Serialize {}
            }

            #integrate
        };
    }
}

/// All problems of an enum.
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
