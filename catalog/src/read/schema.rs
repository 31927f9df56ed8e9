//! The JSON Schema of the format, generated from the tables of the parser.

use crate::model::value::Value;
use crate::problem::diff;
use crate::problem::{Level, Rule};
use crate::read::keys::{Key, Presence, Shape};
use crate::read::shape::{CHANGE, Catalog, ERROR, Field, Included, LINT, RETIRED, STATUSES, Ty};
use crate::read::snippet;
use crate::read::syntax::BuiltIn;

/// The JSON Schema (draft 2020-12) of a catalog and of included files, for editors:
/// `# yaml-language-server: $schema=errbook.schema.json`.
///
/// ```
/// let schema = errbook_catalog::schema::catalog();
/// assert!(schema.get("$defs").unwrap().get("Error").is_some());
/// ```
pub fn catalog() -> Value {
    let mut shapes: Vec<&'static Shape> = Vec::new();
    collect(Catalog::SHAPE, &mut shapes);
    collect(Included::SHAPE, &mut shapes);
    object([
        ("$schema", text("https://json-schema.org/draft/2020-12/schema")),
        ("$id", text("https://errbook.dev/errbook.schema.json")),
        ("title", text("errbook catalog")),
        (
            "description",
            text("The errors of an API: the source of the Rust code, the OpenAPI schemas and the reference."),
        ),
        // A file with `errbook` or `api` is a catalog. Other files are included files.
        (
            "if",
            object([(
                "anyOf",
                Value::Array(["errbook", "api"].map(|name| object([("required", texts(&[name]))])).into()),
            )]),
        ),
        ("then", reference(Catalog::SHAPE)),
        ("else", reference(Included::SHAPE)),
        ("defaultSnippets", snippets(Catalog::SHAPE)),
        ("$defs", Value::Object(shapes.iter().map(|shape| (shape.name.to_owned(), of_shape(shape))).collect())),
    ])
}

/// The schema as text, indented, with a final newline.
pub fn json() -> String {
    let mut json = String::new();
    write_indented(&mut json, &catalog(), 0);
    json.push('\n');
    json
}

/// Every reachable shape, once.
fn collect(shape: &'static Shape, shapes: &mut Vec<&'static Shape>) {
    if shapes.contains(&shape) {
        return;
    }
    shapes.push(shape);
    for key in shape.keys {
        collect_ty(&key.ty, shapes);
    }
}

fn collect_ty(ty: &'static Ty, shapes: &mut Vec<&'static Shape>) {
    match ty {
        Ty::Shape(shape) => collect(shape, shapes),
        Ty::List(inner) | Ty::OneOrMany(inner) | Ty::Map(_, inner) => collect_ty(inner, shapes),
        Ty::Either(choices) => choices.iter().for_each(|ty| collect_ty(ty, shapes)),
        Ty::Text
        | Ty::Markdown
        | Ty::Template
        | Ty::Id
        | Ty::Bool
        | Ty::Integer(..)
        | Ty::Status
        | Ty::NumberAbove(_)
        | Ty::Duration
        | Ty::OneOf(_)
        | Ty::Code
        | Ty::Json
        | Ty::Body => {}
    }
}

fn of_shape(shape: &'static Shape) -> Value {
    let required: Vec<&str> =
        shape.keys.iter().filter(|key| key.presence == Presence::Required).map(|key| key.name).collect();
    let mut schema = vec![
        ("type".to_owned(), text("object")),
        ("properties".to_owned(), Value::Object(shape.keys.iter().map(property).collect())),
        ("additionalProperties".to_owned(), Value::Bool(false)),
    ];
    if !required.is_empty() {
        schema.push(("required".to_owned(), texts(&required)));
    }
    // An empty file gets those of a catalog from the root of the schema.
    if *shape != *Catalog::SHAPE {
        schema.push(("defaultSnippets".to_owned(), snippets(shape)));
    }
    Value::Object(schema)
}

fn property(key: &Key) -> (String, Value) {
    let Key { name, ty, presence, doc, examples } = key;
    let mut schema = described(doc);
    schema.extend(members(of_ty(ty)));
    if let Presence::Default(value) = presence {
        schema.push(("default".to_owned(), snippet::value(value)));
    }
    schema.push(("examples".to_owned(), Value::Array(examples.iter().map(|yaml| snippet::value(yaml)).collect())));
    if let Ty::Map(_, value) = ty {
        schema.push(("defaultSnippets".to_owned(), snippets_of_map(key, value)));
    }
    ((*name).to_owned(), Value::Object(schema))
}

/// The description, as plain text and as markdown.
fn described(doc: &str) -> Vec<(String, Value)> {
    let plain = Value::String(plain(doc));
    vec![("description".to_owned(), plain), ("markdownDescription".to_owned(), text(doc))]
}

/// The text of a description, without the marks of code and of links.
fn plain(doc: &str) -> String {
    let mut plain = doc.replace('`', "");
    while let Some((before, label, url, after)) = link(&plain) {
        plain = format!("{before}{label} ({url}){after}");
    }
    plain
}

fn link(text: &str) -> Option<(&str, &str, &str, &str)> {
    let (before, rest) = text.split_once("](")?;
    let (before, label) = before.rsplit_once('[')?;
    let (url, after) = rest.split_once(')')?;
    Some((before, label, url, after))
}

/// The snippets of a shape.
fn snippets(shape: &'static Shape) -> Value {
    Value::Array(shape.snippets.iter().map(|(label, yaml)| of_snippet(label, yaml, &Ty::Shape(shape))).collect())
}

/// The snippets of a key whose mapping has any names: an entry, or an example of the mapping.
fn snippets_of_map(key: &Key, value: &Ty) -> Value {
    let Some(shape) = value.shape() else {
        return Value::Array(key.examples.iter().map(|yaml| of_snippet(yaml, yaml, &key.ty)).collect());
    };
    let name = key.examples.first().and_then(|yaml| snippet::first_name(yaml)).unwrap_or_default();
    let entry = |(label, yaml): &(&str, &str)| of_snippet(label, &format!("{{{name}: {yaml}}}"), &key.ty);
    Value::Array(shape.snippets.iter().map(entry).collect())
}

fn of_snippet(label: &str, yaml: &str, ty: &Ty) -> Value {
    object([("label", text(label)), ("body", snippet::body(yaml, ty))])
}

/// The names of lints, from the table of rules, so that editors complete them.
/// The ratings of changes.
fn changes(rating: &Ty) -> Value {
    let change = |rule: &diff::Rule| {
        let mut schema = described(rule.summary());
        schema.extend(members(of_ty(rating)));
        schema.push(("default".to_owned(), text(rule.rating().name())));
        (rule.name().to_owned(), Value::Object(schema))
    };
    object([
        ("type", text("object")),
        ("properties", Value::Object(diff::Rule::ALL.iter().map(change).collect())),
        ("additionalProperties", Value::Bool(false)),
    ])
}

fn lints(level: &Ty) -> Value {
    let lint = |rule: &Rule| {
        let mut schema = described(rule.summary());
        schema.extend(members(of_ty(level)));
        schema.push(("default".to_owned(), text(rule.default_level().name())));
        (rule.name().to_owned(), Value::Object(schema))
    };
    let lints = Rule::ALL.iter().filter(|rule| rule.is_lint()).map(lint).collect();
    object([
        ("type", text("object")),
        ("properties", Value::Object(lints)),
        // `duplicate-id: error` is valid, and changes nothing.
        ("additionalProperties", object([("const", text(Level::Error.name()))])),
    ])
}

fn of_ty(ty: &Ty) -> Value {
    match ty {
        Ty::Text | Ty::Markdown | Ty::Template => object([("type", text("string")), ("minLength", Value::Integer(1))]),
        Ty::Id => object([("type", text("string")), ("pattern", text("^[A-Za-z][A-Za-z0-9_.-]*$"))]),
        Ty::Bool => object([("type", text("boolean"))]),
        Ty::Integer(low, high) if low == high => object([("const", Value::Integer(*low))]),
        Ty::Integer(low, high) => {
            object([("type", text("integer")), ("minimum", Value::Integer(*low)), ("maximum", Value::Integer(*high))])
        }
        Ty::Status => of_ty(&Ty::Integer(STATUSES.0, STATUSES.1)),
        Ty::NumberAbove(bound) => object([("type", text("number")), ("exclusiveMinimum", Value::Number(*bound))]),
        Ty::Duration => object([("type", text("string")), ("pattern", text("^[0-9]+(ms|s|m|h)$"))]),
        Ty::OneOf(words) => {
            let (words, docs): (Vec<&str>, Vec<&str>) = words.iter().copied().unzip();
            object([("enum", texts(&words)), ("enumDescriptions", texts(&docs))])
        }
        Ty::Code => object([("type", texts(&["string", "integer", "null"])), ("minLength", Value::Integer(1))]),
        Ty::Json => Value::Object(Vec::new()),
        Ty::Body => object([("type", texts(&["string", "number", "boolean", "null", "array", "object"]))]),
        Ty::List(item) => object([("type", text("array")), ("items", of_ty(item))]),
        Ty::OneOrMany(item) => object([(
            "anyOf",
            Value::Array(vec![
                of_ty(item),
                object([("type", text("array")), ("items", of_ty(item)), ("minItems", Value::Integer(1))]),
            ]),
        )]),
        Ty::Map(LINT, level) => lints(level),
        Ty::Map(CHANGE, rating) => changes(rating),
        Ty::Map(ERROR | RETIRED, value) => object([
            ("type", text("object")),
            ("propertyNames", of_ty(&Ty::Id)),
            ("additionalProperties", of_ty(value)),
        ]),
        Ty::Map(_, value) => object([("type", text("object")), ("additionalProperties", of_ty(value))]),
        Ty::Shape(shape) => reference(shape),
        Ty::Either(choices) => {
            let mut schemas: Vec<Value> = choices.iter().map(of_ty).collect();
            // The short form of a field is its type. Editors complete the built-in types.
            if matches!(choices, [Ty::Text, Ty::Shape(shape)] if *shape == Field::SHAPE) {
                let names = BuiltIn::ALL.map(BuiltIn::name);
                schemas[0] =
                    object([("anyOf", Value::Array(vec![object([("enum", texts(&names))]), of_ty(&Ty::Text)]))]);
            }
            object([("anyOf", Value::Array(schemas))])
        }
    }
}

fn members(schema: Value) -> Vec<(String, Value)> {
    match schema {
        Value::Object(members) => members,
        _ => Vec::new(),
    }
}

fn reference(shape: &Shape) -> Value {
    object([("$ref", Value::String(format!("#/$defs/{}", shape.name)))])
}

fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

fn text(text: &str) -> Value {
    Value::String(text.to_owned())
}

fn texts(items: &[&str]) -> Value {
    Value::Array(items.iter().map(|item| text(item)).collect())
}

fn write_indented(out: &mut String, value: &Value, depth: usize) {
    let indent = |out: &mut String, depth: usize| {
        out.push('\n');
        out.push_str(&"  ".repeat(depth));
    };
    match value {
        Value::Object(members) if !members.is_empty() => {
            out.push('{');
            for (at, (name, value)) in members.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                indent(out, depth + 1);
                out.push_str(&Value::String(name.clone()).to_string());
                out.push_str(": ");
                write_indented(out, value, depth + 1);
            }
            indent(out, depth);
            out.push('}');
        }
        Value::Array(items) if items.iter().any(|item| matches!(item, Value::Object(_) | Value::Array(_))) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                indent(out, depth + 1);
                write_indented(out, item, depth + 1);
            }
            indent(out, depth);
            out.push(']');
        }
        other => out.push_str(&other.to_string()),
    }
}
