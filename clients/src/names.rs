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

    /// Takes a name for each thing.
    pub(crate) fn take_all(&mut self, things: &[Wanted<'_>]) -> Vec<String> {
        let mut names = vec![String::new(); things.len()];
        for at in self.order(things) {
            names[at] = self.take(&things[at].candidates);
        }
        names
    }

    /// The order in which things take their names. It does not depend on the order of the catalog: those
    /// that have the wanted name already come first, then the others by their names.
    pub(crate) fn order(&self, things: &[Wanted<'_>]) -> Vec<usize> {
        let mut order: Vec<usize> = (0..things.len()).collect();
        order.sort_by_key(|&at| {
            let Wanted { own, is_own, candidates } = &things[at];
            let has_it = *is_own && candidates.first().is_some_and(|name| !self.0.contains(name));
            (!has_it, *own)
        });
        order
    }
}

/// The names that something can have.
#[derive(Debug, Clone)]
pub(crate) struct Wanted<'a> {
    /// Its name in the catalog.
    pub(crate) own: &'a str,
    /// Whether the first candidate is that name, in another case at most.
    pub(crate) is_own: bool,
    /// The best name first. Never empty.
    pub(crate) candidates: Vec<String>,
}

impl<'a> Wanted<'a> {
    pub(crate) fn new(own: &'a str, candidates: Vec<String>) -> Self {
        Wanted { own, is_own: candidates.first().is_some_and(|first| first == own), candidates }
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
    use super::{Names, Wanted, camel, pascal};

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
    fn names_do_not_depend_on_the_order_of_the_catalog() {
        let take = |things: [&'static str; 3]| {
            let wanted: Vec<_> = things.iter().map(|own| Wanted::new(own, vec!["foo_bar".to_owned()])).collect();
            let names = Names::default().take_all(&wanted);
            let mut own: Vec<_> = things.into_iter().zip(names).collect();
            own.sort();
            own
        };
        let text = |name: &str| name.to_owned();
        let expected = [("FooBar", text("foo_bar_")), ("fooBar", text("foo_bar__")), ("foo_bar", text("foo_bar"))];
        assert_eq!(take(["fooBar", "foo_bar", "FooBar"]), expected);
        assert_eq!(take(["foo_bar", "FooBar", "fooBar"]), expected);
    }

    #[test]
    fn a_name_begins_with_a_letter() {
        assert_eq!([pascal("2fa_required"), camel("2fa"), pascal("…")], ["X2faRequired", "x2fa", "X"]);
    }
}
