//! What changed between two releases of a catalog, and whom it breaks.
//!
//! An error code is public API: clients branch on it, retry by it, read its details and account for what it cost. Each
//! difference between two checked catalogs is one [`Change`], rated by what it asks of those clients.
//!
//! ```
//! use errbook_history::diff::{Audience, Bump, Rating, Rule, diff};
//!
//! let catalog = |error: &str| {
//!     let text = format!("errbook: 1\napi: {{name: Shop, version: 1.4.0}}\nerrors: {{SOLD_OUT: {error}}}\n");
//!     errbook_catalog::load_text("errors.yaml", text.as_bytes()).catalog.expect("accepted")
//! };
//! let old = catalog("{status: 409, retryable: true, fix: Wait.}");
//! let new = catalog("{status: 409, retryable: false, fix: Choose another.}");
//! let diff = diff(&old, &new);
//!
//! let [withdrawn, reworded] = diff.changes.as_slice() else { panic!("two changes") };
//! assert_eq!((withdrawn.rule, withdrawn.rating), (Rule::RetryWithdrawn, Rating::Breaking));
//! assert_eq!(withdrawn.audiences, [Audience::Retrying]);
//! assert_eq!(withdrawn.path, "errors.SOLD_OUT.retryable");
//! assert_eq!((reworded.rule, reworded.rating), (Rule::ProseChanged, Rating::Text));
//! assert_eq!(diff.bump(), Bump::Major);
//! assert_eq!(diff.next_version().expect("1.4.0 is a version").to_string(), "2.0.0");
//! ```

mod body;
mod errors;
mod fields;
mod retry;
mod rule;
mod sections;

use crate::version::Version;
use errbook_catalog::model::{Catalog, ErrorDef, Origin};
use errbook_catalog::words;
use errbook_catalog::words::counted;

pub use rule::{Rule, rules_page};

words! {
    /// How much a change asks of clients, from least to most.
    ///
    /// ```
    /// use errbook_history::diff::Rating;
    /// assert_eq!(Rating::ALL.map(Rating::name), ["text", "additive", "breaking"]);
    /// ```
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub enum Rating {
        /// Nothing but words changed.
        Text = "text",
        /// There is more, or less is asked: clients go on as they are.
        Additive = "additive",
        /// A client that did all as it was told goes wrong.
        Breaking = "breaking",
    }
}

impl Rating {
    /// The heading over changes of this rating.
    pub const fn heading(self) -> &'static str {
        match self {
            Rating::Text => "Text",
            Rating::Additive => "Additive",
            Rating::Breaking => "Breaking",
        }
    }
}

words! {
    /// Whom a change reaches.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub enum Audience {
        /// Clients that branch on the code.
        Branching = "branching",
        /// Clients that repeat requests.
        Retrying = "retrying",
        /// Clients that read details, members of the body, or headers.
        Reading = "reading",
        /// Those who account for what requests cost.
        Billing = "billing",
        /// Readers of the reference.
        Docs = "docs",
        /// The service itself, which raises errors through generated code.
        Service = "service",
    }
}

impl Audience {
    /// Who that is, for people.
    ///
    /// ```
    /// use errbook_history::diff::Audience;
    /// assert_eq!(Audience::Retrying.words(), "clients that retry");
    /// ```
    pub const fn words(self) -> &'static str {
        match self {
            Audience::Branching => "clients that branch on the code",
            Audience::Retrying => "clients that retry",
            Audience::Reading => "clients that read responses",
            Audience::Billing => "whoever pays",
            Audience::Docs => "readers of the reference",
            Audience::Service => "the service's own code",
        }
    }
}

words! {
    /// What the next version must be, by [semver](https://semver.org).
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    pub enum Bump {
        /// The version that there is.
        None = "none",
        /// Only words changed.
        Patch = "patch",
        /// Clients go on as they are; before 1.0, also where they do not.
        Minor = "minor",
        /// Some client breaks.
        Major = "major",
    }
}

/// One difference between two releases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Which kind.
    pub rule: Rule,
    /// The rule's rating, or less where no public error is concerned.
    pub rating: Rating,
    /// Whom it reaches.
    pub audiences: Vec<Audience>,
    /// The ids of the errors it concerns: one for a change of an error, all that have it for a change of something shared,
    /// none for a change of the catalog itself. A renamed error has its new id.
    pub errors: Vec<String>,
    /// What changed, as the catalog writes it: `errors.SOLD_OUT.status`.
    pub path: String,
    /// What it was; `None` where it was not there.
    pub before: Option<String>,
    /// What it is; `None` where it is no longer there.
    pub after: Option<String>,
    /// The error's place in the old catalog, where it was there.
    pub old_origin: Option<Origin>,
    /// The error's place in the new catalog, where it is there.
    pub new_origin: Option<Origin>,
}

impl Change {
    /// What changed: `errors.SOLD_OUT.status: 409 -> 410`.
    pub fn fact(&self) -> String {
        match (&self.before, &self.after) {
            (Some(before), Some(after)) => format!("{}: {before} -> {after}", self.path),
            (Some(before), None) => format!("{}: {before} -> (none)", self.path),
            (None, Some(after)) => format!("{}: (none) -> {after}", self.path),
            (None, None) => self.path.clone(),
        }
    }

    /// What changed, why that matters, and what to do about it.
    ///
    /// ```
    /// # use errbook_history::diff::diff;
    /// # let catalog = |status: u16| {
    /// #     let text = format!("errbook: 1\napi: {{name: Shop}}\nerrors: {{SOLD_OUT: {{status: {status}, fix: Wait.}}}}\n");
    /// #     errbook_catalog::load_text("errors.yaml", text.as_bytes()).catalog.expect("accepted")
    /// # };
    /// let diff = diff(&catalog(409), &catalog(410));
    /// assert!(diff.changes[0].message().starts_with("errors.SOLD_OUT.status: 409 -> 410\nClients, proxies"));
    /// assert!(diff.changes[0].message().ends_with("add the new one beside it for a release."));
    /// ```
    pub fn message(&self) -> String {
        format!("{}\n{} {}", self.fact(), self.rule.why(), self.rule.remedy())
    }

    /// Where to look: the error's place in the new catalog, else in the old one.
    pub fn origin(&self) -> Option<&Origin> {
        self.new_origin.as_ref().or(self.old_origin.as_ref())
    }
}

/// Every difference between two releases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diff {
    /// The worst first, then in the order of the catalog.
    pub changes: Vec<Change>,
    /// What the old catalog says its version is.
    pub old_version: Option<String>,
    /// What the new catalog says its version is.
    pub new_version: Option<String>,
}

impl Diff {
    /// The worst rating; `None` where nothing changed.
    pub fn rating(&self) -> Option<Rating> {
        self.changes.iter().map(|change| change.rating).max()
    }

    /// How many changes have that rating.
    pub fn count(&self, rating: Rating) -> usize {
        self.changes.iter().filter(|change| change.rating == rating).count()
    }

    /// What the next version must be. A version 0.x promises less: there, what breaks is a minor version.
    pub fn bump(&self) -> Bump {
        match self.rating() {
            None => Bump::None,
            Some(Rating::Text) => Bump::Patch,
            Some(Rating::Additive) => Bump::Minor,
            Some(Rating::Breaking) => match self.old_semver() {
                Some(Version { major: 0, .. }) => Bump::Minor,
                _ => Bump::Major,
            },
        }
    }

    /// The least version that says what happened; `None` where the old catalog's version is not of the form 1.2.3, in 32 bits
    /// each.
    pub fn next_version(&self) -> Option<Version> {
        let Version { major, minor, patch } = self.old_semver()?;
        Some(match self.bump() {
            Bump::None => Version { major, minor, patch },
            Bump::Patch => Version { major, minor, patch: patch.checked_add(1)? },
            Bump::Minor => Version { major, minor: minor.checked_add(1)?, patch: 0 },
            Bump::Major => Version { major: major.checked_add(1)?, minor: 0, patch: 0 },
        })
    }

    /// Whether the new catalog's version says less than what happened; `None` where one of the versions is not of the form
    /// 1.2.3.
    pub fn is_version_too_low(&self) -> Option<bool> {
        Some(Version::parse(self.new_version.as_deref()?)? < self.next_version()?)
    }

    /// How much changed: "3 changes: 1 breaking, 2 text."
    pub fn counts(&self) -> String {
        let of_rating = |rating: Rating| match self.count(rating) {
            0 => None,
            count => Some(format!("{count} {}", rating.name())),
        };
        let parts: Vec<String> = Rating::ALL.into_iter().rev().filter_map(of_rating).collect();
        format!("{}: {}.", counted(self.changes.len(), "change"), parts.join(", "))
    }

    /// What the version must be, and whether it is: "This is a major release, from 1.4.2 to 2.0.0; the catalog says 1.4.2."
    pub fn verdict(&self) -> String {
        let release = format!("This is a {} release", self.bump().name());
        let step = match (&self.old_version, self.next_version()) {
            (Some(old), Some(next)) => format!(", from {old} to {next}"),
            _ => String::new(),
        };
        match (self.is_version_too_low(), &self.new_version) {
            (Some(true), Some(new)) => format!("{release}{step}; the catalog says {new}."),
            _ => format!("{release}{step}."),
        }
    }

    fn old_semver(&self) -> Option<Version> {
        Version::parse(self.old_version.as_deref()?)
    }
}

/// Compares two releases of a catalog.
pub fn diff(old: &Catalog, new: &Catalog) -> Diff {
    let mut comparison = Comparison { old, new, pairs: errors::pairs(old, new), changes: Vec::new() };
    // Taken apart so that a new section does not compile until somebody compares it.
    let Catalog {
        api: _,
        context: _,
        envelopes: _,
        retry_policies: _,
        groups: _,
        predicates: _,
        types: _,
        errors: _,
        retired: _,
        owners: _,
        prose: _,
        audit: _,
        generate: _,
        operations: _,
    } = old;
    comparison.api();
    comparison.context();
    comparison.envelopes();
    comparison.retry_policies();
    comparison.groups();
    comparison.predicates();
    comparison.types();
    comparison.errors();
    comparison.retired();
    comparison.owners();
    comparison.prose();
    comparison.generate();
    let mut changes = comparison.changes;
    changes.sort_by_key(|change| std::cmp::Reverse(change.rating));
    Diff { changes, old_version: old.api.version.clone(), new_version: new.api.version.clone() }
}

struct Comparison<'a> {
    old: &'a Catalog,
    new: &'a Catalog,
    /// The errors that are in both, by their places in the two.
    pairs: Vec<(usize, usize)>,
    changes: Vec<Change>,
}

/// What a change is about.
#[derive(Debug, Clone)]
struct Place {
    path: String,
    errors: Vec<String>,
    /// Whether clients were told of it.
    is_public: bool,
    old: Option<Origin>,
    new: Option<Origin>,
}

impl Place {
    /// Something of the catalog as a whole.
    fn of_catalog(path: &str) -> Self {
        Place { path: path.to_owned(), errors: Vec::new(), is_public: true, old: None, new: None }
    }

    /// Something that several errors have; those of the old catalog are concerned, and the first stands for all.
    fn shared(path: String, old: &[&ErrorDef], new: &[&ErrorDef]) -> Self {
        let first = |errors: &[&ErrorDef]| errors.first().map(|error| error.origin.clone());
        Place {
            path,
            errors: old.iter().map(|error| error.name.id.clone()).collect(),
            is_public: old.iter().any(|error| error.is_public()),
            old: first(old),
            new: first(new),
        }
    }

    /// A part of it.
    fn at(&self, key: &str) -> Self {
        Place { path: format!("{}.{key}", self.path), ..self.clone() }
    }
}

impl Comparison<'_> {
    fn push(&mut self, rule: Rule, place: &Place, before: Option<String>, after: Option<String>) {
        let Place { path, errors, is_public, old, new } = place.clone();
        let rating = if is_public { rule.rating() } else { rule.rating().min(Rating::Additive) };
        let audiences = rule.audiences().to_vec();
        self.changes.push(Change {
            rule,
            rating,
            audiences,
            errors,
            path,
            before,
            after,
            old_origin: old,
            new_origin: new,
        });
    }

    /// A value whose every change is of one kind.
    fn value<T: ToString + PartialEq>(&mut self, rule: Rule, place: &Place, old: Option<&T>, new: Option<&T>) {
        if old != new {
            self.push(rule, place, old.map(ToString::to_string), new.map(ToString::to_string));
        }
    }

    /// The order of what is in both.
    fn order<K: PartialEq>(&mut self, rule: Rule, place: &Place, old: &[K], new: &[K]) {
        let kept = old.iter().filter(|key| new.contains(key));
        if kept.ne(new.iter().filter(|key| old.contains(key))) {
            self.push(rule, place, None, None);
        }
    }
}

/// Two lists side by side.
struct Paired<'a, T> {
    both: Vec<(&'a T, &'a T)>,
    removed: Vec<&'a T>,
    added: Vec<&'a T>,
}

fn pair<'a, T, K: PartialEq>(old: &'a [T], new: &'a [T], key: impl Fn(&'a T) -> K) -> Paired<'a, T> {
    let mut paired = Paired { both: Vec::new(), removed: Vec::new(), added: Vec::new() };
    for item in old {
        match new.iter().find(|other| key(other) == key(item)) {
            Some(other) => paired.both.push((item, other)),
            None => paired.removed.push(item),
        }
    }
    paired.added = new.iter().filter(|item| old.iter().all(|other| key(other) != key(item))).collect();
    paired
}
