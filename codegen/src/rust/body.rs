//! `Body`: an occurrence in its envelope, serialized without an intermediate value.

use std::collections::{BTreeMap, BTreeSet};

use errbook_catalog::model::name::pascal;
use errbook_catalog::model::template::{BodyMember, BodyNode, BodyObject, Placeholder, Slot};
use errbook_catalog::model::value::Value;
use errbook_catalog::model::{Catalog, DetailType, Envelope, Field, TypeShape};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use super::template::{self, Read, Scope};
use super::{Subject, Variant};

/// `Serialize` for the body and for the details of the enum, with their helpers.
pub(super) fn serializers(subject: &Subject<'_>) -> TokenStream {
    let Subject { error, body, details, message, .. } = subject;
    let mut names = BTreeSet::from([error.to_string(), body.to_string(), details.to_string()]);
    names.extend(message.as_ref().map(ToString::to_string));
    let mut writer = Writer {
        scope: Scope::new(subject, error.clone(), quote!(self.0.error), quote!(self.0.context), quote!(self.0.info)),
        all: subject.count(),
        body: body.clone(),
        details: details.clone(),
        users: Vec::new(),
        structs: Vec::new(),
        names,
        numbers: BTreeMap::new(),
        needs: Needs::default(),
    };
    let dispatch = dispatch(&mut writer, subject);
    let Writer { structs, needs, .. } = writer;
    let details = (!subject.types_are_ours()).then(|| self::details(subject, &needs));
    quote! {
        use ::core::{
            option::Option::{self, None, Some},
            result::Result::{self, Ok},
        };
        use __errbook::serde::{
            Serialize, Serializer,
            ser::{SerializeMap, SerializeSeq},
        };

        #[automatically_derived]
        impl Serialize for #body<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                #dispatch
            }
        }

        #(#structs)*

        #details
    }
}

/// Which helpers for details the envelopes need.
#[derive(Default)]
struct Needs {
    presence: bool,
}

struct Writer<'a, 'v> {
    scope: Scope<'a>,
    /// The number of variants of the enum.
    all: usize,
    /// The struct of the body, which every other struct borrows.
    body: Ident,
    /// The struct of an error's details.
    details: Ident,
    /// The errors in the current envelope.
    users: Vec<&'v Variant<'a>>,
    structs: Vec<TokenStream>,
    names: BTreeSet<String>,
    /// The last number after each path.
    numbers: BTreeMap<String, usize>,
    needs: Needs,
}

/// Selects the envelope of an error. The most common envelope is the last arm.
fn dispatch<'a, 'v>(writer: &mut Writer<'a, 'v>, subject: &'v Subject<'a>) -> TokenStream {
    let Subject { error, sent, .. } = subject;
    let mut groups: Vec<(Option<usize>, Vec<&'v Variant<'a>>)> = Vec::new();
    for variant in sent {
        match groups.iter_mut().find(|(envelope, _)| *envelope == variant.def.envelope) {
            Some((_, members)) => members.push(variant),
            None => groups.push((variant.def.envelope, vec![variant])),
        }
    }
    groups.sort_by_key(|(_, members)| members.len());
    let mut serializers = Vec::new();
    for (envelope, members) in groups {
        let serializer = match envelope {
            None => quote!(serializer.serialize_unit()),
            Some(at) => {
                let name = writer.envelope(&writer.scope.catalog.envelopes[at], members.clone());
                quote!(Serialize::serialize(&#name(self), serializer))
            }
        };
        serializers.push((members, serializer));
    }
    let forwards = subject.forward(error, &|inner| {
        quote_spanned! {inner.span()=>
            Serialize::serialize(&__errbook::CatalogError::body(#inner, self.context), serializer)
        }
    });
    match serializers.pop() {
        None if forwards.is_empty() => quote!(serializer.serialize_unit()),
        None => quote!(match self.error { #(#forwards)* }),
        Some((_, most)) if serializers.is_empty() && forwards.is_empty() => most,
        Some((_, most)) => {
            let arms = serializers.iter().map(|(members, serializer)| {
                let patterns = members.iter().map(|variant| variant.any(error));
                quote!(#(#patterns)|* => #serializer,)
            });
            quote!(match self.error { #(#arms)* #(#forwards)* _ => #most })
        }
    }
}

impl<'a, 'v> Writer<'a, 'v> {
    fn envelope(&mut self, envelope: &'a Envelope, users: Vec<&'v Variant<'a>>) -> Ident {
        self.users = users;
        self.object(&format!("{}Body", envelope.type_name), &envelope.body)
    }

    /// Adds a struct that serializes an object; returns its name.
    fn object(&mut self, path: &str, object: &BodyObject) -> Ident {
        let name = self.free_name(path);
        let body = self.body.clone();
        let members: Vec<_> = object
            .members
            .iter()
            .map(|member| match member {
                BodyMember::DetailsSpread if self.scope.types_are_ours => {
                    quote!(__errbook::Object(__errbook::sent(self.0.error)).serialize_into(&mut map)?;)
                }
                BodyMember::DetailsSpread => quote!(serialize_details(self.0.error, &mut map)?;),
                BodyMember::Field(key, node) => {
                    let put = |value: TokenStream| quote!(map.serialize_entry(#key, #value)?;);
                    self.node(&format!("{path}{}", type_name(key)), node, &put)
                }
            })
            .collect();
        let mutable = (!members.is_empty()).then(|| quote!(mut));
        self.structs.push(quote! {
            struct #name<'a>(&'a #body<'a>);

            impl Serialize for #name<'_> {
                fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    let #mutable map = serializer.serialize_map(None)?;
                    #(#members)*
                    map.end()
                }
            }
        });
        name
    }

    /// Adds a struct that serializes a list; returns its name.
    fn array(&mut self, path: &str, items: &[BodyNode]) -> Ident {
        let name = self.free_name(path);
        let body = self.body.clone();
        let put = |value: TokenStream| quote!(seq.serialize_element(#value)?;);
        let items: Vec<_> = items.iter().map(|item| self.node(&format!("{path}Item"), item, &put)).collect();
        let mutable = (!items.is_empty()).then(|| quote!(mut));
        self.structs.push(quote! {
            struct #name<'a>(&'a #body<'a>);

            impl Serialize for #name<'_> {
                fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    let #mutable seq = serializer.serialize_seq(None)?;
                    #(#items)*
                    seq.end()
                }
            }
        });
        name
    }

    /// Returns the statement that writes a value.
    fn node(&mut self, path: &str, node: &BodyNode, put: &dyn Fn(TokenStream) -> TokenStream) -> TokenStream {
        match node {
            BodyNode::Constant(value) => put(constant(value)),
            BodyNode::Value(slot) => self.slot(slot, put),
            BodyNode::Text(text) => {
                let details = template::details_of(text.slots());
                self.scope.by_variant(&self.users, self.all, &details, &|variant| {
                    let format = self.scope.format(text, variant);
                    put(quote!(&::core::format_args!(#format)))
                })
            }
            BodyNode::Array(items) => {
                let name = self.array(path, items);
                put(quote!(&#name(self.0)))
            }
            BodyNode::Object(object) => {
                let name = self.object(path, object);
                put(quote!(&#name(self.0)))
            }
        }
    }

    fn slot(&mut self, slot: &Slot, put: &dyn Fn(TokenStream) -> TokenStream) -> TokenStream {
        if slot.placeholder == Placeholder::Details {
            if self.scope.types_are_ours {
                let statement = put(quote!(&details));
                let present = slot.optional.then(|| quote!(if !details.is_empty()));
                return quote! {
                    let details = __errbook::Object(__errbook::sent(self.0.error));
                    #present { #statement }
                };
            }
            let details = &self.details;
            let statement = put(quote!(&#details(self.0.error)));
            if !slot.optional {
                return statement;
            }
            self.needs.presence = true;
            return quote!(if has_details(self.0.error) { #statement });
        }
        let details = template::details_of([slot]);
        self.scope.by_variant(&self.users, self.all, &details, &|variant| {
            // What is read of the context is in bounds.
            let detail = self.scope.field(slot, variant).filter(|_| matches!(slot.placeholder, Placeholder::Detail(_)));
            let is_bounded =
                detail.is_some_and(|field| has_bounds(self.scope.catalog, field, self.scope.types_are_ours));
            let put = |value| put(if is_bounded { bounded(&value) } else { value });
            match self.scope.read(slot, variant) {
                Read::Reference(value) => put(value),
                Read::Maybe(value) if slot.optional => {
                    let statement = put(quote!(&value));
                    quote!(if let Some(value) = #value { #statement })
                }
                Read::MaybeReference(value) => {
                    let statement = put(quote!(value));
                    quote!(if let Some(value) = #value { #statement })
                }
                Read::Always(value) | Read::Maybe(value) => put(quote!(&#value)),
                Read::Details | Read::Never => TokenStream::new(),
            }
        })
    }

    fn free_name(&mut self, path: &str) -> Ident {
        let mut name = path.to_owned();
        while !self.names.insert(name.clone()) {
            // A list can have thousands of objects with one path.
            let number = self.numbers.entry(path.to_owned()).or_insert(1);
            *number += 1;
            name = format!("{path}{number}");
        }
        format_ident!("{name}")
    }
}

/// Whether a value can have a number that its schema does not allow: one that is not finite, or an
/// integer of a hand-written enum that does not fit.
pub(super) fn has_bounds(catalog: &Catalog, field: &Field, ours: bool) -> bool {
    let mut types = vec![&field.ty];
    let mut seen = BTreeSet::new();
    while let Some(ty) = types.pop() {
        match ty {
            DetailType::Number => return true,
            DetailType::Integer | DetailType::Duration if !ours => return true,
            DetailType::Array(item) | DetailType::Map(item) => types.push(item),
            DetailType::Named(at) => {
                if let TypeShape::Object(fields) = &catalog.types[*at].shape
                    && seen.insert(at)
                {
                    types.extend(fields.iter().map(|field| &field.ty));
                }
            }
            DetailType::Integer
            | DetailType::Duration
            | DetailType::String
            | DetailType::Boolean
            | DetailType::DateTime
            | DetailType::Uuid
            | DetailType::Uri
            | DetailType::Json => {}
        }
    }
    false
}

/// A value that fails to serialize if a number is not allowed. The expression is a reference.
fn bounded(value: &TokenStream) -> TokenStream {
    quote!(&__errbook::Bounded(#value))
}

/// The part of a JSON name that a Rust name can contain.
fn type_name(key: &str) -> String {
    let words: String = key.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }).collect();
    // The result is the end of a name, so a leading digit needs no underscore.
    pascal(&words).trim_start_matches('_').to_owned()
}

fn constant(value: &Value) -> TokenStream {
    match value {
        // Lists and objects are templates of their own; see `BodyNode::Constant`.
        Value::Null | Value::Array(_) | Value::Object(_) => quote!(&()),
        Value::Bool(value) => quote!(&#value),
        Value::Integer(value) => match i64::try_from(value.unsigned_abs()).map(Literal::i64_suffixed) {
            Ok(digits) if *value < 0 => quote!(&-#digits),
            Ok(digits) => quote!(&#digits),
            Err(_) => quote!(&i64::MIN),
        },
        Value::Number(value) => {
            let digits = Literal::f64_suffixed(value.abs());
            if value.is_sign_negative() { quote!(&-#digits) } else { quote!(&#digits) }
        }
        Value::String(value) => quote!(#value),
    }
}

/// Serializes the details of an error as an object and as members of another, and says whether any
/// is present.
fn details(subject: &Subject<'_>, needs: &Needs) -> TokenStream {
    let Subject { error, details, .. } = subject;
    let members = serialize_details(subject);
    let presence = needs.presence.then(|| has_details(subject));
    let own = quote! {
        let mut map = serializer.serialize_map(None)?;
        serialize_details(self.0, &mut map)?;
        map.end()
    };
    let forwards = subject.forward(
        error,
        &|inner| quote_spanned!(inner.span()=> Serialize::serialize(&__errbook::CatalogError::details(#inner), serializer)),
    );
    let body = if forwards.is_empty() {
        own
    } else {
        let rest = (!subject.sent.is_empty()).then(|| quote!(_ => { #own }));
        quote!(match self.0 { #(#forwards)* #rest })
    };
    quote! {
        #members

        #presence

        /// An object of the details that are present.
        struct #details<'a>(&'a #error);

        impl Serialize for #details<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                #body
            }
        }
    }
}

/// The details of a hand-written enum. A generated one lists them for the runtime.
fn serialize_details(subject: &Subject<'_>) -> TokenStream {
    let Subject { catalog, error, sent, .. } = subject;
    let with_details: Vec<_> = sent.iter().filter(|variant| !variant.def.details.is_empty()).collect();
    let arms = with_details.iter().map(|variant| {
        let pattern = variant.bindings(error);
        let entries = variant.def.details.iter().map(|field| {
            let (key, value) = (&field.name, variant.local(field));
            let is_bounded = has_bounds(catalog, field, false);
            let sent = |value| if is_bounded { bounded(&value) } else { value };
            if field.optional {
                let sent = sent(quote!(value));
                quote! {
                    if let Some(value) = #value {
                        map.serialize_entry(#key, #sent)?;
                    }
                }
            } else {
                let sent = sent(quote!(#value));
                quote!(map.serialize_entry(#key, #sent)?;)
            }
        });
        quote!(#pattern => { #(#entries)* })
    });
    let rest = (with_details.len() < subject.count()).then(|| quote!(_ => {}));
    let body =
        if with_details.is_empty() { quote!(let _ = (error, map);) } else { quote!(match error { #(#arms)* #rest }) };
    quote! {
        fn serialize_details<M: SerializeMap>(error: &#error, map: &mut M) -> Result<(), M::Error> {
            #body
            Ok(())
        }
    }
}

fn has_details(subject: &Subject<'_>) -> TokenStream {
    let error = &subject.error;
    let (mut always, mut sometimes, mut never) = (Vec::new(), Vec::new(), subject.forwards.len());
    for variant in &subject.sent {
        let fields = &variant.def.details;
        if fields.is_empty() {
            never += 1;
        } else if fields.iter().any(|field| !field.optional) {
            always.push(variant.any(error));
        } else {
            let pattern = variant.bindings(error);
            let values = fields.iter().map(|field| variant.local(field));
            sometimes.push(quote!(#pattern => #(#values.is_some())||*));
        }
    }
    let body = if always.is_empty() && sometimes.is_empty() {
        quote!({
            let _ = error;
            false
        })
    } else if sometimes.is_empty() && never == 0 {
        quote!({
            let _ = error;
            true
        })
    } else if sometimes.is_empty() {
        quote!(::core::matches!(error, #(#always)|*))
    } else {
        let always = (!always.is_empty()).then(|| quote!(#(#always)|* => true,));
        let rest = (never > 0).then(|| quote!(_ => false,));
        quote!(match error { #always #(#sometimes,)* #rest })
    };
    quote! {
        /// Whether any detail is present.
        fn has_details(error: &#error) -> bool {
            #body
        }
    }
}
