//! Compares two releases of a catalog: what changed, and which clients break.
//!
//! An error code is public API: clients branch on it, follow its retry policy, read its details and
//! account for its charge. Each difference between two valid catalogs is one [`Change`], rated by
//! its effect on those clients.
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
mod clients;
mod errors;
mod excerpt;
mod fields;
mod policy;
mod retry;
mod sections;

use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::rc::Rc;

use crate::version::Version;
use errbook_catalog::model::name::slug;
use errbook_catalog::model::{Catalog, DiffPolicy, ErrorDef, Origin, Policy};
use errbook_catalog::problem::near::nearest;
use errbook_catalog::words;
use errbook_catalog::words::counted;

pub use self::excerpt::excerpts;
pub use self::policy::{Stale, StaleReason, check_expired, remove_expired};
pub use errbook_catalog::problem::diff::{Audience, Rating, Rule, page as rules_page};

words! {
    /// The part of the version to increase, by [semver](https://semver.org).
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    pub enum Bump {
        /// None: clients see no difference.
        None = "none",
        /// Only wording changed.
        Patch = "patch",
        /// Backward compatible; before 1.0, also a breaking change.
        Minor = "minor",
        /// Clients break.
        Major = "major",
    }
}

/// One difference between two releases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The kind of the change.
    pub rule: Rule,
    /// The effect on clients: the rule's rating. It is internal if the change affects no public
    /// error, and at most additive if the error was internal.
    pub rating: Rating,
    /// The effect on clients without the policy under `diff`.
    pub rated: Rating,
    /// The effect on generated clients, if it is not that on clients that read responses: see
    /// [`rating_for`](Change::rating_for).
    pub sdk: Option<Rating>,
    /// The effect on Rust callers of the generated code; `None` if they are not affected.
    pub rust: Option<Rating>,
    /// Whom it affects.
    pub audiences: Vec<Audience>,
    /// The ids of the affected errors: one for a change of an error, all users for a change of
    /// something shared, none for a change of the catalog itself. A renamed error has its new id.
    pub errors: Vec<String>,
    /// The path in the catalog: `errors.SOLD_OUT.status`.
    pub path: String,
    /// The old value; `None` if it was added.
    pub before: Option<String>,
    /// The new value; `None` if it was removed.
    pub after: Option<String>,
    /// The error's location in the old catalog, if it has one.
    pub old_origin: Option<Origin>,
    /// The error's location in the new catalog, if it has one.
    pub new_origin: Option<Origin>,
    /// Why it has a better rating than its rule, by the new catalog's `diff`.
    pub accepted: Option<String>,
    /// The release that it breaks, if that is not the last one: see [`Lock`](crate::lock::Lock).
    pub since: Option<Version>,
}

/// The maximum length of a value in a line.
const VALUE: usize = 160;

impl Change {
    /// The change in one line: `errors.SOLD_OUT.status: 409 -> 410`. Long values are cut around
    /// their first difference.
    pub fn fact(&self) -> String {
        match self.values(VALUE) {
            [None, None] => self.path.clone(),
            values => {
                let [before, after] = values.map(|value| value.unwrap_or_else(|| "(none)".to_owned()));
                format!("{}: {before} -> {after}", self.path)
            }
        }
    }

    /// The old and the new value, each in one line of at most `limit` characters, cut around their
    /// first difference.
    pub fn values(&self, limit: usize) -> [Option<String>; 2] {
        let line = |value: &Option<String>| value.as_ref().map(|value| value.replace("\r\n", " ").replace('\n', " "));
        match (line(&self.before), line(&self.after)) {
            (Some(before), Some(after)) => excerpts(&before, &after, limit).map(Some),
            (before, after) => [before, after].map(|value| value.map(|value| excerpts(&value, "", limit)[0].clone())),
        }
    }

    /// The change, its effect, and what to do about it.
    ///
    /// ```
    /// # use errbook_history::diff::diff;
    /// # let catalog = |status: u16| {
    /// #     let text = format!("errbook: 1\napi: {{name: Shop}}\nerrors: {{SOLD_OUT: {{status: {status}, fix: Wait.}}}}\n");
    /// #     errbook_catalog::load_text("errors.yaml", text.as_bytes()).catalog.expect("accepted")
    /// # };
    /// let diff = diff(&catalog(409), &catalog(410));
    /// assert!(diff.changes[0].message().starts_with("errors.SOLD_OUT.status: 409 -> 410\nClients, proxies"));
    /// assert!(diff.changes[0].message().ends_with("An additional status is additive."));
    /// ```
    pub fn message(&self) -> String {
        format!("{}\n{} {}", self.fact(), self.rule.why(), self.rule.remedy())
    }

    /// The effect on an audience; `None` if it is not affected.
    ///
    /// ```
    /// use errbook_history::diff::{Audience, Rating, diff};
    /// # let catalog = |details: &str| {
    /// #     let text = format!("errbook: 1\napi: {{name: Shop}}\nerrors: {{SOLD_OUT: {{status: 409, fix: Wait.{details}}}}}\n");
    /// #     errbook_catalog::load_text("errors.yaml", text.as_bytes()).catalog.expect("accepted")
    /// # };
    /// let diff = diff(&catalog(""), &catalog(", details: {item: {type: string, example: pot}}"));
    /// let [added] = &diff.changes[..] else { panic!("one change") };
    /// assert_eq!(added.rating_for(Audience::Reading), Some(Rating::Additive));
    /// assert_eq!(added.rating_for(Audience::Rust), Some(Rating::Breaking));
    /// assert_eq!(added.rating_for(Audience::Billing), None);
    /// ```
    pub fn rating_for(&self, audience: Audience) -> Option<Rating> {
        match audience {
            Audience::Rust => self.rust,
            // Generated clients read responses, too.
            Audience::Sdk => self.sdk.or_else(|| self.rating_for(Audience::Reading)),
            _ => self.audiences.contains(&audience).then_some(self.rating),
        }
    }

    /// The error's location in the new catalog, or else in the old one.
    pub fn origin(&self) -> Option<&Origin> {
        self.new_origin.as_ref().or(self.old_origin.as_ref())
    }
}

/// The release before a pre-release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Last {
    /// Its version.
    pub version: Version,
    /// The worst rating of the changes since, without those that the pre-release has too: its version
    /// announced them.
    pub rating: Option<Rating>,
}

/// Every difference between two releases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diff {
    /// The changes, by rating with the worst first, then in the order of the catalog.
    pub changes: Vec<Change>,
    /// The entries of the new catalog's `diff.accept` that accept nothing.
    pub stale: Vec<Stale>,
    /// The `api.version` of the old catalog.
    pub old_version: Option<String>,
    /// The `api.version` of the new catalog.
    pub new_version: Option<String>,
    /// The release before the old catalog, if that is a pre-release of a lock. The next version
    /// depends on the changes since.
    pub last: Option<Last>,
}

impl Diff {
    /// The worst rating; `None` if nothing changed.
    pub fn rating(&self) -> Option<Rating> {
        self.changes.iter().map(|change| change.rating).max()
    }

    /// The number of changes with that rating.
    pub fn count(&self, rating: Rating) -> usize {
        self.changes.iter().filter(|change| change.rating == rating).count()
    }

    /// The part of the version to increase. In a version 0.x a breaking change is a minor version.
    pub fn bump(&self) -> Bump {
        let (rating, from) = match &self.last {
            // What a pre-release alone had can change in any way.
            Some(last) => {
                (self.rating().map(|rating| rating.min(Rating::Text)).max(last.rating), Some(last.version.clone()))
            }
            None => (self.rating(), self.old()),
        };
        match rating {
            None | Some(Rating::Internal) => Bump::None,
            Some(Rating::Text) => Bump::Patch,
            Some(Rating::Additive) => Bump::Minor,
            Some(Rating::Breaking) => match from {
                Some(from) if from.is_initial() => Bump::Minor,
                _ => Bump::Major,
            },
        }
    }

    /// The lowest version that semver allows for these changes; `None` if the old catalog's version
    /// is not one of semver, with numbers of 64 bits.
    pub fn next_version(&self) -> Option<Version> {
        let next = self.old()?.next(self.bump())?;
        match &self.last {
            Some(last) => Some(next.max(last.version.next(self.bump())?)),
            None => Some(next),
        }
    }

    /// Whether a version may follow the old catalog's with these changes. After a pre-release, the
    /// changes since the last release count.
    ///
    /// ```
    /// # use errbook_history::diff::diff;
    /// # use errbook_history::version::Version;
    /// # let catalog = |status: u16| {
    /// #     let text = format!("errbook: 1\napi: {{name: Shop, version: 1.4.2}}\nerrors: {{GONE: {{status: {status}, fix: Look.}}}}\n");
    /// #     errbook_catalog::load_text("errors.yaml", text.as_bytes()).catalog.expect("accepted")
    /// # };
    /// let diff = diff(&catalog(404), &catalog(410));
    /// assert!(!diff.allows(&Version::parse("1.5.0").expect("a version")));
    /// assert!(diff.allows(&Version::parse("2.0.0").expect("a version")));
    /// ```
    pub fn allows(&self, new: &Version) -> bool {
        let since_last = self.last.as_ref().is_none_or(|last| last.version.allows(new, self.bump()));
        since_last && self.old().is_none_or(|old| old.allows(new, self.bump()))
    }

    /// Whether the new catalog's version is too low for these changes; `None` if one of them is not
    /// a [`Version`].
    pub fn is_version_too_low(&self) -> Option<bool> {
        let new = Version::parse(self.new_version.as_deref()?)?;
        self.old().map(|_| !self.allows(&new))
    }

    /// The number of changes: "3 changes: 1 breaking, 2 text."
    pub fn counts(&self) -> String {
        let of_rating = |rating: Rating| match self.count(rating) {
            0 => None,
            count => Some(format!("{count} {}", rating.name())),
        };
        let parts: Vec<String> = Rating::ALL.into_iter().rev().filter_map(of_rating).collect();
        format!("{}: {}.", counted(self.changes.len(), "change"), parts.join(", "))
    }

    /// What breaks for an audience that has ratings of its own: "Rust callers: breaking: 2
    /// changes." Each break counts, because a change that breaks all clients need not break these.
    /// Empty if nothing does.
    ///
    /// ```
    /// # use errbook_history::diff::diff;
    /// # let catalog = |id: &str| {
    /// #     let text = format!("errbook: 1\napi: {{name: Shop}}\nerrors: {{{id}: {{code: gone, status: 410, fix: Look.}}}}\n");
    /// #     errbook_catalog::load_text("errors.yaml", text.as_bytes()).catalog.expect("accepted")
    /// # };
    /// let renamed = diff(&catalog("GONE"), &catalog("AWAY"));
    /// assert_eq!(renamed.other_verdicts(), "Generated clients: breaking: 1 change. Rust callers: breaking: 1 change.");
    /// ```
    pub fn other_verdicts(&self) -> String {
        let verdict = |(name, audience): (&str, Audience)| {
            let is_broken = |change: &&Change| change.rating_for(audience) == Some(Rating::Breaking);
            let breaks = self.changes.iter().filter(is_broken).count();
            (breaks > 0).then(|| format!("{name}: breaking: {}.", counted(breaks, "change")))
        };
        let audiences = [("Generated clients", Audience::Sdk), ("Rust callers", Audience::Rust)];
        audiences.into_iter().filter_map(verdict).collect::<Vec<_>>().join(" ")
    }

    /// Pairs of a removed and an added error with similar ids, which nothing links: the author may
    /// have renamed them. Only the first million pairs are compared.
    ///
    /// ```
    /// # use errbook_history::diff::diff;
    /// # let catalog = |id: &str| {
    /// #     let text = format!("errbook: 1\napi: {{name: Shop}}\nerrors: {{{id}: {{status: 404, fix: Look.}}}}\n");
    /// #     errbook_catalog::load_text("errors.yaml", text.as_bytes()).catalog.expect("accepted")
    /// # };
    /// let diff = diff(&catalog("card_lost"), &catalog("card_missing"));
    /// assert_eq!(diff.likely_renames(), [("card_lost", "card_missing")]);
    /// ```
    pub fn likely_renames(&self) -> Vec<(&str, &str)> {
        let ids = |rule: Rule| -> Vec<&str> {
            let changes = self.changes.iter().filter(|change| change.rule == rule);
            changes.filter_map(|change| change.errors.first()).map(String::as_str).collect()
        };
        let mut added: Vec<(&str, HashSet<String>)> =
            ids(Rule::ErrorAdded).into_iter().map(|id| (id, words(id))).collect();
        let mut renames = Vec::new();
        let mut compared = 0;
        for removed in ids(Rule::ErrorRemoved) {
            compared += added.len();
            if compared > COMPARED {
                break;
            }
            let of_removed = words(removed);
            let mut similar = added.iter().filter(|(_, of_added)| has_half_the_words(&of_removed, of_added));
            let by_words = || similar.next().map(|(id, _)| *id);
            if let Some(id) = nearest(removed, added.iter().map(|(id, _)| *id)).or_else(by_words) {
                added.retain(|(other, _)| *other != id);
                renames.push((removed, id));
            }
        }
        renames
    }

    /// The next version, and the catalog's if that is too low: "This is a major release, from 1.4.2
    /// to 2.0.0; the catalog says 1.4.2."
    pub fn verdict(&self) -> String {
        if self.bump() == Bump::None {
            return "No new version is needed.".to_owned();
        }
        let is_date = self.old().is_some_and(|old| old.is_date());
        let name = match self.rating() {
            Some(rating) if is_date => rating.name(),
            _ => self.bump().name(),
        };
        let article = if name.starts_with('a') { "an" } else { "a" };
        let release = format!("This is {article} {name} release");
        let step = match (&self.old_version, self.next_version()) {
            (Some(old), Some(next)) => format!(", from {old} to {next}"),
            _ => String::new(),
        };
        match (self.is_version_too_low(), &self.new_version) {
            (Some(true), Some(new)) => format!("{release}{step}; the catalog says {new}."),
            _ => format!("{release}{step}."),
        }
    }

    /// Sorts the changes by rating, the worst first.
    pub(crate) fn sort(&mut self) {
        self.changes.sort_by_key(|change| std::cmp::Reverse(change.rating));
    }

    fn old(&self) -> Option<Version> {
        Version::parse(self.old_version.as_deref()?)
    }
}

/// Compares two releases of a catalog, by the policy under `diff` of the new one.
pub fn diff(old: &Catalog, new: &Catalog) -> Diff {
    diff_by(&new.diff, old, new, errors::pairs(old, new))
}

/// Compares two releases with one in between: an error that is renamed in each step is one error.
pub(crate) fn diff_through(old: &Catalog, middle: &Catalog, new: &Catalog) -> Diff {
    diff_by(&new.diff, old, new, errors::pairs_through(old, middle, new))
}

/// The id in the new catalog of each error that is in both, by its old id.
pub(crate) fn renames<'a>(old: &'a Catalog, new: &'a Catalog) -> HashMap<&'a str, &'a str> {
    let ids = |(was, is): (usize, usize)| (old.errors[was].name.id.as_str(), new.errors[is].name.id.as_str());
    errors::pairs(old, new).into_iter().map(ids).collect()
}

/// Compares two releases by a policy.
fn diff_by(policy: &DiffPolicy, old: &Catalog, new: &Catalog, pairs: Vec<(usize, usize)>) -> Diff {
    let inline = [old, new].map(fields::inline_owners);
    let policies = [old, new].map(retry::named_policies);
    let mut comparison = Comparison { old, new, pairs, inline, policies, changes: Vec::new() };
    // Destructured so that a new section does not compile until it is compared.
    let Catalog {
        api: _,
        context: _,
        envelopes: _,
        retry_policies: _,
        groups: _,
        predicates: _,
        rejections: _,
        unknown: _,
        types: _,
        errors: _,
        retired: _,
        owners: _,
        prose: _,
        audit: _,
        diff: _,
        generate: _,
        operations: _,
    } = old;
    comparison.api();
    comparison.context();
    comparison.envelopes();
    comparison.retry_policies();
    comparison.groups();
    comparison.predicates();
    comparison.rejections();
    comparison.unknown();
    comparison.types();
    comparison.errors();
    comparison.retired();
    comparison.owners();
    comparison.prose();
    comparison.generate();
    comparison.clients();
    let (old_version, new_version) = (old.api.version.clone(), new.api.version.clone());
    let mut changes = comparison.changes;
    let stale = policy::apply(policy, new_version.as_deref(), &mut changes);
    let mut diff = Diff { changes, stale, old_version, new_version, last: None };
    diff.sort();
    diff
}

/// Compares what clients may see of two releases: the diff of [`Catalog::public`]. An error that
/// becomes internal is removed, and one that becomes public is added.
///
/// ```
/// use errbook_history::diff::{Rule, diff, public_diff};
///
/// let catalog = |error: &str| {
///     let text = format!("errbook: 1\napi: {{name: Shop}}\nerrors: {{BROKEN: {{status: 500, fix: Wait.}}, {error}}}\n");
///     errbook_catalog::load_text("errors.yaml", text.as_bytes()).catalog.expect("accepted")
/// };
/// let old = catalog("DB_DOWN: {status: 503, fix: Restart it.}");
/// let new = catalog("DB_DOWN: {status: 503, fix: Restart db-7., visibility: internal}");
/// assert_eq!(diff(&old, &new).changes[0].rule, Rule::ErrorHidden);
/// let [removed] = &public_diff(&old, &new).changes[..] else { panic!("one change") };
/// assert_eq!((removed.rule, &removed.after), (Rule::ErrorRemoved, &None));
/// ```
pub fn public_diff(old: &Catalog, new: &Catalog) -> Diff {
    let (old, public) = (old.public(), new.public());
    diff_by(&new.diff, &old, &public, errors::pairs(&old, &public))
}

struct Comparison<'a> {
    old: &'a Catalog,
    new: &'a Catalog,
    /// The indexes of the errors that are in both catalogs.
    pairs: Vec<(usize, usize)>,
    /// For each type of both catalogs, the path of the field that defines it, if one does.
    inline: [Vec<Option<String>>; 2],
    /// The named retry policies of both catalogs.
    policies: [HashMap<&'a str, &'a Policy>; 2],
    changes: Vec<Change>,
}

/// The location of a change. Most are made and never used, because nothing changed there.
#[derive(Debug, Clone)]
struct Place<'a> {
    path: String,
    errors: Rc<[String]>,
    /// The worst effect of a change: what the old catalog promised clients.
    promise: Rating,
    /// Whether only readers of the reference see it, as a symptom: neither responses nor generated
    /// code have it.
    is_for_readers: bool,
    old: Option<&'a Origin>,
    new: Option<&'a Origin>,
}

impl<'a> Place<'a> {
    /// A part of the catalog as a whole.
    fn of_catalog(path: &str) -> Self {
        Place {
            path: path.to_owned(),
            errors: Rc::default(),
            promise: Rating::Breaking,
            is_for_readers: false,
            old: None,
            new: None,
        }
    }

    /// A part that several errors share, with the errors that had it and still have it.
    fn shared(path: String, users: &[(&'a ErrorDef, &'a ErrorDef)]) -> Self {
        let first = users.first();
        Place {
            path,
            errors: users.iter().map(|(_, new)| new.name.id.clone()).collect(),
            promise: users.iter().map(|(old, new)| promise(Some(old), Some(new))).max().unwrap_or(Rating::Internal),
            is_for_readers: false,
            old: first.map(|(old, _)| &old.origin),
            new: first.map(|(_, new)| &new.origin),
        }
    }

    /// A key of this part.
    fn at(&self, key: &str) -> Self {
        Place { path: [&self.path, ".", key].concat(), errors: Rc::clone(&self.errors), ..*self }
    }
}

/// The worst effect on clients of a change of an error. They know nothing of an internal error, and
/// were promised nothing about one that was internal.
fn promise(old: Option<&ErrorDef>, new: Option<&ErrorDef>) -> Rating {
    let (was_public, is_public) = (old.map(ErrorDef::is_public), new.map(ErrorDef::is_public));
    match (was_public, is_public) {
        (Some(true), _) | (None, Some(true) | None) => Rating::Breaking,
        (Some(false), Some(true)) => Rating::Additive,
        (_, Some(false)) | (Some(false), None) => Rating::Internal,
    }
}

/// What the generated TypeScript and Python have, and `OpenAPI` does not.
const OF_OWN_CLIENTS: [Rule; 6] = [
    Rule::ClientRenamed,
    Rule::FactListChanged,
    Rule::ParameterChanged,
    Rule::PredicateAdded,
    Rule::PredicateChanged,
    Rule::PredicateRemoved,
];

impl<'a> Comparison<'a> {
    /// The errors that are in both catalogs and have a part in both.
    ///
    /// An error that has the part in only one of them is not affected by its changes: its own
    /// comparison finds what the error has instead.
    fn users(&self, has: impl Fn(&'a Catalog, &'a ErrorDef) -> bool) -> Vec<(&'a ErrorDef, &'a ErrorDef)> {
        let pairs = self.pairs.iter().map(|(old, new)| (&self.old.errors[*old], &self.new.errors[*new]));
        pairs.filter(|(old, new)| has(self.old, old) && has(self.new, new)).collect()
    }

    /// [`Comparison::users`] of each part with a name: the errors whose part has it in both catalogs.
    fn users_by(
        &self,
        part: impl Fn(&'a Catalog, &'a ErrorDef) -> Option<&'a str>,
    ) -> HashMap<&'a str, Vec<(&'a ErrorDef, &'a ErrorDef)>> {
        let mut users: HashMap<&'a str, Vec<_>> = HashMap::new();
        for (old, new) in &self.pairs {
            let (old, new) = (&self.old.errors[*old], &self.new.errors[*new]);
            if let Some(name) = part(self.new, new).filter(|name| part(self.old, old) == Some(name)) {
                users.entry(name).or_default().push((old, new));
            }
        }
        users
    }

    fn push(&mut self, rule: Rule, place: &Place<'a>, before: Option<String>, after: Option<String>) {
        let Place { path, errors, promise, is_for_readers, old, new } = place.clone();
        let audiences = if is_for_readers { vec![Audience::Docs] } else { rule.audiences().to_vec() };
        self.changes.push(Change {
            rule,
            rating: rule.rating().min(promise),
            rated: rule.rating().min(promise),
            sdk: rule.sdk().filter(|_| promise > Rating::Internal && !is_for_readers).map(|own| own.min(promise)),
            rust: rule.rust().filter(|_| !is_for_readers),
            audiences,
            errors: errors.to_vec(),
            path,
            before,
            after,
            old_origin: old.cloned(),
            new_origin: new.cloned(),
            accepted: None,
            since: None,
        });
        let (typescript, python) = (self.old.generate.typescript.is_some(), self.old.generate.python.is_some());
        match rule {
            // Only TypeScript has a type for what a guard narrows to, and for the statuses of an error.
            Rule::PredicateExtended if !typescript => self.set_sdk(None),
            Rule::StatusAdded if !typescript => self.set_sdk(Some(Rating::Additive)),
            rule if OF_OWN_CLIENTS.contains(&rule) && !typescript && !python => self.set_sdk(None),
            _ => {}
        }
    }

    /// Sets the effect of the last change on generated clients, unless it has none.
    fn set_sdk(&mut self, rating: Option<Rating>) {
        if let Some(change) = self.changes.last_mut() {
            change.sdk = change.sdk.and(rating);
            if rating.is_none() {
                change.audiences.retain(|audience| *audience != Audience::Sdk);
            }
        }
    }

    /// Sets the effect of the last change on Rust callers.
    fn set_rust(&mut self, rating: Option<Rating>) {
        if let Some(change) = self.changes.last_mut() {
            change.rust = rating;
            if rating.is_none() {
                change.audiences.retain(|audience| *audience != Audience::Rust);
            }
        }
    }

    /// Reports a name that was added or removed. Nobody uses an added name yet.
    fn listed(&mut self, rule: Rule, place: &Place<'a>, before: Option<String>, after: Option<String>) {
        let is_added = before.is_none();
        self.push(rule, place, before, after);
        if let Some(change) = self.changes.last_mut().filter(|_| is_added) {
            change.sdk = change.sdk.map(|rating| rating.min(Rating::Additive));
            change.rust = change.rust.map(|rating| rating.min(Rating::Additive));
        }
    }

    /// Compares a value whose changes all have the same kind.
    fn value<T: ToString + PartialEq>(&mut self, rule: Rule, place: &Place<'a>, old: Option<&T>, new: Option<&T>) {
        if old != new {
            self.push(rule, place, old.map(ToString::to_string), new.map(ToString::to_string));
        }
    }

    /// Compares the order of the keys that are in both lists.
    fn order<K: Eq + Hash>(&mut self, rule: Rule, place: &Place<'a>, old: &[K], new: &[K]) {
        let (was, is): (HashSet<&K>, HashSet<&K>) = (old.iter().collect(), new.iter().collect());
        let kept = old.iter().filter(|key| is.contains(key));
        if kept.ne(new.iter().filter(|key| was.contains(key))) {
            self.push(rule, place, None, None);
        }
    }
}

/// The number of pairs of a removed and an added id that are compared. More are not those of renamed
/// errors, but of another catalog.
const COMPARED: usize = 1_000_000;

/// Whether two ids share at least half of their words.
fn has_half_the_words(a: &HashSet<String>, b: &HashSet<String>) -> bool {
    a.intersection(b).count() * 2 >= a.len().max(b.len())
}

fn words(id: &str) -> HashSet<String> {
    slug(id).split('-').map(str::to_owned).collect()
}

/// The items of two lists, matched by key.
struct Paired<'a, T> {
    both: Vec<(&'a T, &'a T)>,
    removed: Vec<&'a T>,
    added: Vec<&'a T>,
}

/// The keys of two lists, each once.
fn keys<T, K: Copy + Eq + Hash>(old: &[T], new: &[T], key: impl Fn(&T) -> K) -> Vec<K> {
    let mut seen = HashSet::new();
    old.iter().chain(new).map(key).filter(|key| seen.insert(*key)).collect()
}

fn pair<'a, T, K: Eq + Hash>(old: &'a [T], new: &'a [T], key: impl Fn(&'a T) -> K) -> Paired<'a, T> {
    let mut paired = Paired { both: Vec::new(), removed: Vec::new(), added: Vec::new() };
    let mut others: HashMap<K, &'a T> = HashMap::with_capacity(new.len());
    for item in new {
        others.entry(key(item)).or_insert(item);
    }
    for item in old {
        match others.get(&key(item)) {
            Some(other) => paired.both.push((item, other)),
            None => paired.removed.push(item),
        }
    }
    let known: HashSet<K> = old.iter().map(&key).collect();
    paired.added = new.iter().filter(|item| !known.contains(&key(item))).collect();
    paired
}
