//! The traits that all errors of a catalog have in common, and the frameworks that ask for more.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::Subject;

/// `CatalogCode` for `ErrorCode`, `Current` for a `Context` that nobody has to fill, and the frameworks' traits for `Error`.
pub(super) fn emit(subject: &Subject<'_>) -> TokenStream {
    let index = if subject.variants.is_empty() { quote!(match self {}) } else { quote!(self as usize) };
    let current = subject.catalog.context.iter().all(|field| field.optional).then(|| current(subject));
    quote! {
        #[automatically_derived]
        impl ::errbook::CatalogCode for ErrorCode {
            const ALL: &'static [Self] = Self::ALL;
            const CATALOG: &'static ::errbook::Table = &CATALOG;

            fn index(self) -> usize {
                #index
            }
        }

        #current

        ::errbook::integrate! { Error, Context }
    }
}

/// What a scope around the request has, and else nothing.
fn current(subject: &Subject<'_>) -> TokenStream {
    let absent = subject.catalog.context.iter().map(|field| {
        let name = format_ident!("{}", field.ident);
        quote!(#name: ::core::option::Option::None)
    });
    quote! {
        #[automatically_derived]
        impl ::errbook::Current for Context {
            fn current() -> Self {
                ::errbook::scoped_or_none::<Self>().unwrap_or(Self { #(#absent),* })
            }
        }
    }
}

/// `CatalogError` for `Error`, whose own methods say it all.
pub(super) fn generated() -> TokenStream {
    let methods = Methods {
        code: quote!(self.code()),
        status: quote!(self.status()),
        message: quote!(self),
        headers: quote!(Error::headers(self, context)),
        body: quote!(Error::body(self, context)),
    };
    catalog_error(&quote!(Error), &quote!(ErrorCode), &quote!(Context), &methods)
}

/// The bodies of the trait's methods.
struct Methods {
    code: TokenStream,
    status: TokenStream,
    message: TokenStream,
    headers: TokenStream,
    body: TokenStream,
}

fn catalog_error(error: &TokenStream, code: &TokenStream, context: &TokenStream, methods: &Methods) -> TokenStream {
    let Methods { code: code_of, status, message, headers, body } = methods;
    quote! {
        #[automatically_derived]
        impl ::errbook::CatalogError for #error {
            type Code = #code;
            type Context = #context;

            fn code(&self) -> Self::Code {
                #code_of
            }

            fn status(&self) -> ::core::option::Option<u16> {
                #status
            }

            fn message(&self) -> impl ::core::fmt::Display {
                #message
            }

            fn details(&self) -> impl ::errbook::serde::Serialize {
                Details(self)
            }

            fn headers(
                &self,
                context: &Self::Context,
            ) -> ::errbook::alloc::vec::Vec<(&'static str, ::errbook::alloc::borrow::Cow<'static, str>)> {
                #headers
            }

            fn body<'a>(&'a self, context: &'a Self::Context) -> impl ::errbook::serde::Serialize {
                #body
            }
        }
    }
}
