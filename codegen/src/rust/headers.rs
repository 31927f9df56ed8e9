//! The headers of a response, with resolved values.

use errbook_catalog::model::template::{Part, Template};
use errbook_catalog::model::{Catalog, Header};
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::template::{self, Read, Scope};
use super::{Subject, Variant};

pub(super) fn method(subject: &Subject<'_>) -> TokenStream {
    let body = headers_of(subject, &quote!(self.public_code().info()));
    quote! {
        /// The response headers, except `Content-Type`.
        #[must_use]
        pub fn headers(
            &self,
            context: &Context,
        ) -> __errbook::alloc::vec::Vec<(&'static str, __errbook::alloc::borrow::Cow<'static, str>)> {
            #body
        }
    }
}

/// Returns the statements that build the headers of `self`.
pub(super) fn headers_of(subject: &Subject<'_>, info: &TokenStream) -> TokenStream {
    let Subject { catalog, sent: variants, .. } = subject;
    let scope = Scope::new(subject, quote!(Self), quote!(self), quote!(context), info.clone());
    let groups = groups(catalog, variants);
    let forwards = subject.forward(
        &quote!(Self),
        &|inner| quote_spanned!(inner.span()=> return __errbook::CatalogError::headers(#inner, context)),
    );
    let rest = (!variants.is_empty()).then(|| quote!(_ => {}));
    let forwards = (!forwards.is_empty()).then(|| quote!(match self { #(#forwards)* #rest }));
    if variants.is_empty() {
        return forwards.unwrap_or_else(|| quote!(let _ = context; match *self {}));
    }
    if groups.iter().all(|group| group.headers.is_empty()) {
        return quote! {
            let _ = (self, context);
            #forwards
            __errbook::alloc::vec::Vec::new()
        };
    }
    let pushes = pushes(&scope, &groups, subject);
    let mentions_context = pushes.to_string().contains("context .");
    let unused = (!mentions_context).then(|| quote!(let _ = context;));
    quote! {
        #forwards
        #unused
        let mut headers = __errbook::alloc::vec::Vec::new();
        #pushes
        headers
    }
}

/// Errors with the same headers from the same details.
struct Group<'a, 'v> {
    headers: Vec<&'a Header>,
    members: Vec<&'v Variant<'a>>,
}

/// The largest group without details comes last: it is the catch-all arm.
fn groups<'a, 'v>(catalog: &'a Catalog, variants: &'v [Variant<'a>]) -> Vec<Group<'a, 'v>> {
    let mut groups: Vec<Group<'a, 'v>> = Vec::new();
    for variant in variants {
        let headers = catalog.headers(variant.def);
        let like = |group: &Group<'_, '_>| {
            group.headers.len() == headers.len()
                && group.headers.iter().zip(&headers).all(|(a, b)| a.name == b.name && a.value == b.value)
                && details(&headers).is_empty()
        };
        match groups.iter_mut().find(|group| like(group)) {
            Some(group) => group.members.push(variant),
            None => groups.push(Group { headers, members: vec![variant] }),
        }
    }
    let plain = |group: &Group<'_, '_>| details(&group.headers).is_empty();
    groups.sort_by_key(|group| (plain(group), group.members.len()));
    groups
}

fn details<'a>(headers: &[&'a Header]) -> Vec<&'a str> {
    template::details_of(headers.iter().flat_map(|header| header.value.slots()))
}

fn pushes(scope: &Scope<'_>, groups: &[Group<'_, '_>], subject: &Subject<'_>) -> TokenStream {
    if let [only] = groups
        && details(&only.headers).is_empty()
    {
        return pushes_of(scope, only, None);
    }
    let last = groups.len() - 1;
    let arms = groups.iter().enumerate().map(|(at, group)| {
        let names = details(&group.headers);
        if at == last && names.is_empty() {
            let pushes = pushes_of(scope, group, None);
            return quote!(_ => { #pushes });
        }
        // A group with details in its headers has one member.
        let patterns = group.members.iter().map(|variant| variant.binding(&scope.enum_name, &names));
        let pushes = pushes_of(scope, group, group.members.first().copied());
        quote!(#(#patterns)|* => { #pushes })
    });
    let ends_open = groups.last().is_some_and(|group| !details(&group.headers).is_empty());
    let forwarded = (ends_open && !subject.forwards.is_empty()).then(|| quote!(_ => {}));
    quote! {
        match self {
            #(#arms)*
            #forwarded
        }
    }
}

fn pushes_of(scope: &Scope<'_>, group: &Group<'_, '_>, variant: Option<&Variant<'_>>) -> TokenStream {
    let pushes = group.headers.iter().map(|Header { name, value }| push(scope, name, value, variant));
    quote!(#(#pushes)*)
}

fn push(scope: &Scope<'_>, name: &str, value: &Template, variant: Option<&Variant<'_>>) -> TokenStream {
    if let Some(text) = value.as_constant() {
        return quote!(headers.push((#name, __errbook::alloc::borrow::Cow::Borrowed(#text))););
    }
    let [Part::Slot(slot)] = value.parts.as_slice() else {
        let format = scope.header_format(value, variant);
        return quote!(headers.push((#name, __errbook::header(&::core::format_args!(#format)))););
    };
    let text = if name.eq_ignore_ascii_case("retry-after") {
        quote!(__errbook::retry_after)
    } else {
        quote!(__errbook::header)
    };
    let push = |value: TokenStream| quote!(headers.push((#name, #text(#value))););
    let Some(shown) = scope.display(slot, variant) else { return TokenStream::new() };
    match scope.read(slot, variant) {
        Read::Maybe(option) => {
            let push = push(quote!(&value));
            quote!(if let ::core::option::Option::Some(value) = #option { #push })
        }
        Read::MaybeReference(option) => {
            let is_sensitive = scope.field(slot, variant).is_some_and(|field| field.sensitive);
            let push = push(if is_sensitive { quote!(value.expose()) } else { quote!(value) });
            quote!(if let ::core::option::Option::Some(value) = #option { #push })
        }
        Read::Reference(value) if shown.to_string() == value.to_string() => push(value),
        Read::Always(_) | Read::Reference(_) => push(quote!(&#shown)),
        Read::Details | Read::Never => TokenStream::new(),
    }
}
