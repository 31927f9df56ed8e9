//! The static table behind `ErrorCode`.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};

use errbook_catalog::limits;
use errbook_catalog::model::template::Template;
use errbook_catalog::model::{
    After, Backoff, Catalog, Code, Deprecated, ErrorDef, Fault, Lifecycle, Policy, Refund, Retry, UnknownError,
    Visibility,
};
use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};

use super::{Row, Sink, Subject, Variant, client, code};

pub(super) fn emit(subject: &Subject<'_>, sink: &mut dyn Sink) {
    let Subject { catalog, variants, .. } = subject;
    let head = quote! {
        /// The catalog's data: one row for each `ErrorCode`, and the orders in which a row is found.
        static CATALOG: __errbook::Table =
    };
    sink.open(head);
    sink.items(quote! {
        use ::core::{
            option::Option::{None, Some},
            time::Duration,
        };
        use __errbook::{
            After, Backoff, Deprecated, Envelope, Fault, Handling, Order, Policy, Refund, Retry, Row, Slot, Table,
        };
    });
    sink.open(quote!(Table));
    let api = &catalog.api.slug;
    sink.items(quote!(api: #api,));
    let mut handlings = Handlings::default();
    let mut rows = variants.iter().map(|variant| {
        let handling = handlings.index(Handling::of(catalog, variant.def));
        let (id, code) = (&variant.def.name.id, wire_code(variant.def));
        let text = format!("{id}{code}{}", with_ends(&texts(variant.def)));
        let [id, code] = [id.as_str(), &code].map(|text| Literal::usize_unsuffixed(text.len()));
        let only = match variant.def.statuses.as_slice() {
            [only] => *only,
            _ => 0,
        };
        Row(text, [id, code, Literal::u16_unsuffixed(only), handling])
    });
    sink.rows(quote!(rows: &), &mut rows);
    let handlings = handlings.definitions;
    sink.items(quote!(handlings: &[#(#handlings),*],));
    let by_id = order(variants, |variant| Some(variant.def.name.id.clone()));
    sink.items(quote!(by_id: #by_id,));
    let by_code = order(variants, |variant| Some(wire_code(variant.def)));
    sink.items(quote!(by_code: #by_code,));
    let by_message = order(variants, |variant| code::message_identity(variant).map(str::to_owned));
    let envelopes = client::envelopes(catalog);
    let unknown = catalog.unknown.iter().map(|UnknownError { statuses, retry }| {
        let (first, last) = (Literal::u16_unsuffixed(statuses.first()), Literal::u16_unsuffixed(statuses.last()));
        let retry = self::retry(retry).unwrap_or(quote!(Retry::Unsaid));
        quote!((#first, #last, #retry))
    });
    sink.items(quote!(by_message: #by_message, envelopes: #envelopes, unknown: &[#(#unknown),*],));
    sink.close(None);
    sink.close(Some(';'));
}

/// The keys of the variants with a text, and the indexes of these variants, in the order of the keys
/// and of the texts.
fn order(variants: &[Variant<'_>], text: impl Fn(&Variant<'_>) -> Option<String>) -> TokenStream {
    let texts = variants.iter().enumerate().filter_map(|(at, variant)| Some((text(variant)?, at)));
    let mut rows: Vec<(u32, String, usize)> = texts.map(|(text, at)| (key(&text), text, at)).collect();
    rows.sort_unstable();
    let keys = rows.iter().map(|(key, ..)| Literal::u32_unsuffixed(*key));
    let index = |at| Literal::u16_unsuffixed(u16::try_from(at).expect("a catalog has fewer than 65,536 errors"));
    let rows = rows.iter().map(|(.., at)| index(*at));
    quote!(Order(&[#(#keys),*], &[#(#rows),*]))
}

/// The length of a text, modulo 256, and its first, middle and last byte; 0 for an empty text.
fn key(text: &str) -> u32 {
    let bytes = text.as_bytes();
    let at = |at: usize| bytes.get(at).copied().unwrap_or_default();
    let length = u8::try_from(bytes.len() % 256).expect("below 256");
    u32::from_be_bytes([length, at(0), at(bytes.len() / 2), at(bytes.len().saturating_sub(1))])
}

/// The texts of a row after the id and the code, in the order in which the runtime reads them.
type Texts = [String; 8];

/// The texts after each other, and before them the end of each, in bytes.
fn with_ends(texts: &Texts) -> String {
    let (mut ends, mut all) = (String::new(), String::new());
    for text in texts {
        all.push_str(text);
        ends.extend(digits(all.len()));
    }
    ends + &all
}

/// A number as four characters of seven bits, the highest first.
fn digits(number: usize) -> [char; 4] {
    [21, 14, 7, 0].map(|bits| char::from(u8::try_from(number >> bits & 0x7f).expect("seven bits")))
}

/// What is replaced in a message: where it starts and ends, and the index of the detail that stands
/// there. Of two braces, the second is replaced by a detail that does not exist.
fn places(message: &str, error: &ErrorDef) -> String {
    const NONE: usize = (1 << 28) - 1;
    let mut places = String::new();
    let mut end = 0;
    while let Some(at) = message[end..].find(['{', '}']) {
        let start = end + at;
        let (brace, rest) = message[start..].split_at(1);
        let place = if rest.starts_with(brace) {
            [start + 1, start + 2, NONE]
        } else if let Some((name, _)) = rest.split_once('}') {
            let detail = name.strip_suffix('?').unwrap_or(name);
            let index = error.details.iter().position(|field| field.name == detail);
            [start, start + name.len() + 2, index.unwrap_or(NONE)]
        } else {
            break; // the end of the message is cut
        };
        end = place[1];
        places.extend(place.into_iter().flat_map(digits));
    }
    places
}

/// The text, up to the limit.
fn cut(text: &str) -> &str {
    let mut end = text.len().min(limits::RUST_TEXT_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// The distinct behaviors of errors. Sharing them keeps the rows short.
#[derive(Default)]
struct Handlings<'a> {
    indexes: HashMap<Handling<'a>, u16>,
    definitions: Vec<TokenStream>,
}

impl<'a> Handlings<'a> {
    /// The index of the definition of this behavior.
    fn index(&mut self, handling: Handling<'a>) -> Literal {
        let next = u16::try_from(self.definitions.len()).expect("a catalog has fewer than 65,536 errors");
        let index = *self.indexes.entry(handling).or_insert_with_key(|handling| {
            self.definitions.push(handling.definition());
            next
        });
        Literal::u16_unsuffixed(index)
    }
}

fn wire_code(error: &ErrorDef) -> String {
    error.code.as_ref().map(ToString::to_string).unwrap_or_default()
}

fn texts(error: &ErrorDef) -> Texts {
    let ErrorDef { name, title, message, description, cause, fix, doc_url, .. } = error;
    let message = message.as_ref().map_or(String::new(), Template::to_message_source);
    let places = places(cut(&message), error);
    let cut = |text: &str| cut(text).to_owned();
    let or_empty = |text: &Option<String>| text.as_deref().map_or(String::new(), cut);
    [
        cut(&name.slug),
        cut(title),
        cut(&message),
        or_empty(doc_url),
        or_empty(description),
        or_empty(cause),
        or_empty(fix),
        places,
    ]
}

/// What an error shares with others.
#[derive(PartialEq)]
struct Handling<'a> {
    /// None if there is an only status, which is in the row.
    statuses: &'a [u16],
    has_integer_code: bool,
    retry: &'a Retry,
    refund: Option<&'a Refund>,
    fault: Option<Fault>,
    group: Option<&'a str>,
    content_type: Option<&'a str>,
    envelope: Option<usize>,
    /// The names, and the templates of the values.
    headers: Vec<(&'a str, String)>,
    since: Option<&'a str>,
    /// When, the id to expect instead, and the note.
    deprecated: Option<[Option<&'a str>; 3]>,
}

/// No number of a policy is NaN.
impl Eq for Handling<'_> {}

impl Hash for Handling<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // The members of which a catalog has only few values are left out.
        let Handling { fault: _, content_type: _, retry, statuses, has_integer_code, refund, group, .. } = self;
        let refund = refund.map(|refund| match refund {
            Refund::Refunded | Refund::Kept | Refund::NotCharged => "",
            Refund::Conditional { when } => when,
        });
        (statuses, has_integer_code, refund, group, self.envelope, &self.headers, self.since, self.deprecated)
            .hash(state);
        // Each error can have a policy of its own.
        if let Some(Policy { name, after, backoff, attempts }) = retry.policy() {
            let after = after.as_ref().map(|after| match after {
                After::Header(name) | After::Detail(name) => name,
            });
            let backoff = backoff.as_ref().map(|backoff| match backoff {
                Backoff::Fixed { initial_ms, max_ms } => (*initial_ms, *max_ms, 0),
                Backoff::Exponential { initial_ms, factor, max_ms } => (*initial_ms, *max_ms, factor.to_bits()),
            });
            (name, after, backoff, attempts).hash(state);
        }
    }
}

impl<'a> Handling<'a> {
    fn of(catalog: &'a Catalog, error: &'a ErrorDef) -> Self {
        let ErrorDef {
            name: _, // with the texts
            code,
            statuses,
            title: _,
            message: _,
            description: _,
            cause: _,
            fix: _,
            doc_url: _,
            notes: _, // only on pages: too long for a binary
            retry,
            refund,
            fault,
            group: _,
            envelope,
            headers: _,
            details: _, // fields of `Error`
            examples: _,
            snippets: _,
            lifecycle: Lifecycle { since, changed: _, deprecated }, // changes are only on pages
            visibility: Visibility::Public | Visibility::Internal(_), // Rust has both
            source: _,
            boxed: _,
            origin: _,
        } = error;
        let headers = catalog.headers(error).into_iter();
        let deprecated = deprecated.as_ref().map(|Deprecated { since, replacement, note }| {
            let replacement = replacement.map(|index| catalog.errors[index].name.id.as_str());
            [since.as_deref(), replacement, note.as_deref()]
        });
        Handling {
            statuses: if statuses.len() > 1 { statuses } else { &[] },
            has_integer_code: matches!(code, Some(Code::Integer(_))),
            retry,
            refund: refund.as_ref(),
            fault: *fault,
            group: catalog.group_of(error).map(|group| group.id.as_str()),
            content_type: catalog.envelope_of(error).map(|envelope| envelope.content_type.as_str()),
            envelope: *envelope,
            headers: headers.map(|header| (header.name.as_str(), header.value.to_source())).collect(),
            since: since.as_deref(),
            deprecated,
        }
    }

    fn definition(&self) -> TokenStream {
        let Handling { has_integer_code, retry, refund, fault, group, content_type, envelope, since, .. } = self;
        let statuses = self.statuses.iter().map(|status| Literal::u16_unsuffixed(*status));
        let statuses = (!self.statuses.is_empty()).then(|| quote!(statuses: &[#(#statuses),*],));
        let integer = has_integer_code.then(|| quote!(has_integer_code: true,));
        let text = |name: TokenStream, value: Option<&str>| value.map(|value| quote!(#name: Some(#value),));
        let retry = self::retry(retry).map(|retry| quote!(retry: #retry,));
        let refund = refund.map(|refund| {
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
        let (group, content_type) = (text(quote!(group), *group), text(quote!(content_type), *content_type));
        let envelope = envelope.map(|at| {
            let at = Literal::usize_unsuffixed(at);
            quote!(envelope: Some(#at),)
        });
        let headers = self.headers.iter().map(|(name, value)| quote!((#name, #value)));
        let headers = (!self.headers.is_empty()).then(|| quote!(headers: &[#(#headers),*],));
        let since = text(quote!(since), *since);
        let deprecated = self.deprecated.map(|texts| {
            let [since, replacement, note] = texts.map(|text| option(text.map(ToTokens::to_token_stream)));
            let value = quote!(Deprecated { since: #since, replacement: #replacement, note: #note });
            quote!(deprecated: Some(#value),)
        });
        quote! {
            Handling {
                #statuses #integer #retry #refund #fault #group #content_type #envelope #headers #since #deprecated
                ..Handling::EMPTY
            }
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

#[cfg(test)]
mod tests {
    use std::hash::{BuildHasher as _, RandomState};

    use errbook_catalog::load_text;

    use super::{Handling, cut, with_ends};

    /// With the same hash, each would be compared with all others.
    #[test]
    fn policies_of_errors_have_other_hashes() {
        let text = b"errbook: 1
api: {name: Shop}
errors:
  A: {status: 503, fix: Wait., retry: {initial: 1s}}
  B: {status: 503, fix: Wait., retry: {initial: 2s}}
  C: {status: 503, fix: Wait., retry: {initial: 1s, attempts: 2}}
";
        let catalog = load_text("errors.yaml", text).catalog.expect("accepted");
        let state = RandomState::new();
        let hashes = catalog.errors.iter().map(|error| state.hash_one(Handling::of(&catalog, error)));
        assert_eq!(hashes.collect::<std::collections::HashSet<u64>>().len(), 3);
    }

    #[test]
    fn an_end_is_four_characters() {
        let texts = |long: usize| std::array::from_fn(|at| if at == 1 { "a".repeat(long) } else { String::new() });
        let second = |long| with_ends(&texts(long)).chars().skip(4).take(4).collect::<String>();
        assert_eq!(with_ends(&texts(2)), format!("{}{}aa", "\0".repeat(4), "\0\0\0\u{2}".repeat(7)));
        assert_eq!(second(127), "\0\0\0\u{7f}");
        assert_eq!(second(128), "\0\0\u{1}\0");
        assert_eq!(second(1_000_000), "\0\u{3d}\u{4}\u{40}");
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(cut(&"a".repeat(1_000_001)).len(), 1_000_000);
        assert_eq!(cut(&format!("a{}", "é".repeat(500_000))).len(), 999_999);
    }
}
