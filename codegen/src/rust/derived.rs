//! An enum written by hand whose values are errors of a catalog: what `#[derive(CatalogError)]` stands for.

use errbook_catalog::model::{Catalog, ErrorDef};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};

use super::{Asks, Forward, Member, Status, Subject, Variant, traits};

/// An enum written by hand, by what its variants mean. Whoever makes one has held it against the catalog.
pub struct Derived {
    /// The enum's name.
    pub ident: Ident,
    /// The path of the module that has the items generated for the catalog.
    pub module: TokenStream,
    /// Its variants, in their order.
    pub variants: Vec<DerivedVariant>,
}

/// One variant.
pub struct DerivedVariant {
    /// Its name.
    pub ident: Ident,
    /// What it means.
    pub meaning: Meaning,
}

/// What a variant means.
pub enum Meaning {
    /// What the error in its only field means, an error of the same catalog.
    Transparent(Member),
    /// An error of the catalog.
    Error {
        /// Index into [`Catalog::errors`]; never a symptom.
        index: usize,
        /// How many fields the variant has in all.
        fields: usize,
        /// The details that it has fields for, in the order of the catalog: every one that is not optional.
        details: Vec<Given>,
        /// Which of the error's statuses it comes with.
        status: Status,
    },
}

/// A field that is a detail.
pub struct Given {
    /// Index into [`ErrorDef::details`].
    pub index: usize,
    /// The field.
    pub member: Member,
    /// Its type is an `Option`.
    pub is_option: bool,
}

/// The traits of an enum written by hand.
///
/// ```
/// use errbook_codegen::rust::{Derived, DerivedVariant, Meaning, Status, derived};
///
/// let text = b"errbook: 1\napi: {name: Shop}\nerrors: {SOLD_OUT: {status: 409, fix: Choose another.}}\n";
/// let catalog = errbook_catalog::load_text("errors.yaml", text).catalog.expect("accepted");
/// let meaning = Meaning::Error { index: 0, fields: 0, details: Vec::new(), status: Status::Only };
/// let ident = |name| proc_macro2::Ident::new(name, proc_macro2::Span::call_site());
/// let shop_error = Derived {
///     ident: ident("ShopError"),
///     module: "crate::errors".parse().expect("a path"),
///     variants: vec![DerivedVariant { ident: ident("Gone"), meaning }],
/// };
/// let code = derived(&catalog, shop_error).to_string();
/// assert!(code.contains("impl :: errbook :: CatalogError for ShopError"));
/// assert!(code.contains("Self :: Gone => catalog_module :: ErrorCode :: SoldOut"));
/// ```
///
/// # Panics
///
/// Where an index points beyond the catalog.
pub fn derived(catalog: &Catalog, derived: Derived) -> TokenStream {
    let Derived { ident, module, variants } = derived;
    let defs: Vec<Option<ErrorDef>> = variants.iter().map(|variant| given(catalog, &variant.meaning)).collect();
    // The enum's own name is a part of each other, so none can be the same.
    let message = format_ident!("{ident}Message");
    let mut subject = Subject {
        catalog,
        at: Span::call_site(),
        error: ident.to_token_stream(),
        code: quote!(catalog_module::ErrorCode),
        context: quote!(catalog_module::Context),
        body: format_ident!("{ident}Body"),
        details: format_ident!("{ident}Details"),
        asks: Asks::Trait { message: message.clone() },
        variants: Vec::new(),
        forwards: Vec::new(),
    };
    for (DerivedVariant { ident, meaning }, def) in variants.into_iter().zip(&defs) {
        match meaning {
            Meaning::Transparent(member) => subject.forwards.push(Forward { ident, member }),
            Meaning::Error { fields, details, status, .. } => {
                let Some((def, message)) = def.as_ref().and_then(|def| Some((def, def.message.as_ref()?))) else {
                    continue;
                };
                let members = details.into_iter().map(|given| given.member).collect();
                subject.variants.push(Variant { def, ident, message, fields, members, status });
            }
        }
    }
    let items = traits::derived(&subject, &message);
    let import = import(&module);
    quote! {
        ::errbook::generated! {
            #![allow(dead_code, deprecated)]

            const _: () = {
                #import

                #items
            };
        }
    }
}

/// The error as the variant has it: without the optional details that it has no field for, and with those that are always
/// there no longer optional.
fn given(catalog: &Catalog, meaning: &Meaning) -> Option<ErrorDef> {
    let Meaning::Error { index, details, .. } = meaning else { return None };
    let mut def = catalog.errors[*index].clone();
    let fields = details.iter().map(|Given { index, is_option, .. }| {
        let mut field = def.details[*index].clone();
        field.optional = *is_option;
        field
    });
    def.details = fields.collect();
    Some(def)
}

/// The module under the name that the items call it by: where there is none of its name, that is one message of the compiler.
///
/// ```
/// let module = "crate::errors".parse().expect("a path");
/// assert_eq!(errbook_codegen::rust::import(&module).to_string(), "use crate :: errors as catalog_module ;");
/// ```
pub fn import(module: &TokenStream) -> TokenStream {
    let place = module.clone().into_iter().next().map_or_else(Span::call_site, |token| token.span());
    quote_spanned!(Span::call_site().located_at(place)=> use #module as catalog_module;)
}
