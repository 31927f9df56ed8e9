//! Adds the components, and the responses of operations, to an OpenAPI document that a user writes.
//!
//! The document is edited as text, and every byte outside of errbook's parts stays, including
//! comments, anchors and order. errbook owns the components that have `x-errbook` with the slug of
//! the API, and references to such responses.

mod document;
mod edit;
mod expanded;
mod inside;
mod lists;
mod named;
mod operations;
mod proof;
mod scan;
mod strays;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use errbook_catalog::model::{self, Catalog, ErrorDef, OpenapiVersion};
use errbook_catalog::words::counted;
use serde_json::{Map, Value as Json, json};

pub use self::document::{Document, File};
use self::document::{Item, Part};
use self::edit::Edits;
use self::expanded::Expanded;
use self::inside::Inside;
pub use self::named::NamedOperation;
use self::operations::Operation;
use self::scan::{Entry, Mapping};
pub use self::strays::{Stray, strays};
use super::identity::{self, Identity};
use super::names::{ErrorNames, Names};
use super::retries::Gap;
use super::schemas::Schemas;
use super::{Note, choice, components, public_responses};
use crate::tree::Tree;

/// The member that marks a component as errbook's. Its value is the slug of the API.
pub(super) const MARK: &str = "x-errbook";

/// The reason why a document cannot be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergeError {
    /// All problems, in the order of the document.
    pub problems: Vec<MergeProblem>,
}

/// A problem that prevents a merge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergeProblem {
    /// The file, relative to the folder of the document; `None` for the document.
    pub file: Option<String>,
    /// The line, counted from 1.
    pub line: usize,
    /// The column in characters, counted from 1.
    pub column: usize,
    /// The problem, without a full stop.
    pub message: String,
    /// How to fix it.
    pub help: Option<String>,
}

impl MergeError {
    fn at(text: &str, offset: usize, message: &str) -> Self {
        MergeError { problems: vec![MergeProblem::at(text, offset, message)] }
    }
}

impl MergeError {
    fn line(text: &str, offset: usize) -> usize {
        MergeProblem::at(text, offset, "").line
    }

    fn of_file(mut self, file: &str) -> Self {
        self.problems.iter_mut().for_each(|problem| problem.file = Some(file.to_owned()));
        self
    }

    fn unless_empty(mut problems: Vec<MergeProblem>) -> Result<(), MergeError> {
        problems.sort_by_key(MergeProblem::place);
        if problems.is_empty() { Ok(()) } else { Err(MergeError { problems }) }
    }
}

impl MergeProblem {
    fn at(text: &str, offset: usize, message: impl Into<String>) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let lines =
            before.matches('\n').count() + before.split('\r').skip(1).filter(|rest| !rest.starts_with('\n')).count();
        let line = lines + 1;
        let column = before.rsplit(['\n', '\r']).next().unwrap_or_default().chars().count() + 1;
        MergeProblem { file: None, line, column, message: message.into(), help: None }
    }

    /// The file, the line and the column: the order of problems.
    fn place(&self) -> (Option<String>, usize, usize) {
        (self.file.clone(), self.line, self.column)
    }

    fn of_file(self, file: Option<&str>) -> Self {
        MergeProblem { file: file.map(str::to_owned), ..self }
    }

    fn help(self, help: impl Into<String>) -> Self {
        MergeProblem { help: Some(help.into()), ..self }
    }
}

impl fmt::Display for MergeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, MergeProblem { file, line, column, message, help: _ }) in self.problems.iter().enumerate() {
            let separator = if index > 0 { "\n" } else { "" };
            let file = file.as_ref().map_or_else(String::new, |file| format!("{file}:"));
            write!(f, "{separator}{file}{line}:{column}: {message}")?;
        }
        Ok(())
    }
}

impl std::error::Error for MergeError {}

/// Adds the catalog's components to a document, and the responses of each operation that lists its
/// errors under `x-errors`.
///
/// An operation lists ids of errors, and groups and predicates as `@name`; `!` before either
/// removes them. A list at the top of the document applies to every operation under `paths`, but not
/// to webhooks and callbacks, whose responses come from clients. Without any list, the responses of
/// an operation do not change. In a document of several APIs, a list names its API by the slug:
/// `x-errors: {shop: [SOLD_OUT]}`.
///
/// A document with lists gets only the components that it refers to, the schema of all codes, and
/// the schema of any of its errors. Each operation has a response of its own for each status, and a
/// schema with the same name, such as `PostOrdersErrors409` after its `operationId`, or else after
/// its method and path. A document without lists gets all components.
///
/// An operation can describe a success itself, such as its response for 200. The schema of the
/// response then becomes a choice between the document's own schema and the errors with that
/// status, with the mark `x-errbook`. Without these errors, the next run removes the choice.
///
/// An operation of a path that lists errors also gets the extensions of `generate.openapi.retries`,
/// with the mark `x-errbook`. Extensions without it stay; [`Document::notes`] names them.
///
/// The parts that an earlier run added are replaced; every other byte stays. The document is JSON
/// or YAML, in OpenAPI 3.0, 3.1 or 3.2, and keeps its format and version.
///
/// ```
/// let text = "
/// errbook: 1
/// api: {name: Shop}
/// envelopes: {default: {body: {code: '{code}', message: '{message}'}}}
/// errors: {SOLD_OUT: {status: 409, fix: Choose another.}}
/// ";
/// let catalog = errbook_catalog::load_text("errors.yaml", text.as_bytes()).catalog.unwrap();
/// let document = "\
/// openapi: 3.1.0
/// info: {title: Shop, version: '1'}
/// paths:
///   /orders: # the main operation
///     post:
///       x-errors: [SOLD_OUT]
/// ";
/// let merged = errbook_schema::openapi::merge(&catalog, document).unwrap();
/// assert!(merged.starts_with(document));
/// let reference = "$ref: \"#/components/responses/PostOrdersErrors409\"";
/// assert!(merged.contains(&format!("\n      responses:\n        \"409\":\n          {reference}\n")));
/// assert!(merged.contains("\n    PostOrdersErrors409:\n"));
/// assert!(merged.contains("\n    SoldOutError:\n"));
/// assert_eq!(errbook_schema::openapi::merge(&catalog, &merged).unwrap(), merged);
/// ```
///
/// # Errors
///
/// If the text is not an OpenAPI document, if one of its own components has the name of one of the
/// catalog's, if an operation lists an unknown error, if it describes a response of its own for a
/// status of one of its errors and this is not a success with a schema, or if something other than
/// an operation has a list.
///
/// The result is parsed again. If it cannot be parsed, if anything but errbook's parts changed, or
/// if a second run would change it, the syntax of the document prevents the merge, and this is an
/// error too. So it is if an alias or a merge key (`<<`) would repeat, change or hide a part.
pub fn merge(catalog: &Catalog, document: &str) -> Result<String, MergeError> {
    merge_all(catalog, &Document::alone(document)).map(|merged| merged.text)
}

/// Merges into a document and the files of its path items.
fn merge_all(catalog: &Catalog, document: &Document) -> Result<Document, MergeError> {
    with_plan(catalog, document, |before| {
        let merged = put(&before, document)?;
        let checked = with_plan(catalog, &merged, |after| Ok(check((document, &before), (&merged, &after))));
        checked.unwrap_or_else(|_| Err(unwritable(document, &merged, &[])))?;
        Ok(merged)
    })
}

/// Whether a merge did what it should, and nothing else.
fn check((document, before): (&Document, &Plan), (merged, after): (&Document, &Plan)) -> Result<(), MergeError> {
    if merged != document {
        let kept = foreign(before).zip(foreign(after));
        let is_kept: Option<Vec<bool>> =
            kept.map(|(old, new)| old.iter().zip(&new).map(|(old, new)| old == new).collect());
        let is_stable = || put(after, merged).is_ok_and(|again| again == *merged);
        if is_kept.as_ref().is_none_or(|kept| kept.contains(&false)) || !is_stable() {
            return Err(unwritable(document, merged, &is_kept.unwrap_or_default()));
        }
    }
    for (part, (old, new)) in before.parts[1..].iter().zip(document.files.iter().zip(&merged.files)) {
        let has_list =
            before.operations.iter().any(|operation| operation.has_list && std::ptr::eq(operation.part, part));
        if (has_list || old != new) && Expanded::read(&old.text)?.is_some() {
            let message = "errbook does not edit the file of a path item with aliases or merge keys (`<<`)";
            let help = "write them out, or write the path item in the document";
            return Err(MergeError { problems: vec![part.at(part.root.start, message).help(help)] });
        }
    }
    let root = &before.parts[0].root;
    let own = |plan: &Plan| OwnResponses::of(plan.schemas, &plan.parts[0].root).into_all();
    let groups = after.operations.iter().flat_map(|operation| &operation.groups);
    let groups = groups.map(|group| (group.response.as_str(), group)).collect();
    let ours = expanded::Ours { owned: own(before).chain(own(after)).collect(), groups };
    expanded::check(before.schemas, &ours, (&document.text, root), &merged.text)
}

/// Each part of a document without what errbook owns. `None` if one cannot be read.
fn foreign(plan: &Plan) -> Option<Vec<proof::Foreign>> {
    let slug = &plan.schemas.catalog.api.slug;
    plan.parts.iter().map(|part| proof::Foreign::read(part.text, slug, &owned(plan, part))).collect()
}

/// What errbook owns in a part of a document.
fn owned<'a>(Plan { schemas, parts, operations, .. }: &'a Plan<'a>, part: &'a Part<'a>) -> proof::Owned<'a> {
    let responses = OwnResponses::of(schemas, &parts[0].root);
    let mut owned = proof::Owned::default();
    if std::ptr::eq(part, &raw const parts[0]) {
        let components = part.root.entry("components").and_then(Entry::mapping);
        for section in components.into_iter().flat_map(|components| &components.entries) {
            let entries = section.mapping().into_iter().flat_map(|section| &section.entries);
            let ours = entries.filter(|entry| is_marked(entry, &schemas.catalog.api.slug));
            owned.entries.extend(ours.map(|entry| vec!["components", section.key.as_str(), entry.key.as_str()]));
            owned.around.push(vec!["components", section.key.as_str()]);
        }
        owned.around.push(vec!["components"]);
    }
    for operation in operations.iter().filter(|operation| std::ptr::eq(operation.part, part)) {
        let below = |keys: &[&'a str]| [operation.place.as_slice(), keys].concat();
        owned.entries.extend(operation.own_retries(&schemas.catalog.api.slug).map(|entry| below(&[&entry.key])));
        let ours = operation.responses().filter(|entry| operation.is_ours(entry, schemas, &responses));
        owned.entries.extend(ours.map(|entry| below(&["responses", entry.key.as_str()])));
        operation.inside.iter().for_each(|inside| inside.own(&mut owned));
        owned.around.push(below(&["responses"]));
        owned.operations.push(operation.place.clone());
    }
    owned
}

/// An error at the first byte that would change, in the first part that would not be kept.
fn unwritable(document: &Document, merged: &Document, is_kept: &[bool]) -> MergeError {
    let files = document.files().zip(merged.files()).map(|(old, new)| (Some(old.path), old.text, new.text));
    let parts: Vec<_> = [(None, document.text(), merged.text())].into_iter().chain(files).collect();
    let index = is_kept.iter().position(|is_kept| !is_kept);
    let index = index.or_else(|| parts.iter().position(|(_, old, new)| old != new)).unwrap_or_default();
    let (file, old, new) = parts[index];
    let same = old.char_indices().zip(new.chars()).find(|((_, one), other)| one != other);
    let place = same.map_or(old.len().min(new.len()), |((at, _), _)| at);
    let message = "errbook cannot add the errors here without changing other parts of the document";
    let help = "write this part of the document in block style: one `key: value` on each line, indented by spaces";
    MergeError { problems: vec![MergeProblem::at(old, place, message).of_file(file).help(help)] }
}

/// The document with the catalog's components and responses. The result is not checked.
fn put(plan: &Plan, document: &Document) -> Result<Document, MergeError> {
    let Plan { schemas, parts, operations, .. } = plan;
    let mut problems = plan.problems.clone();
    let owned = OwnResponses::of(schemas, &parts[0].root);
    let mut edits: Vec<Edits> = parts.iter().map(|part| Edits::new(part.text, &part.root)).collect();
    let of_part = |part: &Part| parts.iter().position(|other| std::ptr::eq(other, part)).unwrap_or_default();
    let edited = |edits: Vec<Edits>| {
        let mut edited = document.clone();
        let texts = [&mut edited.text].into_iter().chain(edited.files.iter_mut().map(|file| &mut file.text));
        texts.zip(edits).for_each(|(text, edits)| *text = edits.apply());
        edited
    };
    let is_outdated = |operation: &Operation| operation.inside.iter().any(Inside::is_outdated);
    if problems.is_empty() && operations.iter().any(is_outdated) {
        for operation in operations {
            let edits = &mut edits[of_part(operation.part)];
            operation.inside.iter().for_each(|inside| inside.renew(edits));
        }
        let renewed = edited(edits);
        return with_plan(schemas.catalog, &renewed, |plan| put(&plan, &renewed));
    }
    for operation in operations {
        operation.put(schemas, &owned, &mut edits[of_part(operation.part)], &mut problems);
    }
    put_components(schemas, document.text(), &parts[0].root, plan.sections(), &mut edits[0], &mut problems);
    MergeError::unless_empty(problems).map(|()| edited(edits))
}

/// The changes of [`merge`] as an OpenAPI Overlay 1.0, for tools that apply overlays. `extends` is
/// the URL of the document.
///
/// ```
/// # let text = "
/// # errbook: 1
/// # api: {name: Shop}
/// # envelopes: {default: {body: {code: '{code}', message: '{message}'}}}
/// # errors: {SOLD_OUT: {status: 409, fix: Choose another.}}
/// # ";
/// # let catalog = errbook_catalog::load_text("errors.yaml", text.as_bytes()).catalog.unwrap();
/// let document = "openapi: 3.1.0\npaths: {/orders: {post: {x-errors: [SOLD_OUT]}}}\n";
/// let overlay = errbook_schema::openapi::overlay(&catalog, document, "openapi.yaml").unwrap();
/// let actions = overlay["actions"].as_array().unwrap();
/// assert_eq!(actions[0]["target"], "$.components.*[?(@['x-errbook'] == 'shop')]");
/// assert_eq!(actions[2]["target"], "$.paths['/orders'].post");
/// assert_eq!(actions[2]["update"]["responses"]["409"]["$ref"], "#/components/responses/PostOrdersErrors409");
/// ```
///
/// # Errors
///
/// The errors of [`merge`].
pub fn overlay(catalog: &Catalog, document: &str, extends: &str) -> Result<Json, MergeError> {
    overlay_of(catalog, &Document::alone(document), extends)
}

fn overlay_of(catalog: &Catalog, document: &Document, extends: &str) -> Result<Json, MergeError> {
    with_plan(catalog, document, |plan| {
        let sections = plan.sections();
        let Plan { schemas, parts, operations, mut problems, .. } = plan;
        let (operations, of_files): (Vec<_>, Vec<_>) =
            operations.into_iter().partition(|operation| std::ptr::eq(operation.part, &raw const parts[0]));
        for operation in of_files.iter().filter(|operation| operation.has_list) {
            let message =
                format!("`{}` is in another file, and an overlay changes only the document", operation.name());
            problems.push(operation.part.at(operation.method.key_start, message).help("merge without `--overlay`"));
        }
        let (document, root) = (document.text(), &parts[0].root);
        let owned = OwnResponses::of(schemas, root);
        // Reports the same problems as a merge.
        put_components(schemas, document, root, sections.clone(), &mut Edits::new(document, root), &mut problems);
        let resolved = Expanded::read(document)?.map_or_else(Vec::new, |resolved| resolved.operations(schemas));
        let is_written = |found: &expanded::Operation| {
            operations.iter().any(|operation| operation.has_list && found.is_at(operation))
        };
        let unwritten = resolved.iter().filter(|found| found.has_list && !is_written(found));
        problems.extend(unwritten.map(|found| found.rejected(document, root)));
        let moved = operations.iter().filter(|operation| operation.inside.iter().any(Inside::changes_schemas));
        problems.extend(moved.map(|operation| {
            let name = operation.name();
            let message = format!("an overlay cannot put errors into the schema of a response of `{name}`");
            MergeProblem::at(document, operation.method.key_start, message).help("merge without `--overlay`")
        }));
        MergeError::unless_empty(problems)?;
        let slug = quoted(&catalog.api.slug);
        let sections: Map<String, Json> = sections
            .into_iter()
            .filter(|(_, section)| !section.is_empty())
            .map(|(name, section)| (name.to_owned(), Json::Object(section)))
            .collect();
        // RFC 9535 does not need the parentheses of the filter, but older JSONPath parsers do.
        let mut actions = vec![
            json!({ "target": format!("$.components.*[?(@['{MARK}'] == {slug})]"), "remove": true }),
            json!({ "target": "$", "update": { "components": sections } }),
        ];
        for operation in &operations {
            let place = json_path(&operation.place);
            let ours = operation.responses().filter(|entry| operation.is_ours(entry, schemas, &owned));
            actions.extend(ours.map(
                |entry| json!({ "target": format!("{place}.responses[{}]", quoted(&entry.key)), "remove": true }),
            ));
            for inside in &operation.inside {
                let content = [inside.place.as_slice(), &["content"]].concat();
                let ours = inside.media().map(|entry| format!("{}[{}]", json_path(&content), quoted(&entry.key)));
                actions.extend(ours.map(|target| json!({ "target": target, "remove": true })));
                if !inside.media.is_empty() {
                    let target = json_path(&inside.place);
                    actions.push(json!({ "target": target, "update": { "content": inside.media } }));
                }
            }
            let ours = operation.own_retries(&catalog.api.slug);
            actions.extend(
                ours.map(|entry| json!({ "target": format!("{place}[{}]", quoted(&entry.key)), "remove": true })),
            );
            let members = operation.new_members();
            if !members.is_empty() {
                actions.push(json!({ "target": place, "update": members }));
            }
        }
        Ok(crate::facts::object([
            ("overlay", json!("1.0.0")),
            ("info", json!({ "title": format!("The errors of {}", catalog.api.name), "version": "1" })),
            ("extends", json!(extends)),
            ("actions", json!(actions)),
        ]))
    })
}

/// What the extensions for retries of operations cannot say, and the extensions that are the
/// document's own. Each is a note for the first of the operations.
fn notes_of(catalog: &Catalog, document: &Document) -> Result<Vec<Note>, MergeError> {
    with_plan(catalog, document, |Plan { operations, .. }| {
        let mut gaps: BTreeMap<&Gap, Vec<&Operation>> = BTreeMap::new();
        let mut notes = Vec::new();
        for operation in &operations {
            for gap in &operation.gaps {
                gaps.entry(gap).or_default().push(operation);
            }
            notes.extend(operation.foreign_retries.iter().map(|entry| {
                let owner = entry.mapping().and_then(|own| own.text(MARK));
                let owner =
                    owner.map_or_else(|| "the document's own".to_owned(), |slug| format!("of the API `{slug}`"));
                let message = format!("`{}` of `{}` is {owner}, and stays as it is", entry.key, operation.name());
                let help = "remove it to get the retries of the catalog";
                operation.part.at(entry.key_start, message).help(help)
            }));
        }
        for (gap, of) in gaps {
            let Some((first, others)) = of.split_first() else { continue };
            let others = match others.len() {
                0 => String::new(),
                number => format!(" and {}", counted(number, "other operation")),
            };
            let message = gap.message(&format!(" of `{}`{others}", first.name()));
            let problem = first.part.at(first.method.key_start, message);
            notes.push(MergeProblem { help: gap.help.clone(), ..problem });
        }
        notes.sort_by_key(MergeProblem::place);
        let note = |MergeProblem { file, line, column, message, help }| Note {
            file,
            place: Some((line, column)),
            message,
            help,
        };
        Ok(notes.into_iter().map(note).collect())
    })
}

/// The operations of a document that return errors of the catalog, in the document's order. They
/// list errors under `x-errors`, or refer to the schemas or responses of errors. Internal errors
/// are left out.
///
/// ```
/// # let text = "
/// # errbook: 1
/// # api: {name: Shop}
/// # envelopes: {default: {body: {code: '{code}', message: '{message}'}}}
/// # errors: {SOLD_OUT: {status: 409, fix: Choose another.}}
/// # ";
/// # let catalog = errbook_catalog::load_text("errors.yaml", text.as_bytes()).catalog.unwrap();
/// let document = "openapi: 3.1.0\npaths: {/orders: {post: {x-errors: [SOLD_OUT]}, get: {}}}\n";
/// let operations = errbook_schema::openapi::operations(&catalog, document).unwrap();
/// assert_eq!(operations.len(), 1);
/// assert_eq!((operations[0].method.as_str(), operations[0].path.as_str()), ("POST", "/orders"));
/// assert_eq!(operations[0].errors, [0]);
/// ```
///
/// # Errors
///
/// If the text is not an OpenAPI document, or if a list of errors is invalid.
pub fn operations(catalog: &Catalog, document: &str) -> Result<Vec<model::Operation>, MergeError> {
    operations_of(catalog, &Document::alone(document))
}

fn operations_of(catalog: &Catalog, document: &Document) -> Result<Vec<model::Operation>, MergeError> {
    with_plan(catalog, document, |Plan { schemas, parts, operations, problems, .. }| {
        MergeError::unless_empty(problems)?;
        let (document, root) = (document.text(), &parts[0].root);
        let mut found: Vec<(String, String, BTreeSet<usize>)> = operations
            .iter()
            .filter(|operation| operation.is_of_path)
            .flat_map(|operation| {
                let returned = operation.returned(schemas, root);
                let method = operation.method.key.to_uppercase();
                let paths = operation.paths.iter();
                paths.map(move |path| (method.clone(), (*path).to_owned(), returned.clone()))
            })
            .collect();
        for resolved in Expanded::read(document)?.iter().flat_map(|resolved| resolved.operations(schemas)) {
            if !operations::is_of_path(&resolved.place) || !resolved.has_list {
                continue;
            }
            if resolved.is_invalid() {
                return Err(MergeError { problems: vec![resolved.rejected(document, root)] });
            }
            let (method, path) = (resolved.method().to_uppercase(), resolved.path().to_owned());
            let errors = resolved.errors;
            match found.iter_mut().find(|(known, at, _)| *known == method && *at == path) {
                Some((_, _, returned)) => returned.extend(errors),
                None => found.push((method, path, errors)),
            }
        }
        let place = |index: usize| {
            let id = &schemas.errors[index].name.id;
            catalog.errors.iter().position(|error| error.name.id == *id)
        };
        let operations = found.into_iter().map(|(method, path, returned)| {
            let errors = returned.into_iter().filter_map(place).collect();
            model::Operation { method, path, errors }
        });
        Ok(operations.filter(|operation| !operation.errors.is_empty()).collect())
    })
}

/// Keys as a `JSONPath`: `$.paths['/orders'].post`.
fn json_path(keys: &[&str]) -> String {
    let is_name = |key: &str| key.chars().all(|c| c.is_ascii_alphabetic());
    let step = |key: &&str| if is_name(key) { format!(".{key}") } else { format!("[{}]", quoted(key)) };
    keys.iter().map(step).fold("$".to_owned(), |path, step| path + &step)
}

/// A text in a `JSONPath` (RFC 9535 section 2.3.1.1).
fn quoted(text: &str) -> String {
    let json = Json::String(text.to_owned()).to_string();
    let inner = &json[1..json.len() - 1];
    format!("'{}'", inner.replace("\\\"", "\"").replace('\'', "\\'"))
}

/// The changes of a document.
struct Plan<'a> {
    schemas: &'a Schemas<'a, 'a>,
    /// The document, and the files of its path items.
    parts: &'a [Part<'a>],
    items: &'a [Item],
    identities: Vec<Identity<'a>>,
    operations: Vec<Operation<'a>>,
    problems: Vec<MergeProblem>,
}

/// The components of a document, by section and name.
type Sections = [(&'static str, Map<String, Json>); 4];

impl Plan<'_> {
    /// The components that the document gets.
    fn sections(&self) -> Sections {
        let Plan { schemas, parts, items, identities, operations, problems: _ } = self;
        let slug = &schemas.catalog.api.slug;
        let mut sections = ["schemas", "responses", "headers", "examples"].map(|section| (section, Map::new()));
        let mut put = |section, name: &str, component: Tree| {
            if let Some((_, components)) = sections.iter_mut().find(|(own, _)| *own == section) {
                components.insert(name.to_owned(), component.into());
            }
        };
        schemas.components(identities, &mut |name, schema| put("schemas", name, schema));
        components_of_operations(schemas, identities, operations, &mut put);
        if operations::has_list(parts, items, slug) {
            let root = &parts[0].root;
            let foreign = parts.iter().map(|part| without(part.text, &owned_places(schemas, root, part, operations)));
            // A component of the document can have the name of a generated one.
            let is_own = |(section, name): &(String, String)| has_foreign(root, slug, section, name);
            let foreign = foreign.flat_map(|text| references(&text)).filter(|reference| !is_own(reference));
            let of_operations = operations.iter().map(|operation| Json::Object(operation.new.clone()).to_string());
            let inside = operations.iter().flat_map(|operation| &operation.inside).flat_map(Inside::references);
            let of_errbook = of_operations.chain(inside).flat_map(|text| references(&text));
            keep_used(schemas, identities, &mut sections, of_errbook.chain(foreign).collect());
        }
        for component in sections.iter_mut().flat_map(|(_, section)| section.values_mut()) {
            if let Some(members) = component.as_object_mut() {
                members.insert(MARK.to_owned(), json!(slug));
            }
        }
        sections
    }
}

fn with_plan<T>(
    catalog: &Catalog,
    document: &Document,
    carry_out: impl FnOnce(Plan<'_>) -> Result<T, MergeError>,
) -> Result<T, MergeError> {
    let errors = public_responses(catalog);
    let parts = document.parts(|text| read(text, &errors))?;
    let root = &parts[0].root;
    let version = version(&document.text, root)?;
    let names = Names::new(catalog, &errors);
    let schemas = Schemas { catalog, errors: &errors, names: &names, version };
    let mut problems = Vec::new();
    let identities = identity::identities(&schemas);
    let taken = schemas.components(&identities, &mut |_, _| {});
    let operations = operations::plan(&schemas, taken, (&parts, &document.items), &mut problems);
    lists::check(&parts, &document.items, &mut problems);
    carry_out(Plan { schemas: &schemas, parts: &parts, items: &document.items, identities, operations, problems })
}

/// Reads a document, as deep as the schemas of its responses if these can contain errors.
fn read(document: &str, errors: &[&ErrorDef]) -> Result<Mapping, MergeError> {
    if errors.iter().any(|error| error.statuses.iter().any(|status| inside::is_success(*status))) {
        return scan::scan_to(document, scan::WHOLE);
    }
    // An earlier catalog could have such errors. A fault in a deep part is that of the document.
    let has_choice = document.contains(MARK) && document.contains(inside::CHOICE);
    let whole = if has_choice { scan::scan_to(document, scan::WHOLE).ok() } else { None };
    whole.map_or_else(|| scan::scan(document), Ok)
}

/// Gives the components after those of [`Schemas::components`], with those of operations.
fn components_of_operations<'a>(
    schemas: &Schemas<'_, 'a>,
    identities: &[Identity<'a>],
    operations: &[Operation],
    give: &mut impl FnMut(&'static str, &str, Tree<'a>),
) {
    let groups: Vec<_> = operations.iter().flat_map(|operation| &operation.groups).collect();
    components(schemas, identities, &groups, give);
}

/// The byte ranges in a part of the document that an earlier run wrote.
fn owned_places(schemas: &Schemas, root: &Mapping, part: &Part, operations: &[Operation]) -> Vec<(usize, usize)> {
    let owned = OwnResponses::of(schemas, root);
    let sections = part.root.entry("components").and_then(Entry::mapping);
    let sections = sections.into_iter().flat_map(|components| &components.entries).filter_map(Entry::mapping);
    let components = sections.flat_map(|section| &section.entries);
    let components = components.filter(|entry| is_marked(entry, &schemas.catalog.api.slug));
    let operations = || operations.iter().filter(|operation| std::ptr::eq(operation.part, part));
    let responses = operations()
        .flat_map(|operation| operation.responses().filter(|entry| operation.is_ours(entry, schemas, &owned)));
    let inside = operations().flat_map(|operation| &operation.inside).flat_map(Inside::owned_places);
    let mut places: Vec<_> =
        components.chain(responses).map(|entry| (entry.key_start, entry.end())).chain(inside).collect();
    places.sort_unstable();
    places
}

fn without(text: &str, places: &[(usize, usize)]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for &(start, end) in places {
        out.push_str(&text[at.min(start)..start]);
        at = end;
    }
    out.push_str(&text[at..]);
    out
}

/// Keeps only the components that the references in `unread` lead to, directly or through other components. If there
/// are any schemas of errors, also those of all codes and of any of these errors.
fn keep_used(schemas: &Schemas, identities: &[Identity], sections: &mut Sections, mut unread: Vec<(String, String)>) {
    let mut used: BTreeSet<(String, String)> = BTreeSet::new();
    while let Some((section, name)) = unread.pop() {
        let mut all = sections.iter().filter(|(own, _)| *own == section);
        if let Some(component) = all.find_map(|(_, components)| components.get(&name))
            && used.insert((section, name))
        {
            unread.extend(references(&component.to_string()));
        }
    }
    let is_used = |name: &String| used.contains(&("schemas".to_owned(), name.clone()));
    let names = schemas.names.errors.iter().enumerate();
    let errors: BTreeSet<usize> = names.filter(|(_, names)| is_used(&names.schema)).map(|(index, _)| index).collect();
    let of_all = [&schemas.names.error_code, &schemas.names.any_error].into_iter().flatten();
    let missing: Vec<&String> = of_all.filter(|name| !errors.is_empty() && !is_used(name)).collect();
    if let Some((_, bodies)) = sections.iter_mut().find(|(section, _)| *section == "schemas")
        && let Some(any) = missing.iter().find(|name| schemas.names.any_error.as_ref() == Some(**name))
    {
        let union = choice::any_error(schemas, identities, &errors);
        bodies.insert((*any).clone(), union.into());
    }
    used.extend(missing.into_iter().map(|name| ("schemas".to_owned(), name.clone())));
    for (section, components) in sections {
        components.retain(|name, _| used.contains(&((*section).to_owned(), name.clone())));
    }
}

/// The components that a text refers to, by section and name.
pub(super) fn references(text: &str) -> Vec<(String, String)> {
    // A slash may be escaped in JSON (RFC 8259 section 7).
    let text = if text.contains("#\\/") { Cow::Owned(text.replace("\\/", "/")) } else { Cow::Borrowed(text) };
    let after = text.split("#/components/").skip(1);
    let references = after.filter_map(|rest| {
        let end = rest.find(['"', '\'', ',', '}', ']', ' ', '\r', '\n']).unwrap_or(rest.len());
        let (section, name) = rest[..end].split_once('/')?;
        Some((section.to_owned(), name.to_owned()))
    });
    references.collect()
}

fn version(text: &str, root: &Mapping) -> Result<OpenapiVersion, MergeError> {
    let reject = |at: usize, message: &str| {
        let help = "use OpenAPI 3.0, 3.1 or 3.2";
        MergeError { problems: vec![MergeProblem::at(text, at, message).help(help)] }
    };
    let Some(entry) = root.entry("openapi") else {
        return Err(match root.entry("swagger") {
            Some(entry) => reject(entry.key_start, "Swagger 2.0 is not supported"),
            None => reject(root.start, "this is not an OpenAPI document: it has no `openapi`"),
        });
    };
    match root.text("openapi") {
        Some(version) if version == "3.0" || version.starts_with("3.0.") => Ok(OpenapiVersion::V3_0),
        Some(version) if version == "3.1" || version.starts_with("3.1.") => Ok(OpenapiVersion::V3_1),
        Some(version) if version == "3.2" || version.starts_with("3.2.") => Ok(OpenapiVersion::V3_2),
        _ => Err(reject(entry.value.span().0, "unsupported OpenAPI version")),
    }
}

/// Whether the document has a component of its own with this name, which errbook did not write.
fn has_foreign(root: &Mapping, slug: &str, section: &str, name: &str) -> bool {
    let section = root.entry("components").and_then(Entry::mapping).and_then(|components| components.entry(section));
    let component = section.and_then(Entry::mapping).and_then(|section| section.entry(name));
    component.is_some_and(|component| !is_marked(component, slug))
}

/// Whether an earlier run wrote this.
fn is_marked(entry: &Entry, slug: &str) -> bool {
    entry.mapping().is_some_and(|mapping| mapping.text(MARK) == Some(slug))
}

fn put_components(
    schemas: &Schemas,
    document: &str,
    root: &Mapping,
    sections: Sections,
    edits: &mut Edits,
    problems: &mut Vec<MergeProblem>,
) {
    let slug = &schemas.catalog.api.slug;
    let is_ours = |entry: &Entry| is_marked(entry, slug);
    let filled = |sections: Vec<(&'static str, Map<String, Json>)>| -> Map<String, Json> {
        let filled = sections.into_iter().filter(|(_, section)| !section.is_empty());
        filled.map(|(name, section)| (name.to_owned(), Json::Object(section))).collect()
    };
    let existing = root.entry("components").and_then(Entry::mapping).filter(|mapping| !mapping.entries.is_empty());
    let Some(existing) = existing else {
        if let Err(place) = edits.section(root, "components", &is_ours, &filled(sections.into())) {
            problems.push(MergeProblem::at(document, place, "`components` must be a mapping, and not an alias"));
        }
        return;
    };
    let is_left_empty = |entry: &Entry| {
        let is_section = sections.iter().any(|(name, section)| entry.key == *name && section.is_empty());
        is_section && entry.mapping().is_some_and(|section| section.entries.iter().all(is_ours))
    };
    if existing.entries.iter().all(is_left_empty) && sections.iter().all(|(_, section)| section.is_empty()) {
        let _ = edits.section(root, "components", &|_| true, &Map::new());
        return;
    }
    // A reference replaces the members beside it.
    let new = || sections.iter().filter(|(_, section)| !section.is_empty());
    let there = new().filter_map(|(name, _)| Some((format!("components.{name}"), existing.entry(name)?.mapping()?)));
    let components = new().next().map(|_| ("components".to_owned(), existing));
    for (name, mapping) in components.into_iter().chain(there) {
        if let Some(reference) = mapping.entry("$ref") {
            let message = format!("`{name}` is elsewhere, and errbook cannot add the components of errors there");
            let help = format!("write `{name}` here, instead of a `$ref`");
            problems.push(MergeProblem::at(document, reference.key_start, message).help(help));
        }
    }
    let (there, missing): (Vec<_>, Vec<_>) = sections.into_iter().partition(|(name, _)| existing.entry(name).is_some());
    for (name, section) in there {
        let entries = existing.entry(name).and_then(Entry::mapping).into_iter().flat_map(|mapping| &mapping.entries);
        for foreign in entries.filter(|entry| !is_ours(entry) && section.contains_key(&entry.key)) {
            problems.push(clash(schemas, document, name, foreign));
        }
        if let Err(place) = edits.section(existing, name, &is_ours, &section) {
            let message = format!("`components.{name}` must be a mapping, and not an alias");
            problems.push(MergeProblem::at(document, place, message));
        }
    }
    edits.append(existing, &filled(missing));
}

/// The problem of two components with the same name.
fn clash(schemas: &Schemas, document: &str, section: &str, foreign: &Entry) -> MergeProblem {
    let slug = &schemas.catalog.api.slug;
    let key = &foreign.key;
    if let Some(other) = foreign.mapping().and_then(|mapping| mapping.text(MARK)) {
        let message = format!(
            "`components.{section}.{key}` belongs to the API `{other}`, and `{slug}` has a component with the same name"
        );
        let help = "set `generate: {openapi: {prefix: Name}}` in one of the catalogs; it begins its names";
        return MergeProblem::at(document, foreign.key_start, message).help(help);
    }
    let origin = origin(schemas, section, key);
    let message = format!("`components.{section}.{key}` already exists, and the catalog{origin} would add another");
    let help = format!(
        "rename one of them, set `generate: {{openapi: {{prefix: Name}}}}` in the catalog, or add `{MARK}: {slug}` to \
         this one to let errbook replace it"
    );
    MergeProblem::at(document, foreign.key_start, message).help(help)
}

/// ` (errors.yaml:7)` if the component belongs to one error, or else nothing.
fn origin(schemas: &Schemas, section: &str, name: &str) -> String {
    let mut errors = schemas.errors.iter().zip(&schemas.names.errors);
    let owner = errors.find(|(_, ErrorNames { schema, details, responses, examples })| match section {
        "schemas" => schema == name || details.as_deref() == Some(name),
        "responses" => responses.iter().any(|(_, response)| response == name),
        _ => examples.iter().any(|example| example == name),
    });
    owner.map_or_else(String::new, |(error, _)| format!(" ({})", error.origin))
}

/// The names of errbook's responses in the document, from this run and earlier ones.
struct OwnResponses {
    /// The responses that any operation can refer to.
    shared: BTreeSet<String>,
    /// The responses of one operation, from earlier runs.
    of_operations: BTreeSet<String>,
}

impl OwnResponses {
    fn of(schemas: &Schemas, root: &Mapping) -> Self {
        let Names { errors, statuses, .. } = schemas.names;
        let slug = &schemas.catalog.api.slug;
        let section = root.entry("components").and_then(Entry::mapping);
        let section = section.and_then(|components| components.entry("responses")).and_then(Entry::mapping);
        let present = section.into_iter().flat_map(|section| &section.entries);
        let (earlier, foreign): (Vec<_>, Vec<_>) = present.partition(|entry| is_marked(entry, slug));
        let foreign: BTreeSet<&str> = foreign.into_iter().map(|entry| entry.key.as_str()).collect();
        let of_errors = errors.iter().flat_map(|names| &names.responses).map(|(_, name)| name);
        let now = of_errors.chain(statuses.iter().map(|group| &group.response));
        // A merge key gives components whose marks are elsewhere.
        let is_certain = |name: &str| !foreign.contains(name) && !foreign.contains("<<");
        let now: BTreeSet<String> = now.filter(|name| is_certain(name)).cloned().collect();
        let (of_operations, earlier): (BTreeSet<_>, BTreeSet<_>) = earlier
            .into_iter()
            .map(|entry| entry.key.clone())
            .partition(|name| operations::is_name(name) && !now.contains(name));
        OwnResponses { shared: now.into_iter().chain(earlier).collect(), of_operations }
    }

    fn into_all(self) -> impl Iterator<Item = String> {
        self.shared.into_iter().chain(self.of_operations)
    }
}
