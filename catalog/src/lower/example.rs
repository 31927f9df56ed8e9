//! Renders examples of responses, from the same templates as the generated code.

use std::collections::HashMap;
use std::time::Duration;

use crate::limits;
use crate::model::template::{BodyMember, BodyNode, BodyObject, Part, Placeholder, Slot, Template};
use crate::model::value::Value;
use crate::model::{Catalog, DetailType, ErrorDef, Example, Field, Header, Kind, Refund, Retry, TypeShape};
use crate::read::syntax;
use crate::source::Spanned;

/// The examples of an error: those of the catalog, then one for each status without an example.
pub(crate) fn examples(
    catalog: &Catalog,
    error: &ErrorDef,
    written: &[syntax::Example],
    maker: &mut Maker<'_>,
) -> Vec<Example> {
    let own_status = |example: &syntax::Example| {
        let status = example.status.as_ref().and_then(|status| u16::try_from(status.value).ok());
        status.or(error.statuses.first().copied())
    };
    let shown: Vec<Option<u16>> = written.iter().map(own_status).collect();
    let mut examples: Vec<Example> = written
        .iter()
        .zip(&shown)
        .map(|(example, &status)| {
            let details = maker.filled(&error.details, &example.details);
            let context = maker.filled(&catalog.context, &example.context);
            Occurrence { catalog, error, status, details, context }.render(example.title.as_deref())
        })
        .collect();
    // Whatever the statuses of an internal error are, clients receive that of its mask.
    let statuses = if error.is_public() { &error.statuses[..] } else { &error.statuses[..error.statuses.len().min(1)] };
    for status in statuses.iter().map(|&status| Some(status)).filter(|status| !shown.contains(status)) {
        let details = maker.filled(&error.details, &[]);
        let context = maker.filled(&catalog.context, &[]);
        examples.push(Occurrence { catalog, error, status, details, context }.render(None));
    }
    if examples.is_empty() && error.kind() == Kind::Message {
        let details = maker.filled(&error.details, &[]);
        let is_sent = catalog.sent(error).kind() == Kind::Response;
        let context = if is_sent { maker.filled(&catalog.context, &[]) } else { Vec::new() };
        examples.push(Occurrence { catalog, error, status: None, details, context }.render(None));
    }
    examples
}

/// The example value of a field: its own example, or a made-up value if it has none or is
/// sensitive.
///
/// ```
/// use errbook_catalog::example::example_value;
/// use errbook_catalog::model::value::Value;
///
/// let text = b"errbook: 1\napi: {name: Shop}\ncontext: {key: {type: string, example: hunter2, sensitive: true}, left: {type: integer, example: 3}}\n";
/// let catalog = errbook_catalog::load_text("errors.yaml", text).catalog.expect("accepted");
/// assert_eq!(example_value(&catalog, &catalog.context[0]), Value::String("text".into()));
/// assert_eq!(example_value(&catalog, &catalog.context[1]), Value::Integer(3));
/// ```
pub fn example_value(catalog: &Catalog, field: &Field) -> Value {
    Maker::new(catalog, limits::EXAMPLE_NODES).of_field(field)
}

/// The examples of fields, without sensitive values, which made-up values replace.
pub(crate) fn redacted_examples(catalog: &Catalog, fields: &[Field]) -> Vec<Option<Value>> {
    let maker = Maker::new(catalog, 0);
    let shown = |field: &Field| {
        let example = field.example.as_ref()?;
        Some(if field.sensitive { hidden(catalog, &field.ty) } else { maker.redacted(example, &field.ty) })
    };
    fields.iter().map(shown).collect()
}

/// A made-up value for a sensitive one.
fn hidden(catalog: &Catalog, ty: &DetailType) -> Value {
    Maker { plain: true, ..Maker::new(catalog, limits::EXAMPLE_NODES) }.any(ty)
}

/// Makes up values. Where a type repeats, or a value reaches the limit, lists and maps are empty.
pub(crate) struct Maker<'a> {
    catalog: &'a Catalog,
    /// The object types around the current value.
    open: Vec<usize>,
    /// The number of optional members and items left for all values.
    growth: usize,
    /// The number of them left for the current value.
    growth_of_value: usize,
    /// Whether to ignore the examples of the catalog.
    plain: bool,
}

impl<'a> Maker<'a> {
    /// `growth` is the limit for all values. Each value also has its own limit.
    pub(crate) fn new(catalog: &'a Catalog, growth: usize) -> Self {
        Maker { catalog, open: Vec::new(), growth, growth_of_value: 0, plain: false }
    }

    /// A value for each present field: the written value, or the example of the field. An optional
    /// field is absent if it has neither, or if the written value is null.
    fn filled(&mut self, fields: &[Field], written: &[(syntax::Text, Spanned<Value>)]) -> Vec<(String, Value)> {
        let written: HashMap<&str, &Value> =
            written.iter().map(|(name, value)| (name.value.as_str(), &value.value)).collect();
        let mut value = |field: &Field| match written.get(field.name.as_str()) {
            Some(Value::Null) if field.optional => None,
            Some(_) if field.sensitive => Some(self.any(&field.ty)),
            Some(value) => Some(self.redacted(value, &field.ty)),
            None if field.optional && field.example.is_none() => None,
            None => Some(self.of_field(field)),
        };
        fields.iter().filter_map(|field| Some((field.name.clone(), value(field)?))).collect()
    }

    /// A value of the catalog, without the values of sensitive members at any depth, and with
    /// numbers as generated code sends them.
    fn redacted(&self, value: &Value, ty: &DetailType) -> Value {
        match (value, ty) {
            #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)] // what is lost is compared
            (Value::Integer(number), DetailType::Number) if (*number as f64) as i128 != i128::from(*number) => {
                Value::Number(*number as f64)
            }
            (Value::Number(seconds), DetailType::Duration) => {
                // Whole nanoseconds. The checks reject what is no `Duration`.
                let duration = Duration::try_from_secs_f64(*seconds).unwrap_or_default();
                Value::Number(duration.as_secs_f64())
            }
            (Value::Array(items), DetailType::Array(of)) => {
                Value::Array(items.iter().map(|item| self.redacted(item, of)).collect())
            }
            (Value::Object(members), DetailType::Map(of)) => {
                let member = |(name, value): &(String, Value)| (name.clone(), self.redacted(value, of));
                Value::Object(members.iter().map(member).collect())
            }
            (Value::Object(members), DetailType::Named(at)) => {
                let TypeShape::Object(fields) = &self.catalog.types[*at].shape else { return value.clone() };
                let member = |(name, value): &(String, Value)| {
                    let value = match fields.iter().find(|field| field.name == *name) {
                        Some(Field { sensitive: true, ty, .. }) => hidden(self.catalog, ty),
                        Some(Field { ty, .. }) => self.redacted(value, ty),
                        None => value.clone(),
                    };
                    (name.clone(), value)
                };
                Value::Object(members.iter().map(member).collect())
            }
            _ => value.clone(),
        }
    }

    fn of_field(&mut self, field: &Field) -> Value {
        match &field.example {
            Some(example) if !field.sensitive => self.redacted(example, &field.ty),
            _ => self.any(&field.ty),
        }
    }

    /// A value of a type.
    fn any(&mut self, ty: &DetailType) -> Value {
        self.growth_of_value = limits::EXAMPLE_NODES.saturating_sub(self.least(ty)).min(self.growth);
        let before = self.growth_of_value;
        let value = self.ending(ty);
        self.growth -= before - self.growth_of_value;
        value.expect("every type has a finite value")
    }

    /// `None` if the value would be inside a value of the same type, without a list or a map
    /// between them.
    fn ending(&mut self, ty: &DetailType) -> Option<Value> {
        Some(match ty {
            DetailType::String => Value::String("text".to_owned()),
            DetailType::Integer => Value::Integer(1),
            DetailType::Number => Value::Number(1.5),
            DetailType::Boolean => Value::Bool(true),
            DetailType::DateTime => Value::String("2026-01-31T12:00:00Z".to_owned()),
            DetailType::Duration => Value::Integer(30),
            DetailType::Uuid => Value::String("01890a5d-ac96-774b-bcce-b302099a8057".to_owned()),
            DetailType::Uri => Value::String("https://example.com/".to_owned()),
            DetailType::Json => Value::Object(Vec::new()),
            DetailType::Array(item) => Value::Array(self.grown(item).into_iter().collect()),
            DetailType::Map(item) => {
                Value::Object(self.grown(item).map(|value| ("key".to_owned(), value)).into_iter().collect())
            }
            DetailType::Named(at) => match &self.catalog.types[*at].shape {
                TypeShape::Enum { values, open: _ } => Value::String(values[0].value.clone()),
                TypeShape::Object(_) if self.open.contains(at) => return None,
                TypeShape::Object(fields) => {
                    self.open.push(*at);
                    let members = self.members(fields);
                    self.open.pop();
                    Value::Object(members?)
                }
            },
        })
    }

    fn members(&mut self, fields: &[Field]) -> Option<Vec<(String, Value)>> {
        let mut members = Vec::new();
        for field in fields {
            let value = match &field.example {
                Some(example) if !field.sensitive && !self.plain => self.redacted(example, &field.ty),
                _ if field.optional => continue,
                _ => self.ending(&field.ty)?,
            };
            members.push((field.name.clone(), value));
        }
        Some(members)
    }

    /// The item of a list or a map, unless it must be empty.
    fn grown(&mut self, item: &DetailType) -> Option<Value> {
        self.growth_of_value = self.growth_of_value.checked_sub(self.least(item))?;
        self.ending(item)
    }

    /// The minimum number of members and items in a value of a type, including itself. The checks
    /// limit it.
    fn least(&self, ty: &DetailType) -> usize {
        let DetailType::Named(at) = ty else { return 1 };
        let TypeShape::Object(fields) = &self.catalog.types[*at].shape else { return 1 };
        let of_field = |field: &Field| match &field.example {
            Some(example) if !field.sensitive => example.nodes(),
            _ if field.optional => 0,
            _ => self.least(&field.ty),
        };
        1 + fields.iter().map(of_field).sum::<usize>()
    }
}

/// The text of a header, as generated code sends it: without control characters, cut, and without
/// spaces at the start and the end.
fn header_value(text: &str) -> String {
    let clean = |letter: char| if letter.is_control() && letter != '\t' { ' ' } else { letter };
    let fits = |(at, letter): &(usize, char)| at + letter.len_utf8() <= limits::HEADER_BYTES;
    let text: String = text.char_indices().take_while(fits).map(|(_, letter)| clean(letter)).collect();
    text.trim_matches([' ', '\t']).to_owned()
}

/// An error, and the values of its templates.
struct Occurrence<'a> {
    catalog: &'a Catalog,
    error: &'a ErrorDef,
    status: Option<u16>,
    details: Vec<(String, Value)>,
    context: Vec<(String, Value)>,
}

impl Occurrence<'_> {
    fn render(self, title: Option<&str>) -> Example {
        let Occurrence { catalog, error, status, details: _, context: _ } = &self;
        let (status, headers, body) = match error.mask() {
            None => (*status, self.headers(), self.body()),
            Some(mask) => {
                let mask = &catalog.errors[mask.index()];
                let status = mask.statuses.first().copied();
                let context = self.context.clone();
                let sent = Occurrence { catalog, error: mask, status, details: Vec::new(), context };
                (status, sent.headers(), sent.body())
            }
        };
        let (title, message) = (title.unwrap_or(&error.title).to_owned(), self.message());
        Example { title, status, message, headers, body, details: self.details, context: self.context }
    }

    fn headers(&self) -> Vec<(String, String)> {
        let headers = self.catalog.headers(self.error).into_iter();
        headers.filter_map(|header| Some((header.name.clone(), self.header(header)?))).collect()
    }

    fn body(&self) -> Option<Value> {
        self.catalog.envelope_of(self.error).map(|envelope| self.object(&envelope.body))
    }

    fn message(&self) -> String {
        self.error.message.as_ref().map_or(String::new(), |message| self.text(message))
    }

    /// `None` if the template is one optional placeholder without a value.
    fn header(&self, header: &Header) -> Option<String> {
        let Header { name, value: template } = header;
        let text = match template.parts.as_slice() {
            [Part::Slot(slot)] => match self.value(slot)? {
                // Whole seconds, rounded up (RFC 9110 section 10.2.3).
                Value::Number(seconds) if name.eq_ignore_ascii_case("retry-after") => format!("{:.0}", seconds.ceil()),
                value => value.to_text(),
            },
            _ => self.header_text(template),
        };
        Some(header_value(&text))
    }

    /// Text in which a quoted value cannot end its quotes.
    fn header_text(&self, template: &Template) -> String {
        let part = |(part, is_quoted): (&Part, bool)| match part {
            Part::Text(text) => text.clone(),
            Part::Slot(slot) => {
                let text = self.value(slot).map_or(String::new(), |value| value.to_text());
                if is_quoted { text.replace('\\', "\\\\").replace('"', "\\\"") } else { text }
            }
        };
        template.parts_in_quotes().map(part).collect()
    }

    fn text(&self, template: &Template) -> String {
        let part = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Slot(slot) => self.value(slot).map_or(String::new(), |value| value.to_text()),
        };
        template.parts.iter().map(part).collect()
    }

    fn object(&self, object: &BodyObject) -> Value {
        let mut members = Vec::new();
        for member in &object.members {
            match member {
                BodyMember::DetailsSpread => members.extend(self.details.iter().cloned()),
                BodyMember::Field(name, node) => {
                    if let Some(value) = self.node(node) {
                        members.push((name.clone(), value));
                    }
                }
            }
        }
        Value::Object(members)
    }

    fn node(&self, node: &BodyNode) -> Option<Value> {
        match node {
            BodyNode::Constant(value) => Some(value.clone()),
            BodyNode::Value(slot) => self.value(slot),
            BodyNode::Text(template) => Some(Value::String(self.text(template))),
            BodyNode::Array(items) => Some(Value::Array(items.iter().filter_map(|item| self.node(item)).collect())),
            BodyNode::Object(object) => Some(self.object(object)),
        }
    }

    /// `None` if there is no value. Only an optional placeholder allows this.
    fn value(&self, slot: &Slot) -> Option<Value> {
        let error = self.error;
        let named = |values: &[(String, Value)], name: &str| {
            values.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
        };
        let text = |text: &str| Some(Value::String(text.to_owned()));
        match &slot.placeholder {
            Placeholder::Id => text(&error.name.id),
            Placeholder::Code => match error.code.as_ref()? {
                crate::model::Code::Text(code) => text(code),
                crate::model::Code::Integer(code) => Some(Value::Integer(*code)),
            },
            Placeholder::Slug => text(&error.name.slug),
            Placeholder::Status => self.status.map(|status| Value::Integer(status.into())),
            Placeholder::Title => text(&error.title),
            Placeholder::Message => Some(Value::String(self.message())),
            Placeholder::Fix => text(error.fix.as_ref()?),
            Placeholder::DocUrl => text(error.doc_url.as_ref()?),
            Placeholder::Retryable => match error.retry {
                Retry::Unsaid => None,
                Retry::Never => Some(Value::Bool(false)),
                Retry::Always(_) => Some(Value::Bool(true)),
                Retry::Idempotent(_) => text("idempotent"),
            },
            Placeholder::Refund => match error.refund.as_ref()? {
                Refund::Refunded => text("refunded"),
                Refund::Kept => text("kept"),
                Refund::NotCharged => text("not_charged"),
                Refund::Conditional { .. } => text("conditional"),
            },
            Placeholder::Group => text(&self.catalog.group_of(error)?.id),
            Placeholder::Details if self.details.is_empty() && slot.optional => None,
            Placeholder::Details => Some(Value::Object(self.details.clone())),
            Placeholder::Detail(name) => named(&self.details, name),
            Placeholder::Context(name) => named(&self.context, name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Maker, example_value};
    use crate::model::DetailType;

    /// A `number` is an `f64`, and a `duration` has whole nanoseconds.
    #[test]
    fn examples_have_the_numbers_that_code_can_send() {
        let text = b"errbook: 1\napi: {name: Shop}\ncontext:\n  a: {type: number, example: 9007199254740993}\n  \
            b: {type: number, example: 9007199254740992}\n  c: {type: array<duration>, example: [0.30000000000000004, 9007199254740993]}\n  \
            d: {type: json, example: 9007199254740993}\n";
        let catalog = crate::load_text("errors.yaml", text).catalog.expect("accepted");
        let values = catalog.context.iter().map(|field| example_value(&catalog, field).to_string());
        assert_eq!(
            values.collect::<Vec<_>>(),
            ["9007199254740992.0", "9007199254740992", "[0.3,9007199254740993]", "9007199254740993"]
        );
    }

    #[test]
    fn each_type_has_an_example() {
        let types = "string integer number boolean date-time duration uuid uri json array<number> map<date-time>";
        let fields: Vec<String> = types.split(' ').enumerate().map(|(at, ty)| format!("f{at}: {ty}")).collect();
        let text = format!("errbook: 1\napi: {{name: Shop}}\ncontext: {{{}}}\n", fields.join(", "));
        let catalog = crate::load_text("errors.yaml", text.as_bytes()).catalog.expect("accepted");
        let values = catalog.context.iter().map(|field| example_value(&catalog, field).to_string());
        assert_eq!(
            values.collect::<Vec<_>>(),
            [
                r#""text""#,
                "1",
                "1.5",
                "true",
                r#""2026-01-31T12:00:00Z""#,
                "30",
                r#""01890a5d-ac96-774b-bcce-b302099a8057""#,
                r#""https://example.com/""#,
                "{}",
                "[1.5]",
                r#"{"key":"2026-01-31T12:00:00Z"}"#,
            ]
        );
    }

    #[test]
    fn lists_are_empty_where_all_values_have_reached_the_limit() {
        let text = b"errbook: 1\napi: {name: Shop}\n";
        let catalog = crate::load_text("errors.yaml", text).catalog.expect("accepted");
        let maker = &mut Maker::new(&catalog, 3);
        let list = DetailType::Array(Box::new(DetailType::Integer));
        let map = DetailType::Map(Box::new(DetailType::Array(Box::new(DetailType::Integer))));
        let values = [&list, &map, &list, &DetailType::Integer].map(|ty| maker.any(ty).to_string());
        assert_eq!(values, ["[1]", "{\"key\":[1]}", "[]", "1"]);
    }
}
