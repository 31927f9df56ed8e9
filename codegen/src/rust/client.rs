//! Code for clients: the layout of each envelope, and how to build an error from its parts.

use errbook_catalog::model::template::Placeholder;
use errbook_catalog::model::{Catalog, EnumValue, Envelope, Field, Places, TypeDef, TypeShape};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::Subject;

/// The items are in a macro of the runtime, which is empty if the runtime's feature is off.
pub(super) fn emit(subject: &Subject<'_>) -> TokenStream {
    let catalog = subject.catalog;
    let receive = receive(subject);
    let types = catalog.types.iter().map(read);
    quote! {
        #[rustfmt::skip]
        ::errbook::client! {
            /// An error that a client received.
            pub type ReceivedError = __errbook::client::Received<Error>;

            #receive

            #(#types)*
        }
    }
}

fn receive(subject: &Subject<'_>) -> TokenStream {
    let variants = &subject.variants;
    let arms = variants.iter().map(|variant| {
        let ident = &variant.ident;
        let status = variant.carries_status().then(|| {
            let ty = variant.status_type();
            let cases = variant.def.statuses.iter().map(|status| format_ident!("Http{status}"));
            quote!(status: details.status(&[#(#ty::#cases),*], #ty::as_u16)?,)
        });
        let details = variant.def.details.iter().map(|field| from(field, &quote!(details)));
        let source = variant.def.source.then(|| {
            let source = subject.types.source_of(&quote!(details.source()), quote!(details.source()));
            quote!(source: #source,)
        });
        quote!(ErrorCode::#ident => Self::#ident { #status #(#details,)* #source },)
    });
    let error = if variants.is_empty() {
        quote!(match code {})
    } else {
        quote!(::core::result::Result::Ok(match code { #(#arms)* }))
    };
    let unused = variants.iter().all(|variant| variant.fields == 0).then(|| quote!(let _ = details;));
    quote! {
        #[automatically_derived]
        impl __errbook::client::Receive for Error {
            fn receive(
                code: ErrorCode,
                details: &__errbook::client::Details<'_>,
            ) -> ::core::result::Result<Self, &'static str> {
                #unused
                #error
            }
        }
    }
}

/// Returns the initializer of a field, read from `object`.
fn from(field: &Field, object: &TokenStream) -> TokenStream {
    let (name, key) = (format_ident!("{}", field.ident), &field.name);
    let how = if field.optional { quote!(optional) } else { quote!(required) };
    quote!(#name: #object.#how(#key)?)
}

fn read(def: &TypeDef) -> TokenStream {
    let TypeDef { name, doc: _, shape } = def;
    let name = format_ident!("{name}");
    let value = match shape {
        TypeShape::Enum { values, open: false } => {
            let values = values.iter().map(|EnumValue { value: _, variant }| format_ident!("{variant}"));
            quote!(__errbook::client::one_of(value, &[#(Self::#values),*], Self::as_str))
        }
        TypeShape::Enum { values, open: true } => {
            let arms = values.iter().map(|EnumValue { value, variant }| {
                let variant = format_ident!("{variant}");
                quote!(#value => Self::#variant,)
            });
            quote! {
                let __errbook::Json::String(text) = value else { return ::core::option::Option::None };
                ::core::option::Option::Some(match text.as_str() {
                    #(#arms)*
                    _ => Self::Other(::core::clone::Clone::clone(text)),
                })
            }
        }
        TypeShape::Object(fields) => {
            let binding = if fields.is_empty() { quote!(_) } else { quote!(object) };
            let members = fields.iter().map(|field| from(field, &quote!(object)));
            quote! {
                let #binding = __errbook::client::Object::of(value)?;
                ::core::option::Option::Some(Self { #(#members),* })
            }
        }
    };
    quote! {
        #[automatically_derived]
        impl __errbook::client::Read for #name {
            fn read(value: &__errbook::Json) -> ::core::option::Option<Self> {
                #value
            }
        }
    }
}

/// Returns the table's rows, one for each envelope.
pub(super) fn envelopes(catalog: &Catalog) -> TokenStream {
    let rows = catalog.envelopes.iter().map(|envelope| {
        let Places { slots, required } = catalog.places(envelope);
        let slots = slots.iter().filter_map(|(pointer, placeholder)| {
            let slot = slot(placeholder)?;
            Some(quote!((#pointer, #slot)))
        });
        let headers = headers(envelope);
        quote!(Envelope { slots: &[#(#slots),*], required: &[#(#required),*], headers: &[#(#headers),*] })
    });
    quote!(&[#(#rows),*])
}

fn slot(placeholder: &Placeholder) -> Option<TokenStream> {
    Some(match placeholder {
        Placeholder::Id => quote!(Slot::Id),
        Placeholder::Code => quote!(Slot::Code),
        Placeholder::Slug => quote!(Slot::Slug),
        Placeholder::Title => quote!(Slot::Title),
        Placeholder::Message => quote!(Slot::Message),
        Placeholder::DocUrl => quote!(Slot::DocUrl),
        Placeholder::Details => quote!(Slot::Details),
        Placeholder::Detail(name) => quote!(Slot::Detail(#name)),
        Placeholder::Context(name) => quote!(Slot::Fact(#name)),
        Placeholder::Status | Placeholder::Fix | Placeholder::Retryable | Placeholder::Refund | Placeholder::Group => {
            return None;
        }
    })
}

fn headers(envelope: &Envelope) -> impl Iterator<Item = TokenStream> {
    envelope.headers.iter().map(|header| {
        let (name, value) = (&header.name, header.value.to_source());
        quote!((#name, #value))
    })
}
