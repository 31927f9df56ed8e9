//! The constants of a body that identify its error. All other constants become examples: a client
//! must not fail because a title or the URL of a page changed.

use std::collections::BTreeSet;

use errbook_catalog::model::OpenapiVersion;
use errbook_catalog::model::template::{BodyMember, BodyNode, BodyObject, Part, Placeholder, Template};
use serde_json::Value as Json;

use super::schemas::{Schemas, allowed};

/// The members that lead to a value. `[]` is an item of a list.
pub(super) type Path = Vec<String>;

/// The values that are constant in every body of a schema, in its order.
pub(super) type Constants = Vec<(Path, Json)>;

pub(super) fn constants(body: &Json) -> Constants {
    let mut found = Constants::new();
    collect(body, &mut Path::new(), &mut found);
    found
}

fn collect(schema: &Json, path: &mut Path, found: &mut Constants) {
    if let Some([value]) = allowed(schema) {
        found.push((path.clone(), value.clone()));
    }
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Json::as_str) {
        path.push(name.to_owned());
        collect(&schema["properties"][name], path, found);
        path.pop();
    }
    if schema["minItems"].as_u64().is_some_and(|least| least > 0) {
        path.push("[]".to_owned());
        collect(&schema["items"], path, found);
        path.pop();
    }
}

pub(super) fn value_at<'a>(constants: &'a Constants, path: &Path) -> Option<&'a Json> {
    constants.iter().find(|(known, _)| known == path).map(|(_, value)| value)
}

/// A path with a different constant in each of the bodies. A body then has one of the schemas only.
pub(super) fn path_apart(bodies: &[&Constants]) -> Option<Path> {
    let sets_apart = |path: &Path| {
        let mut seen = BTreeSet::new();
        bodies.iter().all(|body| value_at(body, path).is_some_and(|value| seen.insert(value.to_string())))
    };
    bodies.first()?.iter().map(|(path, _)| path).find(|path| sets_apart(path)).cloned()
}

/// For the body of each error, the paths that stay constant: its code, or without one the best that
/// identifies it. If that does not tell the errors of one status apart, also what does.
pub(super) fn kept(schemas: &Schemas, bodies: &[Option<Json>]) -> Vec<BTreeSet<Path>> {
    let all: Vec<Constants> = bodies.iter().map(|body| body.as_ref().map(constants).unwrap_or_default()).collect();
    let errors = schemas.errors.iter().zip(&all);
    let mut kept: Vec<BTreeSet<Path>> = errors
        .map(|(error, constants)| {
            let body = schemas.catalog.envelope_of(error).map(|envelope| &envelope.body);
            let mut found = Vec::new();
            if let Some(body) = body {
                identities(body, &mut Path::new(), &mut found);
            }
            found.retain(|(_, path)| value_at(constants, path).is_some());
            let best = found.iter().map(|(rank, _)| *rank).min();
            found.into_iter().filter(|(rank, _)| Some(*rank) == best).map(|(_, path)| path).collect()
        })
        .collect();
    for media in schemas.names.statuses.iter().flat_map(|group| &group.media) {
        keep_apart(&media.errors, &all, &mut kept);
    }
    kept
}

/// Keeps a constant that tells all of `errors` apart, if there is one.
fn keep_apart(errors: &[usize], all: &[Constants], kept: &mut [BTreeSet<Path>]) {
    let left = |index: usize| all[index].iter().filter(|(path, _)| kept[index].contains(path)).cloned().collect();
    let left: Vec<Constants> = errors.iter().map(|&index| left(index)).collect();
    if errors.len() < 2 || path_apart(&left.iter().collect::<Vec<_>>()).is_some() {
        return;
    }
    let whole: Vec<&Constants> = errors.iter().map(|&index| &all[index]).collect();
    if let Some(path) = path_apart(&whole) {
        for &index in errors {
            kept[index].insert(path.clone());
        }
    }
}

/// How well a placeholder identifies an error. The first is the best.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Code,
    /// The id in one of its forms.
    Id,
    /// The address of its page, or a text with one of the others.
    Derived,
}

fn identities(body: &BodyObject, path: &mut Path, found: &mut Vec<(Rank, Path)>) {
    for member in &body.members {
        if let BodyMember::Field(name, node) = member {
            path.push(name.clone());
            identities_of(node, path, found);
            path.pop();
        }
    }
}

fn identities_of(node: &BodyNode, path: &mut Path, found: &mut Vec<(Rank, Path)>) {
    let rank = match node {
        BodyNode::Constant(_) => None,
        BodyNode::Value(slot) => rank(&slot.placeholder),
        BodyNode::Text(template) => rank_of_text(template),
        BodyNode::Object(object) => return identities(object, path, found),
        BodyNode::Array(nodes) => {
            path.push("[]".to_owned());
            for node in nodes {
                identities_of(node, path, found);
            }
            path.pop();
            return;
        }
    };
    found.extend(rank.map(|rank| (rank, path.clone())));
}

fn rank(placeholder: &Placeholder) -> Option<Rank> {
    match placeholder {
        Placeholder::Code => Some(Rank::Code),
        Placeholder::Id | Placeholder::Slug => Some(Rank::Id),
        Placeholder::DocUrl => Some(Rank::Derived),
        Placeholder::Status
        | Placeholder::Title
        | Placeholder::Message
        | Placeholder::Fix
        | Placeholder::Retryable
        | Placeholder::Refund
        | Placeholder::Group
        | Placeholder::Details
        | Placeholder::Detail(_)
        | Placeholder::Context(_) => None,
    }
}

fn rank_of_text(template: &Template) -> Option<Rank> {
    match template.parts.as_slice() {
        [Part::Slot(slot)] => rank(&slot.placeholder),
        parts => {
            let mut slots = parts.iter().filter_map(|part| match part {
                Part::Slot(slot) => rank(&slot.placeholder),
                Part::Text(_) => None,
            });
            slots.next().map(|_| Rank::Derived)
        }
    }
}

/// Turns the constants of a schema into examples, except those at the paths to keep.
pub(super) fn loosen(schema: &mut Json, keep: &BTreeSet<Path>, version: OpenapiVersion) {
    loosen_at(schema, &mut Path::new(), keep, version);
}

fn loosen_at(schema: &mut Json, path: &mut Path, keep: &BTreeSet<Path>, version: OpenapiVersion) {
    let constant = match allowed(schema) {
        Some([value]) if !keep.contains(path) => Some(value.clone()),
        _ => None,
    };
    if let (Some(value), Some(members)) = (constant, schema.as_object_mut()) {
        // OpenAPI 3.0 has no type for null but an enum.
        if !value.is_null() || version != OpenapiVersion::V3_0 {
            members.shift_remove("const");
            members.shift_remove("enum");
        }
        match version {
            _ if value.is_null() => {}
            OpenapiVersion::V3_0 => drop(members.insert("example".to_owned(), value)),
            OpenapiVersion::V3_1 | OpenapiVersion::V3_2 => {
                members.insert("examples".to_owned(), Json::Array(vec![value]));
            }
        }
    }
    for (name, member) in schema.get_mut("properties").and_then(Json::as_object_mut).into_iter().flatten() {
        path.push(name.clone());
        loosen_at(member, path, keep, version);
        path.pop();
    }
    if let Some(items) = schema.get_mut("items") {
        path.push("[]".to_owned());
        loosen_at(items, path, keep, version);
        for form in items.get_mut("anyOf").and_then(Json::as_array_mut).into_iter().flatten() {
            loosen_at(form, path, keep, version);
        }
        path.pop();
    }
}
