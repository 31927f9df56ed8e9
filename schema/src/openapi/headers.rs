//! Header components: one for each distinct header, shared by its responses.

use std::collections::{BTreeMap, BTreeSet};

use errbook_catalog::model::Header;
use serde_json::{Map, Value as Json, json};

use super::names::{Unique, hyphenated};
use super::schemas::{Member, Schemas, Subject, allowed, reference};

/// The header components of all responses so far.
#[derive(Default)]
pub(super) struct Headers {
    components: Map<String, Json>,
    names: Unique,
    /// The component name, by header name and schema.
    known: BTreeMap<(String, String), String>,
}

impl Headers {
    /// The `headers` of a response, for one error or for several errors with the same status.
    pub(super) fn of_response(&mut self, schemas: &Schemas, errors: &[usize], owner: &str) -> Map<String, Json> {
        let per_error: Vec<Vec<(&Header, Member)>> = errors.iter().map(|&index| present(schemas, index)).collect();
        let mut seen = BTreeSet::new();
        let mut members = Map::new();
        for (header, _) in per_error.iter().flatten() {
            if !seen.insert(header.name.to_ascii_lowercase()) {
                continue;
            }
            let variants: Vec<Option<&Member>> = per_error.iter().map(|headers| find(headers, &header.name)).collect();
            let component = component(&variants);
            let name = self.name_of(&schemas.names.prefix, &header.name, component, owner);
            members.insert(header.name.clone(), reference("headers", &name));
        }
        members
    }

    /// All components, in order of first use.
    pub(super) fn into_components(self) -> Map<String, Json> {
        self.components
    }

    /// The first schema of a header gets the header's name. Others also get the name of their
    /// response.
    fn name_of(&mut self, prefix: &str, header: &str, component: Json, owner: &str) -> String {
        let base: String = header.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        let base = hyphenated(prefix, &base);
        let form = (base.clone(), component.to_string());
        if let Some(name) = self.known.get(&form) {
            return name.clone();
        }
        let wanted = if self.components.contains_key(&base) { format!("{base}-{owner}") } else { base };
        let name = self.names.take(wanted);
        self.known.insert(form, name.clone());
        self.components.insert(name.clone(), component);
        name
    }
}

/// The headers of an error's responses. OpenAPI describes the content type elsewhere and ignores it
/// here.
fn present<'a>(schemas: &Schemas<'a>, index: usize) -> Vec<(&'a Header, Member)> {
    let error = schemas.errors[index];
    let headers = schemas.catalog.headers(error).into_iter();
    headers
        .filter(|header| !header.name.eq_ignore_ascii_case("content-type"))
        .filter_map(|header| Some((header, whole(header, schemas.template(&header.value, Subject::Error(index))?))))
        .collect()
}

/// `Retry-After` is in whole seconds, rounded up (RFC 9110 section 10.2.3).
fn whole(header: &Header, mut member: Member) -> Member {
    if header.name.eq_ignore_ascii_case("retry-after") && member.schema["type"] == "number" {
        member.schema["type"] = json!("integer");
        // OpenAPI 3.0 has one example, and 3.1 a list.
        for pointer in ["/example", "/examples/0"] {
            if let Some(example) = member.schema.pointer_mut(pointer)
                && let Some(seconds) = example.as_f64().filter(|seconds| seconds.fract() != 0.0)
            {
                *example = json!(format!("{:.0}", seconds.ceil()).parse::<u64>().unwrap_or(u64::MAX));
            }
        }
    }
    member
}

fn find<'a>(headers: &'a [(&Header, Member)], name: &str) -> Option<&'a Member> {
    headers.iter().find(|(header, _)| header.name.eq_ignore_ascii_case(name)).map(|(_, member)| member)
}

/// One header of several errors. It is required if all of them send it, and allows each of their
/// schemas.
fn component(variants: &[Option<&Member>]) -> Json {
    let mut schema = any_of(variants.iter().flatten().map(|member| &member.schema));
    let mut header = Map::new();
    if let Some(description) = schema.as_object_mut().and_then(|schema| schema.shift_remove("description")) {
        header.insert("description".into(), description);
    }
    if variants.iter().all(|variant| variant.is_some_and(|member| member.required)) {
        header.insert("required".into(), json!(true));
    }
    header.insert("schema".into(), schema);
    Json::Object(header)
}

/// The only schema, an enum of constants, or a choice.
fn any_of<'a>(forms: impl Iterator<Item = &'a Json>) -> Json {
    let mut seen = BTreeSet::new();
    let forms: Vec<&Json> = forms.filter(|form| seen.insert(form.to_string())).collect();
    if let [only] = forms.as_slice() {
        return (*only).clone();
    }
    let values: Option<Vec<&[Json]>> = forms.iter().map(|form| allowed(form)).collect();
    match values {
        Some(values) if forms.iter().all(|form| form["type"] == forms[0]["type"]) => {
            let mut seen = BTreeSet::new();
            let values: Vec<&Json> =
                values.into_iter().flatten().filter(|value| seen.insert(value.to_string())).collect();
            json!({ "type": forms[0]["type"], "enum": values })
        }
        _ => json!({ "anyOf": forms }),
    }
}
