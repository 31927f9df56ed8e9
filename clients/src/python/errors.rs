//! The exceptions.

use std::fmt::Write as _;

use errbook_catalog::model::{ErrorDef, Retry};
use errbook_codegen::commonmark::{code_span, plain};
use errbook_codegen::words::{self, Span};
use heck::ToShoutySnakeCase as _;

use super::Client;
use super::text::{doc, literal};

/// The classes of an error.
pub(crate) struct Class {
    pub(crate) name: String,
    /// The dataclass of its details, if it has any.
    pub(crate) details: Option<String>,
}

impl Client<'_> {
    /// The properties of the base class, and the classes of predicates.
    pub(super) fn predicates(&self) -> String {
        let (mut properties, mut classes) = (String::new(), String::new());
        for ((predicate, members), (class, property)) in self.surface.predicates().zip(&self.predicates) {
            let listed: Vec<String> = members.iter().map(|error| code_span(&error.name.id)).collect();
            let about = if listed.is_empty() {
                "Never true.".to_owned()
            } else {
                format!("Whether it is one of {}.", listed.join(", "))
            };
            let _ = write!(
                properties,
                "\n    @property\n    def {property}(self) -> bool:\n{}        return isinstance(self, {class})\n",
                doc("        ", &[about]),
            );
            if self.classes.iter().all(|own| own.name != *class) {
                let about = format!("The predicate `{}`: {}.", predicate.name, listed.join(", "));
                let _ = write!(classes, "\n\nclass {class}({}):\n{}", self.base, doc("    ", &[about]));
            }
        }
        properties + &classes
    }

    pub(super) fn errors(&self) -> String {
        let mut text = String::new();
        for (error, class) in self.surface.responses().zip(&self.classes) {
            let Class { name, details } = class;
            if let Some(details) = details {
                let about = format!("The details of {}.", code_span(&error.name.id));
                text.push_str(&self.dataclass(details, &[about], &error.details));
            }
            let bases: Vec<&str> = self
                .surface
                .predicates()
                .zip(&self.predicates)
                .filter(|((_, members), (class, _))| {
                    class != name && members.iter().any(|member| member.name.id == error.name.id)
                })
                .map(|(_, (class, _))| class.as_str())
                .collect();
            let bases = if bases.is_empty() { self.base.clone() } else { bases.join(", ") };
            let _ = write!(text, "\n\nclass {name}({bases}):\n{}\n", doc("    ", &self.about(error)));
            text.push_str(&members(error));
            if let Some(details) = details {
                let _ = write!(
                    text,
                    "\n    @property\n    def details(self) -> {details} | None:\n        \
                     \"\"\"The typed details; None if the server sent others than this catalog has.\"\"\"\n        \
                     return cast(\"{details} | None\", self._parts.details)\n",
                );
            }
        }
        text
    }

    fn about(&self, error: &ErrorDef) -> Vec<String> {
        let code = error
            .code
            .as_ref()
            .map_or_else(|| "without a code".to_owned(), |code| format!("code {}", code_span(&code.to_string())));
        let mut paragraphs = vec![plain(&error.title), format!("HTTP {}, {code}.", words::statuses(error))];
        paragraphs.extend(error.description.clone());
        paragraphs.extend(error.fix.as_ref().map(|fix| format!("**Fix:** {fix}")));
        paragraphs.extend(words::retry_and_refund(error).map(|words| words.markdown()));
        let id = |at: usize| Span::Code(self.surface.catalog.errors[at].name.id.to_shouty_snake_case());
        paragraphs.extend(
            error
                .lifecycle
                .deprecated
                .as_ref()
                .map(|deprecated| words::deprecated(deprecated, deprecated.replacement.map(id)).markdown()),
        );
        paragraphs.extend(error.doc_url.as_ref().map(|url| format!("<{}>", url.replace(['<', '>', ' ', '\n'], ""))));
        paragraphs
    }
}

/// The attributes of the class of an error.
fn members(error: &ErrorDef) -> String {
    let ErrorDef { name, title, fix, retry, doc_url, .. } = error;
    let retryable = match retry {
        Retry::Unsaid => None,
        Retry::Never => Some("False".to_owned()),
        Retry::Always(_) => Some("True".to_owned()),
        Retry::Idempotent(_) => Some(literal("idempotent")),
    };
    let members = [
        ("code", Some(format!("Code({})", literal(&name.id)))),
        ("title", Some(literal(title))),
        ("retryable", retryable),
        ("fix", fix.as_deref().map(literal)),
        ("doc_url", doc_url.as_deref().map(literal)),
    ];
    let members =
        members.into_iter().filter_map(|(name, value)| Some(["    ", name, " = ", value?.as_str(), "\n"].concat()));
    members.collect()
}
