//! The values of examples as Rust expressions.

use errbook_catalog::example::example_value;
use errbook_catalog::model::value::Value;
use errbook_catalog::model::{Catalog, DetailType, ErrorDef, Example, Field, TypeShape};

/// An error with the values of an example.
pub(crate) fn error_expression(catalog: &Catalog, error: &ErrorDef, example: &Example) -> String {
    let name = &error.name;
    let mut fields = Vec::new();
    if error.statuses.len() > 1 {
        // The example of an internal error has the status of its mask.
        let own = if error.is_public() { example.status.expect("a status") } else { error.statuses[0] };
        fields.push(format!("status: {}Status::Http{own}", name.variant));
    }
    fields.extend(error.details.iter().map(|field| member(catalog, field, &example.details)));
    if error.source {
        fields.push("source: \"what lies beneath\".into()".to_owned());
    }
    format!("Error::{} {{ {} }}", name.variant, fields.join(", "))
}

/// The context with the values of an example.
pub(crate) fn context_expression(catalog: &Catalog, example: &Example) -> String {
    let fields: Vec<_> = catalog.context.iter().map(|field| context_member(catalog, field, &example.context)).collect();
    format!("Context {{ {} }}", fields.join(", "))
}

/// A field of the context, with its value from a list, or else with its example.
pub(crate) fn context_member(catalog: &Catalog, field: &Field, values: &[(String, Value)]) -> String {
    if field.ty != DetailType::Number || field.optional {
        return member(catalog, field, values);
    }
    let given = values.iter().find(|(name, _)| *name == field.name).map(|(_, value)| value.clone());
    let number = float(&given.unwrap_or_else(|| example_value(catalog, field)));
    let mut value = format!("errbook::Finite::new({number}).expect(\"a finite number\")");
    if field.sensitive {
        value = format!("errbook::Sensitive::new({value})");
    }
    format!("{}: {value}", field.ident)
}

/// A field of a variant or of a struct, with its value from a list, or else with its example.
pub(crate) fn member(catalog: &Catalog, field: &Field, values: &[(String, Value)]) -> String {
    let given = values.iter().find(|(name, _)| *name == field.name).map(|(_, value)| value.clone());
    if field.optional && given.is_none() {
        return format!("{}: None", field.ident);
    }
    // An error without a response is rendered without context fields.
    let value = given.unwrap_or_else(|| example_value(catalog, field));
    let mut value = rust_value(catalog, &field.ty, &value);
    if field.boxed {
        value = format!("std::boxed::Box::new({value})");
    }
    if field.sensitive {
        value = format!("errbook::Sensitive::new({value})");
    }
    if field.optional {
        value = format!("Some({value})");
    }
    format!("{}: {value}", field.ident)
}

/// A value as a Rust expression.
fn rust_value(catalog: &Catalog, ty: &DetailType, value: &Value) -> String {
    match (ty, value) {
        (DetailType::Duration, Value::Integer(seconds)) => {
            format!("errbook::Seconds(core::time::Duration::from_secs({seconds}))")
        }
        (DetailType::Duration, value) => {
            format!("errbook::Seconds(core::time::Duration::from_secs_f64({}))", float(value))
        }
        (DetailType::Number, value) => float(value),
        (DetailType::Json, value) => json(value),
        (DetailType::Array(item), Value::Array(items)) => {
            let items: Vec<_> = items.iter().map(|value| rust_value(catalog, item, value)).collect();
            format!("std::vec![{}]", items.join(", "))
        }
        (DetailType::Map(item), Value::Object(members)) => {
            let entry =
                |(name, value): &(String, Value)| format!("({name:?}.into(), {})", rust_value(catalog, item, value));
            let members: Vec<_> = members.iter().map(entry).collect();
            format!("[{}].into_iter().collect()", members.join(", "))
        }
        (DetailType::Named(at), value) => named_value(catalog, *at, value),
        (_, Value::String(text)) => format!("{text:?}.into()"),
        (_, other) => other.to_string(),
    }
}

fn float(value: &Value) -> String {
    let text = value.to_string();
    if text.contains(['.', 'e']) { text } else { format!("{text}.0") }
}

fn named_value(catalog: &Catalog, at: usize, value: &Value) -> String {
    let def = &catalog.types[at];
    match (&def.shape, value) {
        (TypeShape::Enum { values, open }, Value::String(text)) => {
            match values.iter().find(|value| value.value == *text) {
                Some(known) => format!("{}::{}", def.name, known.variant),
                None if *open => format!("{}::Other({text:?}.into())", def.name),
                None => panic!("{text} is not a value of {}", def.name),
            }
        }
        (TypeShape::Object(fields), Value::Object(members)) => {
            let fields: Vec<_> = fields.iter().map(|field| member(catalog, field, members)).collect();
            format!("{} {{ {} }}", def.name, fields.join(", "))
        }
        _ => panic!("{value} is no {}", def.name),
    }
}

fn json(value: &Value) -> String {
    match value {
        Value::Null => "errbook::Json::Null".to_owned(),
        Value::Bool(value) => format!("errbook::Json::Bool({value})"),
        Value::Integer(value) => format!("errbook::Json::Integer({value})"),
        Value::Number(value) => format!("errbook::Json::Number({value:?})"),
        Value::String(value) => format!("errbook::Json::String({value:?}.into())"),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(json).collect();
            format!("errbook::Json::Array(std::vec![{}])", items.join(", "))
        }
        Value::Object(members) => {
            let members: Vec<_> =
                members.iter().map(|(name, value)| format!("({name:?}.into(), {})", json(value))).collect();
            format!("errbook::Json::Object(std::vec![{}])", members.join(", "))
        }
    }
}
