//! The names of all components.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use errbook_catalog::model::template::{BodyMember, BodyNode, BodyObject, Part, Placeholder};
use errbook_catalog::model::{Catalog, ErrorDef};

use crate::facts;

/// The names of the components of a catalog.
pub(super) struct Names {
    /// The start of each name, as the catalog wants it.
    pub(super) prefix: String,
    /// The names of each error in the document.
    pub(super) errors: Vec<ErrorNames>,
    /// The schema of all codes; `None` if no error has a code.
    pub(super) error_code: Option<String>,
    /// The schema of any error; `None` if no error has a body.
    pub(super) any_error: Option<String>,
    /// The names of [`Catalog::envelopes`]; `None` for an envelope that no public response uses.
    pub(super) envelopes: Vec<Option<String>>,
    /// The names of [`Catalog::types`]; `None` for a type that no public response uses.
    pub(super) types: Vec<Option<String>>,
    /// The errors of each status, in ascending order.
    pub(super) statuses: Vec<Group>,
    /// All names up to here.
    pub(super) taken: Taken,
}

/// The names of one error.
pub(super) struct ErrorNames {
    /// The schema of its body.
    pub(super) schema: String,
    /// The schema of its details; `None` if they are not an object of their own.
    pub(super) details: Option<String>,
    /// The response for each of its statuses.
    pub(super) responses: Vec<(u16, String)>,
    /// Its examples.
    pub(super) examples: Vec<String>,
}

/// Some errors with the same status.
pub(super) struct Group {
    pub(super) status: u16,
    /// The operation that they belong to, as markdown; `None` for the whole catalog.
    pub(super) operation: Option<String>,
    /// The name of the response.
    pub(super) response: String,
    pub(super) errors: Vec<usize>,
    pub(super) media: Vec<Media>,
}

/// The errors of a [`Group`] with the same content type.
pub(super) struct Media {
    pub(super) content_type: String,
    pub(super) errors: Vec<usize>,
    /// The name of the schema of any of them.
    pub(super) union: String,
}

/// The names in use.
#[derive(Clone)]
pub(super) struct Taken {
    pub(super) schemas: Unique,
    responses: Unique,
}

/// Where the names of a group's components come from.
pub(super) struct Wanted {
    /// The name of the union. Unions of further content types also get the name of an envelope.
    pub(super) union: String,
    pub(super) response: String,
    pub(super) operation: Option<String>,
}

impl Names {
    /// Errors keep their names. Other components change theirs on a collision.
    pub(super) fn new(catalog: &Catalog, errors: &[&ErrorDef]) -> Self {
        let prefix = catalog.generate.openapi_prefix.clone().unwrap_or_default();
        let named = |name: &str| format!("{prefix}{name}");
        let schemas = schema_names(catalog);
        let schema = |error: &ErrorDef| named(&schemas[error.name.variant.as_str()]);
        let own: Vec<_> = errors.iter().map(|error| error_responses(error, &prefix)).collect();
        let mut taken = Taken {
            schemas: errors.iter().map(|error| schema(error)).collect(),
            responses: own.iter().flatten().map(|(_, name)| name.clone()).collect(),
        };
        let mut examples = Unique::default();
        let has_code = errors.iter().any(|error| error.code.is_some());
        let error_code = has_code.then(|| taken.schemas.take(named("ErrorCode")));
        let has_body = errors.iter().any(|error| error.envelope.is_some());
        let any_error = has_body.then(|| taken.schemas.take(named("AnyError")));
        let in_use: HashSet<usize> = errors.iter().filter_map(|error| error.envelope).collect();
        let envelopes = catalog.envelopes.iter().enumerate().map(|(index, envelope)| {
            in_use.contains(&index).then(|| taken.schemas.take(named(&format!("{}Envelope", envelope.type_name))))
        });
        let envelopes = envelopes.collect();
        let in_use = facts::types_in_use(catalog, errors.iter().copied());
        let types = catalog.types.iter().zip(in_use);
        let types = types.map(|(ty, in_use)| in_use.then(|| taken.schemas.take(named(&ty.name)))).collect();
        let of_errors = errors.iter().zip(own).map(|(error, responses)| {
            let has_details = !error.details.is_empty()
                && catalog.envelope_of(error).is_some_and(|envelope| has_details_object(&envelope.body));
            let details = has_details.then(|| taken.schemas.take(named(&format!("{}Details", error.name.variant))));
            ErrorNames {
                schema: schema(error),
                details,
                responses,
                examples: example_names(error, &prefix, &mut examples),
            }
        });
        let of_errors = of_errors.collect();
        let statuses: BTreeSet<u16> = errors.iter().flat_map(|error| error.statuses.iter().copied()).collect();
        let statuses = statuses.into_iter().map(|status| {
            let picked = (0..errors.len()).filter(|&index| errors[index].statuses.contains(&status)).collect();
            let (union, response) = (named(&format!("Errors{status}")), named(&format!("Status{status}")));
            let wanted = Wanted { union, response, operation: None };
            Group::new(catalog, errors, status, picked, wanted, &mut taken)
        });
        let statuses = statuses.collect();
        Names { prefix, errors: of_errors, error_code, any_error, envelopes, types, statuses, taken }
    }
}

impl Group {
    /// The content types are in the order of `errors`. The union of the envelope that the catalog
    /// declares first gets the wanted name, so that a moved error renames nothing.
    pub(super) fn new(
        catalog: &Catalog,
        errors: &[&ErrorDef],
        status: u16,
        picked: Vec<usize>,
        wanted: Wanted,
        taken: &mut Taken,
    ) -> Self {
        let Wanted { union, response, operation } = wanted;
        let mut by_type: Vec<(&str, usize, Vec<usize>)> = Vec::new();
        for &index in &picked {
            let Some(envelope) = errors[index].envelope else { continue };
            let content_type = catalog.envelopes[envelope].content_type.as_str();
            match by_type.iter_mut().find(|(known, ..)| *known == content_type) {
                Some((_, first, members)) => {
                    *first = envelope.min(*first);
                    members.push(index);
                }
                None => by_type.push((content_type, envelope, vec![index])),
            }
        }
        let first = by_type.iter().map(|(_, envelope, _)| *envelope).min();
        let mut name = |envelope: usize| {
            let suffix = if Some(envelope) == first { "" } else { &catalog.envelopes[envelope].type_name };
            taken.schemas.take(format!("{union}{suffix}"))
        };
        let media = by_type.into_iter().map(|(content_type, envelope, errors)| Media {
            content_type: content_type.to_owned(),
            union: name(envelope),
            errors,
        });
        let media = media.collect();
        Group { status, operation, response: taken.responses.take(response), errors: picked, media }
    }
}

/// The schema of each public response, by its variant: `SoldOutError`. A name that ends in `Error` gets
/// no second one, unless another error has the name: `INTERNAL` has `InternalError`, and
/// `INTERNAL_ERROR` then has `InternalErrorError`. The order of the catalog does not matter, so that
/// a moved error renames nothing.
fn schema_names(catalog: &Catalog) -> BTreeMap<&str, String> {
    const SUFFIX: &str = "Error";
    let has_schema = |error: &&ErrorDef| error.is_public() && !error.statuses.is_empty();
    let of_errors = catalog.errors.iter().filter(has_schema);
    let mut variants: Vec<&str> = of_errors.map(|error| error.name.variant.as_str()).collect();
    variants.sort_unstable_by_key(|variant| (variant.len(), *variant));
    let mut taken = BTreeSet::new();
    let names = variants.into_iter().map(|variant| {
        let mut name = variant.to_owned();
        if !name.ends_with(SUFFIX) {
            name.push_str(SUFFIX);
        }
        while !taken.insert(name.clone()) {
            name.push_str(SUFFIX);
        }
        (variant, name)
    });
    names.collect()
}

/// The response for each status of an error: `SoldOut`, or `Busy502` and `Busy503`.
fn error_responses(error: &ErrorDef, prefix: &str) -> Vec<(u16, String)> {
    let ErrorDef { name, statuses, .. } = error;
    match statuses.as_slice() {
        [status] => vec![(*status, format!("{prefix}{}", name.variant))],
        _ => statuses.iter().map(|&status| (status, format!("{prefix}{}{status}", name.variant))).collect(),
    }
}

/// Whether a body has the details as an object.
fn has_details_object(body: &BodyObject) -> bool {
    fn is_details(part: &Part) -> bool {
        matches!(part, Part::Slot(slot) if slot.placeholder == Placeholder::Details)
    }
    fn is_in(node: &BodyNode) -> bool {
        match node {
            BodyNode::Constant(_) => false,
            BodyNode::Value(slot) => slot.placeholder == Placeholder::Details,
            BodyNode::Text(template) => matches!(template.parts.as_slice(), [part] if is_details(part)),
            BodyNode::Array(nodes) => nodes.iter().any(is_in),
            BodyNode::Object(object) => has_details_object(object),
        }
    }
    body.members.iter().any(|member| match member {
        BodyMember::Field(_, node) => is_in(node),
        BodyMember::DetailsSpread => false,
    })
}

/// `rate-limited`, `rate-limited-2` and so on.
fn example_names(error: &ErrorDef, prefix: &str, taken: &mut Unique) -> Vec<String> {
    let slug = hyphenated(prefix, &error.name.slug);
    let numbered =
        (1..=error.examples.len()).map(|number| if number == 1 { slug.clone() } else { format!("{slug}-{number}") });
    numbered.map(|name| taken.take(name)).collect()
}

/// A name in the style of headers and examples: `Billing-Retry-After`.
pub(super) fn hyphenated(prefix: &str, name: &str) -> String {
    if prefix.is_empty() { name.to_owned() } else { format!("{prefix}-{name}") }
}

/// A text as the name of a component: `create-order` as `CreateOrder`. Other letters than those of
/// ASCII are left out (OpenAPI 3.1 section 4.8.7.1).
pub(super) fn pascal(text: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(|word| word[..1].to_ascii_uppercase() + &word[1..]).collect()
}

/// The unique names of one kind of component.
#[derive(Clone, Default)]
pub(super) struct Unique {
    names: BTreeSet<String>,
    /// The last number of each name with [`UNDERSCORES`].
    next: BTreeMap<String, usize>,
}

/// The most underscores after a name. The names of thousands of items would be as long as all of them.
const UNDERSCORES: usize = 16;

impl Unique {
    /// Reserves a name. If it is already used, underscores are appended, and a number to more than
    /// [`UNDERSCORES`] of them.
    pub(super) fn take(&mut self, mut name: String) -> String {
        for _ in 0..UNDERSCORES {
            if self.names.insert(name.clone()) {
                return name;
            }
            name.push('_');
        }
        let next = self.next.entry(name.clone()).or_default();
        loop {
            *next += 1;
            let numbered = format!("{name}{next}");
            if self.names.insert(numbered.clone()) {
                return numbered;
            }
        }
    }
}

impl FromIterator<String> for Unique {
    fn from_iter<I: IntoIterator<Item = String>>(names: I) -> Self {
        Unique { names: names.into_iter().collect(), next: BTreeMap::new() }
    }
}
