//! Operations that list their errors, and the resulting responses.

use std::collections::BTreeSet;

use errbook_catalog::model::ErrorDef;
use errbook_catalog::problem::near::nearest;
use errbook_codegen::commonmark::code_span;
use serde_json::{Map, Value as Json, json};

use super::document::{self, Item, Part};
use super::edit::Edits;
use super::inside::{self, Inside};
use super::scan::{Entry, Mapping, Value};
use super::{MARK, MergeProblem, OwnResponses, has_foreign, is_marked, references};
use crate::openapi::names::{Group, Taken, Wanted, pascal};
use crate::openapi::retries::{self, Gap, Requests, Retries};
use crate::openapi::schemas::Schemas;

/// The member that lists errors, of an operation or of the document.
pub(super) const LIST: &str = "x-errors";

/// The members of a path item that are operations (OpenAPI 3.2 section 4.10).
pub(super) const METHODS: [&str; 9] = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];

/// Whether a member is an extension, and so no part of the API.
pub(super) fn is_extension(key: &str) -> bool {
    key.starts_with("x-")
}

/// Whether a member below some keys is an extension, and not a path item. The author chooses the
/// names of webhooks and of components.
pub(super) fn is_extension_of(above: &[impl AsRef<str>], key: &str) -> bool {
    let has_names = matches!(above, [section] if section.as_ref() == "webhooks")
        || matches!(above, [section, _] if section.as_ref() == "components");
    is_extension(key) && !has_names
}

/// Whether a key of `responses` is another spelling of a status: some programs read `0x199` and
/// `409.0` as 409.
fn is_spelling_of(key: &str, status: &str) -> bool {
    let text = key.trim().replace('_', "").to_ascii_lowercase();
    let text = text.strip_prefix('+').unwrap_or(&text);
    let in_base = |(prefix, base)| u16::from_str_radix(text.strip_prefix(prefix)?, base).ok();
    let mut integers = [("0x", 16), ("0o", 8), ("0", 8), ("0b", 2)].into_iter().filter_map(in_base);
    let is_number = || text.parse::<f64>().ok() == status.parse().ok();
    key != status && (integers.any(|integer| integer.to_string() == status) || is_number())
}

/// Whether the keys lead to an operation of a path. A list at the top is for these alone: responses
/// of webhooks and callbacks come from the client of the API.
pub(super) fn is_of_path(place: &[impl AsRef<str>]) -> bool {
    place.len() == 3 && place[0].as_ref() == "paths"
}

/// An operation, and the responses of its errors.
pub(super) struct Operation<'d> {
    /// The document, or the file of its path item.
    pub(super) part: &'d Part<'d>,
    /// The keys that lead to it.
    pub(super) place: Vec<&'d str>,
    /// Its paths in the document. Only a path item in a file has several.
    pub(super) paths: Vec<&'d str>,
    /// Whether a list at the top is for it.
    pub(super) is_of_path: bool,
    item: &'d Mapping,
    pub(super) method: &'d Entry,
    members: &'d Mapping,
    /// Whether it lists errors, or the document does.
    pub(super) has_list: bool,
    errors: BTreeSet<usize>,
    /// The start of the names of its components.
    id: String,
    /// Its errors by status.
    pub(super) groups: Vec<Group>,
    /// The responses of the groups, by status.
    pub(super) new: Map<String, Json>,
    /// The document's own responses with errors inside.
    pub(super) inside: Vec<Inside<'d>>,
    /// The extensions for retries, by their keys.
    retries: Map<String, Json>,
    /// What they cannot say.
    pub(super) gaps: Vec<Gap>,
    /// The extensions of the document itself, or of another API.
    pub(super) foreign_retries: Vec<&'d Entry>,
}

/// Every operation of the document and of the files of its path items.
pub(super) fn plan<'d>(
    schemas: &Schemas,
    mut taken: Taken,
    (parts, items): (&'d [Part<'d>], &'d [Item]),
    problems: &mut Vec<MergeProblem>,
) -> Vec<Operation<'d>> {
    let slug = &schemas.catalog.api.slug;
    let Some(document) = parts.first() else { return Vec::new() };
    let root = &document.root;
    let is_shared = is_shared(root, slug);
    let read = |part: &Part, list: &'d Entry, problems: &mut Vec<MergeProblem>| match own_list(list, slug) {
        OwnList::Own(_) if is_shared && matches!(list.value, Value::List { .. }) => {
            let message = format!("`{LIST}` must name the API of its errors, because the document has two");
            let help = format!("write `{LIST}: {{{slug}: [NOT_FOUND]}}`");
            problems.push(part.at(list.value.span().0, message).help(help));
            None
        }
        OwnList::Own(value) => Some(Selection::read(schemas, part, value, problems)),
        OwnList::Other => None,
        OwnList::Slip(entry) => {
            let message = format!("no API is called `{}`; did you mean `{slug}`?", entry.key);
            problems.push(part.at(entry.key_start, message));
            None
        }
    };
    let of_every_operation = root.entry(LIST).and_then(|list| read(document, list, problems));
    let of_every_operation = of_every_operation.map(|all| all.errors(&BTreeSet::new()));
    let has_errors = of_every_operation.as_ref().is_some_and(|errors| !errors.is_empty());
    let paths = root.entry("paths").and_then(Entry::mapping).filter(|_| has_errors);
    if let Some(reference) = paths.and_then(|paths| paths.entry("$ref")) {
        let message = format!("the paths are elsewhere, and `{LIST}` at the top has no effect there");
        let help = "write the paths here; each of them can have a `$ref`";
        problems.push(document.at(reference.key_start, message).help(help));
    }
    let mut operations = Vec::new();
    let owned = OwnResponses::of(schemas, root);
    for found in all(parts, items) {
        let Found { part, place, paths, is_of_path, item, method, members } = found;
        let path = paths.first().copied().unwrap_or_default();
        let before = of_every_operation.clone().filter(|_| is_of_path);
        let own = members.entry(LIST).and_then(|list| read(part, list, problems));
        let has_list = own.is_some() || before.is_some();
        let before = before.unwrap_or_default();
        let errors = own.map_or_else(|| before.clone(), |own| own.errors(&before));
        let id = members.text("operationId").map(pascal).filter(|id| !id.is_empty());
        let id = id.unwrap_or_else(|| pascal(&format!("{} {path}", method.key)));
        let id = format!("{}{id}", schemas.names.prefix);
        let shown = code_span(&format!("{} {path}", method.key.to_uppercase()));
        let groups = groups(schemas, &errors, &id, &shown, &mut taken);
        let response = |group: &Group| {
            let target = format!("{}#/components/responses/{}", part.base, group.response);
            (group.status.to_string(), json!({ "$ref": target }))
        };
        let new = groups.iter().map(response).collect();
        let inside = Vec::new();
        let mut operation = Operation {
            part,
            place,
            paths,
            is_of_path,
            item,
            method,
            members,
            has_list,
            errors,
            id,
            groups,
            new,
            inside,
            retries: Map::new(),
            gaps: Vec::new(),
            foreign_retries: Vec::new(),
        };
        operation.plan_inside(schemas, &owned, problems);
        operation.plan_retries(schemas);
        operation.check(schemas, &owned, problems);
        operations.push(operation);
    }
    operations
}

/// A list of errors, as the run for one API reads it.
enum OwnList<'d> {
    /// `x-errors: [NOT_FOUND]`, or `x-errors: {shop: [NOT_FOUND]}` for this API.
    Own(&'d Value),
    /// The list of another API.
    Other,
    /// Almost the name of this API.
    Slip(&'d Entry),
}

fn own_list<'d>(list: &'d Entry, slug: &str) -> OwnList<'d> {
    let Some(apis) = list.mapping() else { return OwnList::Own(&list.value) };
    if let Some(own) = apis.entry(slug) {
        return OwnList::Own(&own.value);
    }
    let slip = apis.entries.iter().find(|entry| nearest(&entry.key, [slug]).is_some());
    slip.map_or(OwnList::Other, OwnList::Slip)
}

/// Whether the document has components of another API.
fn is_shared(root: &Mapping, slug: &str) -> bool {
    let sections = root.entry("components").and_then(Entry::mapping);
    let sections = sections.into_iter().flat_map(|sections| &sections.entries).filter_map(Entry::mapping);
    let mut marks = sections.flat_map(|section| &section.entries).filter_map(|entry| entry.mapping()?.text(MARK));
    marks.any(|mark| mark != slug)
}

/// The places of the lists of a document, without the files, that a merge reads.
pub(super) fn list_places(document: &Part) -> BTreeSet<usize> {
    let of_operations = found(document).into_iter().filter_map(|found| found.members.entry(LIST));
    of_operations.chain(document.root.entry(LIST)).map(|list| list.key_start).collect()
}

/// The same, of the file with an index.
pub(super) fn list_places_of_file(part: &Part, index: usize, items: &[Item]) -> BTreeSet<usize> {
    let items = items.iter().filter(|item| item.file == index);
    let found = items.flat_map(|item| of_file(part, item));
    found.filter_map(|found| found.members.entry(LIST)).map(|list| list.key_start).collect()
}

/// Whether the document, or an operation of it, lists errors of the API.
pub(super) fn has_list(parts: &[Part], items: &[Item], slug: &str) -> bool {
    let of_operations = all(parts, items).into_iter().filter_map(|found| found.members.entry(LIST));
    let of_document = parts.first().and_then(|document| document.root.entry(LIST));
    let mut lists = of_document.into_iter().chain(of_operations);
    lists.any(|list| !matches!(own_list(list, slug), OwnList::Other))
}

/// The place of an operation.
struct Found<'d> {
    part: &'d Part<'d>,
    /// The keys that lead to it.
    place: Vec<&'d str>,
    paths: Vec<&'d str>,
    is_of_path: bool,
    item: &'d Mapping,
    method: &'d Entry,
    members: &'d Mapping,
}

/// All operations, those of the document first.
fn all<'d>(parts: &'d [Part<'d>], items: &'d [Item]) -> Vec<Found<'d>> {
    let mut all = parts.first().map(found).unwrap_or_default();
    for item in items {
        all.extend(parts.get(item.file + 1).into_iter().flat_map(|part| of_file(part, item)));
    }
    all
}

/// The operations of a path item in a file.
fn of_file<'d>(part: &'d Part<'d>, item: &'d Item) -> Vec<Found<'d>> {
    let Some(mapping) = document::at(&part.root, &item.keys) else { return Vec::new() };
    let above: Vec<&str> = item.keys.iter().map(String::as_str).collect();
    let mut found = Vec::new();
    of_item(part, (mapping, &above), &item.paths, &mut found);
    // Callbacks are deeper.
    for own in found.iter_mut().filter(|own| own.place.len() == above.len() + 1) {
        own.is_of_path = item.is_of_path;
    }
    found
}

/// The operations of the document itself, in its order.
fn found<'d>(part: &'d Part<'d>) -> Vec<Found<'d>> {
    let mut all = Vec::new();
    for section in &part.root.entries {
        match (section.key.as_str(), section.mapping()) {
            ("paths" | "webhooks", Some(paths)) => of_paths(part, (paths, &[&section.key]), &mut all),
            ("components", Some(components)) => {
                for kind in &components.entries {
                    match (kind.key.as_str(), kind.mapping()) {
                        ("pathItems", Some(items)) => of_paths(part, (items, &[&section.key, &kind.key]), &mut all),
                        ("callbacks", Some(callbacks)) => {
                            of_callbacks(part, (callbacks, &[&section.key, &kind.key]), &mut all);
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    for found in &mut all {
        found.is_of_path = is_of_path(&found.place);
    }
    all
}

/// The path items below some keys.
fn of_paths<'d>(part: &'d Part<'d>, (paths, above): (&'d Mapping, &[&'d str]), all: &mut Vec<Found<'d>>) {
    for path in paths.entries.iter().filter(|path| !is_extension_of(above, &path.key)) {
        let Some(item) = path.mapping() else { continue };
        of_item(part, (item, &[above, &[&path.key]].concat()), std::slice::from_ref(&path.key), all);
    }
}

fn of_item<'d>(
    part: &'d Part<'d>,
    (item, above): (&'d Mapping, &[&'d str]),
    paths: &'d [String],
    all: &mut Vec<Found<'d>>,
) {
    for method in item.entries.iter().filter(|entry| METHODS.contains(&entry.key.as_str())) {
        let Some(members) = method.mapping() else { continue };
        let place = [above, &[&method.key]].concat();
        let callbacks = members.entry("callbacks");
        let below = callbacks.map(|callbacks| [place.as_slice(), &[&callbacks.key]].concat());
        let paths = paths.iter().map(String::as_str).collect();
        all.push(Found { part, place, paths, is_of_path: false, item, method, members });
        if let (Some(callbacks), Some(below)) = (callbacks.and_then(Entry::mapping), below) {
            of_callbacks(part, (callbacks, &below), all);
        }
    }
}

fn of_callbacks<'d>(part: &'d Part<'d>, (callbacks, above): (&'d Mapping, &[&'d str]), all: &mut Vec<Found<'d>>) {
    for callback in &callbacks.entries {
        if let Some(paths) = callback.mapping() {
            of_paths(part, (paths, &[above, &[&callback.key]].concat()), all);
        }
    }
}

/// The errors that a list adds and removes.
#[derive(Default)]
pub(super) struct Selection {
    added: BTreeSet<usize>,
    removed: BTreeSet<usize>,
}

impl Selection {
    fn read(schemas: &Schemas, part: &Part, list: &Value, problems: &mut Vec<MergeProblem>) -> Self {
        let mut selection = Selection::default();
        let Value::List { items, .. } = list else {
            let help = format!("write `{LIST}: [NOT_FOUND, \"@auth\", \"!RATE_LIMIT\"]`");
            problems.push(part.at(list.span().0, format!("`{LIST}` must be a list")).help(help));
            return selection;
        };
        for item in items {
            let added = match item {
                Value::Scalar { text, .. } => selection.add(schemas, text),
                _ => Err(format!("an item of `{LIST}` must be text")),
            };
            if let Err(message) = added {
                problems.push(part.at(item.span().0, message));
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

impl<'d> Operation<'d> {
    /// Errors with the status of a success go into the document's own response for it.
    fn plan_inside(&mut self, schemas: &Schemas, owned: &OwnResponses, problems: &mut Vec<MergeProblem>) {
        let foreign: Vec<&Entry> = self.responses().filter(|entry| !self.is_ours(entry, schemas, owned)).collect();
        for entry in foreign {
            let is_of = |group: &&Group| inside::is_success(group.status) && entry.key == group.status.to_string();
            let group = self.groups.iter().find(is_of);
            if group.is_some() {
                self.new.shift_remove(&entry.key);
            }
            let place = [self.place.as_slice(), &["responses", &entry.key]].concat();
            self.inside.extend(Inside::plan(schemas, self.part, place, entry, group, problems));
        }
    }

    /// Clients of the API send requests to operations of paths alone.
    fn plan_retries(&mut self, schemas: &Schemas) {
        if !self.has_list || !self.is_of_path {
            return;
        }
        let slug = &schemas.catalog.api.slug;
        let Retries { extensions, gaps } = wanted_retries(schemas, &self.errors, &self.method.key);
        (self.retries, self.gaps) = (extensions, gaps);
        let of_retries = self.members.entries.iter().filter(|entry| retries::of_key(&entry.key).is_some());
        for entry in of_retries.filter(|entry| !is_marked(entry, slug)) {
            self.gaps.retain(|gap| retries::key(gap.extension) != entry.key);
            if self.retries.shift_remove(&entry.key).is_some() {
                self.foreign_retries.push(entry);
            }
        }
        for extension in self.retries.values_mut().filter_map(Json::as_object_mut) {
            extension.insert(MARK.to_owned(), json!(slug));
        }
    }

    /// The extensions for retries that an earlier run wrote.
    pub(super) fn own_retries(&self, slug: &str) -> impl Iterator<Item = &'d Entry> {
        self.members.entries.iter().filter(move |entry| is_own_retries(entry, slug))
    }

    /// The members that a run adds.
    pub(super) fn new_members(&self) -> Map<String, Json> {
        let responses = Some(("responses".to_owned(), Json::Object(self.new.clone())));
        let responses = responses.filter(|_| !self.new.is_empty());
        responses.into_iter().chain(self.retries.clone()).collect()
    }

    /// The document's own responses stay, and no error may have their status. Nothing is added beside
    /// a reference, which replaces the members beside it.
    fn check(&self, schemas: &Schemas, owned: &OwnResponses, problems: &mut Vec<MergeProblem>) {
        for entry in self.responses() {
            if let Some(status) = self.new.keys().find(|status| is_spelling_of(&entry.key, status)) {
                let message = format!("`{}` has a response `{}`, which can mean {status}", self.name(), entry.key);
                problems.push(self.part.at(entry.key_start, message).help(format!("write `\"{status}\"`")));
            }
        }
        let responses = self.members.entry("responses").and_then(Entry::mapping).filter(|_| !self.new.is_empty());
        let operation = Some(self.members).filter(|_| !self.new_members().is_empty());
        for (what, is, mapping) in [("operation", "is", operation), ("responses", "are", responses)] {
            if let Some(reference) = mapping.and_then(|mapping| mapping.entry("$ref")) {
                let message =
                    format!("the {what} of `{}` {is} elsewhere, and errbook cannot add errors there", self.name());
                let help = format!("write the {what} here, instead of a `$ref`");
                problems.push(self.part.at(reference.key_start, message).help(help));
            }
        }
        let foreign = self.responses().filter(|entry| !self.is_ours(entry, schemas, owned));
        for entry in foreign.filter(|entry| self.new.contains_key(&entry.key)) {
            let names: Vec<String> = self
                .errors
                .iter()
                .map(|&index| schemas.errors[index])
                .filter(|error| error.statuses.iter().any(|status| status.to_string() == entry.key))
                .map(|error| format!("`{}`", error.name.id))
                .collect();
            let message = format!(
                "`{}` has its own response for {}, and {} would add another",
                self.name(),
                entry.key,
                names.join(", "),
            );
            let help = format!("remove this response, or remove the error from `{LIST}`");
            problems.push(self.part.at(entry.key_start, message).help(help));
        }
    }

    /// The method and the path: `POST /orders`.
    pub(super) fn name(&self) -> String {
        format!("{} {}", self.method.key.to_uppercase(), self.paths.first().copied().unwrap_or_default())
    }

    /// The errors that it lists.
    pub(super) fn errors(&self) -> &BTreeSet<usize> {
        &self.errors
    }

    pub(super) fn members(&self) -> &'d Mapping {
        self.members
    }

    /// The errors that it returns: those that it lists, and those whose components it refers to.
    pub(super) fn returned(&self, schemas: &Schemas, root: &Mapping) -> BTreeSet<usize> {
        let mut errors = self.errors.clone();
        let slug = &schemas.catalog.api.slug;
        let references = references(&self.part.text[self.method.key_start..self.method.end()]);
        for (section, name) in references.into_iter().filter(|(at, name)| !has_foreign(root, slug, at, name)) {
            let names = schemas.names;
            let own = names.errors.iter().enumerate().filter(|(_, own)| match section.as_str() {
                "schemas" => own.schema == name,
                "responses" => own.responses.iter().any(|(_, response)| *response == name),
                _ => false,
            });
            errors.extend(own.map(|(index, _)| index));
            for group in &names.statuses {
                match section.as_str() {
                    "responses" if group.response == name => errors.extend(&group.errors),
                    "schemas" => {
                        let media = group.media.iter().filter(|media| media.union == name);
                        errors.extend(media.flat_map(|media| &media.errors));
                    }
                    _ => {}
                }
            }
        }
        errors
    }

    /// The responses in the document, including errbook's.
    pub(super) fn responses(&self) -> impl Iterator<Item = &'d Entry> + use<'d> {
        self.members.entry("responses").and_then(Entry::mapping).into_iter().flat_map(|responses| &responses.entries)
    }

    /// Whether an earlier run wrote this response. A reference does not show who wrote it. If the
    /// operation lists errors, references to errbook's responses count as errbook's. References to
    /// responses of this operation always do: without the list, these no longer exist.
    pub(super) fn is_ours(&self, entry: &Entry, schemas: &Schemas, owned: &OwnResponses) -> bool {
        let is_status = entry.key.len() == 3 && entry.key.parse::<u16>().is_ok();
        let is_own = |name: &str| owned.of_operations.contains(name);
        let is_of_this = |name: &str| {
            let stem = |name: &str| name.rsplit_once(SUFFIX).is_some_and(|(stem, _)| stem == self.id);
            is_own(name) && stem(name)
        };
        let is_reference = || match target(entry, self.part.base) {
            Some(name) if self.has_list => is_own(name) || owned.shared.contains(name),
            Some(name) => is_of_this(name),
            None => false,
        };
        is_marked(entry, &schemas.catalog.api.slug) || (is_status && is_reference())
    }

    pub(super) fn put(
        &self,
        schemas: &Schemas,
        owned: &OwnResponses,
        edits: &mut Edits,
        problems: &mut Vec<MergeProblem>,
    ) {
        // Before the responses, which can begin where a schema ends.
        for inside in &self.inside {
            inside.put(self.part, edits, problems);
        }
        let is_ours = |entry: &Entry| self.is_ours(entry, schemas, owned);
        let slug = &schemas.catalog.api.slug;
        let new = self.new_members();
        let goes = |entry: &Entry| match entry.mapping() {
            Some(responses) if entry.key == "responses" => responses.entries.iter().all(is_ours),
            _ => is_own_retries(entry, slug),
        };
        let done = if self.members.entries.is_empty() {
            edits.section(self.item, &self.method.key, &is_ours, &new)
        } else if new.is_empty() && self.members.entries.iter().all(goes) {
            edits.replace(self.members, &goes, &new);
            Ok(())
        } else if self.members.entry("responses").is_none() && self.own_retries(slug).next().is_none() {
            edits.append(self.members, &new);
            Ok(())
        } else {
            let done = edits.section(self.members, "responses", &is_ours, &self.new);
            // After the responses, at whose end they can be.
            edits.replace(self.members, &|entry| is_own_retries(entry, slug), &self.retries);
            done
        };
        if let Err(place) = done {
            problems.push(self.part.at(place, "`responses` must be a mapping, and not an alias"));
        }
    }
}

/// The extensions for retries of an operation, without a mark.
pub(super) fn wanted_retries(schemas: &Schemas, errors: &BTreeSet<usize>, method: &str) -> Retries {
    let errors = errors.iter().map(|&index| schemas.errors[index]);
    retries::retries(schemas.catalog, errors, Requests::Of(method))
}

/// Whether an earlier run wrote this extension for retries.
fn is_own_retries(entry: &Entry, slug: &str) -> bool {
    retries::of_key(&entry.key).is_some() && is_marked(entry, slug)
}

/// The name of the response component that a response refers to. A reference with other members,
/// such as a description, is not one of errbook's.
fn target<'d>(entry: &'d Entry, base: &str) -> Option<&'d str> {
    let response = entry.mapping().filter(|response| response.entries.len() == 1);
    response?.text("$ref")?.strip_prefix(base)?.strip_prefix("#/components/responses/")
}

/// Makes references to components lead to another document.
pub(super) fn rebased(value: &mut Json, base: &str) {
    match value {
        Json::Object(members) => {
            for (key, member) in members {
                match member {
                    Json::String(target) if key == "$ref" && target.starts_with("#/") => target.insert_str(0, base),
                    member => rebased(member, base),
                }
            }
        }
        Json::Array(items) => items.iter_mut().for_each(|item| rebased(item, base)),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}

/// The end of the names of the responses of operations, before the status.
pub(super) const SUFFIX: &str = "Errors";

/// Whether a response has the form of an operation's name: `PostOrdersErrors409`.
pub(super) fn is_name(name: &str) -> bool {
    let stem = name.trim_end_matches('_').trim_end_matches(|last: char| last.is_ascii_digit());
    stem.len() < name.len() && stem.ends_with(SUFFIX)
}

/// The errors of an operation by status.
fn groups(schemas: &Schemas, errors: &BTreeSet<usize>, id: &str, operation: &str, taken: &mut Taken) -> Vec<Group> {
    let statuses = schemas.names.statuses.iter().map(|group| group.status);
    let groups = statuses.filter_map(|status| {
        let has_status = |index: &usize| schemas.errors[*index].statuses.contains(&status);
        let picked: Vec<usize> = errors.iter().copied().filter(has_status).collect();
        let name = format!("{id}{SUFFIX}{status}");
        let wanted = Wanted { union: name.clone(), response: name, operation: Some(operation.to_owned()) };
        let is_empty = picked.is_empty();
        (!is_empty).then(|| Group::new(schemas.catalog, schemas.errors, status, picked, wanted, taken))
    });
    groups.collect()
}
