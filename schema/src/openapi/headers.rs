//! Header components: one for each distinct header, shared by its responses.

use std::collections::{BTreeMap, BTreeSet};
use std::mem;

use errbook_catalog::model::Header;

use super::names::{Unique, hyphenated};
use super::schemas::{Member, Schemas, Subject, allowed, reference};
use crate::tree::{Members, Tree, distinct, tree};

/// The header components of all responses so far.
#[derive(Default)]
pub(super) struct Headers<'a> {
    /// In order of first use.
    components: Vec<(String, Tree<'a>)>,
    names: Unique,
    /// The component name, by header name and schema.
    known: BTreeMap<(String, String), String>,
}

impl<'a> Headers<'a> {
    /// The `headers` of a response, for one error or for several errors with the same status.
    pub(super) fn of_response(&mut self, schemas: &Schemas<'_, 'a>, errors: &[usize], owner: &str) -> Tree<'a> {
        let per_error: Vec<Vec<(&Header, Member)>> = errors.iter().map(|&index| present(schemas, index)).collect();
        let mut seen = BTreeSet::new();
        let mut members = Members::new();
        for (header, _) in per_error.iter().flatten() {
            if !seen.insert(header.name.to_ascii_lowercase()) {
                continue;
            }
            let variants: Vec<Option<&Member>> = per_error.iter().map(|headers| find(headers, &header.name)).collect();
            let component = component(&variants);
            let name = self.name_of(&schemas.names.prefix, &header.name, component, owner);
            members.push((header.name.as_str().into(), reference("headers", &name)));
        }
        Tree::Object(members)
    }

    /// All components, in order of first use.
    pub(super) fn into_components(self) -> Vec<(String, Tree<'a>)> {
        self.components
    }

    /// The first schema of a header gets the header's name. Others also get the name of their
    /// response.
    fn name_of(&mut self, prefix: &str, header: &str, component: Tree<'a>, owner: &str) -> String {
        let base: String = header.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        let base = hyphenated(prefix, &base);
        let form = (base.clone(), component.to_json_text());
        if let Some(name) = self.known.get(&form) {
            return name.clone();
        }
        let wanted =
            if self.components.iter().any(|(known, _)| *known == base) { format!("{base}-{owner}") } else { base };
        let name = self.names.take(wanted);
        self.known.insert(form, name.clone());
        self.components.push((name.clone(), component));
        name
    }
}

/// The headers of an error's responses. OpenAPI describes the content type elsewhere and ignores it
/// here.
fn present<'a>(schemas: &Schemas<'_, 'a>, index: usize) -> Vec<(&'a Header, Member<'a>)> {
    let error = schemas.errors[index];
    let headers = schemas.catalog.headers(error).into_iter();
    headers
        .filter(|header| !header.name.eq_ignore_ascii_case("content-type"))
        .filter_map(|header| Some((header, whole(header, schemas.template(&header.value, Subject::Error(index))?))))
        .collect()
}

/// `Retry-After` is in whole seconds, rounded up (RFC 9110 section 10.2.3).
fn whole<'a>(header: &Header, mut member: Member<'a>) -> Member<'a> {
    let schema = &mut member.schema;
    let is_number = schema.get("type").and_then(Tree::text) == Some("number");
    if is_number && header.name.eq_ignore_ascii_case("retry-after") {
        schema.set("type", "integer");
        // OpenAPI 3.0 has one example, and 3.1 a list.
        if let Some(example) = schema.get_mut("example") {
            *example = rounded_up(mem::replace(example, Tree::Null));
        }
        if let Some(Tree::List(examples)) = schema.get_mut("examples")
            && let Some(example) = examples.first_mut()
        {
            *example = rounded_up(mem::replace(example, Tree::Null));
        }
    }
    member
}

fn rounded_up(seconds: Tree) -> Tree {
    match &seconds {
        Tree::Number(number) => match number.as_f64().filter(|seconds| seconds.fract() != 0.0) {
            Some(seconds) => tree!(format!("{:.0}", seconds.ceil()).parse::<u64>().unwrap_or(u64::MAX)),
            None => seconds,
        },
        _ => seconds,
    }
}

fn find<'t, 'a>(headers: &'t [(&Header, Member<'a>)], name: &str) -> Option<&'t Member<'a>> {
    headers.iter().find(|(header, _)| header.name.eq_ignore_ascii_case(name)).map(|(_, member)| member)
}

/// One header of several errors. It is required if all of them send it, and allows each of their
/// schemas.
fn component<'a>(variants: &[Option<&Member<'a>>]) -> Tree<'a> {
    let mut schema = any_of(variants.iter().flatten().map(|member| &member.schema));
    let mut header = tree!({});
    if let Some(description) = schema.remove("description") {
        header.set("description", description);
    }
    if variants.iter().all(|variant| variant.is_some_and(|member| member.required)) {
        header.set("required", true);
    }
    header.set("schema", schema);
    header
}

/// The only schema, an enum of constants, or a choice.
fn any_of<'t, 'a: 't>(forms: impl Iterator<Item = &'t Tree<'a>>) -> Tree<'a> {
    let forms = distinct(forms);
    if let [only] = forms.as_slice() {
        return (*only).clone();
    }
    let values: Option<Vec<&[Tree]>> = forms.iter().map(|form| allowed(form)).collect();
    match values {
        Some(values) if forms.iter().all(|form| form.get("type") == forms[0].get("type")) => {
            let values = distinct(values.into_iter().flatten());
            tree!({ "type": forms[0].get("type").cloned(), "enum": values.into_iter().cloned().collect::<Tree>() })
        }
        _ => tree!({ "anyOf": forms.into_iter().cloned().collect::<Tree>() }),
    }
}
