//! Codes, and the types of details.

use std::fmt::Write as _;

use errbook_catalog::model::{DetailType, EnumValue, ErrorDef, Field, TypeDef, TypeShape};
use heck::{ToShoutySnakeCase as _, ToSnakeCase as _};

use super::text::{doc, literal};
use super::{Client, RESERVED_FIELDS};
use crate::names::{Names, Wanted};

/// In an f-string, versions of Python show different texts otherwise.
const STR: &str = "    __str__ = str.__str__\n\n";

impl Client<'_> {
    pub(super) fn codes(&self) -> String {
        let about = "The ids of all errors. An id is the code on the wire, unless the catalog has another code.";
        let mut text = format!("\n\nclass Code(str, enum.Enum):\n{}\n{STR}", doc("    ", &[about.to_owned()]));
        let members: Vec<String> = self.surface.responses().map(|error| error.name.id.clone()).collect();
        let names = constants(members.iter().map(String::as_str));
        for (error, name) in self.surface.responses().zip(names) {
            let ErrorDef { name: own, title, lifecycle, .. } = error;
            let _ = writeln!(text, "    {name} = {}", literal(&own.id));
            let deprecated = lifecycle.deprecated.as_ref().map(|_| "Deprecated.".to_owned());
            text.push_str(&doc("    ", &[title.clone()].into_iter().chain(deprecated).collect::<Vec<_>>()));
        }
        text
    }

    pub(super) fn named_types(&self) -> String {
        let mut text = String::new();
        for (TypeDef { name: _, doc: about, shape }, name) in self.surface.types().zip(&self.types) {
            let _ = match shape {
                TypeShape::Enum { values, open: false } => {
                    let about = doc("    ", about.as_slice());
                    let line = if about.is_empty() { "" } else { "\n" };
                    let _ = write!(text, "\n\nclass {name}(str, enum.Enum):\n{about}{line}{STR}");
                    let names = constants(values.iter().map(|value| value.variant.as_str()));
                    for (EnumValue { value, variant: _ }, name) in values.iter().zip(names) {
                        let _ = writeln!(text, "    {name} = {}", literal(value));
                    }
                    Ok(())
                }
                TypeShape::Enum { values, open: true } => {
                    let known: Vec<String> = values.iter().map(|value| literal(&value.value)).collect();
                    let known = known.join(", ");
                    write!(text, "\n\n{name} = Union[Literal[{known}], str]\n{}", doc("", about.as_slice()))
                }
                TypeShape::Object(fields) => {
                    text.push_str(&self.dataclass(name, about.as_slice(), fields));
                    Ok(())
                }
            };
        }
        text
    }

    /// Its values are given by name alone, because their order is that of the catalog. Python 3.9 has no
    /// `kw_only`.
    pub(super) fn dataclass(&self, name: &str, about: &[String], fields: &[Field]) -> String {
        let init = if fields.is_empty() { "" } else { ", init=False" };
        let mut text = format!("\n\n@_dataclasses.dataclass(frozen=True{init})\nclass {name}:\n{}", doc("    ", about));
        if !about.is_empty() && !fields.is_empty() {
            text.push('\n');
        }
        let names = field_names(fields);
        let (mut parameters, mut values) = (String::new(), Vec::new());
        // A field with a default comes after those without one.
        let (optional, required): (Vec<_>, Vec<_>) = fields.iter().zip(names).partition(|(field, _)| field.optional);
        for (field, name) in required.into_iter().chain(optional) {
            let Field { name: _, ident: _, ty, optional, sensitive, doc: about, example: _, boxed: _ } = field;
            let ty = self.type_of(ty);
            let (ty, default) = if *optional { (format!("{ty} | None"), " = None") } else { (ty, "") };
            let value = match (optional, sensitive) {
                (_, false) => default,
                (false, true) => " = _dataclasses.field(repr=False)",
                (true, true) => " = _dataclasses.field(default=None, repr=False)",
            };
            let _ = writeln!(text, "    {name}: {ty}{value}");
            let _ = write!(parameters, ", {name}: {ty}{default}");
            values.push(format!("{name}={name}"));
            let mut paragraphs: Vec<String> = about.iter().cloned().collect();
            paragraphs.extend(sensitive.then(|| "Sensitive: keep it out of logs.".to_owned()));
            text.push_str(&doc("    ", &paragraphs));
        }
        if !fields.is_empty() {
            let _ = write!(
                text,
                "\n    __match_args__ = ()\n\n    def __init__(self, *{parameters}) -> None:\n        \
                 self.__dict__.update({})\n",
                values.join(", ")
            );
        } else if about.is_empty() {
            text.push_str("    pass\n");
        }
        text
    }

    fn type_of(&self, ty: &DetailType) -> String {
        match ty {
            DetailType::String | DetailType::DateTime | DetailType::Uuid | DetailType::Uri => "str".to_owned(),
            DetailType::Integer => "int".to_owned(),
            DetailType::Number | DetailType::Duration => "float".to_owned(),
            DetailType::Boolean => "bool".to_owned(),
            DetailType::Json => "Any".to_owned(),
            DetailType::Array(item) => format!("tuple[{}, ...]", self.type_of(item)),
            DetailType::Map(item) => format!("Mapping[str, {}]", self.type_of(item)),
            DetailType::Named(at) => self.types[*at].clone(),
        }
    }
}

/// The names of constants.
pub(crate) fn constants<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let constant = |name: &str| {
        let name: String = name.to_shouty_snake_case();
        let is_letter = |first: char| first.is_ascii_uppercase();
        vec![if name.starts_with(is_letter) { name } else { format!("X{name}") }]
    };
    let things: Vec<_> = names.map(|name| Wanted::new(name, constant(name))).collect();
    Names::default().take_all(&things)
}

/// The names of the fields of a dataclass.
pub(crate) fn field_names(fields: &[Field]) -> Vec<String> {
    let mut names = Names::reserving(RESERVED_FIELDS.iter().copied());
    let is_name = |name: &str| {
        name.starts_with(|first: char| first.is_ascii_lowercase())
            && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
    };
    let wanted = |field: &Field| {
        let candidates = [field.name.to_snake_case(), field.ident.trim_matches('_').to_owned(), "field".to_owned()];
        candidates.into_iter().find(|name| is_name(name)).into_iter().collect()
    };
    let things: Vec<_> = fields.iter().map(|field| Wanted::new(&field.name, wanted(field))).collect();
    names.take_all(&things)
}
