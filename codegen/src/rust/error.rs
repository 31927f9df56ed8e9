//! `Error`: one occurrence of an error, with its details.

use errbook_catalog::model::Field;
use errbook_catalog::model::template::{Part, Placeholder};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use super::code::Alias;
use super::doc::{self, Doc};
use super::{Sink, Status, Subject, Variant, code, custom, headers, template, types};
use crate::commonmark;

/// `Error` and its constructors.
pub(super) fn emit(subject: &Subject<'_>, sink: &mut dyn Sink) {
    definition(subject, sink);
    constructors(subject, sink);
}

/// The methods and traits of `Error`.
pub(super) fn methods(subject: &Subject<'_>, sink: &mut dyn Sink) {
    sink.items(own_methods(subject));
    sink.items(details(&subject.variants));
    sink.items(quote!(__errbook::error! { Error }));
    sink.items(source(&subject.variants));
}

fn definition(subject: &Subject<'_>, sink: &mut dyn Sink) {
    let Subject { catalog, variants, at, .. } = subject;
    let doc = Doc::new(&format!("An error of {}.", commonmark::plain(&catalog.api.name)));
    let clone = subject.types.clone_attribute();
    let source_type = subject.types.source();
    sink.open(quote!(#doc #clone #[non_exhaustive] pub enum Error));
    for variant in variants {
        let deprecated = code::deprecated(catalog, variant);
        let ident = Ident::new(&variant.def.name.variant, *at);
        let status = variant.carries_status().then(|| {
            let ty = variant.status_type();
            quote!(#[doc = " The HTTP status."] status: #ty,)
        });
        let details = variant.def.details.iter().map(|field| types::definition(subject, field, &TokenStream::new()));
        let source = variant
            .def
            .source
            .then(|| quote!(#[doc = " The underlying error. For logs: clients never see it."] source: #source_type,));
        // The compiler's span of a variant is from its name to its closing brace.
        let fields = quote_spanned!(*at=> { #status #(#details,)* #source });
        let tokens = quote!(#deprecated #[non_exhaustive] #ident #fields,);
        sink.entry(&doc::error(catalog, variant.def), tokens);
    }
    sink.close(None);
}

/// A constructor for each error, and for each retired error that keeps its Rust name.
fn constructors(subject: &Subject<'_>, sink: &mut dyn Sink) {
    let Subject { catalog, variants, .. } = subject;
    if variants.is_empty() {
        return;
    }
    sink.open(quote!(impl Error));
    for variant in variants {
        let deprecated = code::deprecated(catalog, variant);
        let tokens = constructor(subject, variant, &variant.def.name.function, deprecated.as_ref());
        sink.entry(&doc::brief(variant.def), tokens);
    }
    for Alias { name, variant, doc, deprecated } in code::aliases(catalog, variants) {
        sink.entry(&doc, constructor(subject, variant, &name.function, Some(&deprecated)));
    }
    sink.close(None);
    for variant in variants {
        if names_required(variant) {
            sink.items(required_details(subject, variant));
        }
        if has_choices(variant) {
            sink.items(builder(subject, variant, variants.len() == 1));
        }
    }
}

/// Whether a constructor takes the required details by name: several could be swapped, and a new
/// order in the catalog would change its parameters.
fn names_required(variant: &Variant<'_>) -> bool {
    variant.def.details.iter().filter(|detail| !detail.optional).nth(1).is_some()
}

/// Whether an error has more to set than a constructor asks for.
pub(super) fn has_choices(variant: &Variant<'_>) -> bool {
    variant.carries_status() || variant.def.details.iter().any(|detail| detail.optional)
}

fn constructor(
    subject: &Subject<'_>,
    variant: &Variant<'_>,
    name: &str,
    deprecated: Option<&TokenStream>,
) -> TokenStream {
    let ident = &variant.ident;
    let name = format_ident!("{name}");
    let Arguments { parameters, .. } = arguments(subject, variant);
    let status = variant.carries_status().then(|| {
        let (ty, first) = (variant.status_type(), format_ident!("Http{}", variant.def.statuses[0]));
        quote!(status: #ty::#first,)
    });
    let details = variant.def.details.iter().map(|field| {
        let name = format_ident!("{}", field.ident);
        match (field.optional, names_required(variant)) {
            (true, _) => quote!(#name: ::core::option::Option::None),
            (false, true) => types::from_argument(field),
            (false, false) => types::initializer(subject, field),
        }
    });
    let source = variant.def.source.then(|| {
        let source = subject.types.source_of(&quote!(source), quote!(::core::convert::Into::into(source)));
        quote!(source: #source,)
    });
    quote! {
        #deprecated
        #[must_use]
        pub fn #name(#parameters) -> Self {
            Self::#ident { #status #(#details,)* #source }
        }
    }
}

/// What a constructor takes.
pub(super) struct Arguments {
    pub(super) parameters: TokenStream,
    /// The names, to pass them on.
    pub(super) names: TokenStream,
}

pub(super) fn arguments(subject: &Subject<'_>, variant: &Variant<'_>) -> Arguments {
    let mut parameters = Vec::new();
    let mut names = Vec::new();
    if names_required(variant) {
        let (path, ty) = (&subject.path, required_type(variant));
        parameters.push(quote!(required: #path #ty));
        names.push(format_ident!("required"));
    } else {
        let required = variant.def.details.iter().filter(|field| !field.optional);
        for field in required {
            parameters.push(types::parameter(subject, field));
            names.push(format_ident!("{}", field.ident, span = place(subject, field)));
        }
    }
    if variant.def.source {
        parameters.push(quote!(source: impl ::core::convert::Into<__errbook::BoxError>));
        names.push(format_ident!("source"));
    }
    Arguments { parameters: quote!(#(#parameters),*), names: quote!(#(#names),*) }
}

/// Where the type of a detail was chosen. An operation with another type than its module has the
/// compiler's error there.
fn place(subject: &Subject<'_>, field: &Field) -> Span {
    let chosen =
        subject.types.of(&field.ident, custom::leaf(&field.ty)).and_then(|(rust, _)| rust.clone().into_iter().next());
    chosen.map_or_else(Span::call_site, |token| Span::call_site().located_at(token.span()))
}

fn required_type(variant: &Variant<'_>) -> Ident {
    format_ident!("{}Required", variant.def.name.variant)
}

/// The named arguments of a constructor.
fn required_details(subject: &Subject<'_>, variant: &Variant<'_>) -> TokenStream {
    let (ty, name) = (required_type(variant), &variant.def.name.variant);
    let doc = format!(" The required details of [`Error::{name}`], by name.");
    let required = variant.def.details.iter().filter(|field| !field.optional);
    let fields = required.map(|field| types::argument(subject, field));
    let clone = subject.types.clone_attribute();
    quote! {
        #[doc = #doc]
        #clone
        pub struct #ty {
            #(#fields,)*
        }
    }
}

/// A struct that wraps an error and sets what its constructor does not ask for.
fn builder(subject: &Subject<'_>, variant: &Variant<'_>, is_only: bool) -> TokenStream {
    let (ident, function) = (&variant.ident, format_ident!("{}", variant.def.name.function));
    let builder = format_ident!("{}Builder", variant.def.name.variant);
    let doc = format!(" Builds [`Error::{ident}`]. `?` and `into` convert it too.");
    let Arguments { parameters, names } = arguments(subject, variant);
    // The only variant of an enum is always the right one.
    let otherwise = (!is_only).then(|| quote!(else { return self }));
    let setter = |what: &str, field: &Ident, parameter: TokenStream, value: TokenStream| {
        let doc = format!(" Sets {what}.");
        let name = format_ident!("with_{}", field.to_string().trim_start_matches("r#"));
        // The parameter has the name of the field.
        let place = format_ident!("{}", if field == "field" { "place" } else { "field" });
        quote! {
            #[doc = #doc]
            #[must_use]
            pub fn #name(mut self, #parameter) -> Self {
                let Error::#ident { #field: #place, .. } = &mut self.0 #otherwise;
                *#place = #value;
                self
            }
        }
    };
    let status = variant.carries_status().then(|| {
        let ty = variant.status_type();
        setter("the HTTP status", &format_ident!("status"), quote!(status: #ty), quote!(status))
    });
    let optional = variant.def.details.iter().filter(|field| field.optional);
    let setters = optional.map(|field| {
        let (name, required) = (format_ident!("{}", field.ident), Field { optional: false, ..field.clone() });
        let (parameter, value) = (types::parameter(subject, &required), types::converted(subject, &required));
        let what = format!("the detail {}", commonmark::code_span(&field.name));
        let with = setter(&what, &name, parameter, quote!(::core::option::Option::Some(#value)));
        let (doc, ty) = (format!(" Sets {what}, if there is a value."), types::parameter_type(subject, &required));
        let [with_name, maybe] = ["with", "maybe"].map(|verb| format_ident!("{verb}_{}", field.ident));
        quote! {
            #with

            #[doc = #doc]
            #[must_use]
            pub fn #maybe(self, #name: ::core::option::Option<#ty>) -> Self {
                match #name {
                    ::core::option::Option::Some(#name) => self.#with_name(#name),
                    ::core::option::Option::None => self,
                }
            }
        }
    });
    let clone = subject.types.clone_attribute();
    quote! {
        #[doc = #doc]
        #clone
        pub struct #builder(Error);

        impl #builder {
            /// With the required details, without the optional ones.
            #[must_use]
            pub fn new(#parameters) -> Self {
                Self(Error::#function(#names))
            }

            #status

            #(#setters)*

            /// The error.
            #[must_use]
            pub fn build(self) -> Error {
                self.0
            }
        }

        #[automatically_derived]
        impl ::core::convert::From<#builder> for Error {
            fn from(builder: #builder) -> Self {
                builder.0
            }
        }
    }
}

/// The list of all details, which `Debug`, `Display`, the body and equality read.
fn details(variants: &[Variant<'_>]) -> TokenStream {
    let arms = variants.iter().flat_map(|variant| {
        let ident = &variant.ident;
        variant.def.details.iter().enumerate().map(move |(at, field)| {
            let (at, name, key) = (Literal::usize_unsuffixed(at), format_ident!("{}", field.ident), &field.name);
            let binding = if name == "value" { quote!(value) } else { quote!(#name: value) };
            quote!((Self::#ident { #binding, .. }, #at) => (#key, __errbook::Field::value(value)),)
        })
    });
    let arms: Vec<_> = arms.collect();
    let (at, body) = if arms.is_empty() {
        (quote!(_), quote!(::core::option::Option::None))
    } else {
        let body = quote! {
            ::core::option::Option::Some(match (self, at) {
                #(#arms)*
                _ => return ::core::option::Option::None,
            })
        };
        (quote!(at), body)
    };
    quote! {
        #[automatically_derived]
        impl __errbook::Details for Error {
            fn detail(
                &self,
                #at: usize,
            ) -> ::core::option::Option<(&'static str, __errbook::Value<'_>)> {
                #body
            }
        }
    }
}

/// Returns an expression for the code of `self`.
pub(super) fn code_of(subject: &Subject<'_>) -> TokenStream {
    if subject.count() == 0 {
        return quote!(match *self {});
    }
    let code = &subject.code;
    let own = quote!(Self);
    let arms = subject.variants.iter().map(|variant| {
        let (pattern, ident) = (variant.any(&own), format_ident!("{}", variant.def.name.variant));
        quote!(#pattern => #code::#ident,)
    });
    let forwards =
        subject.forward(&quote!(Self), &|inner| quote_spanned!(inner.span()=> __errbook::CatalogError::code(#inner)));
    quote!(match self { #(#arms)* #(#forwards)* })
}

/// Returns an expression for the status of `self`; `rest` is the expression for errors that have no
/// status of their own.
pub(super) fn status_of(subject: &Subject<'_>, rest: &TokenStream) -> TokenStream {
    if subject.count() == 0 {
        return quote!(match *self {});
    }
    let own = quote!(Self);
    let arms = subject.sent.iter().filter_map(|variant| {
        let path = variant.path(&own);
        match &variant.status {
            Status::Only => None,
            Status::Field(member) => {
                let binding = if member.is("status") { quote!(status) } else { quote!(#member: status) };
                Some(quote!(#path { #binding, .. } => ::core::option::Option::Some(status.as_u16()),))
            }
            Status::Fixed(status) => {
                let pattern = variant.any(&own);
                Some(quote!(#pattern => ::core::option::Option::Some(#status),))
            }
        }
    });
    let mut arms: Vec<_> = arms.collect();
    arms.extend(
        subject.forward(&quote!(Self), &|inner| quote_spanned!(inner.span()=> __errbook::CatalogError::status(#inner))),
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

            /// The HTTP status; `None` if the error is not an HTTP response.
            #[must_use]
            pub fn status(&self) -> ::core::option::Option<u16> {
                #status
            }

            #headers

            /// The response body, ready to serialize. Null if the catalog declares no body.
            #[must_use]
            pub fn body<'a>(&'a self, context: &'a Context) -> Body<'a> {
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
    let mut arms: Vec<_> = variants.iter().filter_map(|variant| message_arm(variant, enum_name)).collect();
    arms.extend(subject.forward(
        enum_name,
        &|inner| quote_spanned!(inner.span()=> ::core::fmt::Display::fmt(&__errbook::CatalogError::message(#inner), f)),
    ));
    let rest = quote!(f.write_str(#constant));
    if arms.is_empty() {
        return rest;
    }
    let rest = (arms.len() < subject.count()).then(|| quote!(_ => #rest,));
    quote!(match #error { #(#arms)* #rest })
}

/// The arm of a message with details, or of a constant message that the table has only in escaped
/// form.
fn message_arm(variant: &Variant<'_>, enum_name: &TokenStream) -> Option<TokenStream> {
    if let Some(text) = variant.message.as_constant() {
        let pattern = variant.any(enum_name);
        let is_in_table = variant.message.to_message_source() == text;
        return (!is_in_table).then(|| quote!(#pattern => f.write_str(#text),));
    }
    let names = template::details_of(variant.message.slots());
    let pattern = variant.binding(enum_name, &names);
    let format = message_format(variant);
    Some(quote!(#pattern => ::core::write!(f, #format),))
}

/// The format string of a message. Required details are inlined by name.
fn message_format(variant: &Variant<'_>) -> TokenStream {
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
            arguments.push(quote!(__errbook::OrEmpty(#value.as_ref())));
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
