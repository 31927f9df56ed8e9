//! Templates as expressions. A template with details becomes a match with one arm for each kind of
//! error.

use errbook_catalog::model::template::{Part, Placeholder, Slot, Template};
use errbook_catalog::model::{Catalog, DetailType, Field, TypeShape};
use proc_macro2::{Ident, Literal, TokenStream, TokenTree};
use quote::{format_ident, quote};

use super::body::has_bounds;
use super::{Subject, Types, Variant};

/// The names of the error, the context and the table row in the surrounding code.
pub(super) struct Scope<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) types: &'a Types,
    pub(super) enum_name: TokenStream,
    pub(super) status: TokenStream,
    pub(super) message: TokenStream,
    pub(super) error: TokenStream,
    pub(super) context: TokenStream,
    pub(super) info: TokenStream,
    /// See [`Subject::types_are_ours`].
    pub(super) types_are_ours: bool,
}

impl<'a> Scope<'a> {
    /// A scope with an occurrence named `error`.
    pub(super) fn new(
        subject: &Subject<'a>,
        enum_name: TokenStream,
        error: TokenStream,
        context: TokenStream,
        info: TokenStream,
    ) -> Self {
        Scope {
            catalog: subject.catalog,
            types: subject.types,
            enum_name,
            status: subject.status(&error),
            message: subject.message(&error),
            error,
            context,
            info,
            types_are_ours: subject.types_are_ours(),
        }
    }
}

/// The value of a placeholder.
pub(super) enum Read {
    /// A value.
    Always(TokenStream),
    /// A reference to a value.
    Reference(TokenStream),
    /// An `Option` of a value.
    Maybe(TokenStream),
    /// An `Option` of a reference.
    MaybeReference(TokenStream),
    /// An object with all details.
    Details,
    /// Nothing: the error does not have this detail.
    Never,
}

impl Scope<'_> {
    /// The value of a slot. Details are bound in an arm for `variant`.
    pub(super) fn read(&self, slot: &Slot, variant: Option<&Variant<'_>>) -> Read {
        let Scope { catalog, status, message, context, info, .. } = self;
        match &slot.placeholder {
            Placeholder::Id => Read::Always(quote!(#info.id())),
            Placeholder::Code => Read::Maybe(quote!(#info.code())),
            Placeholder::Slug => Read::Always(quote!(#info.slug())),
            Placeholder::Status => Read::Maybe(quote!(#status)),
            Placeholder::Title => Read::Always(quote!(#info.title())),
            Placeholder::Message => Read::Always(quote!(__errbook::Text(#message))),
            Placeholder::Fix => Read::Maybe(quote!(#info.fix())),
            Placeholder::DocUrl => Read::Maybe(quote!(#info.doc_url())),
            Placeholder::Retryable if slot.optional => Read::Maybe(quote!(#info.retry().said())),
            Placeholder::Retryable => Read::Always(quote!(#info.retry())),
            Placeholder::Refund => Read::Maybe(quote!(#info.refund())),
            Placeholder::Group => Read::Maybe(quote!(#info.group())),
            Placeholder::Details => Read::Details,
            Placeholder::Detail(name) => match variant.and_then(|variant| Some((variant, variant.detail(name)?))) {
                None => Read::Never,
                Some((variant, field)) => {
                    let value = variant.local(field);
                    if field.optional {
                        Read::MaybeReference(quote!(#value.as_ref()))
                    } else {
                        Read::Reference(quote!(#value))
                    }
                }
            },
            Placeholder::Context(name) => {
                let Some(field) = catalog.context.iter().find(|field| field.name == *name) else { return Read::Never };
                let ident = format_ident!("{}", field.ident);
                // A value with a number that is not finite is absent: JSON has no word for it. So is a
                // value of a chosen type that does not serialize as the catalog says. A required
                // number is finite by its type.
                let is_bounded = self.types.has(field)
                    || has_bounds(catalog, field, true) && (field.optional || field.ty != DetailType::Number);
                if is_bounded {
                    let value = if field.sensitive { quote!(value.expose()) } else { quote!(*value) };
                    let option = if field.optional {
                        quote!(#context.#ident.as_ref())
                    } else {
                        quote!(::core::option::Option::Some(&#context.#ident))
                    };
                    Read::MaybeReference(quote!(#option.filter(|value| __errbook::in_bounds(#name, #value))))
                } else if field.optional {
                    Read::MaybeReference(quote!(#context.#ident.as_ref()))
                } else {
                    Read::Always(quote!(#context.#ident))
                }
            }
        }
    }

    /// The detail or context field of a slot.
    pub(super) fn field<'f>(&'f self, slot: &Slot, variant: Option<&'f Variant<'_>>) -> Option<&'f Field> {
        match &slot.placeholder {
            Placeholder::Detail(name) => variant.and_then(|variant| variant.detail(name)),
            Placeholder::Context(name) => self.catalog.context.iter().find(|field| field.name == *name),
            _ => None,
        }
    }

    /// A displayable expression for a slot; `None` if it shows nothing.
    pub(super) fn display(&self, slot: &Slot, variant: Option<&Variant<'_>>) -> Option<TokenStream> {
        let field = self.field(slot, variant);
        if field.is_some_and(|field| !is_text(self.catalog, field)) {
            return None;
        }
        let sensitive = field.is_some_and(|field| field.sensitive);
        match self.read(slot, variant) {
            Read::Always(value) | Read::Reference(value) if sensitive => Some(quote!(#value.expose())),
            Read::Always(value) | Read::Reference(value) => Some(value),
            Read::MaybeReference(value) if sensitive => {
                Some(quote!(__errbook::OrEmpty(#value.map(__errbook::Sensitive::expose))))
            }
            Read::Maybe(value) | Read::MaybeReference(value) => Some(quote!(__errbook::OrEmpty(#value))),
            Read::Details | Read::Never => None,
        }
    }

    /// Returns the format string and its arguments.
    pub(super) fn format(&self, template: &Template, variant: Option<&Variant<'_>>) -> TokenStream {
        self.format_parts(template.parts.iter().map(|part| (part, false)), variant)
    }

    /// The same for a header, in which a quoted value cannot end its quotes.
    pub(super) fn header_format(&self, template: &Template, variant: Option<&Variant<'_>>) -> TokenStream {
        self.format_parts(template.parts_in_quotes(), variant)
    }

    fn format_parts<'t>(
        &self,
        parts: impl Iterator<Item = (&'t Part, bool)>,
        variant: Option<&Variant<'_>>,
    ) -> TokenStream {
        let mut format = String::new();
        let mut arguments = Vec::new();
        for (part, is_quoted) in parts {
            match part {
                Part::Text(text) => format.push_str(&escape_braces(text)),
                Part::Slot(slot) => {
                    let Some(value) = self.display(slot, variant) else { continue };
                    if is_quoted {
                        format.push_str("{}");
                        arguments.push(quote!(__errbook::Quoted(&#value)));
                    } else if let Some(name) = name(&value).filter(|_| self.types_are_ours) {
                        format.extend(["{", &name.to_string(), "}"]);
                    } else {
                        format.push_str("{}");
                        arguments.push(value);
                    }
                }
            }
        }
        let format = Literal::string(&format);
        quote!(#format #(, #arguments)*)
    }

    /// Calls `render` for each error with one of the details, in an arm that binds them, and once
    /// for all others. `all` is the number of variants of the enum.
    pub(super) fn by_variant(
        &self,
        variants: &[&Variant<'_>],
        all: usize,
        details: &[&str],
        render: &dyn Fn(Option<&Variant<'_>>) -> TokenStream,
    ) -> TokenStream {
        let mut arms: Vec<Arm<'_>> = Vec::new();
        let mut covered = 0;
        for variant in variants {
            let bound: Vec<&Field> = details.iter().filter_map(|name| variant.detail(name)).collect();
            if bound.is_empty() {
                continue;
            }
            covered += 1;
            let pattern = variant.binding(&self.enum_name, details);
            let body = render(Some(variant));
            let types: Vec<_> = bound.iter().map(|field| (&field.ty, field.optional, field.sensitive)).collect();
            let text = body.to_string();
            match arms.iter_mut().find(|arm| self.types_are_ours && arm.types == types && arm.text == text) {
                Some(arm) => arm.patterns.push(pattern),
                None => arms.push(Arm { types, text, patterns: vec![pattern], body }),
            }
        }
        let rest = render(None);
        if arms.is_empty() {
            return rest;
        }
        let error = &self.error;
        let wildcard = (covered < all).then(|| quote!(_ => { #rest }));
        let arms = arms.iter().map(|Arm { patterns, body, .. }| quote!(#(#patterns)|* => { #body }));
        quote! {
            match #error {
                #(#arms)*
                #wildcard
            }
        }
    }
}

/// The variable, if the expression is only a variable.
fn name(value: &TokenStream) -> Option<Ident> {
    let mut tokens = value.clone().into_iter();
    match (tokens.next(), tokens.next()) {
        (Some(TokenTree::Ident(name)), None) if name != "self" => Some(name),
        _ => None,
    }
}

struct Arm<'a> {
    types: Vec<(&'a DetailType, bool, bool)>,
    text: String,
    patterns: Vec<TokenStream>,
    body: TokenStream,
}

/// Whether the value has one textual form.
fn is_text(catalog: &Catalog, field: &Field) -> bool {
    match &field.ty {
        DetailType::Json | DetailType::Array(_) | DetailType::Map(_) => false,
        DetailType::Named(at) => matches!(catalog.types[*at].shape, TypeShape::Enum { .. }),
        _ => true,
    }
}

/// Escapes literal text in a format string.
pub(super) fn escape_braces(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}")
}

/// The distinct details of some slots.
pub(super) fn details_of<'a>(slots: impl IntoIterator<Item = &'a Slot>) -> Vec<&'a str> {
    let mut names = Vec::new();
    for slot in slots {
        if let Placeholder::Detail(name) = &slot.placeholder
            && !names.contains(&name.as_str())
        {
            names.push(name.as_str());
        }
    }
    names
}
