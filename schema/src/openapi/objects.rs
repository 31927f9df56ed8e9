//! Components for the objects inside of bodies. Client generators name inline objects on their own,
//! and openapi-python-client drops each error with one: it reads a body again for each union, and
//! finds the name in use.

use std::collections::{BTreeMap, BTreeSet};
use std::mem;

use errbook_catalog::model::template::{BodyMember, BodyNode, BodyObject, Part, Placeholder, Slot};

use super::identity::Path;
use super::names::{Unique, pascal};
use super::schemas::schema_ref;
use crate::tree::Tree;

/// The objects of an envelope that are the same in all its errors, by their path.
#[derive(Default)]
pub(super) struct Shared<'a>(BTreeMap<Path<'a>, SharedObject<'a>>);

struct SharedObject<'a> {
    name: String,
    inline: Tree<'a>,
}

/// Gives an envelope's schema, and the objects inside of it as components of their own. Returns those
/// that errors can refer to as well.
pub(super) fn of_envelope<'a>(
    body: &'a BodyObject,
    schema: Tree<'a>,
    name: &str,
    taken: &mut Unique,
    give: &mut impl FnMut(&str, Tree<'a>),
) -> Shared<'a> {
    let mut paths = Vec::new();
    shared_paths(body, &mut Path::new(), &mut paths);
    let mut inline = BTreeMap::new();
    if !paths.is_empty() {
        copy_at(&schema, &mut Path::new(), &paths.into_iter().collect(), &mut inline);
    }
    let found = of_error(schema, name, &Shared::default(), taken, give);
    let shared = found.into_iter().filter_map(|(path, name)| {
        let inline = inline.remove(&path)?;
        Some((path, SharedObject { name, inline }))
    });
    Shared(shared.collect())
}

/// Gives a body's schema, and the objects inside of it as components of their own. Returns the path
/// and the name of each of these.
pub(super) fn of_error<'a>(
    mut schema: Tree<'a>,
    name: &str,
    shared: &Shared<'a>,
    taken: &mut Unique,
    give: &mut impl FnMut(&str, Tree<'a>),
) -> Vec<(Path<'a>, String)> {
    let mut lift = Lift { shared, taken, found: Vec::new() };
    lift.members(&mut schema, name, &mut Path::new());
    give(name, schema);
    let given = lift.found.into_iter().map(|Found { path, name, object }| {
        give(&name, object);
        (path, name)
    });
    given.collect()
}

struct Lift<'l, 'a> {
    shared: &'l Shared<'a>,
    taken: &'l mut Unique,
    /// Each before those inside of it.
    found: Vec<Found<'a>>,
}

struct Found<'a> {
    path: Path<'a>,
    name: String,
    object: Tree<'a>,
}

impl<'a> Lift<'_, 'a> {
    fn members(&mut self, schema: &mut Tree<'a>, name: &str, path: &mut Path<'a>) {
        if let Some(Tree::Object(properties)) = schema.get_mut("properties") {
            for (member, schema) in properties.iter_mut().filter(|(_, schema)| has_inside(schema)) {
                let suffix = Some(pascal(member)).filter(|suffix| !suffix.is_empty());
                path.push(member.clone());
                self.schema(schema, &format!("{name}{}", suffix.as_deref().unwrap_or("Member")), path);
                path.pop();
            }
        }
        if let Some(items) = schema.get_mut("items") {
            path.push("[]".into());
            if let Some(Tree::List(forms)) = items.get_mut("anyOf") {
                for form in forms {
                    self.schema(form, &format!("{name}Item"), path);
                }
            }
            self.schema(items, &format!("{name}Item"), path);
            path.pop();
        }
        if let Some(values) = schema.get_mut("additionalProperties") {
            path.push("{}".into());
            self.schema(values, &format!("{name}Value"), path);
            path.pop();
        }
    }

    fn schema(&mut self, schema: &mut Tree<'a>, name: &str, path: &mut Path<'a>) {
        if !is_object(schema) {
            self.members(schema, name, path);
        } else if let Some(shared) = self.shared.0.get(path).filter(|shared| shared.inline == *schema) {
            *schema = schema_ref(&shared.name);
        } else {
            let name = self.taken.take(name.to_owned());
            let mut object = mem::replace(schema, schema_ref(&name));
            let at = self.found.len();
            self.found.push(Found { path: path.clone(), name: name.clone(), object: Tree::Null });
            self.members(&mut object, &name, path);
            self.found[at].object = object;
        }
    }
}

/// Whether a schema can have others inside of it.
fn has_inside(schema: &Tree) -> bool {
    ["properties", "items", "additionalProperties"].iter().any(|name| schema.get(name).is_some())
}

/// Whether generators make a type of it.
fn is_object(schema: &Tree) -> bool {
    let has_object = |name| matches!(schema.get(name), Some(Tree::Object(_)));
    schema.get("type").and_then(Tree::text) == Some("object")
        && (has_object("properties") || has_object("additionalProperties"))
}

/// The paths of the objects that have nothing of an error. They stay the same whatever the errors
/// say, so a changed error renames no type.
fn shared_paths<'a>(body: &'a BodyObject, path: &mut Path<'a>, found: &mut Vec<Path<'a>>) {
    for member in &body.members {
        let BodyMember::Field(name, BodyNode::Object(object)) = member else { continue };
        path.push(name.into());
        if is_of_every_error(object) {
            found.push(path.clone());
        } else {
            shared_paths(object, path, found);
        }
        path.pop();
    }
}

fn is_of_every_error(object: &BodyObject) -> bool {
    object.members.iter().all(|member| match member {
        BodyMember::Field(_, node) => is_node_of_every_error(node),
        BodyMember::DetailsSpread => false,
    })
}

fn is_node_of_every_error(node: &BodyNode) -> bool {
    let is_context = |slot: &Slot| matches!(slot.placeholder, Placeholder::Context(_));
    match node {
        BodyNode::Constant(_) => true,
        BodyNode::Value(slot) => is_context(slot),
        BodyNode::Text(template) => template.parts.iter().all(|part| match part {
            Part::Text(_) => true,
            Part::Slot(slot) => is_context(slot),
        }),
        BodyNode::Object(object) => is_of_every_error(object),
        BodyNode::Array(nodes) => nodes.iter().all(is_node_of_every_error),
    }
}

/// Copies the parts of a schema at some paths.
fn copy_at<'a>(
    schema: &Tree<'a>,
    path: &mut Path<'a>,
    wanted: &BTreeSet<Path<'a>>,
    found: &mut BTreeMap<Path<'a>, Tree<'a>>,
) {
    for (name, member) in schema.get("properties").map_or(&[][..], Tree::members) {
        path.push(name.clone());
        if wanted.contains(path) {
            found.insert(path.clone(), member.clone());
        } else {
            copy_at(member, path, wanted, found);
        }
        path.pop();
    }
}
