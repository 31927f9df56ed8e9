//! Responses, and what a client reads from them: `vectors.json`, to test clients in any language.
//!
//! They are made from the catalog and its examples, by code that shares nothing with the clients. A
//! response is changed only where its meaning follows from the catalog alone: a code that no error
//! has, a detail of another type, a page of a proxy. [`schema`] describes the file.

mod advice;
mod description;
mod texts;

use std::collections::{BTreeMap, BTreeSet};

use errbook_catalog::model::template::{Placeholder, Template};
use errbook_catalog::model::{
    Catalog, Code, DetailType, ErrorDef, Example, Field, Kind, Places, Predicate, Retry, TypeShape,
};
use errbook_schema::facts;
use serde_json::{Map, Value as Json, json};

pub use self::description::schema;

use self::advice::{Asked, advice};

/// The name of the file.
pub const FILE: &str = "vectors.json";

/// The version of the format.
const FORM: u32 = 1;

/// Returns the vectors of a catalog.
///
/// ```
/// let text = b"errbook: 1
/// api: {name: Shop}
/// errors: {SOLD_OUT: {status: 409, retryable: false, fix: Choose another.}}
/// ";
/// let catalog = errbook_catalog::load_text("errors.yaml", text).catalog.expect("accepted");
/// let vectors = errbook_clients::vectors::emit(&catalog);
/// let first = &vectors["vectors"][0];
/// assert_eq!(first["response"]["status"], 409);
/// assert_eq!(first["expected"]["code"], "SOLD_OUT");
/// assert_eq!(first["expected"]["advice"]["kind"], "stop");
/// ```
pub fn emit(catalog: &Catalog) -> Json {
    let catalog = &catalog.public();
    let mut vectors = Vec::new();
    let (mut retries, mut envelopes, mut texts) = (Vec::new(), BTreeSet::new(), Vec::new());
    let codes = catalog.errors.iter().filter_map(|error| error.code.as_ref().map(ToString::to_string));
    let mut uses = BTreeMap::new();
    let predicates = catalog.predicates_by_error();
    codes.for_each(|code| *uses.entry(code).or_insert(0_usize) += 1);
    let is_listed = |status: &u16| catalog.errors.iter().any(|error| error.statuses.contains(status));
    let unlisted = [404, 418, 451, 512, 599].into_iter().find(|status| !is_listed(status));
    for (at, error) in catalog.errors.iter().enumerate().filter(|(_, error)| error.kind() == Kind::Response) {
        let places = catalog.envelope_of(error).map(|own| catalog.places(own));
        let maker = Maker { catalog, error, predicates: &predicates[at], places };
        let Some(first) = error.examples.first() else { continue };
        vectors.extend(error.examples.iter().map(|example| maker.example(example)));
        if !retries.contains(&&error.retry) {
            retries.push(&error.retry);
            vectors.extend(maker.repeats(first));
        }
        if envelopes.insert(error.envelope) {
            vectors.extend(maker.odd_bodies(first));
        }
        vectors.extend(maker.other_details(first));
        vectors.extend(maker.texts_of_details(first, &mut texts));
        vectors.extend(maker.code_as_text(first));
        vectors.extend(maker.other_code(first));
        let is_unique = error.code.as_ref().is_some_and(|code| uses[&code.to_string()] == 1);
        vectors.extend(unlisted.and_then(|status| maker.other_status(first, status, is_unique)));
    }
    vectors.extend(strangers(catalog));
    let vectors: Vec<Json> = vectors.into_iter().map(Vector::json).collect();
    json!({ "errbook": FORM, "api": catalog.api.slug, "vectors": vectors })
}

/// Formats the vectors, with one on each line.
pub fn text(vectors: &Json) -> String {
    let lines: Vec<String> =
        vectors["vectors"].as_array().into_iter().flatten().map(|vector| format!("    {vector}")).collect();
    let lines = if lines.is_empty() { String::new() } else { format!("\n{}\n  ", lines.join(",\n")) };
    format!(
        "{{\n  \"errbook\": {},\n  \"api\": {},\n  \"vectors\": [{lines}]\n}}\n",
        vectors["errbook"], vectors["api"]
    )
}

/// A response, and what a client reads from it.
#[derive(Clone)]
struct Vector {
    name: String,
    status: u16,
    headers: Vec<(String, String)>,
    /// A text, because it need not be JSON.
    body: String,
    attempt: u32,
    idempotent: bool,
    code: Option<String>,
    wire_code: Option<String>,
    message: Option<String>,
    /// The typed details; `None` if it does not follow from the catalog what a client reads.
    details: Option<Json>,
    mismatch: Option<String>,
    predicates: Vec<String>,
    retry: Retry,
    asked: Asked,
}

impl Vector {
    fn json(self) -> Json {
        let Vector {
            name,
            status,
            headers,
            body,
            attempt,
            idempotent,
            code,
            wire_code,
            message,
            details,
            mismatch,
            predicates,
            retry,
            asked,
        } = self;
        let mut expected = Map::new();
        expected.insert("code".to_owned(), json!(code));
        expected.insert("wire_code".to_owned(), json!(wire_code));
        expected.insert("message".to_owned(), json!(message));
        if let Some(details) = details {
            expected.insert("details".to_owned(), details);
            expected.insert("mismatch".to_owned(), json!(mismatch));
        }
        expected.insert("predicates".to_owned(), json!(predicates));
        if let Some(advice) = advice(&retry, attempt, idempotent, asked) {
            expected.insert("advice".to_owned(), advice);
        }
        json!({
            "name": name,
            "response": { "status": status, "headers": headers, "body": body },
            "attempt": attempt,
            "idempotent": idempotent,
            "expected": expected,
        })
    }

    fn named(mut self, what: &str) -> Self {
        self.name = format!("{}: {what}", self.name);
        self
    }
}

/// Makes the vectors of an error.
struct Maker<'a> {
    catalog: &'a Catalog,
    error: &'a ErrorDef,
    predicates: &'a [&'a Predicate],
    places: Option<Places>,
}

impl Maker<'_> {
    fn example(&self, example: &Example) -> Vector {
        let body = example.body.as_ref().map(facts::value);
        let has_message = self.has_slot(|slot| *slot == Placeholder::Message);
        let ErrorDef { name, code, retry, .. } = self.error;
        let details = self.readings(example);
        let mut headers = example.headers.clone();
        headers.extend(
            self.catalog
                .envelope_of(self.error)
                .filter(|_| body.is_some())
                .map(|envelope| ("Content-Type".to_owned(), envelope.content_type.clone())),
        );
        Vector {
            name: name.id.clone(),
            status: example.status.unwrap_or_default(),
            asked: Asked::of(retry, &headers, details.as_ref()),
            headers,
            body: body.as_ref().map_or_else(String::new, ToString::to_string),
            attempt: 0,
            idempotent: true,
            code: Some(name.id.clone()),
            wire_code: code.as_ref().map(ToString::to_string),
            message: has_message.then(|| example.message.clone()),
            details: details.map(Json::Object),
            mismatch: None,
            predicates: self.predicates.iter().map(|predicate| predicate.name.clone()).collect(),
            retry: retry.clone(),
        }
    }

    /// The advice after several repeats, and for hostile values of `Retry-After`.
    fn repeats(&self, example: &Example) -> Vec<Vector> {
        let own = self.example(example);
        let attempts = match own.retry.policy().and_then(|policy| policy.attempts) {
            None => vec![1, 2, 3, 4, 1_000_000],
            Some(attempts) => vec![1, attempts - 1, attempts, attempts.saturating_add(1)],
        };
        let mut vectors: Vec<Vector> = attempts
            .into_iter()
            .map(|attempt| Vector { attempt, ..own.clone().named(&format!("after {attempt} repeats")) })
            .collect();
        vectors.push(Vector { idempotent: false, ..own.clone().named("not idempotent") });
        if own.asked != Asked::Nothing {
            return vectors;
        }
        // The header can have a detail, whose value is then another one.
        let has_details =
            self.catalog.headers(self.error).iter().any(|header| header.name.eq_ignore_ascii_case("Retry-After"));
        let own = Vector { details: own.details.clone().filter(|_| !has_details), ..own };
        let date = ("Date".to_owned(), "Fri, 31 Dec 2100 23:59:59 GMT".to_owned());
        for (text, seconds) in [
            ("7", 7.0),
            ("0", 0.0),
            ("0.25", 0.25),
            ("300", 300.0),
            ("300.5", 300.5),
            ("99999999999999999999999", f64::INFINITY),
            ("Sun, 06 Nov 1994 08:49:37 GMT", 0.0),
            ("Sat, 01 Jan 2101 00:00:06 GMT", 7.0),
            ("Saturday, 01-Jan-94 00:00:06 GMT", 0.0),
            ("4133980800", 1.0),
            ("4133980802500", 3.5),
            ("2101-01-01T01:00:01+01:00", 2.0),
        ] {
            let mut vector = own.clone().named(&format!("Retry-After: {text}"));
            vector.headers.extend([("Retry-After".to_owned(), text.to_owned()), date.clone()]);
            vector.asked = Asked::Seconds(seconds);
            vectors.push(vector);
        }
        for text in ["", "-1", "soon", "NaN", "12 monkeys", "Sun, 99 Nov 1994 08:49:37 GMT"] {
            let mut vector = own.clone().named(&format!("Retry-After: {text}"));
            vector.headers.push(("Retry-After".to_owned(), text.to_owned()));
            vectors.push(vector);
        }
        vectors
    }

    /// Bodies that many servers send, and that some parsers reject.
    fn odd_bodies(&self, example: &Example) -> Vec<Vector> {
        let own = self.example(example);
        if own.body.is_empty() {
            return vec![Vector { body: "\r\n".to_owned(), ..own.named("a line break as the body") }];
        }
        let whole = own.body.clone();
        let mut vectors = vec![
            Vector { body: format!("\u{feff}{whole}"), ..own.clone().named("a byte order mark") },
            Vector { body: format!("{whole}\0\r\n"), ..own.clone().named("a NUL byte after the body") },
        ];
        let message =
            self.places.iter().flat_map(|places| &places.slots).find(|(_, slot)| *slot == Placeholder::Message);
        if let (Some((pointer, _)), true) = (message, self.error.details.is_empty()) {
            let mut body: Json = serde_json::from_str(&whole).expect("an example is JSON");
            if let Some(member) = body.pointer_mut(pointer) {
                *member = json!(MARK);
            }
            // Half of a surrogate pair is no character.
            let body = body.to_string().replace(MARK, "\\ud800x");
            vectors.push(Vector { body, message: Some("\u{fffd}x".to_owned()), ..own.named("a lone surrogate") });
        }
        vectors
    }

    /// A required detail that is missing, and details of other types.
    fn other_details(&self, example: &Example) -> Vec<Vector> {
        let own = self.example(example);
        let mut vectors = Vec::new();
        if own.details.is_none() {
            return vectors;
        }
        for field in &self.error.details {
            let Some(pointer) = self.place(field) else { continue };
            let body: Json = serde_json::from_str(&own.body).expect("an example is JSON");
            if body.pointer(&pointer).is_none() {
                continue;
            }
            let is_elsewhere = self.is_elsewhere(field);
            let mut change = |what: &str, value: Option<Json>| {
                let mut body = body.clone();
                replace(&mut body, &pointer, value);
                let mut vector = own.clone().named(&format!("{} {what}", field.name));
                vector.body = body.to_string();
                vector.details = Some(Json::Null);
                vector.mismatch = Some(field.name.clone());
                // The wait may be this detail.
                vector.asked = if matches!(own.asked, Asked::Nothing) { Asked::Nothing } else { Asked::Unclear };
                vectors.push(vector);
            };
            // An item of a list cannot be missing.
            let is_member =
                pointer.rsplit_once('/').is_some_and(|(outer, _)| body.pointer(outer).is_some_and(Json::is_object));
            if !field.optional && !is_elsewhere && is_member {
                change("is missing", None);
            }
            if let Some(wrong) = self.wrong(&field.ty) {
                change("has another type", Some(wrong));
            }
        }
        vectors
    }

    /// An integer code as text, in which no parser rounds it.
    fn code_as_text(&self, example: &Example) -> Option<Vector> {
        let code = self.error.code.as_ref().filter(|code| matches!(code, Code::Integer(_)))?;
        let own = self.example(example);
        let mut body: Json = serde_json::from_str(&own.body).ok()?;
        for (pointer, slot) in self.places.iter().flat_map(|places| &places.slots) {
            if *slot == Placeholder::Code {
                replace(&mut body, pointer, Some(json!(code.to_string())));
            }
        }
        Some(Vector { body: body.to_string(), ..own.named("the code as text") })
    }

    /// A code that no error has, if the code alone tells the errors of the status apart.
    fn other_code(&self, example: &Example) -> Option<Vector> {
        let own = self.example(example);
        let has_code = |error: &ErrorDef| error.code.is_some() && error.envelope == self.error.envelope;
        let is_alone = |slot: &Placeholder| matches!(slot, Placeholder::Code | Placeholder::Id);
        let mut of_status = self.catalog.errors.iter().filter(|error| error.statuses.contains(&own.status));
        let identities: Vec<&(String, Placeholder)> =
            self.places.iter().flat_map(|places| &places.slots).filter(|(_, slot)| is_alone(slot)).collect();
        let [(pointer, Placeholder::Code)] = identities.as_slice() else { return None };
        if !of_status.all(has_code) {
            return None;
        }
        let mut body: Json = serde_json::from_str(&own.body).expect("an example is JSON");
        replace(&mut body, pointer, Some(json!(OTHER_CODE)));
        let body = body.to_string();
        Some(Vector {
            body,
            wire_code: Some(OTHER_CODE.to_owned()),
            message: own.message.clone(),
            ..unknown(self.catalog, own.named("another code"))
        })
        // Another envelope could read the body in another way.
        .filter(|_| self.catalog.envelopes.len() == 1)
    }

    /// A status that no error has. A code or an id that no other error has identifies this one, but a
    /// status that is one of several is a part of it.
    fn other_status(&self, example: &Example, status: u16, is_unique: bool) -> Option<Vector> {
        let is_mark = |slot: &Placeholder| is_unique && *slot == Placeholder::Code || *slot == Placeholder::Id;
        // Another envelope could read the body in another way.
        if !self.has_slot(is_mark) || self.catalog.envelopes.len() > 1 {
            return None;
        }
        let vector = Vector { status, ..self.example(example).named("another status") };
        if self.error.statuses.len() == 1 || vector.details.is_none() {
            return Some(vector);
        }
        Some(Vector { details: Some(Json::Null), mismatch: Some("status".to_owned()), ..vector })
    }

    fn has_slot(&self, is_it: impl Fn(&Placeholder) -> bool) -> bool {
        self.places.iter().flat_map(|places| &places.slots).any(|(_, slot)| is_it(slot))
    }

    /// The pointer to a detail in the body.
    fn place(&self, field: &Field) -> Option<String> {
        let token = field.name.replace('~', "~0").replace('/', "~1");
        self.places.iter().flat_map(|places| &places.slots).find_map(|(pointer, slot)| match slot {
            Placeholder::Detail(name) if *name == field.name => Some(pointer.clone()),
            Placeholder::Details => Some(format!("{pointer}/{token}")),
            _ => None,
        })
    }

    /// Whether a header or the message may have the detail too, or the body twice.
    fn is_elsewhere(&self, field: &Field) -> bool {
        let is_it = |slot: &Placeholder| matches!(slot, Placeholder::Detail(name) if *name == field.name);
        let headers = self.catalog.headers(self.error);
        let in_headers = headers.iter().flat_map(|header| header.value.slots());
        let in_message = self.error.message.iter().flat_map(Template::slots);
        let in_body = self.places.iter().flat_map(|places| &places.slots);
        let in_body = in_body.filter(|(_, slot)| is_it(slot) || *slot == Placeholder::Details).count();
        in_headers.chain(in_message).any(|slot| is_it(&slot.placeholder)) || in_body > 1
    }

    /// A value that is not of the type; none for any JSON.
    fn wrong(&self, ty: &DetailType) -> Option<Json> {
        match ty {
            DetailType::String | DetailType::DateTime | DetailType::Uuid | DetailType::Uri => Some(json!(7)),
            DetailType::Integer => Some(json!(0.5)),
            DetailType::Number | DetailType::Boolean | DetailType::Array(_) | DetailType::Map(_) => Some(json!("x")),
            DetailType::Duration => Some(json!(-1)),
            DetailType::Json => None,
            DetailType::Named(at) => match &self.catalog.types[*at].shape {
                TypeShape::Enum { values: _, open: false } => Some(json!("errbook: no value has this text")),
                TypeShape::Enum { values: _, open: true } => Some(json!(["x"])),
                TypeShape::Object(_) => Some(json!([])),
            },
        }
    }
}

/// A text that no catalog has.
const MARK: &str = "errbook: the place of a lone surrogate";
const OTHER_CODE: &str = "errbook: no error has this code";

/// Sets a member, or removes it.
fn replace(body: &mut Json, pointer: &str, value: Option<Json>) {
    let (outer, token) = pointer.rsplit_once('/').unwrap_or_default();
    let token = token.replace("~1", "/").replace("~0", "~");
    match (body.pointer_mut(outer), value) {
        (Some(Json::Object(members)), Some(value)) => drop(members.insert(token, value)),
        (Some(Json::Object(members)), None) => drop(members.shift_remove(&token)),
        (Some(Json::Array(items)), value) => {
            if let Some(item) = token.parse::<usize>().ok().and_then(|at| items.get_mut(at)) {
                *item = value.unwrap_or_default();
            }
        }
        _ => {}
    }
}

/// The vector of an error that the catalog does not have.
fn unknown(catalog: &Catalog, vector: Vector) -> Vector {
    let advice =
        catalog.unknown.iter().find(|own| (own.statuses.first()..=own.statuses.last()).contains(&vector.status));
    Vector {
        code: None,
        wire_code: None,
        message: None,
        details: Some(Json::Null),
        mismatch: None,
        predicates: Vec::new(),
        asked: Asked::of(advice.map_or(&Retry::Unsaid, |own| &own.retry), &vector.headers, Some(&Map::new())),
        retry: advice.map_or(Retry::Unsaid, |own| own.retry.clone()),
        ..vector
    }
}

/// Responses that are not from the API: pages of proxies, and nothing at all.
fn strangers(catalog: &Catalog) -> Vec<Vector> {
    let own = catalog.errors.iter().flat_map(|error| error.statuses.iter().copied());
    let statuses: BTreeSet<u16> = own.chain([400, 418, 500, 502, 503, 504, 599]).collect();
    let mut vectors = Vec::new();
    let blank = Vector {
        name: String::new(),
        status: 0,
        headers: Vec::new(),
        body: String::new(),
        attempt: 0,
        idempotent: true,
        code: None,
        wire_code: None,
        message: None,
        details: None,
        mismatch: None,
        predicates: Vec::new(),
        retry: Retry::Unsaid,
        asked: Asked::Nothing,
    };
    for status in statuses {
        for (what, body) in [("a page", PAGE), ("JSON that is not an object", "[]"), ("half of a body", "{\"code\":")] {
            let name = format!("{status}: {what}");
            vectors.push(unknown(catalog, Vector { name, status, body: body.to_owned(), ..blank.clone() }));
        }
        let without_body =
            catalog.errors.iter().filter(|error| error.envelope.is_none() && error.statuses.contains(&status));
        if without_body.count() == 0 {
            vectors.push(unknown(catalog, Vector { name: format!("{status}: nothing"), status, ..blank.clone() }));
        }
        let mut busy = Vector {
            name: format!("{status}: a page with Retry-After"),
            status,
            body: PAGE.to_owned(),
            ..blank.clone()
        };
        busy.headers.push(("retry-after".to_owned(), "9".to_owned()));
        vectors.push(unknown(catalog, busy));
    }
    vectors
}

const PAGE: &str = "<!doctype html><title>502 Bad Gateway</title><h1>Bad Gateway</h1>";
