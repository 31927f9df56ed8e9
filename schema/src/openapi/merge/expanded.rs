//! A document as tools read it, with its aliases and merge keys (`<<`) resolved.
//!
//! A merge edits the mappings that are written in the document. An alias repeats such a mapping
//! elsewhere, and a merge key gives members to a mapping that lists others itself. So after a merge,
//! both documents are also compared in their resolved form.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use errbook_catalog::edit::tree::{Node, Tree, Value as Written};
use serde_json::Value as Json;

use super::inside::{CHOICE, is_success};
use super::operations::{self, LIST, METHODS, Selection};
use super::scan::Mapping;
use super::{MARK, MergeError, MergeProblem};
use crate::openapi::names::Group;
use crate::openapi::retries;
use crate::openapi::schemas::Schemas;

/// The maximum number of values of a resolved document.
const VALUES: usize = 2_000_000;
/// The maximum depth of a resolved document.
const DEPTH: usize = 256;

/// A resolved value. Members are in no order.
#[derive(Debug, PartialEq)]
enum Value {
    Map(BTreeMap<String, Value>),
    List(Vec<Value>),
    Scalar { text: String, is_plain: bool },
}

/// A resolved document.
pub(super) struct Expanded(Value);

/// An operation of a resolved document.
pub(super) struct Operation {
    /// The keys that lead to it.
    pub(super) place: Vec<String>,
    /// Whether it or the document lists errors.
    pub(super) has_list: bool,
    /// The errors that it lists, as indexes into those of the document.
    pub(super) errors: BTreeSet<usize>,
    /// The reason why its list is invalid.
    fault: Option<String>,
}

impl Expanded {
    /// The resolved document; `None` if it has no aliases and merge keys.
    pub(super) fn read(text: &str) -> Result<Option<Self>, MergeError> {
        // Most JSON has no such character, and is not read again.
        if !text.contains(['*', '<', '!']) {
            return Ok(None);
        }
        let rejected = |message: String| MergeError::at(text, 0, &message);
        let tree = Tree::read(text).ok_or_else(|| rejected("the document nests too deeply".to_owned()))?;
        let mut anchors = HashMap::new();
        if !collect(&tree.root, &mut anchors) {
            return Ok(None);
        }
        let mut resolver = Resolver { anchors, left: VALUES };
        let root = resolver.value(&tree.root, DEPTH);
        let too_large =
            || format!("with its aliases, the document has more than {VALUES} values, or more than {DEPTH} levels");
        root.map(|root| Some(Expanded(root))).ok_or_else(|| rejected(too_large()))
    }

    /// All operations.
    pub(super) fn operations(&self, schemas: &Schemas) -> Vec<Operation> {
        let slug = &schemas.catalog.api.slug;
        let of_every_operation = self.0.get(LIST).and_then(|list| own_list(list, slug));
        let (all, fault_of_all) = selected(schemas, of_every_operation, &BTreeSet::new());
        let mut found = Vec::new();
        for (section, value) in self.0.members() {
            match section.as_str() {
                "paths" | "webhooks" => of_paths(value, std::slice::from_ref(section), &mut found),
                "components" => {
                    for (kind, value) in value.members() {
                        let above = [section.clone(), kind.clone()];
                        match kind.as_str() {
                            "pathItems" => of_paths(value, &above, &mut found),
                            "callbacks" => of_callbacks(value, &above, &mut found),
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
        }
        let operation = |(place, members): (Vec<String>, &Value)| {
            let own = members.get(LIST).and_then(|list| own_list(list, slug));
            let is_of_path = operations::is_of_path(&place);
            let has_list = own.is_some() || (is_of_path && of_every_operation.is_some());
            let (errors, fault) = match own {
                Some(_) if is_of_path => selected(schemas, own, &all),
                Some(_) => selected(schemas, own, &BTreeSet::new()),
                None if is_of_path => (all.clone(), fault_of_all.clone()),
                None => (BTreeSet::new(), None),
            };
            Operation { place, has_list, errors, fault }
        };
        found.into_iter().map(operation).collect()
    }

    /// Removes errbook's parts, and returns those of each operation.
    fn strip(&mut self, schemas: &Schemas, owned: &BTreeSet<String>) -> Vec<Removed> {
        let slug = &schemas.catalog.api.slug;
        let operations = self.operations(schemas);
        let Value::Map(root) = &mut self.0 else { return Vec::new() };
        if let Some(Value::Map(components)) = root.get_mut("components") {
            for section in components.values_mut() {
                if let Value::Map(section) = section {
                    section.retain(|_, component| !component.is_marked(slug));
                }
            }
            components.retain(|_, section| !section.is_empty());
        }
        let mut removed = Vec::new();
        for Operation { place, has_list, errors: _, fault: _ } in operations {
            let (first, below) = place.split_first().expect("an operation has a place");
            let members = below.iter().try_fold(root.get_mut(first), |value, key| Some(value?.get_mut(key)));
            let Some(operation) = members.flatten() else { continue };
            let mut ours = Removed::default();
            if let Value::Map(members) = operation {
                let is_ours = |key: &str, member: &Value| retries::of_key(key).is_some() && member.is_marked(slug);
                let (mine, theirs) =
                    std::mem::take(members).into_iter().partition(|(key, member)| is_ours(key, member));
                (ours.retries, *members) = (mine, theirs);
                if let Some(Value::Map(responses)) = members.get_mut("responses") {
                    let is_ours = |status: &str, response: &Value| {
                        let is_status = status.parse::<u16>().is_ok();
                        response.is_marked(slug) || (has_list && is_status && response.refers_to(owned))
                    };
                    let (mine, theirs) =
                        std::mem::take(responses).into_iter().partition(|(status, response)| is_ours(status, response));
                    (ours.responses, *responses) = (mine, theirs);
                    for (status, response) in responses {
                        let mut unions = BTreeSet::new();
                        response.take_errors_out(slug, &mut unions);
                        if !unions.is_empty() {
                            ours.inside.insert(status.clone(), unions);
                        }
                    }
                }
                if members.get("responses").is_some_and(Value::is_empty) {
                    members.remove("responses");
                }
            }
            if operation.is_empty() {
                *operation = Value::Map(BTreeMap::new());
            }
            removed.push(ours);
        }
        if root.get("components").is_some_and(Value::is_empty) {
            root.remove("components");
        }
        removed
    }
}

impl Operation {
    /// Whether an operation that is written in the document has the same place.
    pub(super) fn is_at(&self, written: &operations::Operation<'_>) -> bool {
        self.place == written.place
    }

    pub(super) fn method(&self) -> &str {
        self.place.last().map_or("", String::as_str)
    }

    pub(super) fn path(&self) -> &str {
        self.place.iter().nth_back(1).map_or("", String::as_str)
    }

    /// Whether its list is invalid.
    pub(super) fn is_invalid(&self) -> bool {
        self.fault.is_some()
    }

    /// An operation whose errors or responses come from elsewhere.
    pub(super) fn rejected(&self, text: &str, root: &Mapping) -> MergeProblem {
        let keys: Vec<&str> = self.place.iter().map(String::as_str).collect();
        let (place, _) = place(root, &keys);
        let name = format!("`{} {}`", self.method().to_uppercase(), self.path());
        if let Some(fault) = &self.fault {
            return MergeProblem::at(text, place, format!("{name} has an invalid `{LIST}`: {fault}"));
        }
        let message = format!(
            "{name} gets `{LIST}` or `responses` through an alias or a merge key (`<<`), and errbook cannot add its responses"
        );
        MergeProblem::at(text, place, message).help(format!("write `{LIST}` and `responses` in the operation itself"))
    }
}

/// errbook's parts of an operation.
#[derive(Default)]
struct Removed {
    /// Its responses, by status.
    responses: BTreeMap<String, Value>,
    /// The names of the schemas of errors inside the document's own responses, by status.
    inside: BTreeMap<String, BTreeSet<String>>,
    /// Its extensions for retries.
    retries: BTreeMap<String, Value>,
}

/// errbook's responses in a document.
pub(super) struct Ours<'a> {
    /// The names of the components.
    pub(super) owned: BTreeSet<String>,
    /// The errors of the responses of operations, by name.
    pub(super) groups: BTreeMap<&'a str, &'a Group>,
}

/// Whether each response refers to the errors of its status, and each status has one. Operations
/// that an alias repeats share their responses.
fn are_listed(
    schemas: &Schemas,
    groups: &BTreeMap<&str, &Group>,
    errors: &BTreeSet<usize>,
    Removed { responses, inside, retries: _ }: &Removed,
) -> bool {
    let statuses = errors.iter().flat_map(|&index| &schemas.errors[index].statuses);
    let statuses: BTreeSet<u16> = statuses.copied().collect();
    let is_listed = |status: &u16| {
        let has_status = |index: &&usize| schemas.errors[**index].statuses.contains(status);
        let is_of_status =
            |group: &Group| group.status == *status && group.errors.iter().eq(errors.iter().filter(has_status));
        if let Some(response) = responses.get(&status.to_string()) {
            return response.target().and_then(|name| groups.get(name)).is_some_and(|group| is_of_status(group));
        }
        let unions = inside.get(&status.to_string()).into_iter().flatten();
        let is_inside = |group: &Group| {
            let wanted: BTreeSet<&String> = group.media.iter().map(|media| &media.union).collect();
            is_of_status(group) && unions.clone().eq(wanted)
        };
        is_success(*status) && groups.values().any(|group| is_inside(group))
    };
    let is_status = |text: &String| text.parse().is_ok_and(|status| statuses.contains(&status));
    responses.keys().chain(inside.keys()).all(is_status) && statuses.iter().all(is_listed)
}

/// Whether a merge did in the resolved document what it did in the text: each operation has the
/// responses of the errors that it lists, and nothing else changed.
pub(super) fn check(
    schemas: &Schemas,
    Ours { owned, groups }: &Ours<'_>,
    (document, root): (&str, &Mapping),
    merged: &str,
) -> Result<(), MergeError> {
    let Some(mut before) = Expanded::read(document)? else { return Ok(()) };
    let Some(mut after) = Expanded::read(merged)? else { return Ok(()) };
    let operations = after.operations(schemas);
    before.strip(schemas, owned);
    let ours = after.strip(schemas, owned);
    let is_as_listed = |operation: &Operation, ours: &Removed| {
        let is_empty = ours.responses.is_empty() && ours.inside.is_empty();
        let mut retries = operations::wanted_retries(schemas, &operation.errors, operation.method()).extensions;
        retries.values_mut().for_each(|extension| extension[MARK] = Json::from(schemas.catalog.api.slug.as_str()));
        let is_as_wanted = |(key, own): (&String, &Value)| retries.get(key).is_some_and(|wanted| own.is_json(wanted));
        operation.fault.is_none()
            && ours.retries.iter().all(is_as_wanted)
            && (is_empty && !operation.has_list || are_listed(schemas, groups, &operation.errors, ours))
    };
    let problems: Vec<MergeProblem> = operations
        .iter()
        .zip(&ours)
        .filter(|(operation, ours)| !is_as_listed(operation, ours))
        .map(|(operation, _)| operation.rejected(document, root))
        .collect();
    MergeError::unless_empty(problems)?;
    let mut path = Vec::new();
    if before.0.is_same(&after.0, &mut path) {
        return Ok(());
    }
    path.reverse();
    let keys: Vec<&str> = path.iter().map(String::as_str).collect();
    let (place, known) = place(root, &keys);
    let message = format!(
        "`{}` gets members through an alias or a merge key (`<<`), and errbook's part would change or hide them",
        keys[..known.max(1).min(keys.len())].join(".")
    );
    let help = "write the members out, without the alias or the merge key";
    Err(MergeError { problems: vec![MergeProblem::at(document, place, message).help(help)] })
}

/// The place of the last key of a path that is written in the document, or of the merge key below
/// it, and the number of keys up to it.
fn place(root: &Mapping, keys: &[&str]) -> (usize, usize) {
    let (mut inner, mut place, mut known) = (Some(root), root.start, 0);
    while let Some(entry) = keys.get(known).and_then(|key| inner?.entry(key)) {
        (inner, place, known) = (entry.mapping(), entry.key_start, known + 1);
    }
    let merge = inner.and_then(|inner| inner.entry("<<"));
    (merge.map_or(place, |merge| merge.key_start), known)
}

/// Collects the anchors, and returns whether there are aliases or merge keys.
fn collect<'t>(node: &'t Node, anchors: &mut HashMap<usize, &'t Node>) -> bool {
    if node.anchor != 0 {
        anchors.insert(node.anchor, node);
    }
    let mut is_used = false;
    match &node.value {
        Written::Alias(_) => is_used = true,
        Written::Scalar { .. } => {}
        Written::List { items, .. } => items.iter().for_each(|item| is_used |= collect(item, anchors)),
        Written::Mapping(entries) => {
            for (key, value) in entries {
                is_used |= is_merge_key(key);
                is_used |= collect(key, anchors);
                is_used |= collect(value, anchors);
            }
        }
    }
    is_used
}

fn is_merge_key(key: &Node) -> bool {
    match &key.tag {
        Some(tag) => tag.ends_with("merge"),
        None => matches!(&key.value, Written::Scalar { text, is_plain: true } if text == "<<"),
    }
}

struct Resolver<'t> {
    anchors: HashMap<usize, &'t Node>,
    /// The number of values left.
    left: usize,
}

impl Resolver<'_> {
    /// The text of a key, which can be an alias.
    fn key(&self, key: &Node) -> String {
        let node = if let Written::Alias(of) = key.value { self.anchors.get(&of).copied() } else { None };
        let node = node.unwrap_or(key);
        node.text().map_or_else(|| format!("{:?}", node.value), str::to_owned)
    }

    fn value(&mut self, node: &Node, depth: usize) -> Option<Value> {
        let below = depth.checked_sub(1)?;
        self.left = self.left.checked_sub(1)?;
        Some(match &node.value {
            Written::Scalar { text, is_plain } => Value::Scalar { text: text.clone(), is_plain: *is_plain },
            Written::Alias(of) => {
                let anchor = *self.anchors.get(of)?;
                self.value(anchor, below)?
            }
            Written::List { items, .. } => {
                Value::List(items.iter().map(|item| self.value(item, below)).collect::<Option<_>>()?)
            }
            Written::Mapping(entries) => {
                let (mut members, mut merged) = (BTreeMap::new(), Vec::new());
                for (key, value) in entries {
                    let value = self.value(value, below)?;
                    match value {
                        Value::Map(_) | Value::List(_) if is_merge_key(key) => merged.push(value),
                        value => {
                            members.insert(self.key(key), value);
                        }
                    }
                }
                // Own members come first, then the mappings of the merge key in their order.
                for source in merged {
                    let sources = if let Value::List(sources) = source { sources } else { vec![source] };
                    for source in sources {
                        let Value::Map(source) = source else { continue };
                        for (key, value) in source {
                            members.entry(key).or_insert(value);
                        }
                    }
                }
                Value::Map(members)
            }
        })
    }
}

impl Value {
    fn get(&self, key: &str) -> Option<&Value> {
        match self {
            Value::Map(members) => members.get(key),
            Value::List(_) | Value::Scalar { .. } => None,
        }
    }

    fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        match self {
            Value::Map(members) => members.get_mut(key),
            Value::List(_) | Value::Scalar { .. } => None,
        }
    }

    fn members(&self) -> impl Iterator<Item = (&String, &Value)> {
        let members = if let Value::Map(members) = self { Some(members) } else { None };
        members.into_iter().flatten()
    }

    fn text(&self) -> Option<&str> {
        match self {
            Value::Scalar { text, .. } => Some(text),
            Value::Map(_) | Value::List(_) => None,
        }
    }

    fn is_empty(&self) -> bool {
        match self {
            Value::Map(members) => members.is_empty(),
            Value::Scalar { text, is_plain } => {
                *is_plain && matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL")
            }
            Value::List(_) => false,
        }
    }

    fn is_marked(&self, slug: &str) -> bool {
        self.get(MARK).and_then(Value::text) == Some(slug)
    }

    /// Removes errors from the schemas of a response, and collects the names of their schemas.
    fn take_errors_out(&mut self, slug: &str, unions: &mut BTreeSet<String>) {
        let Value::Map(response) = self else { return };
        let Some(Value::Map(content)) = response.get_mut("content") else { return };
        for media in content.values_mut() {
            let is_ours = media.is_media_of(slug);
            let Some(schema) = media.get_mut("schema") else { continue };
            if is_ours {
                unions.extend(schema.schema().map(str::to_owned));
            } else {
                schema.take_out(slug, unions);
            }
        }
        content.retain(|_, media| !media.is_media_of(slug));
        if content.is_empty() {
            response.remove("content");
        }
    }

    /// Whether it has the texts of a JSON value.
    fn is_json(&self, json: &Json) -> bool {
        match (self, json) {
            (Value::Map(members), Json::Object(wanted)) => {
                let is_same =
                    |(key, member): (&String, &Value)| wanted.get(key).is_some_and(|json| member.is_json(json));
                members.len() == wanted.len() && members.iter().all(is_same)
            }
            (Value::List(items), Json::Array(wanted)) => {
                items.len() == wanted.len() && items.iter().zip(wanted).all(|(item, json)| item.is_json(json))
            }
            (Value::Scalar { text, .. }, Json::String(wanted)) => text == wanted,
            (Value::Scalar { text, .. }, wanted) => serde_json::from_str(text).is_ok_and(|read: Json| read == *wanted),
            _ => false,
        }
    }

    /// Whether errbook wrote this media type.
    fn is_media_of(&self, slug: &str) -> bool {
        self.is_marked(slug) && self.get("schema").is_some_and(|schema| schema.schema().is_some())
    }

    /// Replaces the choice of an API with its first schema.
    fn take_out(&mut self, slug: &str, unions: &mut BTreeSet<String>) {
        let is_own = self.is_marked(slug);
        let Value::Map(members) = self else { return };
        let is_choice = members.len() == 2 && members.contains_key(MARK);
        let Some(Value::List(items)) = members.get_mut(CHOICE).filter(|_| is_choice) else { return };
        if !is_own {
            return items.first_mut().map_or((), |first| first.take_out(slug, unions));
        }
        unions.extend(items.iter().skip(1).filter_map(|item| item.schema().map(str::to_owned)));
        if let Some(first) = std::mem::take(items).into_iter().next() {
            *self = first;
        }
    }

    /// The name of the schema component that it refers to.
    fn schema(&self) -> Option<&str> {
        self.get("$ref")?.text()?.strip_prefix("#/components/schemas/")
    }

    fn refers_to(&self, owned: &BTreeSet<String>) -> bool {
        self.target().is_some_and(|name| owned.contains(name))
    }

    /// The name of the response component that it refers to.
    fn target(&self) -> Option<&str> {
        self.get("$ref")?.text()?.strip_prefix("#/components/responses/")
    }

    /// The path to a difference is written from its end.
    fn is_same(&self, other: &Value, path: &mut Vec<String>) -> bool {
        let (Value::Map(one), Value::Map(two)) = (self, other) else { return self == other };
        let mut keys = one.keys().chain(two.keys().filter(|key| !one.contains_key(*key)));
        keys.all(|key| {
            let is_same = match (one.get(key), two.get(key)) {
                (Some(one), Some(two)) => one.is_same(two, path),
                _ => false,
            };
            if !is_same {
                path.push(key.clone());
            }
            is_same
        })
    }
}

/// The list for an API: the list itself, or that of its name.
fn own_list<'v>(list: &'v Value, slug: &str) -> Option<&'v Value> {
    match list {
        Value::Map(apis) => apis.get(slug),
        Value::List(_) | Value::Scalar { .. } => Some(list),
    }
}

fn of_paths<'v>(paths: &'v Value, above: &[String], found: &mut Vec<(Vec<String>, &'v Value)>) {
    for (path, item) in paths.members().filter(|(path, _)| !operations::is_extension_of(above, path)) {
        for (method, members) in item.members().filter(|(name, _)| METHODS.contains(&name.as_str())) {
            let place = [above, &[path.clone(), method.clone()]].concat();
            if let Some(callbacks) = members.get("callbacks") {
                of_callbacks(callbacks, &[place.as_slice(), &["callbacks".to_owned()]].concat(), found);
            }
            found.push((place, members));
        }
    }
}

fn of_callbacks<'v>(callbacks: &'v Value, above: &[String], found: &mut Vec<(Vec<String>, &'v Value)>) {
    for (name, paths) in callbacks.members() {
        of_paths(paths, &[above, std::slice::from_ref(name)].concat(), found);
    }
}

/// The errors that a resolved list names, and the reason why it is invalid.
fn selected(schemas: &Schemas, list: Option<&Value>, before: &BTreeSet<usize>) -> (BTreeSet<usize>, Option<String>) {
    let Some(list) = list else { return (before.clone(), None) };
    let Value::List(items) = list else { return (BTreeSet::new(), Some("it must be a list".to_owned())) };
    let mut selection = Selection::default();
    let mut fault = None;
    for item in items {
        let added = item.text().ok_or_else(|| "an item must be text".to_owned());
        if let Err(message) = added.and_then(|text| selection.add(schemas, text)) {
            fault.get_or_insert(message);
        }
    }
    (selection.errors(before), fault)
}
