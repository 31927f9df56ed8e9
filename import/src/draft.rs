//! The draft of a catalog, and its YAML.

use std::collections::{HashMap, HashSet};

use errbook_catalog::model::name::{Name, field_ident, is_device, page_owner, slug};
use errbook_catalog::{is_date_time, is_uri, is_uuid};
use serde_json::{Map, Value as Json, json};

use super::{Left, Place, Report};
use errbook_schema::facts;
use errbook_schema::openapi::yaml_in_blocks;

/// The placeholder for a text that the source does not have.
const TODO: &str = "TODO";

/// A draft of a catalog.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) name: Option<String>,
    pub(super) version: Option<String>,
    pub(super) summary: Option<String>,
    pub(super) doc_url: Option<String>,
    pub(super) context: Vec<Field>,
    pub(super) envelopes: Map<String, Json>,
    pub(super) groups: Vec<Group>,
    pub(super) entries: Vec<Entry>,
    pub(super) bodies: Vec<Body>,
    pub(super) report: Report,
    /// The indexes of the entries by the text of their code. Sources can have thousands of entries.
    by_code: HashMap<Option<String>, Vec<usize>>,
    /// What and why of everything in `report.left`.
    left: HashSet<(String, String)>,
}

/// A body, and its error.
#[derive(Debug)]
pub(super) struct Body {
    pub(super) json: Json,
    pub(super) entry: Option<usize>,
    pub(super) content_type: Option<String>,
    pub(super) place: Place,
}

/// A group of errors.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) title: String,
    /// A key of the format and its heading, in the order of the table.
    pub(super) columns: Vec<(&'static str, String)>,
}

/// The wire code of an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Code {
    Text(String),
    Number(i64),
}

impl Code {
    pub(super) fn text(&self) -> String {
        match self {
            Code::Text(text) => text.clone(),
            Code::Number(number) => number.to_string(),
        }
    }
}

/// Whether the client may retry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Retry {
    Said(Json),
    /// `{backoff: fixed, initial: 30s}`
    Seconds(u32),
    /// The header with the wait.
    After(String),
}

/// An error.
#[derive(Debug, Default)]
pub(super) struct Entry {
    pub(super) code: Option<Code>,
    pub(super) statuses: Vec<u16>,
    pub(super) title: Option<String>,
    /// The text as sent, with literal braces.
    pub(super) message: Option<String>,
    pub(super) description: Option<String>,
    pub(super) cause: Option<String>,
    pub(super) fix: Option<String>,
    pub(super) notes: Vec<String>,
    pub(super) retry: Option<Retry>,
    pub(super) refund: Option<Json>,
    pub(super) doc_url: Option<String>,
    pub(super) group: Option<usize>,
    /// Names, and values in the syntax of the format.
    pub(super) headers: Vec<(String, String)>,
    pub(super) details: Vec<Field>,
    pub(super) snippets: Vec<(String, String)>,
    pub(super) envelope: Option<String>,
    /// Whether the error has only a title, and no code, status or message.
    pub(super) is_symptom: bool,
}

/// A detail, or a context field.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) ty: String,
    pub(super) example: Option<Json>,
    pub(super) optional: bool,
    pub(super) doc: Option<String>,
}

impl Field {
    /// A field from one value of it.
    pub(super) fn of(name: String, value: &Json) -> Self {
        let ty = type_of(value);
        let example = match value {
            Json::Null => None,
            // A deep tree is too long for an example.
            Json::Object(_) | Json::Array(_) if !is_shallow(value, 8) => None,
            other => Some(other.clone()),
        };
        Field { name, ty, example, optional: value.is_null(), doc: None }
    }

    fn json(&self) -> Json {
        let Field { name: _, ty, example, optional, doc } = self;
        let mut members = Map::new();
        members.insert("type".into(), json!(ty));
        members.extend(example.clone().map(|example| ("example".to_owned(), example)));
        if *optional {
            members.insert("optional".into(), json!(true));
        }
        members.extend(doc.as_ref().map(|doc| ("doc".to_owned(), json!(doc))));
        Json::Object(members)
    }
}

fn is_shallow(value: &Json, depth: usize) -> bool {
    match value {
        Json::Array(items) => depth > 0 && items.iter().all(|item| is_shallow(item, depth - 1)),
        Json::Object(members) => depth > 0 && members.values().all(|item| is_shallow(item, depth - 1)),
        _ => true,
    }
}

/// The narrowest type of a value.
fn type_of(value: &Json) -> String {
    match value {
        Json::Bool(_) => "boolean".to_owned(),
        Json::Number(number) if number.is_i64() => "integer".to_owned(),
        // An `integer` of the format has at most 64 bits.
        Json::Number(_) => "number".to_owned(),
        Json::String(text) if is_date_time(text) => "date-time".to_owned(),
        Json::String(text) if is_uuid(text) => "uuid".to_owned(),
        Json::String(text) if (text.starts_with("https://") || text.starts_with("http://")) && is_uri(text) => {
            "uri".to_owned()
        }
        Json::String(_) => "string".to_owned(),
        Json::Array(items) => {
            let types: HashSet<String> = items.iter().map(type_of).collect();
            match types.into_iter().next() {
                Some(ty) if items.iter().all(|item| type_of(item) == ty) && !ty.starts_with("array") => {
                    format!("array<{ty}>")
                }
                _ => "array<json>".to_owned(),
            }
        }
        Json::Null | Json::Object(_) => "json".to_owned(),
    }
}

/// Whether a name is valid for a detail or context field.
pub(super) fn is_field_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
}

/// Adds a field, unless another field has the same name in Rust.
pub(super) fn add_field(fields: &mut Vec<Field>, new: Field) -> bool {
    let ident = field_ident(&new.name);
    if !is_field_name(&new.name) {
        return false;
    }
    match fields.iter_mut().find(|field| field_ident(&field.name) == ident) {
        None => fields.push(new),
        Some(known) if known.name != new.name => return false,
        Some(known) => {
            if known.ty != new.ty && known.example.is_some() && new.example.is_some() {
                known.ty = match (known.ty.as_str(), new.ty.as_str()) {
                    ("integer" | "number", "integer" | "number") => "number".to_owned(),
                    ("string" | "uri" | "uuid" | "date-time", "string" | "uri" | "uuid" | "date-time") => {
                        "string".to_owned()
                    }
                    _ => "json".to_owned(),
                };
            } else if known.example.is_none() && new.example.is_some() {
                known.ty.clone_from(&new.ty);
                known.example = new.example;
            }
            known.optional |= new.optional;
            known.doc = known.doc.take().or(new.doc);
        }
    }
    true
}

/// Escapes the braces of a text.
pub(super) fn literal(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}")
}

impl Entry {
    /// Its name in reports.
    pub(super) fn shown(&self) -> String {
        let code = self.code.as_ref().map(Code::text);
        let status = self.statuses.first().map(u16::to_string);
        let words = code.or(status).or(self.message.clone()).or(self.title.clone());
        format!("`{}`", words.unwrap_or_default())
    }

    /// Whether two entries describe the same error, by the code and a status if both have them.
    pub(super) fn is_same(&self, other: &Entry) -> bool {
        let shares_status = self.statuses.iter().any(|status| other.statuses.contains(status));
        match (&self.code, &other.code) {
            (Some(a), Some(b)) => {
                a.text() == b.text() && (shares_status || self.statuses.is_empty() || other.statuses.is_empty())
            }
            (None, None) if !self.statuses.is_empty() || !other.statuses.is_empty() => shares_status,
            (None, None) => self.message == other.message && self.title == other.title,
            _ => false,
        }
    }

    /// Adds what this entry does not have yet. Returns `false` if the two descriptions differ.
    pub(super) fn take(&mut self, other: Entry) -> bool {
        let differs = matches!((&self.description, &other.description), (Some(a), Some(b)) if a != b);
        let Entry {
            code: _,
            statuses,
            title,
            message,
            description,
            cause,
            fix,
            notes,
            retry,
            refund,
            doc_url,
            group,
            headers,
            details,
            snippets,
            envelope,
            is_symptom: _,
        } = other;
        if self.statuses.is_empty() {
            self.statuses = statuses;
        }
        self.title = self.title.take().or(title);
        self.message = self.message.take().or(message);
        self.description = self.description.take().or(description);
        self.cause = self.cause.take().or(cause);
        self.fix = self.fix.take().or(fix);
        self.retry = self.retry.take().or(retry);
        self.refund = self.refund.take().or(refund);
        self.doc_url = self.doc_url.take().or(doc_url);
        self.group = self.group.or(group);
        self.envelope = self.envelope.take().or(envelope);
        self.notes.extend(notes);
        self.snippets.extend(snippets);
        for (name, value) in headers {
            self.header(&name, value);
        }
        for field in details {
            add_field(&mut self.details, field);
        }
        !differs
    }

    /// Removes blank texts.
    fn tidy(&mut self) {
        let texts = [&mut self.title, &mut self.message, &mut self.description, &mut self.cause, &mut self.fix];
        for text in texts {
            *text = text.take().filter(|text| !text.trim().is_empty());
        }
        self.notes.retain(|note| !note.trim().is_empty());
    }

    /// Adds a valid header. The first one of a name wins.
    pub(super) fn header(&mut self, name: &str, value: String) {
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let is_value = value.trim() == value && value.bytes().all(|byte| (0x20..0x7f).contains(&byte));
        let is_known = self.headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name));
        if is_name && is_value && !is_known && !name.eq_ignore_ascii_case("content-type") {
            self.headers.push((name.to_owned(), value));
        }
    }
}

impl Draft {
    pub(super) fn left(&mut self, place: &Place, what: impl Into<String>, why: impl Into<String>) {
        let (what, why) = (what.into(), why.into());
        // A document can repeat a response at each operation. Report it once.
        if self.left.insert((what.clone(), why.clone())) {
            self.report.left.push(Left { place: place.clone(), what, why });
        }
    }

    /// Adds an error or merges it with a known one, and returns its index.
    pub(super) fn add(&mut self, entry: Entry, place: &Place) -> usize {
        let code = entry.code.as_ref().map(Code::text);
        let Some(at) = self.with_code(code.as_deref()).find(|at| self.entries[*at].is_same(&entry)) else {
            self.by_code.entry(code).or_default().push(self.entries.len());
            self.entries.push(entry);
            return self.entries.len() - 1;
        };
        let shown = entry.shown();
        if !self.entries[at].take(entry) {
            self.left(place, shown, "described twice; the first description is used");
        }
        at
    }

    /// The indexes of the entries with this code, or of those without one.
    pub(super) fn with_code(&self, code: Option<&str>) -> impl Iterator<Item = usize> {
        self.by_code.get(&code.map(str::to_owned)).into_iter().flatten().copied()
    }

    /// Gives an entry without a code a code.
    pub(super) fn set_code(&mut self, at: usize, code: Option<Code>) {
        if let Some(code) = code {
            let without = self.by_code.entry(None).or_default();
            without.retain(|other| *other != at);
            self.by_code.entry(Some(code.text())).or_default().push(at);
            self.entries[at].code = Some(code);
        }
    }

    /// Leaves out what `errbook check` would reject, because no client could receive it.
    fn leave_what_cannot_be_sent(&mut self) {
        let mut left = Vec::new();
        for entry in &mut self.entries {
            let shown = entry.shown();
            if let Some(Code::Text(code)) = &mut entry.code
                && code.contains(['{', '}'])
            {
                *code = code.replace('{', "(").replace('}', ")");
                left.push((format!("the braces of the code {shown}"), "a code has no placeholders"));
            }
            let count = entry.statuses.len();
            entry.statuses.retain(|status| (200..=599).contains(status) && !matches!(status, 204 | 205 | 304));
            if entry.statuses.len() < count {
                left.push((format!("a status of {shown}"), "a response with it has no body"));
            }
            entry.headers.retain(|(name, value)| {
                let is_sent = errbook_catalog::is_valid_header(name, value);
                if !is_sent {
                    left.push((format!("the header `{name}` of {shown}"), "HTTP does not allow it"));
                }
                is_sent
            });
            let headers = &entry.headers;
            let waits = |name: &str| headers.iter().any(|(header, _)| header.eq_ignore_ascii_case(name));
            if let Some(Retry::After(name)) = &entry.retry
                && !waits(name)
            {
                entry.retry = Some(Retry::Said(json!(true)));
            }
        }
        // A body that identifies nothing serves one error of each status.
        let without_code = |name: &str, envelope: &Json| {
            let users = self.entries.iter().filter(|entry| entry.envelope.as_deref().unwrap_or("default") == name);
            let mut statuses = HashSet::new();
            let is_shared = users.flat_map(|entry| &entry.statuses).any(|status| !statuses.insert(*status));
            let text = envelope["body"].to_string();
            is_shared && !["{code}", "{code?}", "{doc_url}", "{doc_url?}"].iter().any(|mark| text.contains(mark))
        };
        let useless: Vec<String> = self
            .envelopes
            .iter()
            .filter(|(name, envelope)| without_code(name, envelope))
            .map(|(name, _)| name.clone())
            .collect();
        for name in useless {
            left.push((format!("the envelope `{name}`"), "its body has nothing that identifies the error"));
            let body = json!({ "code": "{code?}", "message": "{message}" });
            self.envelopes.insert(name, json!({ "body": body }));
        }
        if self.envelopes.is_empty() && self.entries.iter().any(|entry| !entry.statuses.is_empty()) {
            let why = "no JSON body was found, so the body is the predefined one: problem details";
            left.push(("the body of the responses".to_owned(), why));
        }
        for (what, why) in left {
            self.left(&Place::Pointer(String::new()), what, why);
        }
    }

    /// Returns the catalog as YAML, and the report.
    pub(super) fn finish(mut self) -> (String, Report) {
        self.entries.iter_mut().for_each(Entry::tidy);
        self.leave_what_cannot_be_sent();
        self.report.errors = self.entries.len();
        self.report.left.sort_by(|a, b| a.place.cmp(&b.place));
        let used: Vec<usize> =
            (0..self.groups.len()).filter(|at| self.entries.iter().any(|entry| entry.group == Some(*at))).collect();
        let group_ids = unique(used.iter().map(|at| words_id(&self.groups[*at].title, "errors")));
        let group_id = |at: usize| {
            used.iter().position(|used| *used == at).map_or_else(String::new, |index| group_ids[index].clone())
        };
        let mut todo = 0;
        let mut names = Names::default();
        let mut errors = Map::new();
        for entry in &self.entries {
            let id = names.claim(entry);
            let body = error(entry, &id, entry.group.map(group_id), &mut todo);
            errors.insert(id, body);
        }
        self.report.todo = todo;
        let groups: Map<String, Json> = used.iter().map(|at| (group_id(*at), group(&self.groups[*at]))).collect();
        let name = self.name.as_deref().map(str::trim).filter(|name| !name.is_empty()).unwrap_or("My API");
        let mut api = facts::object([("name", json!(name))]);
        let members = api.as_object_mut().expect("an object");
        let folder = slug(name);
        if folder.is_empty() || is_device(&folder) || folder.chars().any(|c| !c.is_ascii_alphanumeric() && c != '-') {
            members.insert("slug".into(), json!("my-api"));
        }
        for (key, value) in [("version", &self.version), ("summary", &self.summary), ("doc_url", &self.doc_url)] {
            members.extend(value.as_ref().map(|value| (key.to_owned(), json!(value))));
        }
        let context: Map<String, Json> = self.context.iter().map(|field| (field.name.clone(), field.json())).collect();
        let sections = [
            ("context", Json::Object(context)),
            ("envelopes", Json::Object(self.envelopes)),
            ("groups", Json::Object(groups)),
            ("errors", Json::Object(errors)),
        ];
        let mut text = String::from("# yaml-language-server: $schema=errbook.schema.json\nerrbook: 1\n\n");
        text.push_str(&yaml_in_blocks(&json!({ "api": api })));
        for (key, section) in sections {
            if section.as_object().is_some_and(|section| !section.is_empty()) {
                text.push('\n');
                text.push_str(&yaml_in_blocks(&json!({ key: section })));
            }
        }
        (text, self.report)
    }
}

fn group(group: &Group) -> Json {
    let mut members = Map::new();
    let title = group.title.trim();
    members.insert("title".into(), json!(if title.is_empty() { "Errors" } else { title }));
    let columns: Map<String, Json> =
        group.columns.iter().map(|(key, heading)| ((*key).to_owned(), json!(heading))).collect();
    if !columns.is_empty() {
        members.insert("columns".into(), Json::Object(columns));
    }
    Json::Object(members)
}

fn error(entry: &Entry, id: &str, group: Option<String>, todo: &mut usize) -> Json {
    let Entry {
        code,
        statuses,
        title,
        message,
        description,
        cause,
        fix,
        notes,
        retry,
        refund,
        doc_url,
        group: _,
        headers,
        details,
        snippets,
        envelope,
        is_symptom,
    } = entry;
    let mut members = Map::new();
    let mut put = |key: &str, value: Option<Json>| {
        members.extend(value.map(|value| (key.to_owned(), value)));
    };
    let is_response = !statuses.is_empty();
    match code {
        // The id is the code only if the error has a status or a message.
        Some(Code::Text(code)) if code == id && (is_response || message.is_some()) => {}
        Some(Code::Text(code)) => put("code", Some(json!(code))),
        Some(Code::Number(number)) => put("code", Some(json!(number))),
        None if *is_symptom && !is_response && message.is_none() => {}
        None => put("code", Some(Json::Null)),
    }
    match statuses.as_slice() {
        [] => {}
        [status] => put("status", Some(json!(status))),
        several => put("status", Some(json!(several))),
    }
    put("title", title.as_ref().map(|title| json!(title)));
    put("message", message.as_ref().map(|message| json!(literal(message))));
    let mut text = |said: &Option<String>| {
        *todo += usize::from(said.is_none());
        json!(said.as_deref().unwrap_or(TODO))
    };
    if description.is_some() || cause.is_none() {
        put("description", Some(text(description)));
    }
    put("cause", cause.as_ref().map(|cause| json!(cause)));
    put("fix", Some(text(fix)));
    match retry {
        None => {}
        Some(Retry::Said(said)) => put("retryable", Some(said.clone())),
        Some(Retry::Seconds(seconds)) => {
            put("retry", Some(json!({ "backoff": "fixed", "initial": format!("{seconds}s") })));
        }
        Some(Retry::After(header)) => put("retry", Some(json!({ "after": header }))),
    }
    put("refund", refund.clone());
    put("doc_url", doc_url.as_ref().map(|url| json!(literal(url))));
    put("group", group.map(|group| json!(group)));
    if is_response {
        put("envelope", envelope.as_ref().map(|envelope| json!(envelope)));
        let headers: Map<String, Json> = headers.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
        put("headers", (!headers.is_empty()).then_some(Json::Object(headers)));
    }
    if is_response || message.is_some() || code.is_some() {
        let details: Map<String, Json> = details.iter().map(|field| (field.name.clone(), field.json())).collect();
        put("details", (!details.is_empty()).then_some(Json::Object(details)));
    }
    let snippets: Vec<Json> = snippets.iter().map(|(lang, code)| json!({ "lang": lang, "code": code })).collect();
    put("snippets", (!snippets.is_empty()).then_some(Json::Array(snippets)));
    put("notes", (!notes.is_empty()).then(|| json!(notes.join("\n\n"))));
    Json::Object(members)
}

/// The reserved names. An id also names a Rust variant and a page.
#[derive(Default)]
struct Names(HashSet<String>);

impl Names {
    /// A unique id, similar to the error's name in the source.
    fn claim(&mut self, entry: &Entry) -> String {
        let wanted = match (&entry.code, &entry.title, &entry.message) {
            (Some(Code::Text(code)), ..) => code_id(code),
            (Some(Code::Number(number)), None, _) => format!("error_{number}").replace('-', "minus_"),
            (_, Some(words), _) => words_id(words, "error"),
            (None, None, message) => match (entry.statuses.first(), message) {
                (Some(status), _) => {
                    reason(*status).map_or_else(|| format!("status_{status}"), |words| words_id(words, "error"))
                }
                (None, Some(words)) => words_id(words, "error"),
                (None, None) => "error".to_owned(),
            },
        };
        let with_status = entry.statuses.first().map(|status| format!("{wanted}_{status}"));
        let numbered = (2_usize..).map(|number| format!("{wanted}_{number}"));
        let candidates = std::iter::once(wanted.clone()).chain(with_status).chain(numbered);
        candidates.into_iter().find(|id| self.is_free(id)).unwrap_or(wanted)
    }

    fn is_free(&mut self, id: &str) -> bool {
        // Methods of the generated `Error`.
        const TAKEN: [&str; 8] = ["code", "status", "headers", "body", "source", "fmt", "to_string", "details"];
        let Name { id: _, variant, function, slug } = Name::new(id);
        let statuses = format!("{variant}Status");
        let claims = [
            format!("variant {variant}"),
            format!("function {function}"),
            format!("slug {}", slug.to_lowercase()),
            format!("variant {statuses}"),
        ];
        let is_taken = TAKEN.contains(&function.as_str()) || page_owner(&slug).is_some();
        if is_taken || claims.iter().any(|claim| self.0.contains(claim)) {
            return false;
        }
        self.0.extend(claims);
        true
    }
}

/// A code as an id, with `_` for invalid characters.
fn code_id(code: &str) -> String {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    let id: String = code.chars().take(100).map(|c| if fits(c) { c } else { '_' }).collect();
    match id.chars().next() {
        Some(first) if first.is_ascii_alphabetic() => id,
        _ if id.chars().any(|c| c.is_ascii_alphanumeric()) => {
            format!("error_{}", id.trim_start_matches(['_', '.', '-']))
        }
        _ => "error".to_owned(),
    }
}

/// The first words of a text as an id in snake case.
fn words_id(text: &str, otherwise: &str) -> String {
    let words: Vec<String> = text
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '\'')
        .map(|word| word.replace('\'', "").to_ascii_lowercase())
        .filter(|word| !word.is_empty())
        .take(6)
        .collect();
    let id: String = words.join("_").chars().take(60).collect();
    match id.chars().next() {
        None => otherwise.to_owned(),
        Some(first) if first.is_ascii_digit() => format!("{otherwise}_{id}"),
        Some(_) => id.trim_end_matches('_').to_owned(),
    }
}

/// The ids, with a number added to repeated ones.
fn unique(ids: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = HashSet::new();
    ids.map(|id| {
        let numbered = (2_usize..).map(|number| format!("{id}_{number}"));
        let free = std::iter::once(id.clone()).chain(numbered).find(|id| !seen.contains(id)).unwrap_or(id);
        seen.insert(free.clone());
        free
    })
    .collect()
}

/// The reason phrase of a status (RFC 9110, section 15, and RFC 6585).
pub(super) fn reason(status: u16) -> Option<&'static str> {
    Some(match status {
        400 => "Bad request",
        401 => "Unauthorized",
        402 => "Payment required",
        403 => "Forbidden",
        404 => "Not found",
        405 => "Method not allowed",
        406 => "Not acceptable",
        408 => "Request timeout",
        409 => "Conflict",
        410 => "Gone",
        411 => "Length required",
        412 => "Precondition failed",
        413 => "Content too large",
        414 => "URI too long",
        415 => "Unsupported media type",
        422 => "Unprocessable content",
        423 => "Locked",
        425 => "Too early",
        426 => "Upgrade required",
        428 => "Precondition required",
        429 => "Too many requests",
        451 => "Unavailable for legal reasons",
        500 => "Internal server error",
        501 => "Not implemented",
        502 => "Bad gateway",
        503 => "Service unavailable",
        504 => "Gateway timeout",
        _ => return None,
    })
}
