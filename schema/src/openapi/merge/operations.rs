//! Operations that list their errors, and the resulting responses.

use std::collections::BTreeSet;

use errbook_catalog::model::ErrorDef;
use errbook_catalog::problem::near::nearest;
use serde_json::{Map, Value as Json, json};

use super::edit::Edits;
use super::scan::{Entry, Mapping, Value};
use super::{MARK, MergeProblem, is_marked, references, responses_of};
use crate::openapi::responses;
use crate::openapi::schemas::Schemas;

/// The member that lists errors, of an operation or of the document.
pub(super) const LIST: &str = "x-errors";

/// The members of a path item that are operations (OpenAPI 3.2 section 4.10).
pub(super) const METHODS: [&str; 9] = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];

/// An operation, and the responses of its errors.
pub(super) struct Operation<'d> {
    /// `paths` or `webhooks`.
    pub(super) section: &'static str,
    pub(super) path: &'d Entry,
    item: &'d Mapping,
    pub(super) method: &'d Entry,
    members: &'d Mapping,
    /// Whether it lists errors, or the document does.
    pub(super) has_list: bool,
    errors: BTreeSet<usize>,
    /// By status.
    pub(super) new: Map<String, Json>,
}

/// Every operation of the document.
pub(super) fn plan<'d>(
    schemas: &Schemas,
    bodies: &Map<String, Json>,
    document: &str,
    root: &'d Mapping,
    problems: &mut Vec<MergeProblem>,
) -> Vec<Operation<'d>> {
    let of_every_operation = root.entry(LIST).map(|list| Selection::read(schemas, document, list, problems));
    let of_every_operation = of_every_operation.map(|all| all.errors(&BTreeSet::new()));
    let mut operations = Vec::new();
    for section in ["paths", "webhooks"] {
        let paths = root.entry(section).and_then(Entry::mapping);
        for path in paths.into_iter().flat_map(|paths| &paths.entries) {
            let Some(item) = path.mapping() else { continue };
            if let Some(list) = item.entry(LIST) {
                let message = format!("`{LIST}` of a path is not read");
                let help = "move it into the operations, or to the top of the document";
                problems.push(MergeProblem::at(document, list.key_start, message).help(help));
            }
            for method in item.entries.iter().filter(|entry| METHODS.contains(&entry.key.as_str())) {
                let Some(members) = method.mapping() else { continue };
                let before = of_every_operation.clone().unwrap_or_default();
                let own = members.entry(LIST).map(|list| Selection::read(schemas, document, list, problems));
                let has_list = own.is_some() || of_every_operation.is_some();
                let errors = own.map_or_else(|| before.clone(), |own| own.errors(&before));
                let new = of_errors(schemas, bodies, &errors);
                let operation = Operation { section, path, item, method, members, has_list, errors, new };
                operation.check(schemas, document, root, problems);
                operations.push(operation);
            }
        }
    }
    operations
}

/// Whether the document, or an operation of it, lists errors.
pub(super) fn has_list(root: &Mapping) -> bool {
    let items = ["paths", "webhooks"].into_iter().filter_map(|name| root.entry(name)?.mapping());
    let operations = items.flat_map(|item| &item.entries).filter_map(Entry::mapping).flat_map(|item| &item.entries);
    root.entry(LIST).is_some() || operations.filter_map(Entry::mapping).any(|operation| operation.entry(LIST).is_some())
}

/// The errors that a list adds and removes.
#[derive(Default)]
pub(super) struct Selection {
    added: BTreeSet<usize>,
    removed: BTreeSet<usize>,
}

impl Selection {
    fn read(schemas: &Schemas, document: &str, list: &Entry, problems: &mut Vec<MergeProblem>) -> Self {
        let mut selection = Selection::default();
        let Value::List { items, .. } = &list.value else {
            let help = format!("write `{LIST}: [NOT_FOUND, \"@auth\", \"!RATE_LIMIT\"]`");
            problems
                .push(MergeProblem::at(document, list.value.span().0, format!("`{LIST}` must be a list")).help(help));
            return selection;
        };
        for (text, place) in items {
            let added = text.as_ref().ok_or_else(|| format!("an item of `{LIST}` must be text"));
            if let Err(message) = added.and_then(|text| selection.add(schemas, text)) {
                problems.push(MergeProblem::at(document, *place, message));
            }
        }
        selection
    }

    /// Adds or removes the errors that an item names.
    pub(super) fn add(&mut self, schemas: &Schemas, item: &str) -> Result<(), String> {
        let (name, set) = match item.strip_prefix('!') {
            Some(name) => (name, &mut self.removed),
            None => (item, &mut self.added),
        };
        set.extend(named(schemas, name)?);
        Ok(())
    }

    pub(super) fn errors(&self, before: &BTreeSet<usize>) -> BTreeSet<usize> {
        before.union(&self.added).filter(|error| !self.removed.contains(error)).copied().collect()
    }
}

/// The errors that an item of a list names, as indexes into those of the document.
fn named(schemas: &Schemas, name: &str) -> Result<Vec<usize>, String> {
    let catalog = schemas.catalog;
    let hint = |near: Option<&str>| near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    if let Some(set) = name.strip_prefix('@') {
        let group = catalog.groups.iter().position(|group| group.id == set);
        let predicate = catalog.predicates.iter().find(|predicate| predicate.name == set);
        if group.is_none() && predicate.is_none() {
            let sets = catalog.groups.iter().map(|group| group.id.as_str());
            let sets = sets.chain(catalog.predicates.iter().map(|predicate| predicate.name.as_str()));
            let near = nearest(set, sets).map(|near| format!("@{near}"));
            return Err(format!("the catalog has no group or predicate `{set}`{}", hint(near.as_deref())));
        }
        let is_member = |index: usize, error: &ErrorDef| {
            (group.is_some() && error.group == group)
                || predicate.is_some_and(|predicate| predicate.members.contains(&index))
        };
        let members = catalog.errors.iter().enumerate().filter(|(index, error)| is_member(*index, error));
        // Clients receive the masks of internal members.
        let sent: BTreeSet<&str> = members.map(|(_, error)| catalog.sent(error).name.id.as_str()).collect();
        let listed = schemas.errors.iter().enumerate();
        return Ok(listed.filter(|(_, error)| sent.contains(error.name.id.as_str())).map(|(index, _)| index).collect());
    }
    if let Some(index) = schemas.errors.iter().position(|error| error.name.id == name) {
        return Ok(vec![index]);
    }
    match catalog.errors.iter().find(|error| error.name.id == name) {
        Some(error) if !error.is_public() => {
            let mask = &catalog.sent(error).name.id;
            Err(format!("`{name}` ({}) is internal; list `{mask}`, which clients receive", error.origin))
        }
        Some(error) => Err(format!("`{name}` ({}) is not a response: it has no status", error.origin)),
        None => {
            let near = nearest(name, schemas.errors.iter().map(|error| error.name.id.as_str()));
            Err(format!("the catalog has no error `{name}`{}", hint(near)))
        }
    }
}

impl Operation<'_> {
    /// The document's own responses stay, and no error may have their status.
    fn check(&self, schemas: &Schemas, document: &str, root: &Mapping, problems: &mut Vec<MergeProblem>) {
        let owned = responses_of(schemas, root);
        let foreign = self.responses().filter(|entry| !self.is_ours(entry, schemas, &owned));
        for entry in foreign.filter(|entry| self.new.contains_key(&entry.key)) {
            let names: Vec<String> = self
                .errors
                .iter()
                .map(|&index| schemas.errors[index])
                .filter(|error| error.statuses.iter().any(|status| status.to_string() == entry.key))
                .map(|error| format!("`{}`", error.name.id))
                .collect();
            let message = format!(
                "`{} {}` has its own response for {}, and {} would add another",
                self.method.key.to_uppercase(),
                self.path.key,
                entry.key,
                names.join(", "),
            );
            let help = format!("remove this response, or remove the error from `{LIST}`");
            problems.push(MergeProblem::at(document, entry.key_start, message).help(help));
        }
    }

    /// The errors that it returns: those that it lists, and those whose components it refers to.
    pub(super) fn returned(&self, schemas: &Schemas, document: &str) -> BTreeSet<usize> {
        let mut errors = self.errors.clone();
        for (section, name) in references(&document[self.method.key_start..self.method.end()]) {
            let named = schemas.errors.iter().enumerate().filter(|(_, error)| match section.as_str() {
                "schemas" => error.name.schema == name,
                "responses" => {
                    let of_status = |status: &u16| schemas.names.statuses[status] == name;
                    error.name.variant == name || error.statuses.iter().any(of_status)
                }
                _ => false,
            });
            errors.extend(named.map(|(index, _)| index));
        }
        errors
    }

    /// The responses in the document, including errbook's.
    pub(super) fn responses(&self) -> impl Iterator<Item = &Entry> {
        self.members.entry("responses").and_then(Entry::mapping).into_iter().flat_map(|responses| &responses.entries)
    }

    /// Whether an earlier run wrote this response. A reference does not show who wrote it. If the
    /// operation lists errors, references to errbook's responses count as errbook's.
    pub(super) fn is_ours(&self, entry: &Entry, schemas: &Schemas, owned: &BTreeSet<String>) -> bool {
        let is_status = entry.key.parse::<u16>().is_ok();
        is_marked(entry, &schemas.catalog.api.slug) || (self.has_list && is_status && refers_to(entry, owned))
    }

    pub(super) fn put(
        &self,
        document: &str,
        schemas: &Schemas,
        owned: &BTreeSet<String>,
        edits: &mut Edits,
        problems: &mut Vec<MergeProblem>,
    ) {
        let is_ours = |entry: &Entry| self.is_ours(entry, schemas, owned);
        let done = if self.members.entries.is_empty() {
            let responses = ("responses".to_owned(), Json::Object(self.new.clone()));
            let responses = Some(responses).filter(|_| !self.new.is_empty()).into_iter().collect();
            edits.section(self.item, &self.method.key, &is_ours, &responses)
        } else {
            edits.section(self.members, "responses", &is_ours, &self.new)
        };
        if let Err(place) = done {
            problems.push(MergeProblem::at(document, place, "`responses` must be a mapping, and not an alias"));
        }
    }
}

/// Whether a response is only a reference to one of errbook's.
fn refers_to(entry: &Entry, owned: &BTreeSet<String>) -> bool {
    let target = entry.mapping().and_then(|mapping| mapping.text("$ref"));
    target.and_then(|target| target.strip_prefix("#/components/responses/")).is_some_and(|name| owned.contains(name))
}

/// A response for each status: a reference to a component with the same content, or else a choice.
pub(super) fn of_errors(schemas: &Schemas, bodies: &Map<String, Json>, errors: &BTreeSet<usize>) -> Map<String, Json> {
    let statuses: BTreeSet<u16> =
        errors.iter().flat_map(|&index| schemas.errors[index].statuses.iter().copied()).collect();
    let reference = |name: &str| json!({ "$ref": format!("#/components/responses/{name}") });
    let response = |status: u16| {
        let with_status = |index: &usize| schemas.errors[*index].statuses.contains(&status);
        let picked: Vec<usize> = errors.iter().copied().filter(with_status).collect();
        if let [only] = picked.as_slice() {
            return reference(&schemas.errors[*only].name.variant);
        }
        if picked.len() == (0..schemas.errors.len()).filter(with_status).count() {
            return reference(&schemas.names.statuses[&status]);
        }
        let mut response = responses::in_place(schemas, bodies, &picked, status);
        if let Some(members) = response.as_object_mut() {
            members.insert(MARK.to_owned(), json!(schemas.catalog.api.slug));
        }
        response
    };
    statuses.into_iter().map(|status| (status.to_string(), response(status))).collect()
}
