//! Versions of releases.
//!
//! ```
//! use errbook_history::version::Version;
//!
//! let version = |text: &str| Version::parse(text).expect("a version");
//! assert!(version("1.10.0") > version("1.9.3"));
//! assert!(version("1.0.0") > version("1.0.0-rc.1"));
//! assert!(version("2026-11") > version("2026-02"));
//! assert_eq!(version("v1.10.0").to_string(), "v1.10.0");
//! for other in ["1.10", "01.10.0", "next", "2026-1x", "12345.1"] {
//!     assert_eq!(Version::parse(other), None);
//! }
//! ```

use std::cmp::Ordering;
use std::fmt;

use semver::Prerelease;

use crate::diff::Bump;

/// The first numbers that are a year.
const YEARS: std::ops::RangeInclusive<u64> = 1970..=2999;

/// A version: [semver](https://semver.org), such as `1.2.3` or `2.0.0-rc.1`, or a date
/// ([calver](https://calver.org)), such as `2026-11` or `2026.11.2`. A `v` can precede it.
///
/// Versions are compared by their numbers, and then by their pre-release. The spelling and the
/// build metadata of semver do not count.
///
/// ```
/// use errbook_history::version::Version;
/// assert_eq!(Version::parse("v1.2.3+build.7"), Version::parse("1.2.3"));
/// ```
#[derive(Debug, Clone)]
pub struct Version {
    text: String,
    numbers: Vec<u64>,
    pre: Prerelease,
}

impl Version {
    /// Parses a version.
    pub fn parse(text: &str) -> Option<Self> {
        let bare = text.strip_prefix('v').unwrap_or(text);
        let (numbers, pre) = match semver::Version::parse(bare) {
            Ok(semver::Version { major, minor, patch, pre, build: _ }) => (vec![major, minor, patch], pre),
            Err(_) => (date(bare)?, Prerelease::EMPTY),
        };
        Some(Version { text: text.to_owned(), numbers, pre })
    }

    /// Whether the version is a date. A date says nothing about compatibility.
    ///
    /// ```
    /// use errbook_history::version::Version;
    /// let is_date = |text| Version::parse(text).map(|version| version.is_date());
    /// assert_eq!(is_date("2026-11-29"), Some(true));
    /// assert_eq!(is_date("1.2.3"), Some(false));
    /// ```
    pub fn is_date(&self) -> bool {
        self.numbers.first().is_some_and(|number| YEARS.contains(number))
    }

    /// Whether the version is a pre-release, such as `2.0.0-rc.1`. It promises nothing to the next
    /// version.
    ///
    /// ```
    /// use errbook_history::version::Version;
    /// assert!(Version::parse("2.0.0-rc.1").is_some_and(|version| version.is_pre_release()));
    /// ```
    pub fn is_pre_release(&self) -> bool {
        !self.pre.is_empty()
    }

    /// Whether the version is below 1.0, where semver lets a minor version break clients.
    ///
    /// ```
    /// use errbook_history::version::Version;
    /// assert!(Version::parse("0.9.0").is_some_and(|version| version.is_initial()));
    /// ```
    pub fn is_initial(&self) -> bool {
        self.semver().is_some_and(|[major, ..]| major == 0)
    }

    /// Whether both versions promise the same to clients: they have the same major version, or
    /// before 1.0 the same minor version. A date promises nothing to another date.
    ///
    /// ```
    /// use errbook_history::version::Version;
    /// let version = |text| Version::parse(text).expect("a version");
    /// assert!(version("1.0.0").is_compatible_with(&version("1.4.2")));
    /// assert!(!version("0.1.0").is_compatible_with(&version("0.2.0")));
    /// ```
    pub fn is_compatible_with(&self, other: &Version) -> bool {
        match (self.semver(), other.semver()) {
            (Some([0, minor, _]), Some([0, other, _])) => minor == other,
            (Some([major, ..]), Some([other, ..])) => major != 0 && major == other,
            _ => false,
        }
    }

    /// The lowest version after this one for such changes; `None` for a date, and if a number is
    /// too large. After a pre-release, it is the release.
    ///
    /// ```
    /// use errbook_history::diff::Bump;
    /// use errbook_history::version::Version;
    /// let next = |text: &str, bump| Version::parse(text)?.next(bump).map(|next| next.to_string());
    /// assert_eq!(next("v1.4.2", Bump::Minor).as_deref(), Some("v1.5.0"));
    /// assert_eq!(next("2.0.0-rc.1", Bump::Major).as_deref(), Some("2.0.0"));
    /// assert_eq!(next("2026-11", Bump::Major), None);
    /// ```
    pub fn next(&self, bump: Bump) -> Option<Version> {
        let [major, minor, patch] = self.semver()?;
        let numbers = match bump {
            _ if self.is_pre_release() => [major, minor, patch],
            Bump::None => return Some(self.clone()),
            Bump::Patch => [major, minor, patch.checked_add(1)?],
            Bump::Minor => [major, minor.checked_add(1)?, 0],
            Bump::Major => [major.checked_add(1)?, 0, 0],
        };
        let prefix = if self.text.starts_with('v') { "v" } else { "" };
        let text = format!("{prefix}{}.{}.{}", numbers[0], numbers[1], numbers[2]);
        Some(Version { text, numbers: numbers.to_vec(), pre: Prerelease::EMPTY })
    }

    /// Whether `new` can follow this version with such changes. A date and a pre-release can be
    /// followed by any higher version. A pre-release counts as the release that it precedes.
    ///
    /// ```
    /// use errbook_history::diff::Bump;
    /// use errbook_history::version::Version;
    /// let can = |old: &str, new: &str, bump| {
    ///     Version::parse(old).expect("a version").allows(&Version::parse(new).expect("a version"), bump)
    /// };
    /// assert!(can("1.4.2", "2.0.0-rc.1", Bump::Major));
    /// assert!(!can("1.4.2", "1.5.0-rc.1", Bump::Major));
    /// assert!(can("2026-10", "2026-11", Bump::Major));
    /// ```
    pub fn allows(&self, new: &Version, bump: Bump) -> bool {
        match self.next(bump) {
            _ if bump == Bump::None => true,
            Some(next) if !self.is_pre_release() && !new.is_date() => new.numbers >= next.numbers,
            _ => new > self,
        }
    }

    /// The three numbers of semver.
    fn semver(&self) -> Option<[u64; 3]> {
        if self.is_date() { None } else { self.numbers.as_slice().try_into().ok() }
    }
}

/// The numbers of a date: a year and up to three numbers, with one kind of separator.
fn date(text: &str) -> Option<Vec<u64>> {
    let separator = text.chars().find(|letter| !letter.is_ascii_digit())?;
    let parts = text.split(separator).map(|part| {
        let is_number = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if is_number { part.parse().ok() } else { None }
    });
    let numbers: Vec<u64> = parts.collect::<Option<_>>()?;
    let is_date = matches!(separator, '-' | '.') && (2..=4).contains(&numbers.len());
    (is_date && YEARS.contains(&numbers[0])).then_some(numbers)
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Version {}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.numbers.cmp(&other.numbers).then_with(|| self.pre.cmp(&other.pre))
    }
}
