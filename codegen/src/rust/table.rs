//! The static table behind `ErrorCode`.

use std::collections::BTreeMap;

use errbook_catalog::model::template::Template;
use errbook_catalog::model::{
    After, Backoff, Catalog, Code, Deprecated, ErrorDef, Fault, Lifecycle, Policy, Refund, Retry, UnknownError,
    Visibility,
};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::lookup::{self, WireKey};
use super::{Subject, Variant, client, code};

pub(super) fn emit(subject: &Subject<'_>) -> TokenStream {
    let Subject { catalog, variants, .. } = subject;
    let mut handlings = Handlings::default();
    let rows: Vec<_> = variants.iter().map(|variant| row(catalog, variant.def, &mut handlings)).collect();
    let handlings = handlings.definitions;
    let api = &catalog.api.slug;
    let ids: Vec<_> = variants.iter().enumerate().map(|(at, variant)| (variant.def.name.id.as_str(), at)).collect();
    let ids = lookup::ids(&ids);
    let wire = lookup::wire(&wire_keys(variants));
    let messages = variants.iter().enumerate();
    let messages: Vec<_> = messages.filter_map(|(at, variant)| Some((code::message_identity(variant)?, at))).collect();
    let messages = lookup::ids(&messages);
    let envelopes = client::envelopes(catalog);
    let unknown = catalog.unknown.iter().map(|UnknownError { statuses, retry }| {
        let (first, last) = (Literal::u16_unsuffixed(statuses.first()), Literal::u16_unsuffixed(statuses.last()));
        let retry = self::retry(retry).unwrap_or(quote!(Retry::Unsaid));
        quote!((#first, #last, #retry))
    });
    quote! {
        /// The catalog's data: one row for each `ErrorCode`, and indexes to find a row.
        static CATALOG: ::errbook::Table = {
            use ::core::{
                option::Option::{None, Some},
                time::Duration,
            };
            use ::errbook::{
                After, Backoff, Code, Deprecated, Envelope, ErrorInfo, Fault, Handling, Lifecycle, Lookup, Policy, Refund,
                Retry, Slot, Table,
            };

            #(#handlings)*

            Table {
                api: #api,
                errors: &[#(#rows),*],
                ids: #ids,
                wire: #wire,
                messages: #messages,
                envelopes: #envelopes,
                unknown: &[#(#unknown),*],
            }
        };
    }
}

/// Every status and code that belong to one error only, with its row. Such a code also has an entry
/// without a status.
fn wire_keys(variants: &[Variant<'_>]) -> Vec<(WireKey, usize)> {
    let mut owners: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut rows: BTreeMap<WireKey, Vec<usize>> = BTreeMap::new();
    for (at, variant) in variants.iter().enumerate() {
        let code = variant.def.code.as_ref().map(ToString::to_string);
        for &status in &variant.def.statuses {
            rows.entry((Some(status), code.clone())).or_default().push(at);
        }
        if let Some(code) = code {
            owners.entry(code).or_default().push(at);
        }
    }
    // Other members of their bodies tell the errors of one status and code apart.
    let alone = |(key, places): (WireKey, Vec<usize>)| (places.len() == 1).then(|| (key, places[0]));
    let mut keys: Vec<(WireKey, usize)> = rows.into_iter().filter_map(alone).collect();
    // If an error without a status has the code, the entry without a status is that error's.
    keys.extend(owners.into_iter().filter_map(|(code, places)| {
        let without_status = places.iter().copied().find(|&at| variants[at].def.statuses.is_empty());
        let at = without_status.or((places.len() == 1).then_some(places[0]))?;
        Some(((None, Some(code)), at))
    }));
    keys
}

/// The distinct behaviors of errors. Sharing them keeps the rows short.
#[derive(Default)]
struct Handlings {
    texts: Vec<String>,
    definitions: Vec<TokenStream>,
}

impl Handlings {
    /// The name of the constant with these fields.
    fn name(&mut self, members: &TokenStream) -> Ident {
        let text = members.to_string();
        let known = self.texts.iter().position(|known| *known == text);
        let at = known.unwrap_or(self.texts.len());
        let name = format_ident!("HANDLING_{}", at + 1);
        if known.is_none() {
            self.texts.push(text);
            self.definitions.push(quote!(static #name: Handling = Handling { #members ..Handling::EMPTY };));
        }
        name
    }
}

fn row(catalog: &Catalog, error: &ErrorDef, handlings: &mut Handlings) -> TokenStream {
    let ErrorDef {
        name,
        code,
        statuses,
        title,
        message,
        description,
        cause,
        fix,
        notes: _, // only on pages: too long for a binary
        retry,
        refund,
        fault,
        doc_url,
        group: _,
        envelope,
        headers: _,
        details: _, // fields of `Error`
        examples: _,
        snippets: _,
        lifecycle: Lifecycle { since, changed: _, deprecated }, // changes are only on pages
        visibility: Visibility::Public | Visibility::Internal(_), // Rust has both
        source: _,
        origin: _,
    } = error;
    let (id, slug) = (&name.id, &name.slug);
    let code = option(code.as_ref().map(|code| match code {
        Code::Text(text) => quote!(Code::Text(#text)),
        Code::Integer(number) => {
            let digits = Literal::u64_unsuffixed(number.unsigned_abs());
            let sign = number.is_negative().then(|| quote!(-));
            quote!(Code::Integer(#sign #digits))
        }
    }));
    let statuses = statuses.iter().map(|status| Literal::u16_unsuffixed(*status));
    let message = message.as_ref().map_or(String::new(), Template::to_message_source);
    let or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
    let (description, cause, fix, doc_url) = (or_empty(description), or_empty(cause), or_empty(fix), or_empty(doc_url));
    let text = |name: TokenStream, value: Option<&str>| value.map(|value| quote!(#name: Some(#value),));
    let retry = self::retry(retry).map(|retry| quote!(retry: #retry,));
    let refund = refund.as_ref().map(|refund| {
        let refund = match refund {
            Refund::Refunded => quote!(Refund::Refunded),
            Refund::Kept => quote!(Refund::Kept),
            Refund::NotCharged => quote!(Refund::NotCharged),
            Refund::Conditional { when } => quote!(Refund::Conditional { when: #when }),
        };
        quote!(refund: Some(#refund),)
    });
    let fault = fault.map(|fault| {
        let fault = match fault {
            Fault::Caller => quote!(Fault::Caller),
            Fault::Api => quote!(Fault::Api),
            Fault::Upstream => quote!(Fault::Upstream),
        };
        quote!(fault: Some(#fault),)
    });
    let group = text(quote!(group), catalog.group_of(error).map(|group| group.id.as_str()));
    let content_type =
        text(quote!(content_type), catalog.envelope_of(error).map(|envelope| envelope.content_type.as_str()));
    let envelope = envelope.map(|at| {
        let at = Literal::usize_unsuffixed(at);
        quote!(envelope: Some(#at),)
    });
    let headers: Vec<_> = catalog
        .headers(error)
        .into_iter()
        .map(|header| {
            let (name, value) = (&header.name, header.value.to_source());
            quote!((#name, #value))
        })
        .collect();
    let headers = (!headers.is_empty()).then(|| quote!(headers: &[#(#headers),*],));
    let lifecycle = (since.is_some() || deprecated.is_some()).then(|| {
        let since = option(since.as_ref().map(|since| quote!(#since)));
        let deprecated = option(deprecated.as_ref().map(|value| self::deprecated(catalog, value)));
        quote!(lifecycle: Lifecycle { since: #since, deprecated: #deprecated },)
    });
    let handling = handlings.name(&quote!(#retry #refund #fault #group #content_type #envelope #headers #lifecycle));
    quote! {
        ErrorInfo {
            id: #id,
            slug: #slug,
            code: #code,
            statuses: &[#(#statuses),*],
            title: #title,
            message: #message,
            description: #description,
            cause: #cause,
            fix: #fix,
            doc_url: #doc_url,
            handling: &#handling,
        }
    }
}

fn option(value: Option<TokenStream>) -> TokenStream {
    value.map_or_else(|| quote!(None), |value| quote!(Some(#value)))
}

fn retry(retry: &Retry) -> Option<TokenStream> {
    let policy = option(retry.policy().map(policy));
    match retry {
        Retry::Unsaid => None,
        Retry::Never => Some(quote!(Retry::Never)),
        Retry::Always(_) => Some(quote!(Retry::Always(#policy))),
        Retry::Idempotent(_) => Some(quote!(Retry::Idempotent(#policy))),
    }
}

fn policy(policy: &Policy) -> TokenStream {
    let Policy { name, after, backoff, attempts } = policy;
    let name = name.as_ref().map(|name| quote!(name: Some(#name),));
    let after = after.as_ref().map(|after| match after {
        After::Header(name) => quote!(after: Some(After::Header(#name)),),
        After::Detail(name) => quote!(after: Some(After::Detail(#name)),),
    });
    let backoff = backoff.as_ref().map(|value| {
        let value = self::backoff(value);
        quote!(backoff: Some(#value),)
    });
    let attempts = attempts.map(|attempts| {
        let attempts = Literal::u32_unsuffixed(attempts);
        quote!(attempts: Some(#attempts),)
    });
    quote!(Policy { #name #after #backoff #attempts ..Policy::EMPTY })
}

fn backoff(backoff: &Backoff) -> TokenStream {
    match backoff {
        Backoff::Fixed { initial_ms, max_ms } => {
            let (initial, max) = (duration(*initial_ms), option(max_ms.map(duration)));
            quote!(Backoff::Fixed { initial: #initial, max: #max })
        }
        Backoff::Exponential { initial_ms, factor, max_ms } => {
            let (initial, max) = (duration(*initial_ms), option(max_ms.map(duration)));
            let factor = Literal::f64_unsuffixed(*factor);
            quote!(Backoff::Exponential { initial: #initial, factor: #factor, max: #max })
        }
    }
}

fn duration(ms: u64) -> TokenStream {
    let seconds = Literal::u64_unsuffixed(ms / 1000);
    let nanos = Literal::u64_unsuffixed(ms % 1000 * 1_000_000);
    quote!(Duration::new(#seconds, #nanos))
}

fn deprecated(catalog: &Catalog, deprecated: &Deprecated) -> TokenStream {
    let Deprecated { since, replacement, note } = deprecated;
    let since = option(since.as_ref().map(|since| quote!(#since)));
    let replacement = option(replacement.map(|index| {
        let id = &catalog.errors[index].name.id;
        quote!(#id)
    }));
    let note = option(note.as_ref().map(|note| quote!(#note)));
    quote!(Deprecated { since: #since, replacement: #replacement, note: #note })
}

#[cfg(test)]
mod tests {
    use super::{Variant, wire_keys};

    #[test]
    fn a_code_without_a_status_is_of_the_error_without_one_or_of_its_only_error() {
        let text = b"
errbook: 1
api: {name: A}
errors:
  ALONE: {code: alone, status: 400}
  FIRST: {code: shared, status: 401}
  SECOND: {code: shared, status: 403}
  RESPONSE: {code: both, status: 404}
  MESSAGE: {code: both, message: No status.}
  WITHOUT_CODE: {code: null, status: 410}
";
        let catalog = errbook_catalog::load_text("errors.yaml", text).catalog.expect("accepted");
        let variants: Vec<Variant<'_>> = catalog.errors.iter().filter_map(Variant::generated).collect();
        let keys = wire_keys(&variants);
        let found = |status: Option<u16>, code: Option<&str>| {
            let mut owners = keys.iter().filter(|((of, known), _)| *of == status && known.as_deref() == code);
            let owner = owners.next().map(|(_, at)| catalog.errors[*at].name.id.as_str());
            assert_eq!(owners.next(), None, "{status:?} {code:?} has two errors");
            owner
        };
        assert_eq!(found(None, Some("alone")), Some("ALONE"));
        assert_eq!(found(None, Some("shared")), None);
        assert_eq!(found(None, Some("both")), Some("MESSAGE"));
        assert_eq!(found(Some(404), Some("both")), Some("RESPONSE"));
        assert_eq!(found(Some(410), None), Some("WITHOUT_CODE"));
        assert_eq!(found(None, None), None);
    }
}
