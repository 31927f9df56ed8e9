//! Code for the errors of one operation: a type around `Error` that is made from some errors only.
//!
//! It is not an enum of these errors. An enum would repeat their details, serializers and messages
//! for each operation, and the compiler would pay for each of them again.

use std::collections::BTreeSet;

use errbook_catalog::model::Catalog;
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};

use super::described::{Description, described};
use super::doc::Doc;
use super::error::{self, Arguments};
use super::{Masks, Printer, Sink as _, Subject, Types, Variant, code, import, runtime, traits};
use crate::commonmark;

/// The type of an operation's errors. The caller has checked it against the catalog.
pub struct Operation {
    /// The attributes of the type, such as its documentation.
    pub attributes: TokenStream,
    /// The visibility of the type.
    pub visibility: TokenStream,
    /// The name of the type.
    pub ident: Ident,
    /// The path of the module with the catalog's generated items.
    pub module: TokenStream,
    /// The errors: indices into [`Catalog::errors`]. Each has a response.
    pub errors: BTreeSet<usize>,
    /// The types of other operations that convert into this one. The compiler checks that this one
    /// has all of their errors.
    pub narrower: Vec<TokenStream>,
    /// The types of other operations that this one converts into, such as those of a file, which
    /// cannot name this one. The compiler checks that they have all of its errors.
    pub wider: Vec<TokenStream>,
}

/// Generates the type of an operation's errors. `types` are those of the catalog's module.
///
/// ```
/// use errbook_codegen::rust::{Operation, Types, operation};
///
/// let text = b"errbook: 1
/// api: {name: Shop}
/// errors:
///   SOLD_OUT: {status: 409, fix: Choose another.}
///   CLOSED: {status: 409, fix: Come back.}
/// ";
/// let catalog = errbook_catalog::load_text("errors.yaml", text).catalog.expect("accepted");
/// let order_error = Operation {
///     attributes: "/// The errors of `POST /orders`.".parse().expect("an attribute"),
///     visibility: "pub".parse().expect("a visibility"),
///     ident: proc_macro2::Ident::new("OrderError", proc_macro2::Span::call_site()),
///     module: "crate::errors".parse().expect("a path"),
///     errors: [0].into(),
///     narrower: Vec::new(),
///     wider: Vec::new(),
/// };
/// let code = operation(&catalog, &Types::default(), &order_error).to_string();
/// assert!(code.contains("pub struct OrderError (crate :: errors :: Error) ;"));
/// assert!(code.contains("fn sold_out") && !code.contains("fn closed"));
/// ```
pub fn operation(catalog: &Catalog, types: &Types, operation: &Operation) -> TokenStream {
    let Operation { attributes, visibility, ident, module, errors, narrower, wider } = operation;
    let masks = Masks::new(catalog);
    let subject = Subject { path: quote!(catalog_module::), ..Subject::generated(catalog, types, &masks) };
    let listed: BTreeSet<&str> = errors.iter().map(|&index| catalog.errors[index].name.id.as_str()).collect();
    let is_listed = |variant: &&Variant<'_>| listed.contains(variant.def.name.id.as_str());
    let variants: Vec<&Variant<'_>> = subject.variants.iter().filter(is_listed).collect();

    let (runtime, import) = (runtime(), import(module));
    let constructors = variants.iter().map(|variant| constructor(&subject, variant));
    let builders = variants.iter().filter(|variant| error::has_choices(variant)).map(|variant| {
        let builder = format_ident!("{}Builder", variant.def.name.variant);
        from(ident, &quote!(catalog_module::#builder), &quote!(Self(value.build())), Span::call_site())
    });
    let internal = if traits::internal(&subject).is_some_and(|variant| is_listed(&variant)) {
        let error = quote!(Self(::core::convert::From::from(value)));
        from(ident, &quote!(__errbook::Internal), &error, Span::call_site())
    } else {
        traits::never_internal(ident)
    };
    // Only if the operation has each error that can be sent for a rejection.
    let is_of_all = |variants: &Vec<_>| variants.iter().all(|(_, variant)| is_listed(variant));
    let from_rejection = traits::rejected(&subject).filter(is_of_all).map(|_| {
        quote! {
            #[automatically_derived]
            impl __errbook::FromRejection for #ident {
                fn from_rejection(status: ::core::primitive::u16, reason: &::core::primitive::str) -> Self {
                    Self(__errbook::FromRejection::from_rejection(status, reason))
                }
            }
        }
    });
    let own = quote!(#ident);
    let narrower = narrower.iter().map(|other| {
        converts(other, &own, other, &|place| quote_spanned!(place=> Self(::core::convert::From::from(value))))
    });
    // The field of the other type is private, and it has been checked that there is no error.
    let wider = wider.iter().map(|other| {
        converts(&own, other, other, &|place| {
            quote_spanned! { place =>
                ::core::result::Result::unwrap_or_else(
                    <Self as ::core::convert::TryFrom<catalog_module::Error>>::try_from(value.0),
                    |_| ::core::unreachable!(),
                )
            }
        })
    });
    let ids = variants.iter().map(|variant| &variant.def.name.id);
    let codes = variants.iter().map(|variant| &variant.ident);
    // An empty list has been reported, and is still a pattern.
    let codes = if variants.is_empty() { quote!(_ if false) } else { quote!(#(catalog_module::ErrorCode::#codes)|*) };
    // A constructor that is allowed to be unused would count as a use of its error.
    let allow = if catalog.audit.warns_of_unused { quote!(deprecated) } else { quote!(dead_code, deprecated) };
    let names: Vec<String> = variants.iter().map(|variant| commonmark::code_span(&variant.def.name.id)).collect();
    // A paragraph of its own, after the user's documentation.
    let doc = Doc::new(&format!("One of the errors {}.", names.join(", ")));
    quote! {
        ::errbook::generated! {
            #![allow(#allow)]

            #attributes
            #[doc = ""]
            #doc
            #visibility struct #ident(#module::Error);

            const _: () = {
                #runtime

                #import

                impl #ident {
                    #(#constructors)*
                }

                #(#builders)*

                #internal

                #from_rejection

                __errbook::operation! {
                    #ident, catalog_module, [#(#ids),*], [#codes]
                }

                #(#narrower)*

                #(#wider)*

                ::errbook::integrate! { #ident, catalog_module::Context }
            };
        }
    }
}

/// The name, the documentation and the errors of a type in a file.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The name of the type, a Rust identifier.
    pub name: String,
    /// Markdown.
    pub doc: String,
    /// Indices into [`Catalog::errors`]. Each has a response.
    pub errors: BTreeSet<usize>,
    /// The responses of these errors.
    pub description: Description,
}

/// Generates the types of several operations as the text of a file. `module` is the path of the
/// module with the catalog's generated items.
///
/// ```
/// use errbook_codegen::rust::{Description, Listed, Types, operations_file};
///
/// # let text = b"{errbook: 1, api: {name: Shop}, errors: {SOLD_OUT: {status: 409, fix: Choose another.}}}";
/// # let catalog = errbook_catalog::load_text("errors.yaml", text).catalog.expect("accepted");
/// let (name, doc) = ("OrderError".to_owned(), "The errors of `POST /orders`.".to_owned());
/// let responses = r#"{"409": {"description": "Sold out"}}"#.to_owned();
/// let description = Description { name: name.clone(), schema: "{}".into(), schemas: "{}".into(), responses };
/// let listed = Listed { name, doc, errors: [0].into(), description };
/// let file = operations_file(&catalog, &Types::default(), &"crate::errors".parse()?, &[listed]);
/// assert!(file.starts_with("// @generated by errbook"));
/// assert!(file.contains("pub struct OrderError(crate::errors::Error);"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn operations_file(catalog: &Catalog, types: &Types, module: &TokenStream, operations: &[Listed]) -> String {
    let mut printer =
        Printer::new("// @generated by errbook from an OpenAPI document. Edit the document, then build again.");
    printer.items(same_types(types, module, Span::call_site()));
    for Listed { name, doc, errors, description } in operations {
        let doc = Doc::new(doc);
        let operation = Operation {
            attributes: doc.into_token_stream(),
            visibility: quote!(pub),
            ident: format_ident!("{name}"),
            module: module.clone(),
            errors: errors.clone(),
            narrower: Vec::new(),
            wider: Vec::new(),
        };
        printer.items(self::operation(catalog, types, &operation));
        printer.items(described(&operation.ident, description, &[] as &[Ident]));
    }
    printer.finish()
}

/// A compile error if the module with the catalog's items has types for other details. Without it, the
/// compiler only speaks of conversions between two types, and does not say where they are chosen.
///
/// ```
/// use errbook_codegen::rust::{Types, same_types};
/// use proc_macro2::Span;
///
/// let check = same_types(&Types::default(), &"crate::errors".parse()?, Span::call_site());
/// assert!(check.to_string().contains("write the same `types`"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn same_types(types: &Types, module: &TokenStream, at: Span) -> TokenStream {
    let (import, names) = (import(module), types.names());
    let own = if names.is_empty() { "no types".to_owned() } else { format!("a type for {names}") };
    let module = module.to_string().replace(' ', "");
    let message = format!(
        "`{module}` and this operation choose Rust types for different details. The operation has {own}; write the \
         same `types` as where `{module}` is generated"
    );
    let names = Literal::byte_string(names.as_bytes());
    quote_spanned! {Span::call_site().located_at(at)=>
        ::errbook::generated! {
            #![allow(dead_code, deprecated)]

            const _: () = {
                #import

                match <catalog_module::ErrorCode as ::errbook::CatalogCode>::TYPES.as_bytes() {
                    #names => {}
                    _ => ::core::panic!(#message),
                }
            };
        }
    }
}

/// A constructor with the name and the parameters of that of `Error`.
fn constructor(subject: &Subject<'_>, variant: &Variant<'_>) -> TokenStream {
    let Arguments { parameters, names } = error::arguments(subject, variant);
    let name = format_ident!("{}", variant.def.name.function);
    let doc = Doc::new(&commonmark::plain(&variant.def.title));
    let deprecated = code::deprecated(subject.catalog, variant);
    quote! {
        #doc
        #deprecated
        #[must_use]
        pub fn #name(#parameters) -> Self {
            Self(catalog_module::Error::#name(#names))
        }
    }
}

/// The conversion of one operation's errors into those of another, and a check that it has all of
/// them. Both have the place of the type that the user wrote.
fn converts(
    narrow: &TokenStream,
    wide: &TokenStream,
    written: &TokenStream,
    value: &dyn Fn(Span) -> TokenStream,
) -> TokenStream {
    let place = written.clone().into_iter().next().map_or_else(Span::call_site, |token| token.span());
    let place = Span::call_site().located_at(place);
    let conversion = from(wide, narrow, &value(place), place);
    let [narrow_text, wide_text] = [narrow, wide].map(|path| path.to_string().replace(' ', ""));
    let mistake = format!("`{narrow_text}` has errors that are not in the list of `{wide_text}`: ");
    quote_spanned! { place =>
        const _: () = __errbook::covers(
            <#wide as __errbook::Operation>::IDS,
            <#narrow as __errbook::Operation>::IDS,
            #mistake,
        );

        #conversion
    }
}

fn from(into: &impl ToTokens, from: &TokenStream, value: &TokenStream, at: Span) -> TokenStream {
    quote_spanned! { at =>
        #[automatically_derived]
        impl ::core::convert::From<#from> for #into {
            fn from(value: #from) -> Self {
                #value
            }
        }
    }
}
