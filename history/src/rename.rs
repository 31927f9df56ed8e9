//! Renames an error everywhere in its catalog, and retires the old id.
//!
//! ```
//! let text = b"errbook: 1
//! api: {name: Shop}
//! predicates: {is_gone: [SOLD_OUT]} # a question
//! errors:
//!   SOLD_OUT: {code: sold_out, status: 409, fix: Wait.}
//! ";
//! let loaded = errbook_catalog::load_text("errors.yaml", text);
//! let [file] = errbook_history::rename::rename(&loaded, "SOLD_OUT", "OUT_OF_STOCK").unwrap().try_into().expect("one file");
//! assert_eq!(file.text, "errbook: 1
//! api: {name: Shop}
//! predicates: {is_gone: [OUT_OF_STOCK]} # a question
//! errors:
//!   OUT_OF_STOCK: {code: sold_out, status: 409, fix: Wait.}
//! retired:
//!   SOLD_OUT: {use: OUT_OF_STOCK}
//! ");
//! ```

use std::collections::BTreeSet;
use std::fmt;

use errbook_catalog::Loaded;
use errbook_catalog::edit::{Draft, File, Node, NodeKind, files, load_files, references, scalar_of};
use errbook_catalog::model::name::is_id;

use errbook_catalog::model::Catalog;
use errbook_catalog::problem::near::nearest;

/// The reason why a rename is rejected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The catalog has errors.
    Mistakes,
    /// The catalog does not have the old id.
    Unknown {
        /// The id.
        id: String,
        /// A similar id.
        near: Option<String>,
    },
    /// The new id is invalid.
    NotAnId(String),
    /// Another error has the new id.
    Exists(String),
    /// The new id is retired.
    Retired(String),
    /// The old id is also the error's `code`, and a retired id must not be a code.
    IsCode(String),
    /// The catalog would be invalid: the first error.
    WouldBreak(String),
    /// The syntax of this section prevents the edit.
    CannotEdit(&'static str),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Mistakes => f.write_str("the catalog has errors"),
            Refusal::Unknown { id, near: None } => write!(f, "the catalog has no error `{id}`"),
            Refusal::Unknown { id, near: Some(near) } => {
                write!(f, "the catalog has no error `{id}`; did you mean `{near}`?")
            }
            Refusal::NotAnId(id) => write!(f, "`{id}` is not a valid id: use letters, digits, `_`, `.` and `-`"),
            Refusal::Exists(id) => write!(f, "`{id}` already exists"),
            Refusal::Retired(id) => write!(f, "`{id}` is retired: old clients know it as another error"),
            Refusal::IsCode(id) => write!(f, "`{id}` is also the error's `code`, and a retired id must not be a code"),
            Refusal::WouldBreak(message) => write!(f, "the catalog would be invalid: {message}"),
            Refusal::CannotEdit(section) => write!(f, "the syntax of `{section}` prevents the edit"),
        }
    }
}

impl std::error::Error for Refusal {}

/// Renames an error, and returns the edited files. The old id is retired, with the new one as its
/// replacement.
pub fn rename(loaded: &Loaded, old: &str, new: &str) -> Result<Vec<File>, Refusal> {
    let catalog = loaded.catalog.as_ref().ok_or(Refusal::Mistakes)?;
    check(catalog, old, new)?;
    let mut drafts = drafts(loaded, catalog);
    for draft in &mut drafts {
        for span in references(&draft.root, old) {
            draft.replace(span, new);
        }
    }
    if drafts.iter().any(|draft| is_written_as_code(&draft.root, old)) {
        return Err(Refusal::IsCode(old.to_owned()));
    }
    retire(&mut drafts, catalog, old, new).ok_or(Refusal::CannotEdit("retired"))?;
    let edited = drafts.into_iter().filter(Draft::is_edited);
    let edited = edited.map(|draft| Some(File { path: draft.path.to_owned(), text: draft.finish()? }));
    let edited: Vec<File> = edited.collect::<Option<_>>().ok_or(Refusal::CannotEdit("errors"))?;
    verify(loaded, catalog, &edited, old, new)?;
    Ok(edited)
}

fn check(catalog: &Catalog, old: &str, new: &str) -> Result<(), Refusal> {
    let ids = || catalog.errors.iter().map(|error| error.name.id.as_str());
    if !ids().any(|id| id == old) {
        return Err(Refusal::Unknown { id: old.to_owned(), near: nearest(old, ids()).map(str::to_owned) });
    }
    if !is_id(new) {
        return Err(Refusal::NotAnId(new.to_owned()));
    }
    if ids().any(|id| id == new) {
        return Err(Refusal::Exists(new.to_owned()));
    }
    if catalog.retired.iter().any(|entry| entry.name.id == new) {
        return Err(Refusal::Retired(new.to_owned()));
    }
    Ok(())
}

/// The drafts of the root catalog and of its included files.
fn drafts<'a>(loaded: &'a Loaded, catalog: &Catalog) -> Vec<Draft<'a>> {
    let sources = &loaded.report.sources;
    let prose: BTreeSet<&str> =
        catalog.prose.before.iter().chain(&catalog.prose.after).map(|file| file.path.as_str()).collect();
    let found = sources.iter().filter(|(_, source)| !prose.contains(source.relative.as_str()));
    found.filter_map(|(id, _)| Draft::new(sources, id)).collect()
}

fn scalar(node: &Node) -> Option<&str> {
    match &node.kind {
        NodeKind::Text(text) | NodeKind::Plain(text) => Some(text),
        NodeKind::List(_) | NodeKind::Map(_) => None,
    }
}

fn is_written_as_code(root: &Node, id: &str) -> bool {
    let error = root.get("errors").and_then(|errors| errors.get(id));
    error.and_then(|error| error.get("code")).and_then(scalar) == Some(id)
}

/// Retires an id: in the file of its error if that has a `retired` section or an owner, else in the
/// first file with such a section, else in the root catalog.
fn retire(drafts: &mut [Draft<'_>], catalog: &Catalog, old: &str, new: &str) -> Option<()> {
    let error = catalog.errors.iter().find(|error| error.name.id == old)?;
    let origin = &error.origin;
    let is_owned = catalog.owner_of(origin).is_some();
    let has_section = |draft: &Draft<'_>| draft.find(&["retired"]).is_some();
    let is_home = |draft: &Draft<'_>| draft.path == origin.file && (is_owned || has_section(draft));
    let place = drafts.iter().position(is_home).or_else(|| drafts.iter().position(has_section)).unwrap_or(0);
    let draft = drafts.get_mut(place)?;
    let visibility = if error.is_public() { "" } else { ", visibility: internal" };
    let (old, tombstone) = (&scalar_of(old), format!("{{use: {}{visibility}}}", scalar_of(new)));
    if has_section(draft) {
        return draft.add(&["retired"], old, &format!(" {tombstone}"));
    }
    let section = if draft.is_flow() { format!(" {{{old}: {tombstone}}}") } else { format!("\n  {old}: {tombstone}") };
    draft.add(&[], "retired", &section)
}

/// Loads the edited files, and checks that the error has the same position and that no other error
/// changed.
fn verify(loaded: &Loaded, catalog: &Catalog, edited: &[File], old: &str, new: &str) -> Result<(), Refusal> {
    let text = |path: &str| edited.iter().find(|file| file.path == path).map(|file| file.text.clone());
    let files = files(&loaded.report.sources, |of| text(&of.relative).unwrap_or_else(|| of.text.clone()));
    let read = load_files("renamed", &files);
    let Some(renamed) = read.catalog else {
        let first = read.report.problems.into_iter().next();
        return Err(Refusal::WouldBreak(first.map_or_else(String::new, |problem| problem.message)));
    };
    let expected = catalog.errors.iter().map(|error| if error.name.id == old { new } else { &error.name.id });
    let are_same = expected.eq(renamed.errors.iter().map(|error| error.name.id.as_str()));
    let is_of_it = |errors: &[String]| errors.iter().any(|id| id == new);
    let others = crate::diff::diff(catalog, &renamed).changes.into_iter().find(|change| !is_of_it(&change.errors));
    match others {
        None if are_same => Ok(()),
        _ => Err(Refusal::CannotEdit("errors")),
    }
}
