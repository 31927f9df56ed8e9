//! `ErrorCode`: the kind of an error.

use std::collections::BTreeMap;

use errbook_catalog::model::name::Name;
use errbook_catalog::model::template::Template;
use errbook_catalog::model::{Catalog, Deprecated, Predicate, Retired, RetiredName};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::doc::{self, Doc};
use super::{Sink, Subject, Variant};
use crate::commonmark;

pub(super) fn emit(subject: &Subject<'_>, sink: &mut dyn Sink) {
    let Subject { catalog, variants, .. } = subject;
    definition(catalog, variants, sink);
    sink.items(methods(catalog, variants));
    sink.items(quote!(__errbook::code! { ErrorCode }));
}

fn definition(catalog: &Catalog, variants: &[Variant<'_>], sink: &mut dyn Sink) {
    let doc = Doc::new(&format!("An error code of {}.", commonmark::plain(&catalog.api.name)));
    // Rust allows no `repr` on an enum without variants.
    let repr = (!variants.is_empty()).then(|| quote!(#[repr(u16)]));
    let head = quote! {
        #doc
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        #repr
        pub enum ErrorCode
    };
    sink.open(head);
    for variant in variants {
        let (ident, deprecated) = (&variant.ident, deprecated(catalog, variant));
        sink.entry(&doc::brief(variant.def), quote!(#deprecated #ident,));
    }
    sink.close(None);
}

/// The `#[deprecated]` attribute of a deprecated error. Clippy accepts only a semantic version as
/// `since`; any other version goes into the note.
pub(super) fn deprecated(catalog: &Catalog, variant: &Variant<'_>) -> Option<TokenStream> {
    variant.def.lifecycle.deprecated.as_ref().map(|deprecated| attribute(catalog, deprecated))
}

fn attribute(catalog: &Catalog, deprecated: &Deprecated) -> TokenStream {
    let note = doc::deprecation(catalog, deprecated);
    match &deprecated.since {
        Some(since) if is_semver(since) => quote!(#[deprecated(since = #since, note = #note)]),
        Some(since) => {
            let note = format!("since {since}: {note}");
            quote!(#[deprecated(note = #note)])
        }
        None => quote!(#[deprecated(note = #note)]),
    }
}

/// A retired error that keeps its Rust name.
pub(super) struct Alias<'a> {
    pub(super) name: &'a Name,
    /// The replacement.
    pub(super) variant: &'a Variant<'a>,
    pub(super) doc: Doc,
    /// `#[deprecated]`.
    pub(super) deprecated: TokenStream,
}

pub(super) fn aliases<'a>(catalog: &'a Catalog, variants: &'a [Variant<'a>]) -> Vec<Alias<'a>> {
    let alias = |retired: &'a Retired| {
        let Retired { name, since, replacement, rust, is_public: _, note, origin: _ } = retired;
        let RetiredName::Alias = (*rust)?;
        let target = &catalog.errors[(*replacement)?].name.id;
        let variant = variants.iter().find(|variant| variant.def.name.id == *target)?;
        let (old, new) = (commonmark::code_span(&name.id), commonmark::code_span(target));
        let doc = Doc::new(&format!("{old} is retired. Expect {new} instead."));
        let deprecated = Deprecated { since: since.clone(), replacement: *replacement, note: note.clone() };
        Some(Alias { name, variant, doc, deprecated: attribute(catalog, &deprecated) })
    };
    catalog.retired.iter().filter_map(alias).collect()
}

/// A constant for each retired name. Like the old variant, it works in expressions and patterns.
fn retired(catalog: &Catalog, variants: &[Variant<'_>]) -> TokenStream {
    let constants = aliases(catalog, variants).into_iter().map(|Alias { name, variant, doc, deprecated }| {
        let (name, ident) = (format_ident!("{}", name.variant), &variant.ident);
        quote! {
            #doc
            #deprecated
            pub const #name: Self = Self::#ident;
        }
    });
    quote!(#(#constants)*)
}

/// Returns a match on `self`, with an arm for each mask.
fn public_code(catalog: &Catalog, variants: &[Variant<'_>]) -> TokenStream {
    let mut masked: BTreeMap<usize, Vec<&Ident>> = BTreeMap::new();
    for variant in variants {
        if let Some(mask) = variant.def.mask() {
            masked.entry(mask.index()).or_default().push(&variant.ident);
        }
    }
    if masked.is_empty() {
        return quote!(self);
    }
    let arms = masked.into_iter().map(|(mask, internal)| {
        let mask = format_ident!("{}", catalog.errors[mask].name.variant);
        quote!(#(Self::#internal)|* => Self::#mask,)
    });
    quote!(match self { #(#arms)* _ => self })
}

fn is_semver(version: &str) -> bool {
    let parts: Vec<&str> = version.split('.').collect();
    let is_number = |part: &&str| {
        let digits = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        digits && (part.len() == 1 || !part.starts_with('0'))
    };
    parts.len() == 3 && parts.iter().all(is_number)
}

fn methods(catalog: &Catalog, variants: &[Variant<'_>]) -> TokenStream {
    let idents = variants.iter().map(|variant| &variant.ident);
    let public_code = public_code(catalog, variants);
    let retired = retired(catalog, variants);
    let predicates = catalog.predicates.iter().map(|predicate| self::predicate(catalog, predicate));
    let from_message = variants.iter().any(|variant| message_identity(variant).is_some()).then(|| {
        quote! {
            /// Finds the error with this message. Only errors with a constant message, and neither
            /// a status nor a code, are found.
            #[must_use]
            pub fn from_message(message: &str) -> ::core::option::Option<Self> {
                CATALOG.by_message(message).map(|at| Self::ALL[at])
            }
        }
    });
    quote! {
        impl ErrorCode {
            /// All errors, in catalog order.
            pub const ALL: &'static [Self] = &[#(Self::#idents),*];

            #retired

            /// The code that clients receive: that of the mask for an internal error, or else this
            /// one.
            #[must_use]
            pub const fn public_code(self) -> Self {
                #public_code
            }

            #from_message

            #(#predicates)*
        }
    }
}

/// The message, if it is constant and the only way to recognize the error.
pub(super) fn message_identity<'a>(variant: &Variant<'a>) -> Option<&'a str> {
    let known_otherwise = variant.def.code.is_some() || !variant.def.statuses.is_empty();
    let unescaped = |text: &&str| Template::to_message_source(variant.message) == **text;
    variant.message.as_constant().filter(|_| !known_otherwise).filter(unescaped)
}

fn predicate(catalog: &Catalog, predicate: &Predicate) -> TokenStream {
    let name = format_ident!("{}", predicate.name);
    let ids: Vec<_> = predicate.members.iter().map(|&at| commonmark::code_span(&catalog.errors[at].name.id)).collect();
    let members: Vec<_> =
        predicate.members.iter().map(|&at| format_ident!("{}", catalog.errors[at].name.variant)).collect();
    let (doc, body) = if members.is_empty() {
        ("Always false.".to_owned(), quote!(false))
    } else {
        (
            format!("Whether the error is one of {}.", ids.join(", ")),
            quote!(::core::matches!(self, #(Self::#members)|*)),
        )
    };
    let doc = Doc::new(&doc);
    quote! {
        #doc
        #[must_use]
        pub const fn #name(self) -> bool {
            #body
        }
    }
}
