//! Operations with a name, for the types of their errors.

use std::collections::BTreeMap;

use errbook_catalog::model::{Catalog, Kind};

use super::document::Document;
use super::expanded::Expanded;
use super::{MergeError, Plan, operations, with_plan};
use crate::openapi::names::pascal;

/// An operation that lists errors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedOperation {
    /// The `operationId` in `PascalCase`.
    pub name: String,
    /// The method and the path: `POST /orders`.
    pub place: String,
    /// Indexes into [`Catalog::errors`], ascending: the listed errors, and the internal errors that
    /// clients receive as one of these.
    pub errors: Vec<usize>,
}

/// See [`Document::named_operations`].
pub(super) fn of(catalog: &Catalog, document: &Document) -> Result<Vec<NamedOperation>, MergeError> {
    with_plan(catalog, document, |Plan { schemas, parts, operations, mut problems, .. }| {
        let (text, root) = (document.text(), &parts[0].root);
        for resolved in Expanded::read(text)?.iter().flat_map(|resolved| resolved.operations(schemas)) {
            let is_written = operations.iter().any(|own| resolved.is_at(own) && *own.errors() == resolved.errors);
            if resolved.has_list && operations::is_of_path(&resolved.place) && !is_written {
                problems.push(resolved.rejected(text, root));
            }
        }
        let mut named = Vec::new();
        let mut known: BTreeMap<String, String> = BTreeMap::new();
        for operation in operations.iter().filter(|operation| operation.is_of_path && !operation.errors().is_empty()) {
            let place = operation.name();
            let name = pascal(operation.members().text("operationId").unwrap_or_default());
            let at_operation = |message: String| operation.part.at(operation.method.key_start, message);
            if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
                let message = format!("`{place}` has no `operationId` to name the type of its errors");
                problems.push(at_operation(message).help("write `operationId: createOrder`, in letters and digits"));
                continue;
            }
            if let Some(other) = known.insert(name.clone(), place.clone()) {
                let message = format!("the errors of `{place}` and of `{other}` both have the type `{name}Error`");
                problems.push(at_operation(message).help("give each operation an `operationId` of its own"));
                continue;
            }
            let listed = |id: &str| operation.errors().iter().any(|&index| schemas.errors[index].name.id == id);
            // What a service returns and its clients receive differ for internal errors alone.
            let errors = catalog.errors.iter().enumerate();
            let errors =
                errors.filter(|(_, error)| error.kind() != Kind::Symptom && listed(&catalog.sent(error).name.id));
            named.push(NamedOperation { name, place, errors: errors.map(|(index, _)| index).collect() });
        }
        MergeError::unless_empty(problems)?;
        Ok(named)
    })
}
