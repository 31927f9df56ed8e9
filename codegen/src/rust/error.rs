//! `Error`: one occurrence of an error, with its details.

use errbook_catalog::model::Catalog;
use errbook_catalog::model::template::{Part, Placeholder};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use super::code::Alias;
use super::{Status, Subject, Variant, code, doc, headers, template, types};
use crate::commonmark;

/// `Error` and its constructors.
pub(super) fn emit(subject: &Subject<'_>) -> TokenStream {
    let Subject { catalog, variants, .. } = subject;
    let definition = definition(subject);
    let constructors = constructors(catalog, variants);
    quote! { #definition #constructors }
}

/// The methods and traits of `Error`.
pub(super) fn methods(subject: &Subject<'_>) -> TokenStream {
    let own = own_methods(subject);
    let display = display(subject);
    let source = source(&subject.variants);
    quote! { #own #display #source }
}

fn definition(subject: &Subject<'_>) -> TokenStream {
    let Subject { catalog, variants, at, .. } = subject;
    let doc = doc::attributes(&format!("An error of {}.", commonmark::plain(&catalog.api.name)));
    let variants = variants.iter().map(|variant| {
        let doc = doc::error(catalog, variant.def);
        let deprecated = code::deprecated(catalog, variant);
        let ident = Ident::new(&variant.def.name.variant, *at);
        let status = variant.carries_status().then(|| {
            let ty = variant.status_type();
            quote!(#[doc = " The HTTP status."] status: #ty,)
        });
        let details = variant.def.details.iter().map(|field| types::definition(catalog, field, &TokenStream::new()));
        let source = variant.def.source.then(
            || quote!(#[doc = " The underlying error. For logs: clients never see it."] source: ::errbook::BoxError,),
        );
        // The compiler's span of a variant is from its name to its closing brace.
        let fields = (variant.fields > 0).then(|| quote_spanned!(*at=> { #status #(#details,)* #source }));
        quote! { #doc #deprecated #ident #fields }
    });
    quote! {
        #doc
        #[derive(Debug)]
        #[non_exhaustive]
        pub enum Error {
            #(#variants,)*
        }
    }
}

/// A constructor for each error with fields, and for each retired error that keeps its Rust name.
fn constructors(catalog: &Catalog, variants: &[Variant<'_>]) -> TokenStream {
    let own = variants.iter().filter(|variant| variant.fields > 0).map(|variant| {
        let (doc, deprecated) = (doc::brief(variant.def), code::deprecated(catalog, variant));
        constructor(catalog, variant, &variant.def.name.function, &quote!(#doc #deprecated))
    });
    let retired = code::aliases(catalog, variants);
    let retired = retired.iter().map(|Alias { name, variant, attributes }| {
        if variant.fields > 0 {
            return constructor(catalog, variant, &name.function, attributes);
        }
        let (name, ident) = (format_ident!("{}", name.variant), &variant.ident);
        quote! {
            #attributes
            pub const #name: Self = Self::#ident;
        }
    });
    let constructors: Vec<_> = own.chain(retired).collect();
    if constructors.is_empty() {
        return TokenStream::new();
    }
    quote! {
        impl Error {
            #(#constructors)*
        }
    }
}

fn constructor(catalog: &Catalog, variant: &Variant<'_>, name: &str, attributes: &TokenStream) -> TokenStream {
    let ident = &variant.ident;
    let name = format_ident!("{name}");
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
    quote! {
        #attributes
        #[must_use]
        pub fn #name(#status_parameter #(#parameters,)* #source_parameter) -> Self {
            Self::#ident { #status #(#initializers,)* #source }
        }
    }
}

/// Returns an expression for the code of `self`.
pub(super) fn code_of(subject: &Subject<'_>) -> TokenStream {
    if subject.count() == 0 {
        return quote!(match *self {});
    }
    let code = &subject.code;
    let arms = subject.variants.iter().map(|variant| {
        let (pattern, ident) = (variant.any(&quote!(Self)), format_ident!("{}", variant.def.name.variant));
        quote!(#pattern => #code::#ident,)
    });
    let forwards =
        subject.forward(&quote!(Self), &|inner| quote_spanned!(inner.span()=> ::errbook::CatalogError::code(#inner)));
    quote!(match self { #(#arms)* #(#forwards)* })
}

/// Returns an expression for the status of `self`; `rest` is the expression for errors that have no
/// status of their own.
pub(super) fn status_of(subject: &Subject<'_>, rest: &TokenStream) -> TokenStream {
    if subject.count() == 0 {
        return quote!(match *self {});
    }
    let arms = subject.sent.iter().filter_map(|variant| {
        let ident = &variant.ident;
        match &variant.status {
            Status::Only => None,
            Status::Field(member) => {
                let binding = if member.is("status") { quote!(status) } else { quote!(#member: status) };
                Some(quote!(Self::#ident { #binding, .. } => ::core::option::Option::Some(status.as_u16()),))
            }
            Status::Fixed(status) => {
                let pattern = variant.any(&quote!(Self));
                Some(quote!(#pattern => ::core::option::Option::Some(#status),))
            }
        }
    });
    let mut arms: Vec<_> = arms.collect();
    arms.extend(
        subject.forward(&quote!(Self), &|inner| quote_spanned!(inner.span()=> ::errbook::CatalogError::status(#inner))),
    );
    if arms.is_empty() {
        return rest.clone();
    }
    let rest = (arms.len() < subject.count()).then(|| quote!(_ => #rest,));
    quote!(match self { #(#arms)* #rest })
}

fn own_methods(subject: &Subject<'_>) -> TokenStream {
    let code = code_of(subject);
    let status = status_of(subject, &quote!(self.public_code().status()));
    let headers = headers::method(subject);
    let body = if subject.count() == 0 {
        quote!(let _ = context; match *self {})
    } else {
        quote!(Body { error: self, context, info: self.public_code().info() })
    };
    quote! {
        impl Error {
            /// The kind of the error.
            #[must_use]
            pub const fn code(&self) -> ErrorCode {
                #code
            }

            /// The kind of error that clients receive.
            #[must_use]
            pub const fn public_code(&self) -> ErrorCode {
                self.code().public_code()
            }

            /// The HTTP status; `None` if the error is not an HTTP response.
            #[must_use]
            pub const fn status(&self) -> ::core::option::Option<u16> {
                #status
            }

            #headers

            /// The response body, ready to serialize. Null if the catalog declares no body.
            #[must_use]
            pub const fn body<'a>(&'a self, context: &'a Context) -> Body<'a> {
                #body
            }
        }
    }
}

/// Returns a match that writes the message of `error` to `f`: that of its variant, or that of what
/// is sent. Constant messages are in the table.
pub(super) fn write_message(
    subject: &Subject<'_>,
    variants: &[Variant<'_>],
    enum_name: &TokenStream,
    error: &TokenStream,
    constant: &TokenStream,
) -> TokenStream {
    if subject.count() == 0 {
        return quote!(match *#error {});
    }
    let mut arms: Vec<_> = variants.iter().filter_map(|variant| message_arm(subject, variant, enum_name)).collect();
    arms.extend(subject.forward(
        enum_name,
        &|inner| quote_spanned!(inner.span()=> ::core::fmt::Display::fmt(&::errbook::CatalogError::message(#inner), f)),
    ));
    let rest = quote!(f.write_str(#constant));
    if arms.is_empty() {
        return rest;
    }
    let rest = (arms.len() < subject.count()).then(|| quote!(_ => #rest,));
    quote!(match #error { #(#arms)* #rest })
}

/// The message.
fn display(subject: &Subject<'_>) -> TokenStream {
    let (self_type, constant) = (quote!(Self), quote!(self.code().message()));
    let has_masks = subject.variants.iter().any(|variant| !variant.def.is_public());
    let body = match &subject.message {
        // Clients receive the error's own message.
        Some(message) if !has_masks => quote!(::core::fmt::Display::fmt(&::errbook::OneLine(#message(self)), f)),
        Some(_) => {
            let own = write_message(subject, &subject.variants, &self_type, &quote!(self), &constant);
            quote!(::errbook::one_line(f, |f| #own))
        }
        None => write_message(subject, &subject.variants, &self_type, &quote!(self), &constant),
    };
    // An enum without variants writes nothing.
    let f = if subject.count() == 0 { quote!(_) } else { quote!(f) };
    quote! {
        /// The message, on one line: control characters are escaped.
        #[automatically_derived]
        impl ::core::fmt::Display for Error {
            fn fmt(&self, #f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                #body
            }
        }
    }
}

/// The arm of a message with details, or of a constant message that the table has only in escaped
/// form.
fn message_arm(subject: &Subject<'_>, variant: &Variant<'_>, enum_name: &TokenStream) -> Option<TokenStream> {
    if let Some(text) = variant.message.as_constant() {
        let pattern = variant.any(enum_name);
        let is_in_table = variant.message.to_message_source() == text;
        return (!is_in_table).then(|| quote!(#pattern => f.write_str(#text),));
    }
    let names = template::details_of(variant.message.slots());
    let pattern = variant.binding(enum_name, &names);
    let format = message_format(subject, variant);
    Some(quote!(#pattern => ::core::write!(f, #format),))
}

/// The format string of a message. Required details are inlined by name.
fn message_format(subject: &Subject<'_>, variant: &Variant<'_>) -> TokenStream {
    let mut format = String::new();
    let mut arguments = Vec::new();
    for part in &variant.message.parts {
        let slot = match part {
            Part::Text(text) => {
                format.push_str(&template::escape_braces(text));
                continue;
            }
            Part::Slot(slot) => slot,
        };
        let Placeholder::Detail(name) = &slot.placeholder else { continue };
        let Some(field) = variant.detail(name) else { continue };
        let value = variant.local(field);
        if field.optional {
            format.push_str("{}");
            arguments.push(quote!(::errbook::OrEmpty(#value.as_ref())));
        } else if subject.types_are_ours() {
            format.push('{');
            format.push_str(&value.to_string());
            format.push('}');
        } else {
            format.push_str("{}");
            arguments.push(quote!(#value));
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
        impl ::core::error::Error for Error {
            #method
        }
    }
}
