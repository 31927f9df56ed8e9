//! Makes envelopes from JSON bodies: finds the code, the message and the placeholders of the rest.
//!
//! Bodies with the code and message at the same paths share an envelope. A member without a
//! matching placeholder becomes a constant if it is the same boolean in every body, and a context
//! field otherwise.

use std::collections::BTreeSet;

use errbook_catalog::model::name::{field_ident, slug};
use serde_json::{Map, Value as Json, json};

use super::Place;
use super::draft::{Body, Code, Draft, Entry, Field, Retry, add_field, is_field_name, literal};

/// A path in a body: the names of members, and `0` for the first item of a list.
type Path = Vec<String>;

const CODES: [&str; 6] = ["code", "error_code", "errorCode", "err_code", "errcode", "error_type"];
/// Members that are codes only if the value looks like one.
const MAYBE_CODES: [&str; 5] = ["type", "error", "reason", "status", "name"];
const MESSAGES: [&str; 8] = [
    "message",
    "error_message",
    "errorMessage",
    "msg",
    "detail",
    "error_description",
    "errorDescription",
    "description",
];
const STATUSES: [&str; 6] = ["status", "status_code", "statusCode", "http_status", "httpStatus", "http_code"];
const RETRYABLE: [&str; 3] = ["retryable", "is_retryable", "isRetryable"];
const DOC_URLS: [&str; 7] = ["doc_url", "docs_url", "documentation_url", "docUrl", "help_url", "docs", "more_info"];
const DETAILS: [&str; 6] = ["details", "detail", "params", "parameters", "context", "extra"];

/// The error in a body.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Roles {
    code: Option<Path>,
    message: Option<Path>,
}

/// The paths of the code and the message; `None` if the body has neither, and is not an error body.
pub(super) fn roles(body: &Json) -> Option<Roles> {
    let mut objects = Vec::new();
    objects_of(body, &mut Vec::new(), 3, &mut objects);
    // Members nearer to the top take precedence.
    objects.sort_by_key(|(path, _)| path.len());
    let find = |fits: &dyn Fn(&Map<String, Json>) -> Option<String>| {
        objects.iter().find_map(|(path, object)| {
            let name = fits(object)?;
            Some(path.iter().cloned().chain([name]).collect::<Path>())
        })
    };
    let code = find(&|object| {
        let is_status = |name: &&&str| {
            let value = &object[**name];
            is_status(value).is_some() && MAYBE_CODES.iter().any(|maybe| object.get(*maybe).is_some_and(is_code_value))
        };
        let plain =
            CODES.iter().filter(|name| object.get(**name).is_some_and(|code| code.is_string() || code.is_i64()));
        let maybe = MAYBE_CODES.iter().filter(|name| object.get(**name).is_some_and(is_code_value));
        plain.filter(|name| !is_status(name)).chain(maybe).next().map(|name| (*name).to_owned())
    });
    let message = find(&|object| {
        let is_text = |name: &&&str| object.get(**name).is_some_and(Json::is_string);
        let named = MESSAGES.iter().find(is_text);
        let error = ["error"]
            .iter()
            .find(|name| object.get(**name).is_some_and(|error| error.is_string() && !is_code_value(error)));
        named.or(error).map(|name| (*name).to_owned())
    });
    (code.is_some() || message.is_some()).then_some(Roles { code, message })
}

fn objects_of<'j>(value: &'j Json, path: &mut Path, depth: usize, found: &mut Vec<(Path, &'j Map<String, Json>)>) {
    match value {
        Json::Object(members) => {
            found.push((path.clone(), members));
            if depth == 0 {
                return;
            }
            for (name, member) in members {
                // A code within the details belongs to a field, not to the error.
                if DETAILS.contains(&name.as_str()) {
                    continue;
                }
                path.push(name.clone());
                objects_of(member, path, depth - 1, found);
                path.pop();
            }
        }
        Json::Array(items) => {
            // Only a list of errors contains the error's own code.
            let is_of_errors = path.last().is_none_or(|name| name.starts_with("err"));
            if let Some(first) = items.first().filter(|_| is_of_errors) {
                path.push("0".to_owned());
                objects_of(first, path, depth, found);
                path.pop();
            }
        }
        _ => {}
    }
}

/// Whether a text has the form of a code: `RATE_LIMITED`, `rate_limited`, `rate-limited` or
/// `RateLimited`.
pub(super) fn is_code(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
    (2..=80).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.ends_with(|c: char| c.is_ascii_alphanumeric())
        && text.chars().all(fits)
        && !text.contains("://")
}

fn is_code_value(value: &Json) -> bool {
    // `string` is the sample text for a schema without an example.
    value.as_str().is_some_and(|text| is_code(text) && text != "string")
}

pub(super) fn is_status(value: &Json) -> Option<u16> {
    let number = value.as_u64().or_else(|| value.as_str()?.parse().ok())?;
    u16::try_from(number).ok().filter(|status| (400..=599).contains(status))
}

fn at<'j>(body: &'j Json, path: &Path) -> Option<&'j Json> {
    path.iter().try_fold(body, |value, name| match value {
        Json::Object(members) => members.get(name),
        Json::Array(items) => items.first(),
        _ => None,
    })
}

/// The code of a body.
pub(super) fn code(body: &Json, roles: &Roles) -> Option<Code> {
    match at(body, roles.code.as_ref()?)? {
        Json::String(text) if !text.trim().is_empty() => Some(Code::Text(text.clone())),
        Json::Number(number) => number.as_i64().map(Code::Number),
        _ => None,
    }
}

/// The message of a body.
pub(super) fn message(body: &Json, roles: &Roles) -> Option<String> {
    let text = at(body, roles.message.as_ref()?)?.as_str()?;
    (!text.trim().is_empty()).then(|| text.to_owned())
}

/// The status in a body.
pub(super) fn status(body: &Json) -> Option<u16> {
    let mut objects = Vec::new();
    objects_of(body, &mut Vec::new(), 3, &mut objects);
    let names = || STATUSES.iter().chain(["code"].iter());
    objects.iter().find_map(|(_, object)| names().find_map(|name| object.get(*name).and_then(is_status)))
}

/// The path of the object with the code.
pub(super) fn code_path(roles: &Roles) -> Option<&[String]> {
    roles.code.as_deref()
}

/// Makes the envelopes of the draft's bodies, and adds the values of each body to its error.
pub(super) fn envelopes(draft: &mut Draft) {
    let bodies = std::mem::take(&mut draft.bodies);
    let mut shapes: Vec<(Roles, Option<String>, Vec<&Body>)> = Vec::new();
    for body in &bodies {
        let Some(roles) = roles(&body.json) else { continue };
        match shapes.iter_mut().find(|(known, content, _)| *known == roles && *content == body.content_type) {
            Some((_, _, members)) => members.push(body),
            None => shapes.push((roles, body.content_type.clone(), vec![body])),
        }
    }
    // A shape without a known error becomes an envelope only if no other shape exists.
    if shapes.iter().any(|(.., members)| members.iter().any(|body| body.entry.is_some())) {
        shapes.retain(|(.., members)| {
            let is_used = members.iter().any(|body| body.entry.is_some()) || members.len() > 1;
            if !is_used {
                draft.left(&members[0].place, "a JSON body", "no imported error has this shape");
            }
            is_used
        });
    }
    // The most frequent shape is the default; the first one on a tie.
    shapes.sort_by_key(|(.., members)| std::cmp::Reverse(members.len()));
    draft.report.bodies = shapes.iter().map(|(.., members)| members.len()).sum();
    doc_urls(draft, &shapes);
    for (index, (roles, content_type, members)) in shapes.iter().enumerate() {
        let name = if index == 0 { "default".to_owned() } else { format!("shape_{}", index + 1) };
        let is_default = index == 0;
        for body in members {
            let Some(entry) = body.entry else { continue };
            of_entry(draft, entry, body, roles);
            if !is_default {
                draft.entries[entry].envelope = Some(name.clone());
            }
        }
        let lacks_code = draft
            .entries
            .iter()
            .any(|entry| entry.code.is_none() && entry.envelope.as_deref().is_none_or(|own| own == name));
        let objects: Vec<&Json> = members.iter().map(|body| &body.json).collect();
        let mut shape = Shape { draft, roles, lacks_code, place: &members[0].place };
        // The first pass finds the context fields and whether each is optional. The second writes
        // them.
        shape.object(&objects, &mut Vec::new(), false);
        let template = shape.object(&objects, &mut Vec::new(), false);
        let mut envelope = Map::new();
        envelope.extend(content_type.clone().map(|content_type| ("content_type".to_owned(), json!(content_type))));
        envelope.insert("body".into(), Json::Object(template));
        draft.envelopes.insert(name, Json::Object(envelope));
    }
    // An error with two shapes keeps the last one, with its details.
    for (name, envelope) in &mut draft.envelopes {
        let users = draft.entries.iter().filter(|entry| {
            !entry.statuses.is_empty() && entry.envelope.as_deref().unwrap_or("default") == name.as_str()
        });
        let known: BTreeSet<&str> = users.flat_map(|entry| &entry.details).map(|detail| detail.name.as_str()).collect();
        forget_details(envelope, &known);
    }
    // A context field may turn out to be optional after another envelope was written.
    let optional: Vec<String> =
        draft.context.iter().filter(|field| field.optional).map(|field| field.name.clone()).collect();
    for envelope in draft.envelopes.values_mut() {
        mark_optional(envelope, &optional);
    }
    for (_, value) in draft.entries.iter_mut().flat_map(|entry| &mut entry.headers) {
        mark_text(value, &optional);
    }
}

/// Removes the members for details that no error has.
fn forget_details(template: &mut Json, known: &BTreeSet<&str>) {
    let is_foreign = |value: &Json| {
        let name = value.as_str().and_then(|text| text.strip_prefix("{details.")?.strip_suffix("?}"));
        name.is_some_and(|name| !known.contains(name))
    };
    match template {
        Json::Object(members) => {
            members.retain(|_, member| !is_foreign(member));
            members.values_mut().for_each(|member| forget_details(member, known));
        }
        Json::Array(items) => items.iter_mut().for_each(|item| forget_details(item, known)),
        _ => {}
    }
}

fn mark_optional(value: &mut Json, optional: &[String]) {
    match value {
        Json::String(text) => mark_text(text, optional),
        Json::Array(items) => items.iter_mut().for_each(|item| mark_optional(item, optional)),
        Json::Object(members) => members.values_mut().for_each(|item| mark_optional(item, optional)),
        _ => {}
    }
}

/// `{context.a}` becomes `{context.a?}`.
fn mark_text(text: &mut String, optional: &[String]) {
    let context_key = text.strip_prefix("{context.").and_then(|rest| rest.strip_suffix('}'));
    if context_key.is_some_and(|context_key| optional.iter().any(|name| name == context_key)) {
        text.truncate(text.len() - 1);
        text.push_str("?}");
    }
}

/// Adds the message and the details of an example body to its error.
fn of_entry(draft: &mut Draft, entry: usize, body: &Body, roles: &Roles) {
    let said = message(&body.json, roles);
    let mut objects = Vec::new();
    objects_of(&body.json, &mut Vec::new(), 3, &mut objects);
    let mut fields = Vec::new();
    let said_retryable = objects.iter().flat_map(|(_, object)| RETRYABLE.iter().filter_map(|name| object.get(*name)));
    let retry = said_retryable.filter(|value| value.is_boolean()).map(|value| Retry::Said(value.clone())).next();
    for (path, object) in &objects {
        for (name, value) in *object {
            let own = path.iter().chain([name]);
            let is = |role: &Option<Path>| role.as_ref().is_some_and(|role| role.iter().eq(own.clone()));
            if is(&roles.code) || is(&roles.message) {
                continue;
            }
            match value {
                Json::Object(members) if DETAILS.contains(&name.as_str()) => {
                    fields.extend(members.iter().map(|(name, value)| Field::of(name.clone(), value)));
                }
                Json::Array(_) if !holds_role(&own.clone().cloned().collect(), roles) => {
                    fields.push(Field::of(name.clone(), value));
                }
                _ => {}
            }
        }
    }
    let known = &mut draft.entries[entry];
    // The sample text of a schema is not a message.
    known.message = known.message.take().or(said.filter(|said| said != "string"));
    known.retry = known.retry.take().or(retry);
    let mut rejected = Vec::new();
    for field in fields {
        let name = field.name.clone();
        if !add_field(&mut known.details, field) {
            rejected.push(name);
        }
    }
    let shown = known.shown();
    for name in rejected {
        draft.left(&body.place, format!("the detail `{name}` of {shown}"), "the name is invalid for a detail");
    }
}

fn holds_role(path: &Path, roles: &Roles) -> bool {
    [&roles.code, &roles.message].into_iter().flatten().any(|role| role.starts_with(path))
}

/// Finds the URL template of all errors, if each URL ends with the page of its code.
fn doc_urls(draft: &mut Draft, shapes: &[(Roles, Option<String>, Vec<&Body>)]) {
    for (roles, _, bodies) in shapes {
        for body in bodies {
            let mut objects = Vec::new();
            objects_of(&body.json, &mut Vec::new(), 3, &mut objects);
            let mut members = objects.iter().flat_map(|(_, object)| object.iter());
            let url = members.find(|(name, value)| is_doc_url(name, value)).and_then(|(_, value)| value.as_str());
            let Some(url) = url.filter(|url| is_url(url)) else { continue };
            let page = code(&body.json, roles).map(|code| slug(&code.text())).filter(|slug| !slug.is_empty());
            let prefix = page.and_then(|page| url.strip_suffix(&page));
            match (prefix, body.entry) {
                (Some(prefix), _) if draft.doc_url.is_none() => {
                    draft.doc_url = Some(format!("{}{{slug}}", literal(prefix)));
                }
                (None, Some(entry)) => {
                    draft.entries[entry].doc_url.get_or_insert_with(|| url.to_owned());
                }
                _ => {}
            }
        }
    }
}

/// Whether a member is the documentation URL. In RFC 9457 it is `type`.
fn is_doc_url(name: &str, value: &Json) -> bool {
    DOC_URLS.contains(&name) || name == "type" && value.as_str().is_some_and(is_url)
}

fn is_url(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}

struct Shape<'a> {
    draft: &'a mut Draft,
    roles: &'a Roles,
    /// Whether an error of this envelope has no code.
    lacks_code: bool,
    place: &'a Place,
}

impl Shape<'_> {
    /// The template of an object, from all objects at its path.
    fn object(&mut self, objects: &[&Json], path: &mut Path, optional: bool) -> Map<String, Json> {
        let objects: Vec<&Map<String, Json>> = objects.iter().filter_map(|object| object.as_object()).collect();
        let mut names: Vec<&String> = Vec::new();
        for name in objects.iter().flat_map(|object| object.keys()) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let mut template = Map::new();
        for name in names {
            let values: Vec<&Json> = objects.iter().filter_map(|object| object.get(name)).collect();
            path.push(name.clone());
            let optional = optional || values.len() < objects.len();
            template.extend(self.member(name, &values, path, optional).map(|value| (name.clone(), value)));
            path.pop();
        }
        template
    }

    fn member(&mut self, name: &str, values: &[&Json], path: &mut Path, optional: bool) -> Option<Json> {
        if self.roles.code.as_ref() == Some(path) {
            return Some(json!(if self.lacks_code { "{code?}" } else { "{code}" }));
        }
        if self.roles.message.as_ref() == Some(path) {
            return Some(json!("{message}"));
        }
        if holds_role(path, self.roles) {
            let items: Vec<&Json> = values.iter().filter_map(|value| value.as_array()?.first()).collect();
            if items.is_empty() {
                return Some(Json::Object(self.object(values, path, optional)));
            }
            path.push("0".to_owned());
            let item = self.object(&items, path, optional);
            path.pop();
            return Some(json!([item]));
        }
        let all = |fits: fn(&Json) -> bool| values.iter().all(|value| fits(value));
        if (STATUSES.contains(&name) || name == "code") && all(|value| value.is_u64() && is_status(value).is_some()) {
            return Some(json!("{status}"));
        }
        if all(Json::is_string) && values.iter().all(|value| is_doc_url(name, value)) {
            return Some(json!(if self.draft.doc_url.is_some() { "{doc_url}" } else { "{doc_url?}" }));
        }
        if RETRYABLE.contains(&name) && all(Json::is_boolean) {
            // Not every error that has this shape was seen in it.
            return Some(json!("{retryable?}"));
        }
        if name == "title" && all(Json::is_string) {
            return Some(json!("{title}"));
        }
        if values.iter().any(|value| value.is_object()) {
            if DETAILS.contains(&name) {
                return Some(json!("{details?}"));
            }
            return Some(Json::Object(self.object(values, path, optional)));
        }
        if values.iter().any(|value| value.is_array()) {
            let is_known =
                self.draft.entries.iter().any(|entry| entry.details.iter().any(|detail| detail.name == name));
            if is_known {
                return Some(json!(format!("{{details.{name}?}}")));
            }
        }
        if all(|value| *value == Json::Bool(true)) || all(|value| *value == Json::Bool(false)) {
            return Some(values[0].clone());
        }
        self.context_field(name, values, path, optional)
    }

    /// A member that seems to depend on the request.
    fn context_field(&mut self, name: &str, values: &[&Json], path: &Path, optional: bool) -> Option<Json> {
        let context_key = context_name(name).or_else(|| context_name(&path.join("_")));
        let Some(context_key) = context_key else {
            let why = "it is not the code, the message or a constant, and its name is invalid for a context field";
            if !self.draft.report.left.iter().any(|left| left.place == *self.place && left.why == why) {
                self.draft.left(self.place, format!("the member `{name}` of the body"), why);
            }
            return None;
        };
        for value in values {
            let mut field = Field::of(context_key.clone(), value);
            field.optional |= optional;
            add_field(&mut self.draft.context, field);
        }
        Some(json!(format!("{{context.{context_key}}}")))
    }
}

/// The name of a context field, in snake case.
pub(super) fn context_name(name: &str) -> Option<String> {
    let context_key = field_ident(name);
    (is_field_name(&context_key) && !context_key.ends_with('_')).then_some(context_key)
}

/// An entry from a body alone.
pub(super) fn entry(body: &Json) -> Option<Entry> {
    let roles = roles(body)?;
    Some(Entry {
        code: code(body, &roles),
        statuses: status(body).into_iter().collect(),
        message: message(body, &roles),
        title: body.get("title").and_then(Json::as_str).map(str::to_owned),
        ..Entry::default()
    })
}
