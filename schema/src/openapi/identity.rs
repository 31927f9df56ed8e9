//! The constants of a body that identify its error. All other constants become examples: a client
//! must not fail because a title or the URL of a page changed.

use std::borrow::Cow;
use std::cell::{Cell, OnceCell};
use std::collections::{BTreeSet, HashMap, HashSet};

use super::schemas::{Schemas, allowed};
use crate::tree::{FEW, Tree};
use errbook_catalog::model::OpenapiVersion;
use errbook_catalog::model::template::{BodyMember, BodyNode, BodyObject, Part, Placeholder, Template};

/// The members that lead to a value. `[]` is an item of a list.
pub(super) type Path<'a> = Vec<Cow<'a, str>>;

/// The values that are constant in every body of a schema, in its order.
pub(super) type Constants<'a> = Vec<(Path<'a>, Tree<'a>)>;

/// What identifies an error in its body.
pub(super) struct Identity<'a> {
    /// The paths of the constants that stay.
    pub(super) kept: BTreeSet<Path<'a>>,
    /// What is constant in its schema then.
    pub(super) constants: Constants<'a>,
}

fn constants<'a>(body: &Tree<'a>) -> Constants<'a> {
    let mut found = Constants::new();
    collect(body, &mut Path::new(), &mut found);
    found
}

fn collect<'a>(schema: &Tree<'a>, path: &mut Path<'a>, found: &mut Constants<'a>) {
    if let Some([value]) = allowed(schema) {
        found.push((path.clone(), value.clone()));
    }
    let mut required = schema.get("required").map_or(&[][..], Tree::items).iter().filter_map(Tree::text).peekable();
    let properties = schema.get("properties").map_or(&[][..], Tree::members);
    // They are in the same order.
    for (name, property) in properties.iter().filter(|(name, _)| required.next_if(|known| known == name).is_some()) {
        path.push(name.clone());
        collect(property, path, found);
        path.pop();
    }
    if let Some(Tree::Number(least)) = schema.get("minItems")
        && least.as_u64() > Some(0)
        && let Some(items) = schema.get("items")
    {
        path.push("[]".into());
        collect(items, path, found);
        path.pop();
    }
}

/// Finds constants by their paths. The first few are compared with each of them, since most searches
/// end there.
struct Lookup<'t, 'a> {
    constants: &'t Constants<'a>,
    searches: Cell<usize>,
    by_path: OnceCell<HashMap<&'t Path<'a>, &'t Tree<'a>>>,
}

impl<'t, 'a> Lookup<'t, 'a> {
    fn new(constants: &'t Constants<'a>) -> Self {
        Lookup { constants, searches: Cell::new(0), by_path: OnceCell::new() }
    }

    /// The first constant at a path.
    fn get(&self, path: &Path<'a>) -> Option<&'t Tree<'a>> {
        self.searches.set(self.searches.get() + 1);
        let mut all = self.constants.iter().map(|(known, value)| (known, value));
        if self.searches.get() <= FEW {
            return all.find(|(known, _)| *known == path).map(|(_, value)| value);
        }
        self.by_path.get_or_init(|| all.rev().collect()).get(path).copied()
    }
}

/// A path with a different constant in each of the bodies. A body then has one of the schemas only.
pub(super) fn path_apart<'a>(bodies: &[&Constants<'a>]) -> Option<Path<'a>> {
    let lookups: Vec<Lookup> = bodies.iter().map(|body| Lookup::new(body)).collect();
    let sets_apart = |path: &Path<'a>| {
        let mut seen = HashSet::with_capacity(bodies.len());
        lookups.iter().all(|body| body.get(path).is_some_and(|value| seen.insert(value.key())))
    };
    bodies.first()?.iter().map(|(path, _)| path).find(|path| sets_apart(path)).cloned()
}

/// For the body of each error, what stays constant: its code, or without one the best that
/// identifies it. If that does not tell the errors of one status apart, also what does.
pub(super) fn identities<'a>(schemas: &Schemas<'_, 'a>) -> Vec<Identity<'a>> {
    let all = (0..schemas.errors.len()).map(|index| schemas.body(index).as_ref().map(constants).unwrap_or_default());
    let all: Vec<Constants> = all.collect();
    let bodies = schemas.catalog.envelopes.iter().map(|envelope| {
        let mut found = Vec::new();
        places(&envelope.body, &mut Path::new(), &mut found);
        found
    });
    let bodies: Vec<Vec<(Rank, Path)>> = bodies.collect();
    let mut kept: Vec<BTreeSet<Path>> = schemas
        .errors
        .iter()
        .zip(&all)
        .map(|(error, constants)| {
            let found = error.envelope.map_or(&[][..], |envelope| &bodies[envelope]);
            let constants = Lookup::new(constants);
            let found = || found.iter().filter(|(_, path)| constants.get(path).is_some());
            let best = found().map(|(rank, _)| *rank).min();
            found().filter(|(rank, _)| Some(*rank) == best).map(|(_, path)| path.clone()).collect()
        })
        .collect();
    for media in schemas.names.statuses.iter().flat_map(|group| &group.media) {
        keep_apart(&media.errors, &all, &mut kept);
    }
    let identity = |(mut constants, kept): (Constants<'a>, BTreeSet<Path<'a>>)| {
        constants.retain(|(path, value)| kept.contains(path) || !is_loose(value, schemas.version));
        Identity { kept, constants }
    };
    all.into_iter().zip(kept).map(identity).collect()
}

/// Keeps a constant that tells all of `errors` apart, if there is one.
fn keep_apart<'a>(errors: &[usize], all: &[Constants<'a>], kept: &mut [BTreeSet<Path<'a>>]) {
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

fn places<'a>(body: &'a BodyObject, path: &mut Path<'a>, found: &mut Vec<(Rank, Path<'a>)>) {
    for member in &body.members {
        if let BodyMember::Field(name, node) = member {
            path.push(name.into());
            places_of(node, path, found);
            path.pop();
        }
    }
}

fn places_of<'a>(node: &'a BodyNode, path: &mut Path<'a>, found: &mut Vec<(Rank, Path<'a>)>) {
    let rank = match node {
        BodyNode::Constant(_) => None,
        BodyNode::Value(slot) => rank(&slot.placeholder),
        BodyNode::Text(template) => rank_of_text(template),
        BodyNode::Object(object) => return places(object, path, found),
        BodyNode::Array(nodes) => {
            path.push("[]".into());
            for node in nodes {
                places_of(node, path, found);
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
pub(super) fn loosen(schema: &mut Tree, keep: &BTreeSet<Path>, version: OpenapiVersion) {
    loosen_at(schema, &mut Path::new(), keep, version);
}

/// Whether a constant can become an example. OpenAPI 3.0 has no type for null but an enum.
fn is_loose(value: &Tree, version: OpenapiVersion) -> bool {
    *value != Tree::Null || version != OpenapiVersion::V3_0
}

fn loosen_at<'a>(schema: &mut Tree<'a>, path: &mut Path<'a>, keep: &BTreeSet<Path>, version: OpenapiVersion) {
    let constant = match allowed(schema) {
        Some([value]) if !keep.contains(path) => Some(value.clone()),
        _ => None,
    };
    if let Some(value) = constant {
        if is_loose(&value, version) {
            schema.remove("const");
            schema.remove("enum");
        }
        match version {
            _ if value == Tree::Null => {}
            OpenapiVersion::V3_0 => schema.set("example", value),
            OpenapiVersion::V3_1 | OpenapiVersion::V3_2 => schema.set("examples", [value]),
        }
    }
    if let Some(Tree::Object(properties)) = schema.get_mut("properties") {
        for (name, member) in properties {
            path.push(name.clone());
            loosen_at(member, path, keep, version);
            path.pop();
        }
    }
    if let Some(items) = schema.get_mut("items") {
        path.push("[]".into());
        loosen_at(items, path, keep, version);
        if let Some(Tree::List(forms)) = items.get_mut("anyOf") {
            for form in forms {
                loosen_at(form, path, keep, version);
            }
        }
        path.pop();
    }
}
