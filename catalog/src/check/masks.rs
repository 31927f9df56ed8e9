//! Each internal error has a mask: the public error that clients receive instead of it.

use super::Checker;
use crate::problem::{Problem, Rule};
use crate::read::syntax::{ErrorEntry, Text};

/// The maximum number of possible masks in a message.
const SHOWN: usize = 3;

impl<'a> Checker<'a, '_> {
    pub(super) fn masks(&mut self) {
        let document = self.document;
        let of_groups = document.groups.iter().map(|group| &group.defaults.mask);
        let of_errors = document.errors.iter().map(|error| &error.mask);
        for name in std::iter::once(&document.defaults.mask).chain(of_groups).chain(of_errors).flatten() {
            self.named_mask(name);
        }
        for error in &document.errors {
            if let Some(mask) = error.mask.as_ref().filter(|_| !self.scope.is_internal(error)) {
                let message = format!("`{}` cannot have `mask`: it is public", error.id.value);
                self.push(
                    Problem::new(Rule::MisplacedKey, mask.span, message)
                        .help("set `visibility: internal`, or remove the key"),
                );
            }
        }
        self.missing_masks();
    }

    fn named_mask(&mut self, name: &Text) {
        if !self.known_error(name, "mask") {
            return;
        }
        let target = &self.document.errors[self.scope.errors[name.value.as_str()]];
        if let Some(why) = self.scope.why_no_mask(target) {
            let message = format!("`{}` cannot be a mask: {why}", name.value);
            self.push(Problem::new(Rule::InvalidMask, name.span, message).related(target.id.span, "defined here"));
        }
    }

    /// Reports the first internal error without a mask: one default is enough for all of them.
    fn missing_masks(&mut self) {
        if self.scope.masks.len() == 1 {
            return;
        }
        let lacks = |error: &&'a ErrorEntry| self.scope.is_internal(error) && self.scope.mask_name(error).is_none();
        let mut lacking = self.document.errors.iter().filter(lacks);
        let Some(first) = lacking.next() else { return };
        let who = match lacking.count() {
            0 => format!("`{}` is internal", first.id.value),
            1 => format!("`{}` and 1 other error are internal", first.id.value),
            others => format!("`{}` and {others} other errors are internal", first.id.value),
        };
        let masks = &self.scope.masks;
        let names = masks.iter().take(SHOWN).map(|&at| format!("`{}`", self.document.errors[at].id.value));
        let names = names.collect::<Vec<_>>().join(", ");
        let more = if masks.len() > SHOWN { ", ..." } else { "" };
        let message = if masks.is_empty() {
            format!("{who}, and no public error with the status 500 can be the mask")
        } else {
            format!("{who}, and several public errors with the status 500 could be the mask: {names}{more}")
        };
        let help = "add `mask` here or to `defaults`: the id of the public error that clients receive instead";
        let mut problem = Problem::new(Rule::MissingMask, first.id.span, message).help(help);
        let is_near = |error: &&'a ErrorEntry| {
            !self.scope.is_internal(error) && error.status.iter().any(|status| status.value == 500)
        };
        if let Some(near) = self.document.errors.iter().find(is_near).filter(|_| masks.is_empty())
            && let Some(why) = self.scope.why_no_mask(near)
        {
            problem = problem.related(near.id.span, format!("not this one: {why}"));
        }
        self.push(problem);
    }
}
