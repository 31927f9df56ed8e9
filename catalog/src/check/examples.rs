//! Examples match the types of their fields.

use std::time::Duration;

use super::Checker;
use super::grammar::{days_of_months, is_uri};
use crate::model::value::Value;
use crate::problem::{Problem, Rule};
use crate::read::scope::{Resolved, field};
use crate::read::syntax::{BuiltIn, Enumeration, Field, Text};
use crate::source::{Span, Spanned};

impl<'a> Checker<'a, '_> {
    /// Reports a value that does not match its type.
    pub(super) fn fits(&mut self, value: &Value, ty: &Resolved<'_>, at: Span, name: &str) {
        let wrong = match (ty, value) {
            (Resolved::BuiltIn(ty), value) => (!is_of(*ty, value)).then(|| format!("of type {}", ty.name())),
            (Resolved::Enum(Enumeration { open: true, .. }), Value::String(_)) => None,
            (Resolved::Enum(Enumeration { values, .. }), Value::String(text))
                if values.iter().any(|value| value.value.value == *text) =>
            {
                None
            }
            (Resolved::Enum(Enumeration { values, .. }), _) => {
                let words: Vec<_> = values.iter().map(|value| format!("`{}`", value.value.value)).collect();
                Some(format!("one of {}", words.join(", ")))
            }
            (Resolved::Array(item), Value::Array(items)) => {
                for value in items {
                    self.fits(value, item, at, name);
                }
                None
            }
            (Resolved::Array(_), _) => Some("a list".to_owned()),
            (Resolved::Map(item), Value::Object(members)) => {
                for (_, value) in members {
                    self.fits(value, item, at, name);
                }
                None
            }
            (Resolved::Object(fields), Value::Object(members)) => {
                for (member, value) in members {
                    match field(fields, member) {
                        Some(field) => {
                            if let Some(ty) = self.scope.resolve(field) {
                                self.fits(value, &ty, at, member);
                            }
                        }
                        None => self.push(Problem::new(
                            Rule::InvalidExample,
                            at,
                            format!("the type of `{name}` has no member `{member}`"),
                        )),
                    }
                }
                let missing = fields
                    .iter()
                    .find(|field| !field.optional && !members.iter().any(|(member, _)| *member == field.name.value));
                missing.map(|field| format!("a mapping with the member `{}`", field.name.value))
            }
            (Resolved::Map(_) | Resolved::Object(_), _) => Some("a mapping".to_owned()),
        };
        if let Some(wrong) = wrong {
            let message = format!("the example of `{name}` must be {wrong}, not {value}");
            let problem = Problem::new(Rule::InvalidExample, at, message);
            self.push(match value {
                Value::Bool(_) | Value::Integer(_) | Value::Number(_) if holds_text(ty) => self.in_quotes(problem, at),
                _ => problem,
            });
        }
    }

    /// Adds the advice to quote the value at a place, unless it is only a part of what is there.
    fn in_quotes(&self, problem: Problem, at: Span) -> Problem {
        let written = &self.sources.get(at.source).text[at.start as usize..at.end as usize];
        if written.starts_with(['[', '{', '-']) || written.contains(char::is_whitespace) {
            return problem.help("put it in quotes");
        }
        let quoted = format!("\"{written}\"");
        Problem { suggestion: Some((at, quoted.clone())), ..problem.help(format!("put it in quotes: {quoted}")) }
    }

    pub(super) fn examples(&mut self) {
        let document = self.document;
        for error in &document.errors {
            for example in &error.examples {
                let ambiguous = error.status.len() > 1 && example.status.is_none();
                if let Some(status) = &example.status {
                    if !error.status.iter().any(|own| own.value == status.value) {
                        let message = format!("`{}` does not have status {}", error.id.value, status.value);
                        self.push(Problem::new(Rule::InvalidExample, status.span, message));
                    }
                } else if ambiguous {
                    let message = format!("`{}` has several statuses: an example must name one", error.id.value);
                    self.push(Problem::new(Rule::InvalidExample, example.span, message).help("add `status`"));
                }
                self.example_values(&example.details, &error.details, "detail", &error.id.value);
                self.example_values(&example.context, &document.context, "context field", &error.id.value);
            }
        }
    }

    fn example_values(&mut self, values: &[(Text, Spanned<Value>)], fields: &'a [Field], what: &str, id: &str) {
        for (name, value) in values {
            let Some(field) = field(fields, &name.value) else {
                let near = self.problems.nearest(&name.value, || fields.iter().map(|field| field.name.value.as_str()));
                let message = format!("`{id}` has no {what} `{}`", name.value);
                self.push(Problem::new(Rule::InvalidExample, name.span, message).did_you_mean(name.span, near));
                continue;
            };
            let leaves_out = value.value == Value::Null && field.optional;
            if let (Some(resolved), false) = (self.scope.resolve(field), leaves_out) {
                self.fits(&value.value, &resolved, value.span, &name.value);
            }
        }
    }
}

/// Whether the values of a type are text.
fn holds_text(ty: &Resolved<'_>) -> bool {
    match ty {
        Resolved::Enum(_) => true,
        Resolved::BuiltIn(ty) => matches!(ty, BuiltIn::String | BuiltIn::Uri | BuiltIn::DateTime | BuiltIn::Uuid),
        Resolved::Array(_) | Resolved::Map(_) | Resolved::Object(_) => false,
    }
}

/// Whether a value is of a type.
fn is_of(ty: BuiltIn, value: &Value) -> bool {
    let text = if let Value::String(text) = value { Some(text.as_str()) } else { None };
    match ty {
        BuiltIn::Json => true,
        BuiltIn::String => text.is_some(),
        BuiltIn::Uri => text.is_some_and(is_uri),
        BuiltIn::DateTime => text.is_some_and(is_date_time),
        BuiltIn::Uuid => text.is_some_and(is_uuid),
        BuiltIn::Integer => matches!(value, Value::Integer(_)),
        BuiltIn::Number => matches!(value, Value::Integer(_) | Value::Number(_)),
        BuiltIn::Boolean => matches!(value, Value::Bool(_)),
        BuiltIn::Duration => match value {
            Value::Integer(seconds) => *seconds >= 0,
            Value::Number(seconds) => Duration::try_from_secs_f64(*seconds).is_ok(),
            _ => false,
        },
    }
}

/// Whether a text is a date and time (RFC 3339 section 5.6).
///
/// ```
/// use errbook_catalog::is_date_time;
///
/// assert!(is_date_time("2026-01-31T12:00:00.5+01:00"));
/// assert!(!is_date_time("2026-02-31T12:00:00Z"));
/// ```
pub fn is_date_time(text: &str) -> bool {
    let digits_as_zero: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    let Some(rest) = digits_as_zero.strip_prefix("0000-00-00T00:00:00") else { return false };
    let rest = match rest.strip_prefix('.') {
        Some(fraction) if fraction.starts_with('0') => fraction.trim_start_matches('0'),
        Some(_) => return false,
        None => rest,
    };
    let number = |digits: &str| digits.parse::<usize>().unwrap_or_default();
    let is_time = |time: &str| number(&time[..2]) < 24 && number(&time[3..5]) < 60;
    let days = days_of_months(number(&text[..4]));
    matches!(rest, "Z" | "+00:00" | "-00:00")
        && (1..=12).contains(&number(&text[5..7]))
        && (1..=days[number(&text[5..7]) - 1]).contains(&number(&text[8..10]))
        && is_time(&text[11..16])
        && number(&text[17..19]) <= 60
        && (rest == "Z" || is_time(&text[text.len() - 5..]))
}

/// Whether a text has the form of a UUID (RFC 9562 section 4).
///
/// ```
/// use errbook_catalog::is_uuid;
///
/// assert!(is_uuid("01890a5d-ac96-774b-bcce-b302099a8057"));
/// ```
pub fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}
