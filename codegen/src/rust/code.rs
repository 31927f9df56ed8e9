//! `ErrorCode`: which error it is.

use errbook_catalog::model::name::Name;
use errbook_catalog::model::template::Template;
use errbook_catalog::model::{Catalog, Deprecated, Predicate, Retired, RetiredName};
use proc_macro2::TokenStream;
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
    let doc = doc::attributes(&format!("Which error of {} it is.", commonmark::plain(&catalog.api.name)));
    // An enum without variants can have no representation.
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

/// `#[deprecated]`, where the catalog says so. A `since` that is no semantic version goes into the note, for clippy
/// refuses it in its own place.
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

/// A retired error whose name Rust keeps.
pub(super) struct Alias<'a> {
    pub(super) name: &'a Name,
    /// What it stands for.
    pub(super) variant: &'a Variant<'a>,
    /// The doc comment, and `#[deprecated]`.
    pub(super) attributes: TokenStream,
}

pub(super) fn aliases<'a>(catalog: &'a Catalog, variants: &'a [Variant<'a>]) -> Vec<Alias<'a>> {
    let alias = |retired: &'a Retired| {
        let Retired { name, since, replacement, rust, note, origin: _ } = retired;
        let RetiredName::Alias = (*rust)?;
        let target = &catalog.errors[(*replacement)?].name.id;
        let variant = variants.iter().find(|variant| variant.def.name.id == *target)?;
        let (old, new) = (commonmark::code_span(&name.id), commonmark::code_span(target));
        let doc = doc::attributes(&format!("What {old} was, which is sent no more: {new}."));
        let deprecated = Deprecated { since: since.clone(), replacement: *replacement, note: note.clone() };
        let attribute = attribute(catalog, &deprecated);
        Some(Alias { name, variant, attributes: quote!(#doc #attribute) })
    };
    catalog.retired.iter().filter_map(alias).collect()
}

/// The names of retired errors, each a constant: it stands in an expression and in a pattern, as the variant did.
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
    let retired = retired(catalog, variants);
    let predicates = catalog.predicates.iter().map(|predicate| self::predicate(catalog, predicate));
    let from_message = variants.iter().any(|variant| message_identity(variant).is_some()).then(|| {
        quote! {
            /// The error that a client knows by this message alone: it has neither a status nor a code, and its
            /// message is the same in each occurrence.
            #[must_use]
            pub fn from_message(message: &str) -> ::core::option::Option<Self> {
                CATALOG.by_message(message).map(|at| Self::ALL[at])
            }
        }
    });
    quote! {
        impl ErrorCode {
            /// Every code, in the order of the catalog.
            pub const ALL: &'static [Self] = &[#(Self::#idents),*];

            #retired

            /// Everything the catalog says about it.
            #[must_use]
            pub const fn info(self) -> &'static ::errbook::ErrorInfo {
                #info
            }

            /// The id: unique and stable.
            #[must_use]
            pub const fn id(self) -> &'static str {
                self.info().id
            }

            /// The name of its page.
            #[must_use]
            pub const fn slug(self) -> &'static str {
                self.info().slug
            }

            /// What stands on the wire, where the API sends a code.
            #[must_use]
            pub const fn code(self) -> ::core::option::Option<::errbook::Code> {
                self.info().code
            }

            /// The status, or the first of several; `None` where it is no HTTP response.
            #[must_use]
            pub const fn status(self) -> ::core::option::Option<u16> {
                self.info().statuses.first().copied()
            }

            /// Every status that it comes with.
            #[must_use]
            pub const fn statuses(self) -> &'static [u16] {
                self.info().statuses
            }

            /// A few words.
            #[must_use]
            pub const fn title(self) -> &'static str {
                self.info().title
            }

            /// The message, with `{name}` where a detail stands.
            #[must_use]
            pub const fn message(self) -> &'static str {
                self.info().message
            }

            /// Markdown: what it means, when it fires.
            #[must_use]
            pub const fn description(self) -> ::core::option::Option<&'static str> {
                self.info().description()
            }

            /// Markdown: the usual cause.
            #[must_use]
            pub const fn cause(self) -> ::core::option::Option<&'static str> {
                self.info().cause()
            }

            /// Markdown: what to do about it.
            #[must_use]
            pub const fn fix(self) -> ::core::option::Option<&'static str> {
                self.info().fix()
            }

            /// Whether repeating the request can help, and how to go about it.
            #[must_use]
            pub const fn retry(self) -> ::errbook::Retry {
                self.info().handling.retry
            }

            /// Whether repeating the request can help, be it only for requests that are safe to repeat.
            #[must_use]
            pub const fn is_retryable(self) -> bool {
                self.info().handling.retry.is_retryable()
            }

            /// What happens to the charge, where the catalog says.
            #[must_use]
            pub const fn refund(self) -> ::core::option::Option<::errbook::Refund> {
                self.info().handling.refund
            }

            /// The URL of its page.
            #[must_use]
            pub const fn doc_url(self) -> ::core::option::Option<&'static str> {
                self.info().doc_url()
            }

            /// The id of the group that it stands in.
            #[must_use]
            pub const fn group(self) -> ::core::option::Option<&'static str> {
                self.info().handling.group
            }

            /// The media type of its body.
            #[must_use]
            pub const fn content_type(self) -> ::core::option::Option<&'static str> {
                self.info().handling.content_type
            }

            /// The headers of its response, values as templates.
            #[must_use]
            pub const fn headers(self) -> &'static [(&'static str, &'static str)] {
                self.info().handling.headers
            }

            /// The version that brought it.
            #[must_use]
            pub const fn since(self) -> ::core::option::Option<&'static str> {
                self.info().handling.lifecycle.since
            }

            /// Why it should no longer be relied on.
            #[must_use]
            pub const fn deprecated(self) -> ::core::option::Option<::errbook::Deprecated> {
                self.info().handling.lifecycle.deprecated
            }

            /// The error with this id.
            #[must_use]
            pub fn from_id(id: &str) -> ::core::option::Option<Self> {
                CATALOG.by_id(id).map(|at| Self::ALL[at])
            }

            /// The error that a client knows by this status and code, an integer code in its digits. Without a status, the
            /// error whose code it is alone.
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

/// The message of an error that is known by nothing else, where it is the same in each occurrence.
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
        ("Holds for no error.".to_owned(), quote!(false))
    } else {
        (format!("Whether it is one of {}.", ids.join(", ")), quote!(::core::matches!(self, #(Self::#members)|*)))
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
        /// The id.
        #[automatically_derived]
        impl ::core::fmt::Display for ErrorCode {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(self.id())
            }
        }

        /// From the id.
        #[automatically_derived]
        impl ::core::str::FromStr for ErrorCode {
            type Err = ::errbook::UnknownId;

            fn from_str(id: &str) -> ::core::result::Result<Self, ::errbook::UnknownId> {
                Self::from_id(id).ok_or(::errbook::UnknownId)
            }
        }

        /// As the id.
        #[automatically_derived]
        impl ::errbook::serde::Serialize for ErrorCode {
            fn serialize<S: ::errbook::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.id())
            }
        }

        /// From the id.
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
