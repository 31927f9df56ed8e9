//! What every client has of a catalog.

use errbook_catalog::model::template::{Part, Placeholder, Template};
use errbook_catalog::model::{Catalog, ErrorDef, Kind, Policy, Predicate, Retry, TypeDef, UnknownError};

/// The public part of a catalog, and the errors that a response can be.
pub(crate) struct Surface {
    pub(crate) catalog: Catalog,
    /// Indexes of errors with a status.
    responses: Vec<usize>,
    /// How to repeat a request, each once.
    pub(crate) retries: Vec<Retry>,
}

impl Surface {
    pub(crate) fn new(catalog: &Catalog) -> Self {
        let catalog = catalog.public();
        let responses = (0..catalog.errors.len()).filter(|&at| catalog.errors[at].kind() == Kind::Response).collect();
        let mut retries = Vec::new();
        for retry in catalog.errors.iter().map(|error| &error.retry).chain(catalog.unknown.iter().map(|own| &own.retry))
        {
            if !retries.contains(&nameless(retry)) {
                retries.push(nameless(retry));
            }
        }
        Surface { catalog, responses, retries }
    }

    /// The errors with a status, in catalog order.
    pub(crate) fn responses(&self) -> impl Iterator<Item = &ErrorDef> {
        self.responses.iter().map(|&at| &self.catalog.errors[at])
    }

    /// The predicates, each with its errors that have a status.
    pub(crate) fn predicates(&self) -> impl Iterator<Item = (&Predicate, Vec<&ErrorDef>)> {
        self.catalog.predicates.iter().map(|predicate| {
            let members = predicate.members.iter().map(|&at| &self.catalog.errors[at]);
            (predicate, members.filter(|error| error.kind() == Kind::Response).collect())
        })
    }

    /// The types in use, with their indexes.
    pub(crate) fn types(&self) -> impl Iterator<Item = &TypeDef> {
        self.catalog.types.iter()
    }

    /// The index in [`Surface::retries`].
    pub(crate) fn retry(&self, retry: &Retry) -> usize {
        let wanted = nameless(retry);
        self.retries.iter().position(|own| *own == wanted).expect("the retries of all errors are listed")
    }

    /// The advice for errors that the catalog does not have: the lowest and the highest status. The
    /// first match counts.
    pub(crate) fn unknown(&self) -> impl Iterator<Item = (u16, u16, usize)> {
        self.catalog
            .unknown
            .iter()
            .map(|UnknownError { statuses, retry }| (statuses.first(), statuses.last(), self.retry(retry)))
    }
}

/// Policies that differ only in their names are one.
fn nameless(retry: &Retry) -> Retry {
    let policy = |policy: &Option<Policy>| policy.as_ref().map(|policy| Policy { name: None, ..policy.clone() });
    match retry {
        Retry::Unsaid => Retry::Unsaid,
        Retry::Never => Retry::Never,
        Retry::Always(own) => Retry::Always(policy(own)),
        Retry::Idempotent(own) => Retry::Idempotent(policy(own)),
    }
}

/// A template as texts and the names of placeholders, in turns.
pub(crate) fn pieces(template: &Template) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for part in &template.parts {
        match part {
            Part::Text(text) => pieces.last_mut().expect("never empty").push_str(text),
            Part::Slot(slot) => pieces.extend([slot_name(&slot.placeholder), String::new()]),
        }
    }
    pieces
}

/// The name of a placeholder in the tables of a client.
pub(crate) fn slot_name(placeholder: &Placeholder) -> String {
    let source =
        errbook_catalog::model::template::Slot { placeholder: placeholder.clone(), optional: false }.to_source();
    source[1..source.len() - 1].to_owned()
}

/// The words of a text.
pub(crate) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
