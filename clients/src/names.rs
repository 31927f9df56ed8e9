//! Names in generated clients: unique, and neither reserved nor another name of the module.

use std::collections::BTreeSet;

use heck::{ToLowerCamelCase as _, ToUpperCamelCase as _};

/// The names of a scope. A name is a letter followed by letters, digits and underscores, so a name
/// of errbook's own that begins with an underscore cannot clash.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names(BTreeSet<String>);

impl Names {
    pub(crate) fn reserving<'a>(reserved: impl IntoIterator<Item = &'a str>) -> Self {
        Names(reserved.into_iter().map(str::to_owned).collect())
    }

    /// Takes the first of the names that is free, or else the last one with underscores after it.
    pub(crate) fn take(&mut self, candidates: &[String]) -> String {
        let free = candidates.iter().find(|name| !self.0.contains(*name)).cloned();
        let name = free.unwrap_or_else(|| {
            let mut name = candidates.last().cloned().unwrap_or_default();
            while self.0.contains(&name) {
                name.push('_');
            }
            name
        });
        self.0.insert(name.clone());
        name
    }
}

/// `PascalCase`. A leading digit, or nothing at all, gets an `X` before it.
pub(crate) fn pascal(text: &str) -> String {
    lettered(text.to_upper_camel_case(), 'X')
}

/// `camelCase`.
pub(crate) fn camel(text: &str) -> String {
    lettered(text.to_lower_camel_case(), 'x')
}

fn lettered(name: String, letter: char) -> String {
    if name.starts_with(|first: char| first.is_ascii_alphabetic()) { name } else { format!("{letter}{name}") }
}

/// The name with `Error` at its end.
pub(crate) fn error(name: &str) -> String {
    if name.ends_with("Error") { name.to_owned() } else { format!("{name}Error") }
}

#[cfg(test)]
mod tests {
    use super::{Names, camel, pascal};

    #[test]
    fn a_name_is_taken_once() {
        let mut names = Names::reserving(["Error"]);
        let take = |names: &mut Names, name: &str| names.take(&[name.to_owned()]);
        assert_eq!(
            [take(&mut names, "Error"), take(&mut names, "Error"), take(&mut names, "Other")],
            ["Error_", "Error__", "Other"]
        );
        assert_eq!(names.take(&["Other".to_owned(), "OtherType".to_owned()]), "OtherType");
    }

    #[test]
    fn a_name_begins_with_a_letter() {
        assert_eq!([pascal("2fa_required"), camel("2fa"), pascal("…")], ["X2faRequired", "x2fa", "X"]);
    }
}
