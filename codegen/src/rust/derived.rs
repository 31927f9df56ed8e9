//! Code for `#[derive(CatalogError)]`: a hand-written type whose values are errors of a catalog.

use errbook_catalog::model::{Catalog, ErrorDef};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};

use super::{Asks, Forward, Masks, Member, Status, Subject, Types, Variant, traits};

/// A hand-written enum and the meaning of its variants, or a struct, which is one error. The caller
/// has checked it against the catalog.
pub struct Derived {
    /// The name of the type.
    pub ident: Ident,
    /// The path of the module with the catalog's generated items.
    pub module: TokenStream,
    /// The variants, in order. For a struct, exactly one.
    pub variants: Vec<DerivedVariant>,
}

/// One variant, or a struct.
pub struct DerivedVariant {
    /// The name of the variant. `None` for a struct.
    pub ident: Option<Ident>,
    /// The meaning of the variant.
    pub meaning: Meaning,
}

/// The meaning of a variant.
pub enum Meaning {
    /// The meaning of its only field, which is another error of the same catalog.
    Transparent(Member),
    /// An error of the catalog.
    Error {
        /// Index into [`Catalog::errors`]. Never a symptom.
        index: usize,
        /// The number of fields.
        fields: usize,
        /// The details with a field, in catalog order. Contains every required detail.
        details: Vec<Given>,
        /// How the variant gets its status.
        status: Status,
    },
}

/// A field with the value of a detail.
pub struct Given {
    /// Index into [`ErrorDef::details`].
    pub index: usize,
    /// The field.
    pub member: Member,
    /// Whether its type is an `Option`.
    pub is_option: bool,
}

/// Generates the traits of a hand-written type.
///
/// ```
/// use errbook_codegen::rust::{Derived, DerivedVariant, Meaning, Status, derived};
///
/// let text = b"errbook: 1
/// api: {name: Shop}
/// errors: {SOLD_OUT: {status: 409, fix: Choose another.}}
/// ";
/// let catalog = errbook_catalog::load_text("errors.yaml", text).catalog.expect("accepted");
/// let meaning = Meaning::Error { index: 0, fields: 0, details: Vec::new(), status: Status::Only };
/// let ident = |name| proc_macro2::Ident::new(name, proc_macro2::Span::call_site());
/// let shop_error = Derived {
///     ident: ident("ShopError"),
///     module: "crate::errors".parse().expect("a path"),
///     variants: vec![DerivedVariant { ident: Some(ident("Gone")), meaning }],
/// };
/// let code = derived(&catalog, shop_error).to_string();
/// assert!(code.contains("impl __errbook :: CatalogError for ShopError"));
/// assert!(code.contains("Self :: Gone { .. } => catalog_module :: ErrorCode :: SoldOut"));
/// ```
///
/// # Panics
///
/// If an index is outside the catalog.
pub fn derived(catalog: &Catalog, derived: Derived) -> TokenStream {
    let Derived { ident, module, variants } = derived;
    let defs: Vec<Option<ErrorDef>> = variants.iter().map(|variant| given(catalog, &variant.meaning)).collect();
    let masks = Masks::new(catalog);
    // Each name begins with the name of the type, so they never collide.
    let message = format_ident!("{ident}Message");
    // The types of a hand-written enum are its author's.
    let types = Types::default();
    let mut subject = Subject {
        catalog,
        types: &types,
        at: Span::call_site(),
        error: ident.to_token_stream(),
        code: quote!(catalog_module::ErrorCode),
        context: quote!(catalog_module::Context),
        path: quote!(catalog_module::),
        body: format_ident!("{ident}Body"),
        details: format_ident!("{ident}Details"),
        asks: Asks::Trait,
        message: Some(message.clone()),
        variants: Vec::new(),
        sent: Vec::new(),
        forwards: Vec::new(),
    };
    for (DerivedVariant { ident: variant, meaning }, def) in variants.into_iter().zip(&defs) {
        match meaning {
            Meaning::Transparent(member) => subject.forwards.push(Forward { ident: variant, member }),
            Meaning::Error { fields, details, status, .. } => {
                let Some((def, message)) = def.as_ref().and_then(|def| Some((def, def.message.as_ref()?))) else {
                    continue;
                };
                let members = details.into_iter().map(|given| given.member).collect();
                let is_struct = variant.is_none();
                let ident = variant.unwrap_or_else(|| ident.clone());
                subject.variants.push(Variant { def, ident, is_struct, message, fields, members, status });
            }
        }
    }
    subject.sent = subject.variants.iter().map(|variant| variant.sent(&masks)).collect();
    let items = traits::derived(&subject, &message);
    let (runtime, import) = (super::runtime(), import(&module));
    quote! {
        ::errbook::generated! {
            #![allow(dead_code, deprecated)]

            const _: () = {
                #runtime

                #import

                #items
            };
        }
    }
}

/// The error as the variant has it: without optional details that have no field, and with a
/// required detail for each field that is not an `Option`.
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

/// Imports the module under the name that generated items use. If the module does not exist, the
/// compiler reports it once.
///
/// ```
/// let module = "crate::errors".parse().expect("a path");
/// let import = errbook_codegen::rust::import(&module).to_string();
/// assert_eq!(import, "use crate :: errors as catalog_module ;");
/// ```
pub fn import(module: &TokenStream) -> TokenStream {
    let place = module.clone().into_iter().next().map_or_else(Span::call_site, |token| token.span());
    quote_spanned!(Span::call_site().located_at(place)=> use #module as catalog_module;)
}
