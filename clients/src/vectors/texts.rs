//! Details that only a header or the message has.
//!
//! A text is made from its template with the values of an example, but for one. It is a vector only if
//! each text between two placeholders occurs as often as it is written, so that a reader can find the
//! values in one way.

use errbook_catalog::model::template::{Part, Placeholder, Template};
use errbook_catalog::model::value::Value;
use errbook_catalog::model::{After, DetailType, Example, Field, TypeShape};
use serde_json::{Map, Value as Json, json};

use super::{Asked, Maker, Vector, facts, replace};

/// A header or the message, and its template.
#[derive(Clone, Copy)]
struct Text<'a> {
    place: Place<'a>,
    template: &'a Template,
}

#[derive(Clone, Copy)]
enum Place<'a> {
    Header(&'a str),
    Message,
}

/// A kind of detail and of text, whose values one error of the catalog has shown.
#[derive(PartialEq)]
pub(super) struct Seen<'a> {
    ty: &'a DetailType,
    is_optional: bool,
    is_header: bool,
    is_alone: bool,
    is_quoted: bool,
}

/// What a client reads: `Some(None)` for an absent detail; `None` if it does not follow from the catalog.
type Reading = Option<Option<Json>>;

impl<'a> Maker<'a> {
    /// The details that a client reads from an example.
    pub(super) fn readings(&self, example: &Example) -> Option<Map<String, Json>> {
        let mut details = Map::new();
        for field in &self.error.details {
            let reading = match self.place(field) {
                Some(_) => Some(sent(field, example).map(facts::value)),
                None => self.reading(field, example),
            };
            if let Some(value) = reading? {
                details.insert(field.name.clone(), value);
            }
        }
        Some(details)
    }

    fn reading(&self, field: &Field, example: &Example) -> Reading {
        for text in self.texts(field) {
            let Some(written) = text.written(example) else { continue };
            let value = sent(field, example);
            if let (Place::Header(name), [Part::Slot(_)], Some(Value::Number(_))) =
                (text.place, text.template.parts.as_slice(), value)
                && name.eq_ignore_ascii_case("Retry-After")
            {
                // The server rounds it up.
                return Some(Some(serde_json::from_str(written).ok()?));
            }
            if text.filled(example, None)? != written {
                return None;
            }
            return Some(value.map(facts::value).filter(|value| !field.optional || value != ""));
        }
        (field.optional && sent(field, example).is_none()).then_some(None)
    }

    /// The headers and the message with a detail, in the order in which a client looks for it.
    fn texts(&self, field: &Field) -> Vec<Text<'a>> {
        let headers = self.catalog.headers(self.error).into_iter();
        let headers = headers.map(|header| Text { place: Place::Header(&header.name), template: &header.value });
        let has_message = self.has_slot(|slot| *slot == Placeholder::Message);
        let message = self.error.message.as_ref().filter(|_| has_message);
        let message = message.map(|template| Text { place: Place::Message, template });
        headers.chain(message).filter(|text| text.has(&field.name)).collect()
    }

    /// Details in headers and in the message: values of each type, no text, another text.
    pub(super) fn texts_of_details(&self, example: &Example, seen: &mut Vec<Seen<'a>>) -> Vec<Vector> {
        let own = self.example(example);
        let mut vectors = Vec::new();
        if own.details.is_none() {
            return vectors;
        }
        for field in self.error.details.iter().filter(|field| self.place(field).is_none()) {
            let texts = self.texts(field);
            let Some(&text) = texts.first() else { continue };
            vectors.extend(self.without(text, example));
            let kind = Seen {
                ty: &field.ty,
                is_optional: field.optional,
                is_header: matches!(text.place, Place::Header(_)),
                is_alone: text.template.parts.len() == 1,
                is_quoted: text
                    .template
                    .parts_in_quotes()
                    .any(|(part, is_quoted)| part.is_of(&field.name) && is_quoted),
            };
            if seen.contains(&kind) {
                continue;
            }
            seen.push(kind);
            for (written, value) in self.values(&field.ty) {
                let Some(whole) = text.filled(example, Some((&field.name, &written))) else { continue };
                let vector = self.with(text, &own, whole).named(&format!("{} is {written:?}", field.name));
                vectors.push(match value {
                    Some(value) => self.with_detail(vector, &field.name, value),
                    None => vector.mismatched(&field.name),
                });
            }
            if let Place::Header(name) = text.place
                && text.written(example).is_some()
            {
                let other = (name.to_owned(), "errbook: another line".to_owned());
                let mut vector = own.clone().named(&format!("a second {name}"));
                vector.headers.push(other);
                vector.asked = self.asked(text, &own);
                vectors.push(vector);
            }
        }
        vectors
    }

    /// A response without the text, with another one, and with an empty one.
    fn without(&self, text: Text<'_>, example: &Example) -> Vec<Vector> {
        let own = self.example(example);
        let mut vectors = Vec::new();
        let in_text = |field: &&Field| text.has(&field.name) && self.place(field).is_none();
        let lost: Vec<&Field> = self.error.details.iter().filter(in_text).collect();
        // Another text may have the value, too.
        if lost.iter().any(|field| self.texts(field).len() > 1) {
            return vectors;
        }
        let without = |vector| {
            lost.iter().fold(vector, |vector: Vector, field| {
                if field.optional { vector.absent(&field.name) } else { vector.mismatched(&field.name) }
            })
        };
        let what = match text.place {
            Place::Header(name) => name,
            Place::Message => "the message",
        };
        let mut less = own.clone().named(&format!("no {what}"));
        match text.place {
            Place::Header(name) => less.headers.retain(|(own, _)| own != name),
            Place::Message => {
                // A member that is missing could be what the error is known by.
                less.body = self.with_message(&own, &json!(7));
                less.message = None;
            }
        }
        less.asked = self.asked(text, &own);
        vectors.push(without(less));
        if text.template.parts.iter().any(|part| matches!(part, Part::Text(text) if !OTHER.contains(&**text))) {
            let other = self.with(text, &own, OTHER.to_owned()).named(&format!("another text as {what}"));
            vectors.push(without(other));
        } else if let ([Part::Slot(_)], [field]) = (text.template.parts.as_slice(), lost.as_slice()) {
            let empty = self.with(text, &own, String::new()).named(&format!("an empty text as {what}"));
            let is_any = self.values(&field.ty).iter().all(|(_, value)| matches!(value, Some(Json::String(_))));
            vectors.push(if is_any && !field.optional {
                self.with_detail(empty, &field.name, json!(""))
            } else {
                without(empty)
            });
        }
        vectors
    }

    /// A response with another text.
    fn with(&self, text: Text<'_>, own: &Vector, whole: String) -> Vector {
        let mut vector = Vector { asked: self.asked(text, own), ..own.clone() };
        match text.place {
            Place::Header(name) => {
                vector.headers.retain(|(own, _)| own != name);
                vector.headers.push((name.to_owned(), whole));
            }
            Place::Message => {
                vector.body = self.with_message(own, &json!(whole));
                vector.message = Some(whole);
            }
        }
        vector
    }

    /// A vector with another value of a detail.
    fn with_detail(&self, mut vector: Vector, name: &str, value: Json) -> Vector {
        if let Some(Json::Object(details)) = &mut vector.details {
            details.insert(name.to_owned(), value);
            // In the order of the catalog.
            let sorted = self.error.details.iter().filter_map(|field| details.remove_entry(&field.name));
            *details = sorted.collect();
        }
        vector
    }

    fn with_message(&self, own: &Vector, message: &Json) -> String {
        let mut body: Json = serde_json::from_str(&own.body).expect("an example is JSON");
        for (pointer, slot) in self.places.iter().flat_map(|places| &places.slots) {
            if *slot == Placeholder::Message {
                replace(&mut body, pointer, Some(message.clone()));
            }
        }
        body.to_string()
    }

    /// The wait may be in the text.
    fn asked(&self, text: Text<'_>, own: &Vector) -> Asked {
        let is_wait = match (self.error.retry.policy().and_then(|policy| policy.after.as_ref()), text.place) {
            (_, Place::Header(name)) if name.eq_ignore_ascii_case("Retry-After") => true,
            (Some(After::Header(after)), Place::Header(name)) => name.eq_ignore_ascii_case(after),
            (Some(After::Detail(name)), _) => text.has(name),
            _ => false,
        };
        if is_wait { Asked::Unclear } else { own.asked }
    }

    /// Texts, and their values; none for a text that is not of the type.
    fn values(&self, ty: &DetailType) -> Vec<(String, Option<Json>)> {
        let texts = |all: &[&str]| all.iter().map(|text| ((*text).to_owned(), Some(json!(text)))).collect();
        let parsed = |all: &[(&str, Json)], wrong: &[&str]| {
            let right = all.iter().map(|(text, value)| ((*text).to_owned(), Some(value.clone())));
            right.chain(wrong.iter().map(|text| ((*text).to_owned(), None))).collect()
        };
        match ty {
            DetailType::String | DetailType::DateTime | DetailType::Uuid | DetailType::Uri => {
                texts(&["7", "null", "\"x\"", "a, b", "a \"b\" \\c", "{a}", "%41", "Straße"])
            }
            DetailType::Integer => parsed(
                &[
                    ("0", json!(0)),
                    ("-7", json!(-7)),
                    ("007", json!(7)),
                    ("-007", json!(-7)),
                    ("00", json!(0)),
                    ("7.0", json!(7)),
                    ("1e2", json!(100)),
                    ("9007199254740991", json!(9_007_199_254_740_991_i64)),
                ],
                &["+7", "7.5", "0x7", "7 8", "7,8", "seven", "NaN", "null", "true", "--7", "-"],
            ),
            DetailType::Number => parsed(
                &[
                    ("0.25", json!(0.25)),
                    ("-1.5e3", json!(-1500)),
                    ("7", json!(7)),
                    ("00.5", json!(0.5)),
                    ("-007", json!(-7)),
                ],
                &["+7", ".5", "1.", "1,5", "NaN", "Infinity", "-Infinity", "1e999", "null", "false"],
            ),
            DetailType::Boolean => {
                parsed(&[("true", json!(true)), ("false", json!(false))], &["TRUE", "1", "0", "yes", "null", "?1"])
            }
            DetailType::Duration => parsed(
                &[("30", json!(30)), ("0.5", json!(0.5)), ("007", json!(7)), ("0", json!(0))],
                &["-1", "+7", "PT30S", "1e30", "30 s", "NaN", "Sun, 06 Nov 1994 08:49:37 GMT"],
            ),
            DetailType::Named(at) => match &self.catalog.types[*at].shape {
                TypeShape::Enum { values, open: false } => {
                    let right = values.iter().take(3).map(|value| (value.value.clone(), Some(json!(value.value))));
                    right.chain([(OTHER.to_owned(), None)]).collect()
                }
                TypeShape::Enum { values, open: true } => {
                    let known = values.iter().take(1).map(|value| value.value.as_str());
                    texts(&known.chain([OTHER, "7"]).collect::<Vec<_>>())
                }
                TypeShape::Object(_) => Vec::new(),
            },
            // They are part of no text.
            DetailType::Json | DetailType::Array(_) | DetailType::Map(_) => Vec::new(),
        }
    }
}

/// A text that no catalog has.
const OTHER: &str = "errbook: another text";

impl Text<'_> {
    /// The text in the response of an example.
    fn written<'e>(&self, example: &'e Example) -> Option<&'e str> {
        match self.place {
            Place::Header(wanted) => {
                example.headers.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str())
            }
            Place::Message => Some(&example.message),
        }
    }

    /// The text with the values of an example, and perhaps another value of one detail. `None` if the
    /// values can be found in several ways, or in none.
    fn filled(&self, example: &Example, other: Option<(&str, &str)>) -> Option<String> {
        let is_header = matches!(self.place, Place::Header(_));
        let has_quotes = is_header && self.template.parts.iter().any(|part| part.has('"'));
        let has_escapes = is_header && self.template.parts.iter().any(|part| part.has('\\'));
        // Without what is escaped, which ends nothing.
        let (mut whole, mut hidden, mut literals) = (String::new(), String::new(), vec![String::new()]);
        for (part, is_quoted) in self.template.parts_in_quotes() {
            let slot = match part {
                Part::Text(text) => {
                    whole += text;
                    hidden += text;
                    literals.last_mut()?.push_str(text);
                    continue;
                }
                Part::Slot(slot) => slot,
            };
            literals.push(String::new());
            let value = match (&slot.placeholder, other) {
                (Placeholder::Detail(name), Some((own, value))) if name == own => value.to_owned(),
                (Placeholder::Detail(name), _) => shown(&example.details, name),
                (Placeholder::Context(name), _) => shown(&example.context, name),
                _ => return None,
            };
            let is_special = value.contains(['"', '\\']);
            if has_quotes && is_quoted && !has_escapes {
                whole += &value.replace('\\', "\\\\").replace('"', "\\\"");
                hidden += &value.replace(['\\', '"'], "\u{1}");
            } else if has_quotes && is_special {
                return None;
            } else {
                whole += &value;
                hidden += &value;
            }
        }
        let [first, between @ .., last] = literals.as_slice() else { return None };
        let inner = &hidden[first.len()..hidden.len() - last.len()];
        let is_clear = between.iter().all(|literal| {
            let is_there = |at: &usize| inner.as_bytes()[*at..].starts_with(literal.as_bytes());
            !literal.is_empty()
                && (0..inner.len()).filter(is_there).count() == between.iter().filter(|own| *own == literal).count()
        });
        is_clear.then_some(whole)
    }

    fn has(&self, name: &str) -> bool {
        self.template.parts.iter().any(|part| part.is_of(name))
    }
}

/// What a part of a template has.
trait Has {
    fn has(&self, letter: char) -> bool;
    fn is_of(&self, detail: &str) -> bool;
}

impl Has for Part {
    fn has(&self, letter: char) -> bool {
        matches!(self, Part::Text(text) if text.contains(letter))
    }

    fn is_of(&self, detail: &str) -> bool {
        matches!(self, Part::Slot(slot) if matches!(&slot.placeholder, Placeholder::Detail(name) if name == detail))
    }
}

impl Vector {
    fn absent(mut self, name: &str) -> Self {
        if let Some(Json::Object(details)) = &mut self.details {
            details.shift_remove(name);
        }
        self
    }

    /// Without details, because this one is not right. The first counts.
    fn mismatched(mut self, name: &str) -> Self {
        self.details = Some(Json::Null);
        self.mismatch.get_or_insert_with(|| name.to_owned());
        self
    }
}

/// The value of an example that is sent; none for an optional detail that is null.
fn sent<'e>(field: &Field, example: &'e Example) -> Option<&'e Value> {
    let value = example.details.iter().find(|(name, _)| *name == field.name).map(|(_, value)| value);
    value.filter(|value| !field.optional || **value != Value::Null)
}

fn shown(values: &[(String, Value)], name: &str) -> String {
    values.iter().find(|(own, _)| own == name).map_or(String::new(), |(_, value)| value.to_text())
}
