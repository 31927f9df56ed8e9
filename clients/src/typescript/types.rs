//! The types of details.

use std::fmt::Write as _;

use errbook_catalog::model::{DetailType, EnumValue, Field, TypeDef, TypeShape};

use super::Client;
use super::text::{doc, key, literal};

impl Client<'_> {
    pub(super) fn named_types(&self) -> String {
        let mut text = String::new();
        for (TypeDef { name: _, doc: about, shape }, name) in self.surface.types().zip(&self.types) {
            text.push_str(&doc("", about.as_slice(), &[]));
            let _ = match shape {
                TypeShape::Enum { values, open } => {
                    let mut values: Vec<String> =
                        values.iter().map(|EnumValue { value, variant: _ }| literal(value)).collect();
                    // Any other text too, without losing the known ones to it.
                    values.extend(open.then(|| "(string & {})".to_owned()));
                    writeln!(text, "export type {name} = {};\n", values.join(" | "))
                }
                TypeShape::Object(fields) if fields.is_empty() => {
                    writeln!(text, "export type {name} = {};\n", self.fields("", fields))
                }
                TypeShape::Object(fields) => writeln!(text, "export interface {name} {}\n", self.fields("", fields)),
            };
        }
        text
    }

    /// An object type.
    pub(super) fn fields(&self, indent: &str, fields: &[Field]) -> String {
        if fields.is_empty() {
            return "Readonly<Record<string, never>>".to_owned();
        }
        let mut text = String::from("{\n");
        for Field { name, ident: _, ty, optional, sensitive, doc: about, example: _, boxed: _ } in fields {
            let mut paragraphs: Vec<String> = about.iter().cloned().collect();
            paragraphs.extend(sensitive.then(|| "Sensitive: keep it out of logs.".to_owned()));
            text.push_str(&doc(&format!("{indent}  "), &paragraphs, &[]));
            let mark = if *optional { "?" } else { "" };
            let _ = writeln!(text, "{indent}  readonly {}{mark}: {};", key(name), self.type_of(ty));
        }
        format!("{text}{indent}}}")
    }

    fn type_of(&self, ty: &DetailType) -> String {
        match ty {
            DetailType::String | DetailType::DateTime | DetailType::Uuid | DetailType::Uri => "string".to_owned(),
            DetailType::Integer | DetailType::Number | DetailType::Duration => "number".to_owned(),
            DetailType::Boolean => "boolean".to_owned(),
            DetailType::Json => "unknown".to_owned(),
            DetailType::Array(item) => format!("ReadonlyArray<{}>", self.type_of(item)),
            DetailType::Map(item) => format!("Readonly<Record<string, {}>>", self.type_of(item)),
            DetailType::Named(at) => self.types[*at].clone(),
        }
    }
}
