//! The types of details: the catalog's named types, and a status type for each error with several
//! statuses.

use errbook_catalog::model::{DetailType, EnumValue, Field, TypeDef, TypeShape};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::doc::Doc;
use super::{Sink, Subject, Variant};
use crate::commonmark;

pub(super) fn emit(subject: &Subject<'_>, sink: &mut dyn Sink) {
    let Subject { catalog, variants, .. } = subject;
    sink.items(context(subject));
    variants.iter().filter(|variant| variant.carries_status()).for_each(|variant| sink.items(status(variant)));
    catalog.types.iter().for_each(|def| sink.items(named(subject, def)));
}

/// The Rust type of a field's value.
fn rust_type(subject: &Subject<'_>, field: &Field) -> TokenStream {
    value_type(subject, &field.ident, &field.ty)
}

fn value_type(subject: &Subject<'_>, field: &str, ty: &DetailType) -> TokenStream {
    if let Some((chosen, format)) = subject.types.of(field, ty) {
        return quote!(__errbook::Custom<#chosen, __errbook::format::#format>);
    }
    match ty {
        DetailType::String | DetailType::DateTime | DetailType::Uuid | DetailType::Uri => {
            quote!(__errbook::alloc::string::String)
        }
        DetailType::Integer => quote!(i64),
        DetailType::Number => quote!(f64),
        DetailType::Boolean => quote!(bool),
        DetailType::Duration => quote!(__errbook::Seconds),
        DetailType::Json => quote!(__errbook::Json),
        DetailType::Array(item) => {
            let item = value_type(subject, field, item);
            quote!(__errbook::alloc::vec::Vec<#item>)
        }
        DetailType::Map(item) => {
            let item = value_type(subject, field, item);
            quote!(__errbook::alloc::collections::BTreeMap<__errbook::alloc::string::String, #item>)
        }
        DetailType::Named(at) => {
            let (path, name) = (&subject.path, format_ident!("{}", subject.catalog.types[*at].name));
            quote!(#path #name)
        }
    }
}

/// The type of a field. It may be optional, sensitive or, to break a recursion, boxed.
fn field_type(subject: &Subject<'_>, field: &Field) -> TokenStream {
    wrapped(field, rust_type(subject, field))
}

fn wrapped(field: &Field, mut ty: TokenStream) -> TokenStream {
    if field.boxed {
        ty = quote!(__errbook::alloc::boxed::Box<#ty>);
    }
    if field.sensitive {
        ty = quote!(__errbook::Sensitive<#ty>);
    }
    if field.optional {
        ty = quote!(::core::option::Option<#ty>);
    }
    ty
}

/// A documented field of a struct or, without a visibility, of a variant.
pub(super) fn definition(subject: &Subject<'_>, field: &Field, visibility: &TokenStream) -> TokenStream {
    definition_as(field, &field_type(subject, field), visibility)
}

fn definition_as(field: &Field, ty: &TokenStream, visibility: &TokenStream) -> TokenStream {
    let words = field.doc.clone().unwrap_or_else(|| format!("The member {}.", commonmark::code_span(&field.name)));
    let doc = Doc::new(&words);
    let name = format_ident!("{}", field.ident);
    quote!(#doc #visibility #name: #ty)
}

/// The parameter of a constructor for a field.
pub(super) fn parameter(subject: &Subject<'_>, field: &Field) -> TokenStream {
    let (name, ty) = (format_ident!("{}", field.ident), parameter_type(subject, field));
    quote!(#name: #ty)
}

/// The type of that parameter.
pub(super) fn parameter_type(subject: &Subject<'_>, field: &Field) -> TokenStream {
    let ty = rust_type(subject, field);
    match (field.optional, conversion(subject, field)) {
        (true, _) => quote!(::core::option::Option<#ty>),
        (false, Conversion::Into) => quote!(impl ::core::convert::Into<#ty>),
        (false, Conversion::Integer) => quote!(impl __errbook::IntoInteger),
        (false, Conversion::None) => ty,
    }
}

/// How a constructor makes the type from what it takes.
enum Conversion {
    /// It takes the type.
    None,
    /// It takes any value that converts into the type.
    Into,
    /// It takes any type of integers, also `usize`.
    Integer,
}

fn conversion(subject: &Subject<'_>, field: &Field) -> Conversion {
    match &field.ty {
        ty if subject.types.of(&field.ident, ty).is_some() => Conversion::Into,
        DetailType::Integer => Conversion::Integer,
        DetailType::String
        | DetailType::DateTime
        | DetailType::Uuid
        | DetailType::Uri
        | DetailType::Duration
        | DetailType::Json => Conversion::Into,
        DetailType::Number | DetailType::Boolean | DetailType::Array(_) | DetailType::Map(_) | DetailType::Named(_) => {
            Conversion::None
        }
    }
}

/// The type of a field of the struct that names a constructor's arguments: not behind a pointer.
pub(super) fn argument(subject: &Subject<'_>, field: &Field) -> TokenStream {
    definition(subject, &Field { boxed: false, ..field.clone() }, &quote!(pub))
}

/// The initializer of a field, from that struct.
pub(super) fn from_argument(field: &Field) -> TokenStream {
    let name = format_ident!("{}", field.ident);
    match (field.boxed, field.sensitive) {
        (false, _) => quote!(#name: required.#name),
        (true, false) => quote!(#name: __errbook::alloc::boxed::Box::new(required.#name)),
        (true, true) => {
            let value = quote!(__errbook::alloc::boxed::Box::new(required.#name.into_inner()));
            quote!(#name: __errbook::Sensitive::new(#value))
        }
    }
}

/// The value of a required field, from that parameter.
pub(super) fn converted(subject: &Subject<'_>, field: &Field) -> TokenStream {
    let name = format_ident!("{}", field.ident);
    let value = match conversion(subject, field) {
        Conversion::None => quote!(#name),
        Conversion::Into => quote!(::core::convert::Into::into(#name)),
        Conversion::Integer => quote!(__errbook::IntoInteger::into_integer(#name)),
    };
    let value = if field.boxed { quote!(__errbook::alloc::boxed::Box::new(#value)) } else { value };
    if field.sensitive { quote!(__errbook::Sensitive::new(#value)) } else { value }
}

/// The initializer of a field in a constructor with that parameter.
pub(super) fn initializer(subject: &Subject<'_>, field: &Field) -> TokenStream {
    let name = format_ident!("{}", field.ident);
    if field.optional {
        let value = field.sensitive.then(|| quote!(: #name.map(__errbook::Sensitive::new)));
        return quote!(#name #value);
    }
    let value = converted(subject, field);
    if !field.sensitive && !field.boxed && matches!(conversion(subject, field), Conversion::None) {
        quote!(#name)
    } else {
        quote!(#name: #value)
    }
}

fn context(subject: &Subject<'_>) -> TokenStream {
    let catalog = subject.catalog;
    // Every response has a required field, and JSON has no word for a number that is not finite.
    let is_finite = |field: &Field| {
        field.ty == DetailType::Number && !field.optional && subject.types.of(&field.ident, &field.ty).is_none()
    };
    let finite = quote!(__errbook::Finite);
    let fields = catalog.context.iter().map(|field| {
        let ty = if is_finite(field) { wrapped(field, finite.clone()) } else { field_type(subject, field) };
        definition_as(field, &ty, &quote!(pub))
    });
    let parameters = catalog.context.iter().map(|field| {
        let name = format_ident!("{}", field.ident);
        match conversion(subject, field) {
            _ if is_finite(field) => quote!(#name: #finite),
            // Arguments have many types here, and the compiler explains a missing one better.
            Conversion::Integer if !field.optional => quote!(#name: i64),
            _ => parameter(subject, field),
        }
    });
    let initializers = catalog.context.iter().map(|field| initializer(subject, field));
    let default = catalog.context.iter().all(|field| field.optional).then(|| quote!(, Default));
    quote! {
        /// The context fields: data about the request that any of its responses can carry.
        #[derive(Debug, Clone, PartialEq #default)]
        pub struct Context {
            #(#fields,)*
        }

        impl Context {
            /// Creates the context of one request.
            #[must_use]
            pub fn new(#(#parameters),*) -> Self {
                Self { #(#initializers),* }
            }
        }
    }
}

/// The enum of an error's statuses.
fn status(variant: &Variant<'_>) -> TokenStream {
    let name = variant.status_type();
    let doc = Doc::new(&format!("The HTTP statuses of {}.", commonmark::code_span(&variant.def.name.id)));
    let cases = variant.def.statuses.iter().map(|status| {
        let doc = format!(" HTTP {status}.");
        let name = format_ident!("Http{status}");
        let status = Literal::u16_unsuffixed(*status);
        quote!(#[doc = #doc] #name = #status)
    });
    quote! {
        #doc
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        #[repr(u16)]
        pub enum #name {
            #(#cases,)*
        }

        impl #name {
            /// The number of the status.
            #[must_use]
            pub const fn as_u16(self) -> u16 {
                self as u16
            }
        }
    }
}

fn named(subject: &Subject<'_>, def: &TypeDef) -> TokenStream {
    let TypeDef { name, doc, shape } = def;
    let doc = doc.clone().unwrap_or_else(|| format!("The type {}.", commonmark::code_span(name)));
    let doc = Doc::new(&doc);
    match shape {
        TypeShape::Enum { values, open } => enumeration(name, &doc, values, *open),
        TypeShape::Object(fields) => object(subject, name, &doc, fields),
    }
}

/// An enum. An open one has a variant for the values that the catalog does not list.
fn enumeration(name: &str, doc: &Doc, values: &[EnumValue], open: bool) -> TokenStream {
    let name = format_ident!("{name}");
    let variants = values.iter().map(|EnumValue { value, variant }| {
        let doc = Doc::new(&commonmark::code_span(value));
        let variant = format_ident!("{variant}");
        quote!(#doc #variant)
    });
    let texts = values.iter().map(|EnumValue { value, variant }| {
        let variant = format_ident!("{variant}");
        quote!(Self::#variant => #value)
    });
    let copy = (!open).then(|| quote!(Copy,));
    let other = open.then(|| {
        quote! {
            /// A value that the catalog does not list.
            Other(__errbook::alloc::string::String),
        }
    });
    let as_str = if open {
        quote! {
            pub fn as_str(&self) -> &str {
                match self {
                    #(#texts,)*
                    Self::Other(value) => value,
                }
            }
        }
    } else {
        quote! {
            pub const fn as_str(self) -> &'static str {
                match self {
                    #(#texts,)*
                }
            }
        }
    };
    let traits = text_traits(&name);
    quote! {
        #doc
        #[derive(Debug, Clone, #copy PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants,)*
            #other
        }

        impl #name {
            /// The value on the wire.
            #[must_use]
            #as_str
        }

        #traits
    }
}

/// `Display` and `Serialize` of a type with `as_str`.
fn text_traits(name: &Ident) -> TokenStream {
    quote! {
        /// Displays the value on the wire.
        #[automatically_derived]
        impl ::core::fmt::Display for #name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(self.as_str())
            }
        }

        #[automatically_derived]
        impl __errbook::serde::Serialize for #name {
            fn serialize<S: __errbook::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        #[automatically_derived]
        impl __errbook::Field for #name {
            fn value(&self) -> __errbook::Value<'_> {
                __errbook::Value::Text(self.as_str())
            }
        }
    }
}

fn object(subject: &Subject<'_>, name: &str, doc: &Doc, fields: &[Field]) -> TokenStream {
    let ident = format_ident!("{name}");
    let definitions = fields.iter().map(|field| definition(subject, field, &quote!(pub)));
    let arms: Vec<_> = fields
        .iter()
        .enumerate()
        .map(|(at, field)| {
            let (at, key, ident) = (Literal::usize_unsuffixed(at), &field.name, format_ident!("{}", field.ident));
            quote!(#at => (#key, __errbook::Field::value(&self.#ident)),)
        })
        .collect();
    let (at, detail) = if arms.is_empty() {
        (quote!(_), quote!(::core::option::Option::None))
    } else {
        let detail = quote! {
            ::core::option::Option::Some(match at {
                #(#arms)*
                _ => return ::core::option::Option::None,
            })
        };
        (quote!(at), detail)
    };
    quote! {
        #doc
        #[derive(Debug, Clone, PartialEq)]
        pub struct #ident {
            #(#definitions,)*
        }

        #[automatically_derived]
        impl __errbook::serde::Serialize for #ident {
            fn serialize<S: __errbook::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                __errbook::serde::Serialize::serialize(&__errbook::Object(self), serializer)
            }
        }

        #[automatically_derived]
        impl __errbook::Details for #ident {
            fn detail(
                &self,
                #at: usize,
            ) -> ::core::option::Option<(&'static str, __errbook::Value<'_>)> {
                #detail
            }
        }

        #[automatically_derived]
        impl __errbook::Field for #ident {
            fn value(&self) -> __errbook::Value<'_> {
                __errbook::Value::Object(self)
            }
        }
    }
}
