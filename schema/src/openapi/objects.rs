//! Components for the objects inside of bodies. Client generators name inline objects on their own,
//! and openapi-python-client drops each error with one: it reads a body again for each union, and
//! finds the name in use.

use std::collections::BTreeMap;

use errbook_catalog::model::template::{BodyMember, BodyNode, BodyObject, Part, Placeholder, Slot};
use serde_json::{Map, Value as Json};

use super::identity::Path;
use super::names::{Unique, pascal};
use super::schemas::schema_ref;

/// The objects of an envelope that are the same in all its errors, by their path.
#[derive(Default)]
pub(super) struct Shared(BTreeMap<Path, SharedObject>);

struct SharedObject {
    name: String,
    inline: Json,
}

/// Moves the objects inside of an envelope's schema into components, and adds these to
/// `components`. Returns those that errors can refer to as well.
pub(super) fn of_envelope(
    body: &BodyObject,
    schema: &mut Json,
    name: &str,
    taken: &mut Unique,
    components: &mut Map<String, Json>,
) -> Shared {
    let mut paths = Vec::new();
    shared_paths(body, &mut Path::new(), &mut paths);
    let inline = paths.into_iter().filter_map(|path| Some((at(schema, &path)?.clone(), path))).collect::<Vec<_>>();
    let found = of_error(schema, name, &Shared::default(), taken, components);
    let shared = inline.into_iter().filter_map(|(inline, path)| {
        let name = found.iter().find(|(known, _)| *known == path)?.1.clone();
        Some((path, SharedObject { name, inline }))
    });
    Shared(shared.collect())
}

/// Moves the objects inside of a body's schema into components, and adds these to `components`.
/// Returns the path and the name of each.
pub(super) fn of_error(
    schema: &mut Json,
    name: &str,
    shared: &Shared,
    taken: &mut Unique,
    components: &mut Map<String, Json>,
) -> Vec<(Path, String)> {
    let mut lift = Lift { shared, taken, components, found: Vec::new() };
    lift.members(schema, name, &mut Path::new());
    lift.found
}

struct Lift<'a> {
    shared: &'a Shared,
    taken: &'a mut Unique,
    components: &'a mut Map<String, Json>,
    found: Vec<(Path, String)>,
}

impl Lift<'_> {
    fn members(&mut self, schema: &mut Json, name: &str, path: &mut Path) {
        for (member, schema) in schema.get_mut("properties").and_then(Json::as_object_mut).into_iter().flatten() {
            let suffix = Some(pascal(member)).filter(|suffix| !suffix.is_empty());
            self.schema(schema, &format!("{name}{}", suffix.as_deref().unwrap_or("Member")), member, path);
        }
        if let Some(items) = schema.get_mut("items") {
            for form in items.get_mut("anyOf").and_then(Json::as_array_mut).into_iter().flatten() {
                self.schema(form, &format!("{name}Item"), "[]", path);
            }
            self.schema(items, &format!("{name}Item"), "[]", path);
        }
        if let Some(values) = schema.get_mut("additionalProperties") {
            self.schema(values, &format!("{name}Value"), "{}", path);
        }
    }

    fn schema(&mut self, schema: &mut Json, name: &str, step: &str, path: &mut Path) {
        path.push(step.to_owned());
        if let Some(shared) = self.shared.0.get(path).filter(|shared| shared.inline == *schema) {
            *schema = schema_ref(&shared.name);
        } else if is_object(schema) {
            let name = self.taken.take(name.to_owned());
            // A component comes before those inside of it.
            self.components.insert(name.clone(), Json::Null);
            self.found.push((path.clone(), name.clone()));
            self.members(schema, &name, path);
            let object = std::mem::replace(schema, schema_ref(&name));
            self.components.insert(name, object);
        } else {
            self.members(schema, name, path);
        }
        path.pop();
    }
}

/// Whether generators make a type of it.
fn is_object(schema: &Json) -> bool {
    schema["type"] == "object" && (schema["properties"].is_object() || schema["additionalProperties"].is_object())
}

/// The paths of the objects that have nothing of an error. They stay the same whatever the errors
/// say, so a changed error renames no type.
fn shared_paths(body: &BodyObject, path: &mut Path, found: &mut Vec<Path>) {
    for member in &body.members {
        let BodyMember::Field(name, BodyNode::Object(object)) = member else { continue };
        path.push(name.clone());
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

fn at<'a>(schema: &'a Json, path: &[String]) -> Option<&'a Json> {
    path.iter().try_fold(schema, |schema, member| schema.get("properties")?.get(member))
}
