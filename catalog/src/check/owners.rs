//! Ownership: each error is in the file that owns its prefix and group.

use crate::problem::{Problem, Rule};
use crate::read::syntax::{ErrorEntry, Owner, Text};
use crate::source::{SourceId, Span};

use super::{Checker, invalid_id};
use crate::model::name::is_id;
use crate::words::is_invisible;

impl Checker<'_, '_> {
    pub(super) fn owners(&mut self) {
        for owner in &self.document.owners {
            self.names(owner);
        }
        if self.clash_anywhere() {
            // Each file would reject the errors of the other.
            return;
        }
        for error in &self.document.errors {
            if !self.is_owned_elsewhere(error) {
                self.is_outside(error);
            }
        }
    }

    fn names(&mut self, owner: &Owner) {
        let is_team = |word: &str| word.contains('@') && !word.ends_with('@') && !word.contains(is_invisible);
        if let Some(team) = &owner.team
            && !team.value.split_whitespace().all(is_team)
        {
            let message = format!("`{}` is not a valid owner in a CODEOWNERS file", team.value);
            let help = "write `@user`, `@organization/team` or an email address";
            self.push(Problem::new(Rule::InvalidName, team.span, message).help(help));
        }
        if let Some(prefix) = &owner.prefix
            && !is_id(&prefix.value)
        {
            self.push(invalid_id(prefix));
        }
    }

    fn clash_anywhere(&mut self) -> bool {
        let owners = &self.document.owners;
        let mut is_any = false;
        for (at, owner) in owners.iter().enumerate() {
            for earlier in &owners[..at] {
                if let (Some(first), Some(second)) = (&earlier.prefix, &owner.prefix)
                    && (first.value.starts_with(&second.value) || second.value.starts_with(&first.value))
                {
                    self.clash(second, first, earlier, "the prefix");
                    is_any = true;
                }
                if let (Some(first), Some(second)) = (&earlier.group, &owner.group)
                    && first.value == second.value
                {
                    self.clash(second, first, earlier, "the group");
                    is_any = true;
                }
            }
        }
        is_any
    }

    fn clash(&mut self, second: &Text, first: &Text, earlier: &Owner, what: &str) {
        let (file, other) = (self.file(second.span.source), self.file(first.span.source));
        let message = if first.value == second.value {
            format!("`{file}` and `{other}` both own {what} `{}`", first.value)
        } else {
            format!("{what} `{}` of `{file}` overlaps with `{}` of `{other}`", second.value, first.value)
        };
        self.push(Problem::new(Rule::OwnerClash, second.span, message).related(first.span, owned_by(earlier)));
    }

    /// Reports an error with the prefix or the group of another file. Returns whether it did.
    fn is_owned_elsewhere(&mut self, error: &ErrorEntry) -> bool {
        let file = error.id.span.source;
        for owner in self.document.owners.iter().filter(|owner| owner.source != file) {
            let by_prefix = owner.prefix.as_ref().filter(|prefix| error.id.value.starts_with(&prefix.value));
            let by_group = owner.group.as_ref().zip(error.group.as_ref()).filter(|(own, of)| own.value == of.value);
            let (owned, at, what) = match (by_prefix, by_group) {
                (Some(prefix), _) => (prefix, error.id.span, "the prefix"),
                (None, Some((group, of))) => (group, of.span, "the group"),
                (None, None) => continue,
            };
            let (here, there) = (self.file(file), self.file(owner.source));
            let message = format!("`{}` is in `{here}`, but `{there}` owns {what} `{}`", error.id.value, owned.value);
            self.push(Problem::new(Rule::OwnedElsewhere, at, message).related(owned.span, owned_by(owner)));
            return true;
        }
        false
    }

    fn is_outside(&mut self, error: &ErrorEntry) {
        let id = &error.id;
        let Some(owner) = self.document.owners.iter().find(|owner| owner.source == id.span.source) else { return };
        let file = self.file(owner.source).to_owned();
        let mut outside = |at: Span, owned: &Text, what: &str| {
            let message = format!("`{}` is in `{file}`, {what} `{}`", id.value, owned.value);
            self.push(Problem::new(Rule::OutsideOwnership, at, message).related(owned.span, owned_by(owner)));
        };
        if let Some(prefix) = owner.prefix.as_ref().filter(|prefix| !id.value.starts_with(&prefix.value)) {
            outside(id.span, prefix, "whose ids start with");
        }
        let is_group = |group: &&Text| error.group.as_ref().is_none_or(|of| of.value != group.value);
        if let Some(group) = owner.group.as_ref().filter(is_group) {
            let at = error.group.as_ref().map_or(id.span, |group| group.span);
            outside(at, group, "whose errors have the group");
        }
    }

    fn file(&self, source: SourceId) -> &str {
        &self.sources.get(source).relative
    }
}

fn owned_by(owner: &Owner) -> String {
    owner.team.as_ref().map_or("owned here".to_owned(), |team| format!("owned by {}", team.value))
}
