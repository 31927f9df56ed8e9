//! Renames an error everywhere in its catalog, and retires the old id.
//!
//! ```
//! let text = b"errbook: 1
//! api: {name: Shop}
//! predicates: {is_gone: [SOLD_OUT]} # a question
//! errors:
//!   SOLD_OUT: {code: sold_out, status: 409, fix: Wait.}
//! ";
//! use errbook_history::rename::{Options, rename};
//!
//! let loaded = errbook_catalog::load_text("errors.yaml", text);
//! let [file] = rename(&loaded, "SOLD_OUT", "OUT_OF_STOCK", Options::default()).unwrap().try_into().expect("one file");
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
use errbook_catalog::source::Span;

use crate::diff::Change;

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
    /// The error has a code that is not its id, or no code.
    HasCode(String),
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
            Refusal::HasCode(id) => write!(f, "the code of `{id}` is not its id, and stays in any case"),
            Refusal::WouldBreak(message) => write!(f, "the catalog would be invalid: {message}"),
            Refusal::CannotEdit(section) => write!(f, "the syntax of `{section}` prevents the edit"),
        }
    }
}

impl std::error::Error for Refusal {}

/// How to rename.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options<'a> {
    /// The last release. Only an id that it has is retired; without a release, each is.
    pub released: Option<&'a Catalog>,
    /// Whether to write the old id as the `code`, if it is the code now.
    pub keep_code: bool,
}

/// Renames an error, and returns the edited files. The old id is retired, with the new one as its
/// replacement. The rename back of an id that was not released removes its `retired` entry.
pub fn rename(loaded: &Loaded, old: &str, new: &str, options: Options<'_>) -> Result<Vec<File>, Refusal> {
    let catalog = loaded.catalog.as_ref().ok_or(Refusal::Mistakes)?;
    let is_undone = is_undone(catalog, old, new, options.released);
    check(catalog, old, new, is_undone)?;
    let mut drafts = drafts(loaded, catalog);
    for draft in &mut drafts {
        let stone = draft.find(&["retired", new]).filter(|_| is_undone).map(|stone| stone.span);
        let is_in = |span: &Span| stone.is_some_and(|stone| (stone.start..stone.end).contains(&span.start));
        for span in references(&draft.root, old).into_iter().filter(|span| !is_in(span)).collect::<Vec<_>>() {
            draft.replace(span, new);
        }
        for (span, path) in accepted(draft, catalog, old) {
            draft.replace(span, &format!("errors.{new}{path}"));
        }
    }
    if options.keep_code {
        keep_code(&mut drafts, catalog, old)?;
    }
    if is_undone {
        let draft = drafts.iter_mut().find(|draft| draft.find(&["retired", new]).is_some());
        draft.and_then(|draft| draft.remove(&["retired", new])).ok_or(Refusal::CannotEdit("retired"))?;
    }
    if options.released.is_none_or(|released| knows(released, old)) {
        retire(&mut drafts, catalog, old, new).ok_or(Refusal::CannotEdit("retired"))?;
    }
    let edited = drafts.into_iter().filter(Draft::is_edited);
    let edited = edited.map(|draft| Some(File { path: draft.path.to_owned(), text: draft.finish()? }));
    let edited: Vec<File> = edited.collect::<Option<_>>().ok_or(Refusal::CannotEdit("errors"))?;
    verify(loaded, catalog, &edited, old, new)?;
    Ok(edited)
}

/// The places of the paths of an error under `diff.accept`, each with the rest of the path.
fn accepted(draft: &Draft<'_>, catalog: &Catalog, id: &str) -> Vec<(Span, String)> {
    let Some(NodeKind::List(entries)) = draft.find(&["diff", "accept"]).map(|accept| &accept.kind) else {
        return Vec::new();
    };
    let rest = |path: &Node| {
        let (NodeKind::Text(text) | NodeKind::Plain(text)) = &path.kind else { return None };
        let of_errors = text.strip_prefix("errors.")?;
        let after = |id: &str| of_errors.strip_prefix(id).filter(|rest| rest.is_empty() || rest.starts_with('.'));
        // An id can have dots.
        let ids = catalog.errors.iter().map(|error| error.name.id.as_str());
        let longest = ids.filter(|id| after(id).is_some()).max_by_key(|id| id.len())?;
        (longest == id).then(|| after(id).map(str::to_owned)).flatten()
    };
    let paths = entries.iter().filter_map(|entry| entry.get("path"));
    paths.filter_map(|path| Some((path.span, rest(path)?))).collect()
}

/// Whether clients can know an id.
fn knows(released: &Catalog, id: &str) -> bool {
    released.errors.iter().any(|error| error.name.id == id) || released.retired.iter().any(|entry| entry.name.id == id)
}

/// Whether `old` was renamed from `new` since the release.
fn is_undone(catalog: &Catalog, old: &str, new: &str, released: Option<&Catalog>) -> bool {
    let is_live = released.is_some_and(|released| released.errors.iter().any(|error| error.name.id == new));
    let leads_to_old = |replacement: usize| catalog.errors[replacement].name.id == old;
    is_live && catalog.retired.iter().any(|entry| entry.name.id == new && entry.replacement.is_some_and(leads_to_old))
}

/// Writes the old id as the code of its error.
fn keep_code(drafts: &mut [Draft<'_>], catalog: &Catalog, id: &str) -> Result<(), Refusal> {
    let error = catalog.errors.iter().find(|error| error.name.id == id);
    let is_id = error.and_then(|error| error.code.as_ref()).is_some_and(|code| code.to_string() == id);
    if !is_id {
        return Err(Refusal::HasCode(id.to_owned()));
    }
    let draft = drafts.iter_mut().find(|draft| draft.find(&["errors", id]).is_some());
    let draft = draft.ok_or(Refusal::CannotEdit("errors"))?;
    if draft.find(&["errors", id, "code"]).is_some() {
        return Ok(());
    }
    draft.add(&["errors", id], "code", &format!(" {}", scalar_of(id))).ok_or(Refusal::CannotEdit("errors"))
}

fn check(catalog: &Catalog, old: &str, new: &str, is_undone: bool) -> Result<(), Refusal> {
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
    if !is_undone && catalog.retired.iter().any(|entry| entry.name.id == new) {
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
    let stones = catalog.retired.iter().filter(|entry| {
        entry.name.id == new || entry.replacement.is_some_and(|index| catalog.errors[index].name.id == old)
    });
    let stones: Vec<String> = stones.map(|entry| format!("retired.{}", entry.name.id)).collect();
    let is_of_stone = |stone: &String, path: &str| {
        path.strip_prefix(stone.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let is_of_it = |change: &Change| {
        change.errors.iter().any(|id| id == new || id == old)
            || stones.iter().any(|stone| is_of_stone(stone, &change.path))
    };
    let others = crate::diff::diff(catalog, &renamed).changes.into_iter().find(|change| !is_of_it(change));
    match others {
        None if are_same => Ok(()),
        _ => Err(Refusal::CannotEdit("errors")),
    }
}
