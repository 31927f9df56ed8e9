//! Reads the details and the context fields of a response, as generated clients do: from the body, or
//! else from a header or the message, whose template shows where each value begins and ends.

use errbook_catalog::model::template::{Part, Placeholder, Template};
use errbook_catalog::model::{Catalog, DetailType, ErrorDef, Field, TypeShape};
use serde_json::Value as Json;

use super::response::Response;

/// What a response has for a field.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Sent {
    Absent,
    Value(Json),
    /// A value of another type.
    Other(Json),
}

/// The values in a response.
pub(super) struct Values<'a> {
    response: &'a Response,
    catalog: &'a Catalog,
    error: &'a ErrorDef,
}

impl<'a> Values<'a> {
    pub(super) fn new(response: &'a Response, catalog: &'a Catalog, error: &'a ErrorDef) -> Self {
        Values { response, catalog, error }
    }

    pub(super) fn detail(&self, field: &Field) -> Sent {
        let wanted = Placeholder::Detail(field.name.clone());
        if let Some(value) = self.in_body(&wanted) {
            return match value {
                Json::Null if field.optional => Sent::Absent,
                value => self.typed(&field.ty, value.clone()),
            };
        }
        let in_message = || {
            let message = self.in_body(&Placeholder::Message)?;
            capture(self.error.message.as_ref()?, message.as_str()?, &wanted)
        };
        let Some(text) = self.in_headers(&wanted).or_else(in_message) else { return Sent::Absent };
        // Templates write nothing for an absent value.
        if field.optional && text.is_empty() {
            return Sent::Absent;
        }
        let parsed = serde_json::from_str(&unpadded(&text)).map(|json| self.typed(&field.ty, json));
        match (self.typed(&field.ty, Json::from(text)), parsed) {
            (Sent::Other(_), Ok(value @ Sent::Value(_))) => value,
            (sent, _) => sent,
        }
    }

    /// Context fields are of any type, because clients show them as they are.
    pub(super) fn context(&self, field: &Field) -> Sent {
        let wanted = Placeholder::Context(field.name.clone());
        let in_body = self.in_body(&wanted).filter(|value| !value.is_null()).cloned();
        in_body.or_else(|| self.in_headers(&wanted).map(Json::from)).map_or(Sent::Absent, Sent::Value)
    }

    fn in_body(&self, wanted: &Placeholder) -> Option<&'a Json> {
        let places = self.catalog.places(self.catalog.envelope_of(self.error)?).slots;
        places.into_iter().find_map(|(pointer, own)| match (&own, wanted) {
            (Placeholder::Details, Placeholder::Detail(name)) => self.response.sent(&pointer)?.get(name),
            _ if own == *wanted => self.response.sent(&pointer),
            _ => None,
        })
    }

    fn in_headers(&self, wanted: &Placeholder) -> Option<String> {
        let headers = self.catalog.headers(self.error);
        headers
            .iter()
            .find_map(|header| header_capture(&header.value, self.response.header(&header.name).next()?, wanted))
    }

    fn typed(&self, ty: &DetailType, value: Json) -> Sent {
        if has_type(self.catalog, ty, &value) { Sent::Value(value) } else { Sent::Other(value) }
    }
}

/// The number without zeros before it. A header may have them (RFC 9651 section 3.3.1), JSON has none.
fn unpadded(text: &str) -> String {
    let (sign, digits) = text.split_at(usize::from(text.starts_with('-')));
    let rest = digits.trim_start_matches('0');
    let is_number = rest.starts_with(|letter: char| letter.is_ascii_digit());
    let zero = if digits.starts_with('0') && !is_number { "0" } else { "" };
    format!("{sign}{zero}{rest}")
}

/// Dates, UUIDs and URIs are texts.
fn has_type(catalog: &Catalog, ty: &DetailType, value: &Json) -> bool {
    const TWO_TO_63: f64 = 9_223_372_036_854_775_808.0;
    const TWO_TO_64: f64 = 2.0 * TWO_TO_63;
    let is_number = |fits: fn(f64) -> bool| value.as_f64().is_some_and(fits);
    match ty {
        DetailType::String | DetailType::DateTime | DetailType::Uuid | DetailType::Uri => value.is_string(),
        DetailType::Boolean => value.is_boolean(),
        DetailType::Integer => is_number(|number| number.fract() == 0.0 && number.abs() <= TWO_TO_63),
        DetailType::Number => value.is_number(),
        DetailType::Duration => is_number(|number| (0.0..TWO_TO_64).contains(&number)),
        DetailType::Json => true,
        DetailType::Array(item) => {
            value.as_array().is_some_and(|items| items.iter().all(|value| has_type(catalog, item, value)))
        }
        DetailType::Map(item) => {
            value.as_object().is_some_and(|members| members.values().all(|value| has_type(catalog, item, value)))
        }
        DetailType::Named(index) => match &catalog.types[*index].shape {
            TypeShape::Enum { open: true, .. } => value.is_string(),
            TypeShape::Enum { values, open: false } => values.iter().any(|own| value.as_str() == Some(&own.value)),
            TypeShape::Object(fields) => value.as_object().is_some_and(|members| {
                fields.iter().all(|field| match members.get(&field.name) {
                    None | Some(Json::Null) if field.optional => true,
                    member => member.is_some_and(|member| has_type(catalog, &field.ty, member)),
                })
            }),
        },
    }
}

/// The value of a placeholder in a rendered template; `None` if the text does not match the template
/// in exactly one way.
fn capture(template: &Template, text: &str, wanted: &Placeholder) -> Option<String> {
    let (mut names, mut literals) = (Vec::new(), vec![""]);
    for part in &template.parts {
        match part {
            Part::Text(text) => *literals.last_mut()? = text,
            Part::Slot(slot) => {
                names.push(&slot.placeholder);
                literals.push("");
            }
        }
    }
    let [first, between @ .., last] = literals.as_slice() else { return None };
    let inner = text.strip_prefix(first)?.strip_suffix(last)?;
    // Two adjacent placeholders.
    if between.contains(&"") {
        return None;
    }
    let (mut values, mut rest) = (Vec::new(), inner);
    for literal in between {
        let (value, after) = rest.split_once(literal)?;
        values.push(value);
        rest = after;
    }
    values.push(rest);
    let mut rest = inner;
    for (literal, value) in between.iter().zip(&values[1..]).rev() {
        let (before, after) = rest.rsplit_once(literal)?;
        if after != *value {
            return None;
        }
        rest = before;
    }
    let of = |wanted: &Placeholder| names.iter().position(|name| *name == wanted).map(|at| values[at]);
    // A name that occurs twice has the same value.
    let is_same = names.iter().zip(&values).all(|(name, value)| of(name) == Some(*value));
    of(wanted).filter(|_| is_same).map(str::to_owned)
}

/// Characters for quotes and backslashes that end nothing. No header has them: they are noncharacters.
const QUOTE: char = '\u{fdd0}';
const BACKSLASH: char = '\u{fdd1}';

/// The same for a header. In its quotes, a backslash is before each quote of a value (RFC 9110
/// section 5.6.4).
fn header_capture(template: &Template, text: &str, wanted: &Placeholder) -> Option<String> {
    let has = |letter: char| template.parts.iter().any(|part| matches!(part, Part::Text(own) if own.contains(letter)));
    if !has('"') || has('\\') || !text.contains('\\') {
        return capture(template, text, wanted);
    }
    let (mut is_quoted, mut letters, mut hidden) = (false, text.chars(), String::new());
    while let Some(letter) = letters.next() {
        is_quoted ^= letter == '"';
        if letter == '\\' && is_quoted {
            hidden.extend(letters.next().map(|next| match next {
                '"' => QUOTE,
                '\\' => BACKSLASH,
                other => other,
            }));
        } else {
            hidden.push(letter);
        }
    }
    capture(template, &hidden, wanted).map(|value| value.replace(QUOTE, "\"").replace(BACKSLASH, "\\"))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use errbook_catalog::model::template::Placeholder;
    use serde_json::{Value as Json, json};

    use super::super::response::Response;
    use super::{Sent, Values, capture, header_capture};

    /// What this module reads is what generated clients read.
    #[test]
    fn the_details_of_every_vector_are_read_as_clients_read_them() {
        let folders = ["catalog/apis", "codegen/tests/catalogs", "clients/tests/catalogs"];
        let folders = folders.map(|folder| Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder));
        let files = folders.iter().flat_map(|folder| std::fs::read_dir(folder).expect("catalogs"));
        let paths = files.map(|entry| entry.expect("an entry").path());
        let catalogs = paths.filter(|path| path.extension().is_some_and(|it| it == "yaml"));
        let (mut same, mut mismatches) = (0, 0);
        for catalog in catalogs.filter_map(|path| errbook_catalog::load(&path).catalog) {
            let catalog = catalog.public();
            let vectors = errbook_clients::vectors::emit(&catalog);
            for vector in vectors["vectors"].as_array().expect("vectors") {
                let expected = &vector["expected"];
                let error = catalog.errors.iter().find(|error| expected["code"] == error.name.id.as_str());
                let (Some(error), Some(body)) = (error, vector["response"]["body"].as_str()) else { continue };
                // `explain` repairs no JSON, and reports a status of another error by itself.
                let is_json = body.is_empty() || serde_json::from_str::<Json>(body).is_ok();
                let status = &vector["response"]["status"];
                if !is_json || expected["mismatch"] == "status" || expected.get("mismatch").is_none() {
                    continue;
                }
                let headers = vector["response"]["headers"].as_array().expect("headers");
                let headers: Vec<String> = headers
                    .iter()
                    .map(|pair| {
                        format!("{}: {}\r\n", pair[0].as_str().expect("a name"), pair[1].as_str().expect("a value"))
                    })
                    .collect();
                let whole = format!("HTTP/1.1 {status} What\r\n{}\r\n{body}", headers.concat());
                let response = Response::parse(&whole).expect("a response");
                let values = Values::new(&response, &catalog, error);
                let read: Vec<_> = error.details.iter().map(|field| (field, values.detail(field))).collect();
                let other = read.iter().find(|(field, sent)| match sent {
                    Sent::Absent => !field.optional,
                    Sent::Other(_) => true,
                    Sent::Value(_) => false,
                });
                let name = format!("{}: {vector}", catalog.api.name);
                assert_eq!(json!(other.map(|(field, _)| &field.name)), expected["mismatch"], "{name}");
                mismatches += usize::from(other.is_some());
                if let Json::Object(details) = &expected["details"] {
                    let shown = read.iter().filter_map(|(field, sent)| match sent {
                        Sent::Value(value) => Some((field.name.clone(), value.clone())),
                        _ => None,
                    });
                    let shown: serde_json::Map<_, _> = shown.collect();
                    assert_eq!(shown.keys().collect::<Vec<_>>(), details.keys().collect::<Vec<_>>(), "{name}");
                    same += 1;
                }
            }
        }
        assert!(same > 500 && mismatches > 50, "{same}, {mismatches}");
    }

    #[test]
    fn a_value_is_captured_where_there_is_one_way_to_find_it() {
        let catalog = errbook_catalog::load_text(
            "errors.yaml",
            b"errbook: 1
api: {name: Shop}
errors:
  A: {status: 409, message: 'Only {left} of {item} for {left}', details: {left: integer, item: string}}
  B: {status: 409, message: '{left}{item}', details: {left: integer, item: string}}
  C: {status: 409, headers: {WWW-Authenticate: 'Bearer error=\"{details.item}\"'}, details: {item: string}}
",
        );
        let catalog = catalog.catalog.expect("accepted");
        let of = |name: &str, at: usize, text: &str| {
            let template = catalog.errors[at].message.as_ref().expect("a message");
            capture(template, text, &Placeholder::Detail(name.to_owned()))
        };
        let message = |at, text| of("left", at, text);
        assert_eq!(message(0, "Only 2 of tea for 2").as_deref(), Some("2"));
        assert_eq!(of("item", 0, "Only 2 of tea for 2").as_deref(), Some("tea"));
        // Another value is wrong, so the text is not of the template.
        assert_eq!(of("item", 0, "Only 2 of tea for 3"), None);
        for text in ["Only 2 of tea for 3", "Only 2 of tea of milk for 2", "2 of tea for 2", "Only 2 tea", ""] {
            assert_eq!(message(0, text), None, "{text}");
        }
        assert_eq!(message(1, "2tea"), None);
        let header = |text: &str| {
            let template = &catalog.errors[2].headers[0].value;
            header_capture(template, text, &Placeholder::Detail("item".to_owned()))
        };
        assert_eq!(header(r#"Bearer error="tea""#).as_deref(), Some("tea"));
        assert_eq!(header(r#"Bearer error="a \"b\" \\""#).as_deref(), Some(r#"a "b" \"#));
    }
}
