//! The errors that clients receive instead of internal ones.

use std::collections::{BTreeMap, BTreeSet};

use errbook_catalog::model::template::Template;
use errbook_catalog::model::{Catalog, ErrorDef, Mask};

/// Every mask of a catalog by its index, without its details, which are optional: no detail of an
/// internal error is one of its mask.
pub(super) struct Masks(BTreeMap<usize, (ErrorDef, Template)>);

impl Masks {
    pub(super) fn new(catalog: &Catalog) -> Self {
        let used = catalog.errors.iter().filter_map(ErrorDef::mask).map(Mask::index);
        let without_details = |index: usize| {
            let mut def = catalog.errors[index].clone();
            def.details.clear();
            let message = def.message.clone().expect("a mask has a status, and so a message");
            (index, (def, message))
        };
        let used: BTreeSet<usize> = used.collect();
        Masks(used.into_iter().map(without_details).collect())
    }

    /// The mask of an internal error, and its message. `None` for a public error.
    pub(super) fn of(&self, error: &ErrorDef) -> Option<(&ErrorDef, &Template)> {
        let (def, message) = &self.0[&error.mask()?.index()];
        Some((def, message))
    }
}
