//! Makes a release of a catalog: checks the version against the changes, sets the `since` of new
//! entries, and returns the lock that the next release is compared with.
//!
//! ```
//! use errbook_history::release::{Refusal, release};
//! use errbook_history::version::Version;
//!
//! let load = |error: &str| {
//!     let text = format!("errbook: 1\napi: {{name: Shop}}\nerrors:\n  SOLD_OUT: {{status: 409, fix: Wait.}}\n{error}");
//!     errbook_catalog::load_text("errors.yaml", text.as_bytes())
//! };
//! let version = |text| Version::parse(text).expect("a version");
//!
//! let first = release(&version("1.0.0"), &load(""), None).expect("a first release");
//! let released = first.lock.load().catalog.expect("accepted");
//! let last = Some((&first.lock, &released));
//! let more = load("  LOST: {status: 404, fix: Look.}\n");
//! let rejected = release(&version("1.0.1"), &more, last).unwrap_err();
//! assert!(matches!(rejected, Refusal::TooLow { next: Some(next), .. } if next == version("1.1.0")));
//!
//! let second = release(&version("1.1.0"), &more, last).expect("an error is additive");
//! assert_eq!(second.stamps, ["errors.LOST.since"]);
//! assert!(second.files[0].text.ends_with("  LOST: {status: 404, fix: Look., since: 1.1.0}\n"));
//! ```

use std::collections::BTreeMap;

use crate::diff::{Diff, Rule, diff, public_diff, remove_expired};
use crate::lock::Lock;
use crate::version::Version;
use errbook_catalog::Loaded;
use errbook_catalog::edit::{Draft, File, files, scalar_of};
use errbook_catalog::model::{Catalog, Origin};
use errbook_catalog::source::Sources;

/// A valid release.
#[derive(Debug)]
pub struct Release {
    /// The changes since the last release; `None` for the first.
    pub diff: Option<Diff>,
    /// The changes that clients may see, for the changelog: those since the last release. After a
    /// pre-release, a pre-release has only those since that one.
    pub public: Option<Diff>,
    /// The paths that get the version: `errors.SOLD_OUT.since`.
    pub stamps: Vec<String>,
    /// The edited files.
    pub files: Vec<File>,
    /// The lock that the next release is compared with.
    pub lock: Lock,
}

/// The reason why a release is rejected.
#[derive(Debug)]
pub enum Refusal {
    /// The catalog has errors.
    Mistakes,
    /// The version is not higher than the last release.
    NotAbove(Version),
    /// The version is too low for the changes.
    TooLow {
        /// The changes.
        diff: Box<Diff>,
        /// The lowest valid version; `None` after a date.
        next: Option<Version>,
    },
    /// The syntax at these paths prevents adding the version.
    CannotStamp(Vec<String>),
}

/// Checks a version against the changes since the last release, and makes the release. `last` is
/// the lock with the result of [`Lock::load`]. Without a lock, errbook does not know which errors
/// are new, and no error gets a `since`.
pub fn release(version: &Version, loaded: &Loaded, last: Option<(&Lock, &Catalog)>) -> Result<Release, Refusal> {
    let catalog = loaded.catalog.as_ref().ok_or(Refusal::Mistakes)?;
    let sources = &loaded.report.sources;
    let (diff, public, stamps) = match last {
        None => (None, None, Vec::new()),
        Some((lock, released)) => {
            // `api.version` is still that of an earlier release.
            let mut announced = catalog.clone();
            let ended = remove_expired(&mut announced.diff, &version.to_string());
            let mut diff = lock.diff(released, &announced);
            diff.stale.extend(ended);
            check_version(version, lock, &diff)?;
            let stamps = stamps(released, catalog, &diff);
            // Readers of a release have not read about its candidates.
            let last = lock.last_release().filter(|_| !version.is_pre_release());
            let public = public_diff(last.as_ref().unwrap_or(released), &announced);
            (Some(diff), Some(public), stamps)
        }
    };
    let (stamps, texts) = stamped(version, catalog, sources, stamps)?;
    let text = |path: &str| texts.iter().find(|file| file.path == path).map(|file| file.text.clone());
    let files = files(sources, |of| text(&of.relative).unwrap_or_else(|| of.text.clone()));
    let lock = match last {
        Some((lock, _)) => lock.next(version.clone(), files),
        None => Lock { version: version.clone(), files, last: None, base: None },
    };
    if !says_the_same(catalog, &lock, &stamps) {
        return Err(Refusal::CannotStamp(stamps));
    }
    Ok(Release { diff, public, stamps, files: texts, lock })
}

fn check_version(version: &Version, lock: &Lock, diff: &Diff) -> Result<(), Refusal> {
    if *version <= lock.version {
        return Err(Refusal::NotAbove(lock.version.clone()));
    }
    if diff.allows(version) {
        return Ok(());
    }
    Err(Refusal::TooLow { diff: Box::new(diff.clone()), next: diff.next_version() })
}

/// The location of a missing `since`.
struct Stamp<'a> {
    path: Vec<&'a str>,
    origin: &'a Origin,
}

/// The errors that were added, deprecated or retired since the release and have no `since`.
fn stamps<'a>(released: &Catalog, catalog: &'a Catalog, diff: &Diff) -> Vec<Stamp<'a>> {
    let mut stamps = Vec::new();
    let is_among = |rule: Rule, id: &String| {
        diff.changes.iter().any(|change| change.rule == rule && change.errors.first() == Some(id))
    };
    for error in &catalog.errors {
        let (id, origin) = (&error.name.id, &error.origin);
        let is_new = is_among(Rule::ErrorAdded, id);
        if is_new && error.lifecycle.since.is_none() {
            stamps.push(Stamp { path: vec!["errors", id], origin });
        }
        let says_when = error.lifecycle.deprecated.as_ref().is_none_or(|deprecated| deprecated.since.is_some());
        if (is_new || is_among(Rule::ErrorDeprecated, id)) && !says_when {
            stamps.push(Stamp { path: vec!["errors", id, "deprecated"], origin });
        }
    }
    for entry in &catalog.retired {
        let is_new = released.retired.iter().all(|known| known.name.id != entry.name.id);
        if is_new && entry.since.is_none() {
            let path = vec!["retired", entry.name.id.as_str()];
            stamps.push(Stamp { path, origin: &entry.origin });
        }
    }
    stamps
}

/// Adds the version: the paths that got it, and the edited files.
fn stamped(
    version: &Version,
    catalog: &Catalog,
    sources: &Sources,
    stamps: Vec<Stamp<'_>>,
) -> Result<(Vec<String>, Vec<File>), Refusal> {
    let version = version.to_string();
    // 2026.11 is a number in YAML.
    let written = scalar_of(&version);
    let mut drafts: BTreeMap<&str, Draft<'_>> = BTreeMap::new();
    for (id, source) in sources.iter() {
        let has_stamps = stamps.iter().any(|stamp| stamp.origin.file == source.relative);
        let is_root = drafts.is_empty();
        if (has_stamps || is_root) && !drafts.contains_key(source.relative.as_str()) {
            drafts.extend(Draft::new(sources, id).map(|draft| (source.relative.as_str(), draft)));
        }
    }
    let mut paths = Vec::new();
    for Stamp { path, origin } in stamps {
        let name = format!("{}.since", path.join("."));
        let draft = drafts.get_mut(origin.file.as_str());
        draft
            .and_then(|draft| draft.add(&path, "since", &format!(" {written}")))
            .ok_or_else(|| Refusal::CannotStamp(vec![name.clone()]))?;
        paths.push(name);
    }
    if catalog.api.version.as_ref().is_some_and(|written| *written != version)
        && let Some(draft) = sources.root().and_then(|root| drafts.get_mut(root.relative.as_str()))
        && let Some(span) = draft.find(&["api", "version"]).map(|node| node.span)
    {
        draft.replace(span, &version);
        paths.push("api.version".to_owned());
    }
    let edited = drafts.into_values().filter(Draft::is_edited);
    let edited = edited.map(|draft| Some(File { path: draft.path.to_owned(), text: draft.finish()? }));
    match edited.collect() {
        Some(files) => Ok((paths, files)),
        None => Err(Refusal::CannotStamp(paths)),
    }
}

/// Whether a lock, read back, is the catalog with the stamps and no other change.
fn says_the_same(catalog: &Catalog, lock: &Lock, stamps: &[String]) -> bool {
    let read = Lock::parse(&lock.to_text()).ok().and_then(|lock| lock.load().catalog);
    read.is_some_and(|read| {
        let changes = diff(catalog, &read).changes;
        changes.len() == stamps.len() && changes.iter().all(|change| stamps.contains(&change.path))
    })
}
