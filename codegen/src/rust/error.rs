//! `Error`: one occurrence, with its details.

use errbook_catalog::model::Catalog;
use errbook_catalog::template::{Part, Placeholder, Template};
use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::{Variant, allow, allow_words, code, doc, headers, local, template, types};
use crate::commonmark;

pub(super) fn emit(catalog: &Catalog, variants: &[Variant<'_>]) -> TokenStream {
    let definition = definition(catalog, variants);
    let constructors = constructors(catalog, variants);
    let methods = methods(catalog, variants);
    let display = display(variants);
    let source = source(variants);
    quote! { #definition #constructors #methods #display #source }
}

fn definition(catalog: &Catalog, variants: &[Variant<'_>]) -> TokenStream {
    let doc = doc::attributes(&format!("An error of {}.", commonmark::plain(&catalog.api.name)));
    let (allow, allow_words) = (allow(variants), allow_words());
    let variants = variants.iter().map(|variant| {
        let doc = doc::error(catalog, variant.def);
        let deprecated = code::deprecated(catalog, variant);
        let ident = &variant.ident;
        let status = variant.carries_status().then(|| {
            let ty = variant.status_type();
            quote!(/** Which status it comes with. */ status: #ty,)
        });
        let details = variant.def.details.iter().map(|field| types::definition(catalog, field, &TokenStream::new()));
        let source = variant
            .def
            .source
            .then(|| quote!(/** What lies beneath; for logs, never for clients. */ source: ::errbook::BoxError,));
        let fields = variant.has_fields().then(|| quote!({ #status #(#details,)* #source }));
        quote! { #doc #deprecated #ident #fields }
    });
    quote! {
        #doc
        #[derive(Debug)]
        #[non_exhaustive]
        #allow
        #allow_words
        #[allow(clippy::large_enum_variant)]
        pub enum Error {
            #(#variants,)*
        }
    }
}

/// A constructor for each error that has something to say.
fn constructors(catalog: &Catalog, variants: &[Variant<'_>]) -> TokenStream {
    let (allow, allow_words) = (allow(variants), allow_words());
    let constructors: Vec<_> =
        variants.iter().filter(|variant| variant.has_fields()).map(|variant| constructor(catalog, variant)).collect();
    if constructors.is_empty() {
        return TokenStream::new();
    }
    quote! {
        #allow
        #allow_words
        impl Error {
            #(#constructors)*
        }
    }
}

fn constructor(catalog: &Catalog, variant: &Variant<'_>) -> TokenStream {
    let doc = doc::brief(variant.def);
    let deprecated = code::deprecated(catalog, variant);
    let ident = &variant.ident;
    let name = format_ident!("{}", variant.def.name.function);
    let details = &variant.def.details;
    let status = variant.carries_status().then(|| {
        let ty = variant.status_type();
        (quote!(status: #ty,), quote!(status,))
    });
    let source = variant.def.source.then(|| {
        let parameter = quote!(source: impl ::core::convert::Into<::errbook::BoxError>,);
        (parameter, quote!(source: ::core::convert::Into::into(source),))
    });
    let (status_parameter, status) = status.unzip();
    let (source_parameter, source) = source.unzip();
    let parameters = details.iter().map(|field| types::parameter(catalog, field));
    let initializers = details.iter().map(types::initializer);
    let count = details.len() + usize::from(variant.carries_status()) + usize::from(variant.def.source);
    let too_many = types::too_many_arguments(count);
    quote! {
        #doc
        #deprecated
        #[must_use]
        #too_many
        pub fn #name(#status_parameter #(#parameters,)* #source_parameter) -> Self {
            Self::#ident { #status #(#initializers,)* #source }
        }
    }
}

fn methods(catalog: &Catalog, variants: &[Variant<'_>]) -> TokenStream {
    let allow = allow(variants);
    let code = if variants.is_empty() {
        quote!(match *self {})
    } else {
        let arms = variants.iter().map(|variant| {
            let (pattern, ident) = (variant.any(&quote!(Self)), &variant.ident);
            quote!(#pattern => ErrorCode::#ident)
        });
        quote!(match self { #(#arms,)* })
    };
    let several = variants.iter().filter(|variant| variant.carries_status());
    let several: Vec<_> = several
        .map(|variant| {
            let ident = &variant.ident;
            quote!(Self::#ident { status, .. } => ::core::option::Option::Some(status.as_u16()))
        })
        .collect();
    let status = if variants.is_empty() {
        quote!(match *self {})
    } else if several.is_empty() {
        quote!(self.code().status())
    } else {
        let rest = (several.len() < variants.len()).then(|| quote!(_ => self.code().status(),));
        quote!(match self { #(#several,)* #rest })
    };
    let headers = headers::method(catalog, variants);
    let body = if variants.is_empty() {
        quote!(let _ = context; match *self {})
    } else {
        quote!(Body { error: self, context, info: self.code().info() })
    };
    quote! {
        #allow
        #[allow(
            clippy::collapsible_match,
            clippy::match_same_arms,
            clippy::match_wildcard_for_single_variants,
            clippy::single_match,
            clippy::single_match_else,
            clippy::too_many_lines
        )]
        impl Error {
            /// Which error it is.
            #[must_use]
            pub const fn code(&self) -> ErrorCode {
                #code
            }

            /// The status of its response; `None` where it is no HTTP response.
            #[must_use]
            pub const fn status(&self) -> ::core::option::Option<u16> {
                #status
            }

            #headers

            /// The body of its response, to be serialized; null where the catalog gives it none.
            #[must_use]
            pub const fn body<'a>(&'a self, context: &'a Context) -> Body<'a> {
                #body
            }
        }
    }
}

/// The message. What is the same in each occurrence stands in the table.
fn display(variants: &[Variant<'_>]) -> TokenStream {
    let allow = allow(variants);
    let arms: Vec<_> = variants.iter().filter_map(message_arm).collect();
    let body = match (variants.len(), arms.len()) {
        (0, _) => quote!(match *self {}),
        (_, 0) => quote!(f.write_str(self.code().message())),
        (all, some) => {
            let rest = (some < all).then(|| quote!(_ => f.write_str(self.code().message()),));
            quote!(match self { #(#arms,)* #rest })
        }
    };
    // Nothing is written where there is nothing to write.
    let f = if variants.is_empty() { quote!(_) } else { quote!(f) };
    quote! {
        /// The message.
        #[automatically_derived]
        #allow
        #[allow(
            clippy::match_same_arms,
            clippy::match_wildcard_for_single_variants,
            clippy::too_many_lines
        )]
        impl ::core::fmt::Display for Error {
            fn fmt(&self, #f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                #body
            }
        }
    }
}

/// The arm of a message with details, or of one that the table does not have as it is sent.
fn message_arm(variant: &Variant<'_>) -> Option<TokenStream> {
    if let Some(text) = variant.message.as_constant() {
        let pattern = variant.any(&quote!(Self));
        let is_in_table = variant.message.to_message_source() == text;
        return (!is_in_table).then(|| quote!(#pattern => f.write_str(#text)));
    }
    let names = template::details_of(variant.message.slots());
    let fields: Vec<_> = names.iter().filter_map(|name| variant.detail(name)).collect();
    let pattern = variant.binding(&quote!(Self), &fields);
    let format = message_format(variant, variant.message);
    Some(quote!(#pattern => ::core::write!(f, #format)))
}

/// The format string of a message, with what is always there by its name.
fn message_format(variant: &Variant<'_>, message: &Template) -> TokenStream {
    let mut format = String::new();
    let mut arguments = Vec::new();
    for part in &message.parts {
        let slot = match part {
            Part::Text(text) => {
                format.push_str(&template::escape_braces(text));
                continue;
            }
            Part::Slot(slot) => slot,
        };
        let Placeholder::Detail(name) = &slot.placeholder else { continue };
        let Some(field) = variant.detail(name) else { continue };
        let value = local(field);
        if field.optional {
            format.push_str("{}");
            arguments.push(quote!(::errbook::OrEmpty(#value.as_ref())));
        } else {
            format.push('{');
            format.push_str(&value.to_string());
            format.push('}');
        }
    }
    let format = Literal::string(&format);
    quote!(#format #(, #arguments)*)
}

fn source(variants: &[Variant<'_>]) -> TokenStream {
    let sources: Vec<_> = variants.iter().filter(|variant| variant.def.source).collect();
    let patterns = sources.iter().map(|variant| {
        let ident = &variant.ident;
        quote!(Self::#ident { source, .. })
    });
    let rest = (sources.len() < variants.len()).then(|| quote!(_ => ::core::option::Option::None,));
    let allow = allow(variants);
    let method = (!sources.is_empty()).then(|| {
        quote! {
            fn source(&self) -> ::core::option::Option<&(dyn ::core::error::Error + 'static)> {
                match self {
                    #(#patterns)|* => ::core::option::Option::Some(&**source),
                    #rest
                }
            }
        }
    });
    quote! {
        #[automatically_derived]
        #allow
        #[allow(clippy::match_wildcard_for_single_variants)]
        impl ::core::error::Error for Error {
            #method
        }
    }
}
