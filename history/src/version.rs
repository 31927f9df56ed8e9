//! Versions of releases.
//!
//! ```
//! use errbook_history::version::Version;
//!
//! let version = Version::parse("1.10.0").expect("a version");
//! assert!(version > Version::parse("1.9.3").expect("a version"));
//! assert_eq!(version.to_string(), "1.10.0");
//! for other in ["1.10", "v1.10.0", "1.10.0-rc.1", "01.10.0", "2026-02"] {
//!     assert_eq!(Version::parse(other), None);
//! }
//! ```

use std::fmt;

/// A version of the form 1.2.3 ([semver](https://semver.org)), without a pre-release or build
/// label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// Increases when clients break.
    pub major: u32,
    /// Increases with a backward compatible change; before 1.0, also with a breaking one.
    pub minor: u32,
    /// Increases when only wording changed.
    pub patch: u32,
}

impl Version {
    /// Parses `1.2.3`.
    pub fn parse(text: &str) -> Option<Self> {
        let numbers: Option<Vec<u32>> = text.split('.').map(number).collect();
        let [major, minor, patch] = numbers?.try_into().ok()?;
        Some(Version { major, minor, patch })
    }
}

/// A number in semver syntax: digits without a leading zero.
fn number(text: &str) -> Option<u32> {
    let number: u32 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}
