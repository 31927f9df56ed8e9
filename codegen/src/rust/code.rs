//! `ErrorCode`: the kind of an error.

use std::collections::BTreeMap;

use errbook_catalog::model::name::Name;
use errbook_catalog::model::template::Template;
use errbook_catalog::model::{Catalog, Deprecated, Predicate, Retired, RetiredName};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::{Subject, Variant, doc};
use crate::commonmark;

pub(super) fn emit(subject: &Subject<'_>) -> TokenStream {
    let Subject { catalog, variants, .. } = subject;
    let definition = definition(catalog, variants);
    let methods = methods(catalog, variants);
    let traits = traits();
    quote! { #definition #methods #traits }
}

fn definition(catalog: &Catalog, variants: &[Variant<'_>]) -> TokenStream {
    let doc = doc::attributes(&format!("An error code of {}.", commonmark::plain(&catalog.api.name)));
    // Rust allows no `repr` on an enum without variants.
    let repr = (!variants.is_empty()).then(|| quote!(#[repr(u16)]));
    let variants = variants.iter().map(|variant| {
        let doc = doc::brief(variant.def);
        let deprecated = deprecated(catalog, variant);
        let ident = &variant.ident;
        quote! { #doc #deprecated #ident }
    });
    quote! {
        #doc
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        #repr
        pub enum ErrorCode {
            #(#variants,)*
        }
    }
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
    /// The doc comment and `#[deprecated]`.
    pub(super) attributes: TokenStream,
}

pub(super) fn aliases<'a>(catalog: &'a Catalog, variants: &'a [Variant<'a>]) -> Vec<Alias<'a>> {
    let alias = |retired: &'a Retired| {
        let Retired { name, since, replacement, rust, is_public: _, note, origin: _ } = retired;
        let RetiredName::Alias = (*rust)?;
        let target = &catalog.errors[(*replacement)?].name.id;
        let variant = variants.iter().find(|variant| variant.def.name.id == *target)?;
        let (old, new) = (commonmark::code_span(&name.id), commonmark::code_span(target));
        let doc = doc::attributes(&format!("{old} is retired. Expect {new} instead."));
        let deprecated = Deprecated { since: since.clone(), replacement: *replacement, note: note.clone() };
        let attribute = attribute(catalog, &deprecated);
        Some(Alias { name, variant, attributes: quote!(#doc #attribute) })
    };
    catalog.retired.iter().filter_map(alias).collect()
}

/// A constant for each retired name. Like the old variant, it works in expressions and patterns.
fn retired(catalog: &Catalog, variants: &[Variant<'_>]) -> TokenStream {
    let constants = aliases(catalog, variants).into_iter().map(|Alias { name, variant, attributes }| {
        let (name, ident) = (format_ident!("{}", name.variant), &variant.ident);
        quote! {
            #attributes
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
    let info = if variants.is_empty() { quote!(match self {}) } else { quote!(&CATALOG.errors[self as usize]) };
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

            /// The catalog's data about this error.
            #[must_use]
            pub const fn info(self) -> &'static ::errbook::ErrorInfo {
                #info
            }

            /// The unique, stable id.
            #[must_use]
            pub const fn id(self) -> &'static str {
                self.info().id
            }

            /// The name of the error's page.
            #[must_use]
            pub const fn slug(self) -> &'static str {
                self.info().slug
            }

            /// The code that clients receive: that of the mask for an internal error, or else this
            /// one.
            #[must_use]
            pub const fn public_code(self) -> Self {
                #public_code
            }

            /// The wire code, if any.
            #[must_use]
            pub const fn code(self) -> ::core::option::Option<::errbook::Code> {
                self.info().code
            }

            /// The HTTP status, or the first of several; `None` if the error is not an HTTP
            /// response.
            #[must_use]
            pub const fn status(self) -> ::core::option::Option<u16> {
                self.info().statuses.first().copied()
            }

            /// All HTTP statuses.
            #[must_use]
            pub const fn statuses(self) -> &'static [u16] {
                self.info().statuses
            }

            /// A short title.
            #[must_use]
            pub const fn title(self) -> &'static str {
                self.info().title
            }

            /// The message, with `{name}` for each detail.
            #[must_use]
            pub const fn message(self) -> &'static str {
                self.info().message
            }

            /// When the error occurs, as markdown.
            #[must_use]
            pub const fn description(self) -> ::core::option::Option<&'static str> {
                self.info().description()
            }

            /// The usual cause, as markdown.
            #[must_use]
            pub const fn cause(self) -> ::core::option::Option<&'static str> {
                self.info().cause()
            }

            /// How to fix it, as markdown.
            #[must_use]
            pub const fn fix(self) -> ::core::option::Option<&'static str> {
                self.info().fix()
            }

            /// Whether and how to retry the request.
            #[must_use]
            pub const fn retry(self) -> ::errbook::Retry {
                self.info().handling.retry
            }

            /// Whether the catalog says that retrying can help. Also true if only idempotent
            /// requests can be retried.
            #[must_use]
            pub const fn is_retryable(self) -> bool {
                self.info().handling.retry.is_retryable()
            }

            /// What happens to the charge, if the catalog says so.
            #[must_use]
            pub const fn refund(self) -> ::core::option::Option<::errbook::Refund> {
                self.info().handling.refund
            }

            /// Whose fault the error is, if the catalog says so.
            #[must_use]
            pub const fn fault(self) -> ::core::option::Option<::errbook::Fault> {
                self.info().handling.fault
            }

            /// The URL of the error's page.
            #[must_use]
            pub const fn doc_url(self) -> ::core::option::Option<&'static str> {
                self.info().doc_url()
            }

            /// The id of the error's group.
            #[must_use]
            pub const fn group(self) -> ::core::option::Option<&'static str> {
                self.info().handling.group
            }

            /// The media type of the body.
            #[must_use]
            pub const fn content_type(self) -> ::core::option::Option<&'static str> {
                self.info().handling.content_type
            }

            /// The response headers, with templates as values.
            #[must_use]
            pub const fn headers(self) -> &'static [(&'static str, &'static str)] {
                self.info().handling.headers
            }

            /// The API version that introduced the error.
            #[must_use]
            pub const fn since(self) -> ::core::option::Option<&'static str> {
                self.info().handling.lifecycle.since
            }

            /// The deprecation, if the error is deprecated.
            #[must_use]
            pub const fn deprecated(self) -> ::core::option::Option<::errbook::Deprecated> {
                self.info().handling.lifecycle.deprecated
            }

            /// Finds the error with this id.
            #[must_use]
            pub fn from_id(id: &str) -> ::core::option::Option<Self> {
                CATALOG.by_id(id).map(|at| Self::ALL[at])
            }

            /// Finds the error with this status and wire code; write an integer code in digits.
            /// Without a status, the code must belong to one error only.
            #[must_use]
            pub fn from_wire(
                status: ::core::option::Option<u16>,
                code: ::core::option::Option<&str>,
            ) -> ::core::option::Option<Self> {
                CATALOG.by_wire(status, code).map(|at| Self::ALL[at])
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
    let doc = doc::attributes(&doc);
    quote! {
        #doc
        #[must_use]
        pub const fn #name(self) -> bool {
            #body
        }
    }
}

fn traits() -> TokenStream {
    quote! {
        /// Displays the id.
        #[automatically_derived]
        impl ::core::fmt::Display for ErrorCode {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(self.id())
            }
        }

        /// Parses an id.
        #[automatically_derived]
        impl ::core::str::FromStr for ErrorCode {
            type Err = ::errbook::UnknownId;

            fn from_str(id: &str) -> ::core::result::Result<Self, ::errbook::UnknownId> {
                Self::from_id(id).ok_or(::errbook::UnknownId)
            }
        }

        /// Serializes the id.
        #[automatically_derived]
        impl ::errbook::serde::Serialize for ErrorCode {
            fn serialize<S: ::errbook::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.id())
            }
        }

        /// Deserializes an id.
        #[automatically_derived]
        impl<'de> ::errbook::serde::Deserialize<'de> for ErrorCode {
            fn deserialize<D: ::errbook::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                ::errbook::deserialize_id(deserializer)
            }
        }
    }
}
