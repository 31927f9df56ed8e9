//! The names of all components.

use std::collections::{BTreeMap, BTreeSet};

use errbook_catalog::model::{Catalog, ErrorDef};

use crate::facts;

/// Component names that are not an [`errbook_catalog::model::name::Name`].
pub(super) struct Names {
    /// The schema of all codes; `None` if no error has a code.
    pub(super) error_code: Option<String>,
    /// The names of [`Catalog::envelopes`]; `None` for an envelope that no public response uses.
    pub(super) envelopes: Vec<Option<String>>,
    /// The names of [`Catalog::types`]; `None` for a type that no public response uses.
    pub(super) types: Vec<Option<String>>,
    /// The response of each status, in ascending order.
    pub(super) statuses: BTreeMap<u16, String>,
    /// The examples of each error in the document.
    pub(super) examples: Vec<Vec<String>>,
}

impl Names {
    /// Errors keep their names from the catalog. Other components change theirs on a collision.
    pub(super) fn new(catalog: &Catalog, errors: &[&ErrorDef]) -> Self {
        let mut schemas: Unique = errors.iter().map(|error| error.name.schema.clone()).collect();
        let mut responses: Unique = errors.iter().map(|error| error.name.variant.clone()).collect();
        let mut examples = Unique::default();
        let has_code = errors.iter().any(|error| error.code.is_some());
        let error_code = has_code.then(|| schemas.take("ErrorCode".into()));
        let envelopes = catalog.envelopes.iter().enumerate().map(|(index, envelope)| {
            let in_use = errors.iter().any(|error| error.envelope == Some(index));
            in_use.then(|| schemas.take(format!("{}Envelope", envelope.type_name)))
        });
        let envelopes = envelopes.collect();
        let in_use = facts::types_in_use(catalog, errors.iter().copied());
        let types = catalog.types.iter().zip(in_use);
        let types = types.map(|(ty, in_use)| in_use.then(|| schemas.take(ty.name.clone()))).collect();
        let statuses: BTreeSet<u16> = errors.iter().flat_map(|error| error.statuses.iter().copied()).collect();
        let statuses = statuses.into_iter().map(|status| (status, responses.take(format!("Status{status}")))).collect();
        let examples = errors.iter().map(|error| example_names(error, &mut examples)).collect();
        Names { error_code, envelopes, types, statuses, examples }
    }
}

/// `rate-limited`, `rate-limited-2` and so on.
fn example_names(error: &ErrorDef, taken: &mut Unique) -> Vec<String> {
    let slug = &error.name.slug;
    let numbered =
        (1..=error.examples.len()).map(|number| if number == 1 { slug.clone() } else { format!("{slug}-{number}") });
    numbered.map(|name| taken.take(name)).collect()
}

/// The unique names of one kind of component.
#[derive(Default)]
pub(super) struct Unique(BTreeSet<String>);

impl Unique {
    /// Reserves a name, with underscores appended if it is already used.
    pub(super) fn take(&mut self, mut name: String) -> String {
        while !self.0.insert(name.clone()) {
            name.push('_');
        }
        name
    }
}

impl FromIterator<String> for Unique {
    fn from_iter<I: IntoIterator<Item = String>>(names: I) -> Self {
        Unique(names.into_iter().collect())
    }
}
