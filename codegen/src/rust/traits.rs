//! The traits that the errors of all catalogs share, and the traits of frameworks.

use errbook_catalog::model::template::Placeholder;
use errbook_catalog::model::{ErrorDef, Field, Rejection, Statuses};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, quote};

use super::{Subject, Variant, body, error, fingerprint, headers};

/// `CatalogCode` for `ErrorCode`, `Current` for a `Context` without required fields, and the
/// frameworks' traits for `Error`.
pub(super) fn emit(subject: &Subject<'_>) -> TokenStream {
    let index = if subject.variants.is_empty() { quote!(match self {}) } else { quote!(self as usize) };
    let current = subject.catalog.context.iter().all(|field| field.optional).then(current);
    let (from_rejection, from_internal) = (from_rejection(subject), from_internal(subject));
    let fingerprint = Literal::u64_unsuffixed(fingerprint(subject.catalog));
    let names = Some(subject.types.names()).filter(|names| !names.is_empty());
    let types = names.map(|names| quote!(const TYPES: &'static ::core::primitive::str = #names;));
    quote! {
        #[automatically_derived]
        impl __errbook::CatalogCode for ErrorCode {
            const ALL: &'static [Self] = Self::ALL;
            const CATALOG: &'static __errbook::Table = &CATALOG;
            const FINGERPRINT: ::core::option::Option<u64> = ::core::option::Option::Some(#fingerprint);
            #types

            fn index(self) -> usize {
                #index
            }
        }

        #current

        #from_rejection

        #from_internal
    }
}

/// The variants for the rejections. `None` for a catalog without rejections, and for a hand-written
/// enum without a variant that can be made without values.
pub(super) fn rejected<'s, 'a>(subject: &'s Subject<'a>) -> Option<Vec<(&'a Rejection, &'s Variant<'a>)>> {
    let Subject { catalog, variants, .. } = subject;
    let ours = subject.types_are_ours();
    let variant = |rejection: &'a Rejection| {
        let id = &catalog.errors[rejection.error].name.id;
        let variant = variants.iter().find(|variant| variant.def.name.id == *id);
        Some((rejection, variant.filter(|variant| ours || variant.fields == 0)?))
    };
    catalog.rejections.iter().map(variant).collect::<Option<Vec<_>>>().filter(|variants| !variants.is_empty())
}

/// The variant for the status 500, if it keeps another error as its source.
pub(super) fn internal<'s>(subject: &'s Subject<'_>) -> Option<&'s Variant<'s>> {
    let catalog = subject.catalog;
    let rejections = rejected(subject).unwrap_or_default();
    let of_500 = |wanted: &dyn Fn(Statuses) -> bool| {
        rejections.iter().find(|(rejection, _)| wanted(rejection.statuses)).map(|(_, variant)| *variant)
    };
    let rejected =
        of_500(&|statuses| statuses == Statuses::One(500)).or_else(|| of_500(&|statuses| statuses == Statuses::Server));
    let variant = if catalog.rejections.is_empty() { plain_500(subject) } else { rejected };
    variant.filter(|variant| variant.def.source)
}

/// A conversion whose bound is never met, so that the compiler says what to write.
pub(super) fn never_internal(error: &impl ToTokens) -> TokenStream {
    quote! {
        #[automatically_derived]
        impl ::core::convert::From<__errbook::Internal> for #error
        where
            for<'never> #error: __errbook::FromInternal
        {
            fn from(internal: __errbook::Internal) -> Self {
                __errbook::FromInternal::from_internal(internal)
            }
        }
    }
}

/// The conversion of any error into the one for the status 500, which keeps it as its source.
fn from_internal(subject: &Subject<'_>) -> TokenStream {
    let error = &subject.error;
    let Some(variant) = internal(subject) else {
        return never_internal(error);
    };
    let value = variant.without_values(subject, 500);
    quote! {
        /// The error for the status 500, with any other error as its source.
        #[automatically_derived]
        impl ::core::convert::From<__errbook::Internal> for #error {
            fn from(internal: __errbook::Internal) -> Self {
                let reason = internal.into_source();
                #value
            }
        }
    }
}

/// An expression for the only public error with the status 500 that needs no detail.
fn only_500(subject: &Subject<'_>) -> Option<TokenStream> {
    let only = plain_500(subject)?;
    let value = only.without_values(subject, 500);
    let has_source = only.def.source && subject.types_are_ours();
    let unused = (!has_source).then(|| quote!(let _ = reason;));
    Some(quote!(#unused Some(#value)))
}

/// The only public error with the status 500 that needs no detail.
fn plain_500<'s, 'a>(subject: &'s Subject<'a>) -> Option<&'s Variant<'a>> {
    let ours = subject.types_are_ours();
    let is_plain = |variant: &&Variant<'_>| {
        let ErrorDef { statuses, details, .. } = variant.def;
        variant.def.is_public() && *statuses == [500] && details.iter().all(|detail| detail.optional)
    };
    let mut plain = subject.variants.iter().filter(is_plain);
    plain.next().filter(|variant| plain.next().is_none() && (ours || variant.fields == 0))
}

/// `FromRejection`, if the enum has the variants.
fn from_rejection(subject: &Subject<'_>) -> Option<TokenStream> {
    let Subject { catalog, error, .. } = subject;
    let ours = subject.types_are_ours();
    let rejected = rejected(subject)?;
    let is_single =
        |status: u16| catalog.rejections.iter().any(|rejection| rejection.statuses == Statuses::One(status));
    let mut arms = Vec::new();
    for (rejection, variant) in rejected {
        let (first, last) = (rejection.statuses.first(), rejection.statuses.last());
        // An error with several statuses keeps the one of the rejection.
        let own = variant.def.statuses.iter().filter(|status| (first..=last).contains(status) && !is_single(**status));
        for &status in own.filter(|_| variant.carries_status()) {
            let (pattern, value) = (Literal::u16_unsuffixed(status), variant.without_values(subject, status));
            arms.push(quote!(#pattern => #value,));
        }
        let (low, high) = (Literal::u16_unsuffixed(first), Literal::u16_unsuffixed(last));
        let pattern = match rejection.statuses {
            Statuses::One(_) => quote!(#low),
            Statuses::Client => quote!(#low..=#high),
            Statuses::Server => quote!(_),
        };
        let value = variant.without_values(subject, first);
        arms.push(quote!(#pattern => #value,));
    }
    let has_source = |rejection: &Rejection| catalog.errors[rejection.error].source;
    let unused = (!ours || !catalog.rejections.iter().any(has_source)).then(|| quote!(let _ = reason;));
    Some(quote! {
        #[automatically_derived]
        impl __errbook::FromRejection for #error {
            fn from_rejection(status: u16, reason: &str) -> Self {
                #unused
                match status {
                    #(#arms)*
                }
            }
        }
    })
}

/// `Body`, which is an occurrence in its envelope, and the traits of `Error`. Both use the
/// serializer of the details.
pub(super) fn body(subject: &Subject<'_>) -> TokenStream {
    let serializers = body::serializers(subject);
    let catalog_error = generated(subject);
    quote! {
        /// The body of an error's response.
        #[derive(Debug)]
        pub struct Body<'a> {
            error: &'a Error,
            context: &'a Context,
            info: __errbook::ErrorInfo,
        }

        const _: () = {
            #serializers

            #catalog_error
        };
    }
}

/// Takes the context from the surrounding scope, or an empty one.
fn current() -> TokenStream {
    quote! {
        #[automatically_derived]
        impl __errbook::Current for Context {
            fn current() -> Self {
                __errbook::scoped_or_none::<Self>().unwrap_or_default()
            }
        }
    }
}

/// `CatalogError` for `Error`, which calls its own methods.
fn generated(subject: &Subject<'_>) -> TokenStream {
    let methods = Methods {
        code: quote!(self.code()),
        public_code: quote!(self.public_code()),
        status: quote!(self.status()),
        message: subject.message(&quote!(self)),
        headers: quote!(Error::headers(self, context)),
        body: quote!(Error::body(self, context)),
        details: quote!(__errbook::Object(__errbook::sent(self))),
    };
    catalog_error(subject, &methods)
}

/// `CatalogError` for a hand-written enum, which has no such methods.
pub(super) fn derived(subject: &Subject<'_>, message_type: &Ident) -> TokenStream {
    let Subject { error, context, body, details, .. } = subject;
    let info_of_self = public_info(&quote!(self));
    let methods = Methods {
        code: error::code_of(subject),
        public_code: quote!(__errbook::code_of(self).public_code()),
        status: error::status_of(subject, &quote!(#info_of_self.statuses().first().copied())),
        message: quote!(#message_type(self)),
        headers: headers::headers_of(subject, &info_of_self),
        body: quote!(#body { error: self, context, info: #info_of_self }),
        details: quote!(#details(self)),
    };
    let catalog_error = catalog_error(subject, &methods);
    let serializers = body::serializers(subject);
    let message = message_for_clients(subject, message_type);
    let from_rejection = from_rejection(subject);
    quote! {
        struct #body<'a> {
            error: &'a #error,
            context: &'a #context,
            info: __errbook::ErrorInfo,
        }

        #serializers

        #message

        #catalog_error

        #from_rejection

        ::errbook::integrate! { #error, #context }
    }
}

/// Returns an expression for the table row of what clients receive.
fn public_info(error: &TokenStream) -> TokenStream {
    quote!(__errbook::info_of(#error))
}

/// A struct that displays the message of an occurrence for clients.
fn message_for_clients(subject: &Subject<'_>, name: &Ident) -> TokenStream {
    let error = &subject.error;
    let info = public_info(&quote!(self.0));
    let constant = quote!(#info.message());
    let message = error::write_message(subject, &subject.sent, error, &quote!(self.0), &constant);
    // An enum without variants writes nothing.
    let f = if subject.count() == 0 { quote!(_) } else { quote!(f) };
    quote! {
        struct #name<'a>(&'a #error);

        impl ::core::fmt::Display for #name<'_> {
            fn fmt(&self, #f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                #message
            }
        }
    }
}

/// The bodies of the trait's methods.
struct Methods {
    code: TokenStream,
    public_code: TokenStream,
    status: TokenStream,
    message: TokenStream,
    headers: TokenStream,
    body: TokenStream,
    details: TokenStream,
}

/// Whether an error has a detail that can fail to serialize, and that no body has as a value. It is
/// only in a message or a header, where any value becomes text.
fn checks_details(subject: &Subject<'_>) -> bool {
    let Subject { catalog, types, .. } = subject;
    let ours = subject.types_are_ours();
    subject.variants.iter().map(|variant| variant.def).filter(|error| error.is_public()).any(|error| {
        let places = catalog.envelope_of(error).map(|envelope| catalog.places(envelope).slots).unwrap_or_default();
        let has = |wanted: &Placeholder| places.iter().any(|(_, placeholder)| placeholder == wanted);
        let is_sent = |name: &str| has(&Placeholder::Details) || has(&Placeholder::Detail(name.to_owned()));
        let can_fail = |detail: &Field| !ours || types.has(detail) || body::has_bounds(catalog, detail, ours);
        error.details.iter().any(|detail| can_fail(detail) && !is_sent(&detail.name))
    })
}

fn catalog_error(subject: &Subject<'_>, methods: &Methods) -> TokenStream {
    let Subject { error, code, context, .. } = subject;
    let Methods { code: code_of, public_code, status, message, headers, body, details } = methods;
    let of_rejections = rejected(subject).map(|_| quote!(Some(__errbook::FromRejection::from_rejection(500, reason))));
    let unsendable = of_rejections.or_else(|| only_500(subject)).map(|instead| {
        quote! {
            fn unsendable(reason: &str) -> Option<Self> {
                #instead
            }
        }
    });
    let checks = checks_details(subject).then(|| {
        quote!(
            const CHECKS_DETAILS: ::core::primitive::bool = true;
        )
    });
    quote! {
        #[automatically_derived]
        impl __errbook::CatalogError for #error {
            type Code = #code;
            type Context = #context;
            #checks

            fn code(&self) -> #code {
                #code_of
            }

            fn public_code(&self) -> #code {
                #public_code
            }

            fn status(&self) -> Option<u16> {
                #status
            }

            fn message(&self) -> impl ::core::fmt::Display {
                #message
            }

            fn details(&self) -> impl Serialize {
                #details
            }

            fn headers(
                &self,
                context: &#context,
            ) -> __errbook::alloc::vec::Vec<(&'static str, __errbook::alloc::borrow::Cow<'static, str>)> {
                #headers
            }

            fn body<'a>(&'a self, context: &'a #context) -> impl Serialize {
                #body
            }

            #unsendable
        }
    }
}
