//! Finds the error that a user names.

use errbook_catalog::model::{Catalog, ErrorDef};
use errbook_catalog::problem::near::nearest;

/// The index of the error with this id. `Err` says what to write instead.
pub(crate) fn find(catalog: &Catalog, id: &str) -> Result<usize, String> {
    if let Some(index) = catalog.errors.iter().position(|def| def.name.id == id) {
        return Ok(index);
    }
    if let Some(retired) = catalog.retired.iter().find(|retired| retired.name.id == id) {
        let replacement = retired.replacement.map(|at| &catalog.errors[at].name.id);
        let hint = replacement.map_or_else(String::new, |id| format!(", replaced by `{id}`"));
        return Err(format!("`{id}` is retired ({}){hint}", retired.origin));
    }
    let hint = suggestion(catalog, id).map_or_else(String::new, |hint| format!("; {hint}"));
    Err(format!("the catalog has no error with the id `{id}`{hint}"))
}

/// The id that is probably meant.
fn suggestion(catalog: &Catalog, id: &str) -> Option<String> {
    let owners: Vec<String> = with_code(catalog, id).map(|def| format!("`{}`", def.name.id)).collect();
    if !owners.is_empty() {
        return Some(format!("it is the wire code of {}", owners.join(" and ")));
    }
    if let Some(near) = nearest(id, catalog.errors.iter().map(|def| def.name.id.as_str())) {
        return Some(format!("did you mean `{near}`?"));
    }
    by_similar_code(catalog, id)
        .map(|(code, def)| format!("did you mean `{}`, which has the wire code `{code}`?", def.name.id))
}

/// The ids that a text may stand for: its own, or those of its wire code, or a similar one.
pub(crate) fn candidates<'a>(catalog: &'a Catalog, text: &str) -> Vec<&'a str> {
    let mut ids: Vec<&str> = with_code(catalog, text).map(|def| def.name.id.as_str()).collect();
    let own = catalog.errors.iter().map(|def| def.name.id.as_str());
    if ids.is_empty() || own.clone().any(|id| id == text) {
        ids = nearest(text, own).into_iter().collect();
    }
    if ids.is_empty() {
        ids.extend(by_similar_code(catalog, text).map(|(_, def)| def.name.id.as_str()));
    }
    ids
}

/// The error with the wire code that is most similar to a text.
pub(crate) fn by_similar_code<'a>(catalog: &'a Catalog, text: &str) -> Option<(String, &'a ErrorDef)> {
    let codes: Vec<String> = catalog.errors.iter().filter_map(|def| Some(def.code.as_ref()?.to_string())).collect();
    let near = nearest(text, codes.iter().map(String::as_str))?;
    let def = with_code(catalog, near).next()?;
    Some((near.to_owned(), def))
}

fn with_code<'a>(catalog: &'a Catalog, code: &str) -> impl Iterator<Item = &'a ErrorDef> {
    catalog.errors.iter().filter(move |def| def.code.as_ref().is_some_and(|own| own.to_string() == code))
}
