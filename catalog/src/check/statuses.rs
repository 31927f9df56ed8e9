//! Keys that are statuses: `rejections` and `unknown`.

use super::Checker;
use crate::model::Statuses;
use crate::problem::{Problem, Rule};
use crate::read::scope::field;
use crate::read::shape::STATUSES;
use crate::read::syntax::{ErrorEntry, Policy, PolicyRef, Text};

impl<'a> Checker<'a, '_> {
    pub(super) fn rejections(&mut self) {
        let document = self.document;
        for (status, id) in &document.rejections {
            let statuses = self.statuses(status);
            if !self.known_error(id, "rejection") {
                continue;
            }
            let error = &document.errors[self.scope.errors[id.value.as_str()]];
            // A status that HTTP does not have is reported where it is.
            if error.status.iter().any(|status| !(STATUSES.0..=STATUSES.1).contains(&status.value)) {
                continue;
            }
            if let Some(why) = statuses.and_then(|statuses| self.why_no_answer(error, statuses)) {
                let message = format!("`{}` cannot answer a rejection with status {}: {why}", id.value, status.value);
                let problem = Problem::new(Rule::InvalidRejection, id.span, message);
                self.push(problem.related(error.id.span, "defined here"));
            }
        }
        let Some((first, _)) = document.rejections.first() else { return };
        for class in [Statuses::Client, Statuses::Server] {
            let class = class.to_string();
            if !document.rejections.iter().any(|(status, _)| status.value == class) {
                let message = format!("`rejections` needs the key `{class}`, for every status without a key");
                self.push(Problem::new(Rule::MissingKey, first.span, message));
            }
        }
    }

    pub(super) fn unknown(&mut self) {
        let document = self.document;
        for entry in &document.unknown {
            self.statuses(&entry.status);
            let policy = match &entry.retry {
                None => continue,
                Some(PolicyRef::Inline(policy)) => policy,
                Some(PolicyRef::Named(name)) => match self.scope.policies.get(name.value.as_str()) {
                    Some(&at) => &document.retry[at].1,
                    None => continue,
                },
            };
            self.waits_for_header(policy, &entry.status);
        }
    }

    /// The details of an unknown error are unknown.
    fn waits_for_header(&mut self, policy: &Policy, status: &Text) {
        let Some(after) = &policy.after else { return };
        let mut details = self.document.errors.iter().map(|error| &error.details);
        if after.value.contains('_') || details.any(|details| field(details, &after.value).is_some()) {
            let message = format!("an unknown error has no detail `{}`", after.value);
            self.push(
                Problem::new(Rule::MisplacedKey, after.span, message)
                    .help("Use a policy that waits for a header.")
                    .related(status.span, "used here"),
            );
        }
    }

    fn statuses(&mut self, text: &Text) -> Option<Statuses> {
        let statuses = Statuses::parse(&text.value);
        if statuses.is_none() {
            let message = format!("`{}` is neither a status from 400 to 599 nor `4XX` or `5XX`", text.value);
            self.push(
                Problem::new(Rule::InvalidStatus, text.span, message)
                    .help("Write one status, as in `404`, or a class, as in `4XX`."),
            );
        }
        statuses
    }

    /// Why an error cannot be sent for every request that is rejected with a status.
    fn why_no_answer(&self, error: &'a ErrorEntry, statuses: Statuses) -> Option<String> {
        if self.scope.is_internal(error) {
            return Some("it is internal".to_owned());
        }
        if !error.has_status {
            return Some("it has no status".to_owned());
        }
        let class = statuses.first() / 100;
        if !error.status.iter().any(|status| status.value / 100 == i64::from(class)) {
            return Some(format!("it has no status from {class}00 to {class}99"));
        }
        let required = error.details.iter().find(|detail| !detail.optional)?;
        Some(format!("its detail `{}` is required", required.name.value))
    }
}
