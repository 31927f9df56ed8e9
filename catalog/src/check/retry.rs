//! Retry policies are complete and consistent.

use super::{Checker, is_token};
use crate::problem::{Problem, Rule};
use crate::read::syntax::{BackoffKind, Policy, PolicyRef, Retryable};
use crate::source::{Span, Spanned};

impl Checker<'_, '_> {
    pub(super) fn retry(&mut self) {
        let document = self.document;
        let layers = document
            .errors
            .iter()
            .map(|error| (&error.retryable, &error.retry))
            .chain(document.groups.iter().map(|group| (&group.defaults.retryable, &group.defaults.retry)))
            .chain(std::iter::once((&document.defaults.retryable, &document.defaults.retry)))
            .chain(document.unknown.iter().map(|entry| (&entry.retryable, &entry.retry)));
        for (retryable, policy) in layers {
            if let (Some(Spanned { value: Retryable::No, span }), Some(policy)) = (retryable, policy) {
                let at = match policy {
                    PolicyRef::Named(name) => name.span,
                    PolicyRef::Inline(policy) => first_of(policy),
                };
                self.push(
                    Problem::new(Rule::RetryConflict, *span, "`retryable: false` conflicts with the retry policy")
                        .related(at, "the policy"),
                );
            }
            if let Some(PolicyRef::Inline(policy)) = policy {
                self.policy(policy, first_of(policy));
            }
        }
        for (name, policy) in &document.retry {
            self.policy(policy, name.span);
        }
    }

    fn policy(&mut self, policy: &Policy, at: Span) {
        let Policy { span: _, is_broken, backoff, initial_ms, factor, max_ms, attempts, after } = policy;
        // The missing keys may be the ones with errors.
        if *is_broken {
            return;
        }
        if after.is_none() && initial_ms.is_none() && attempts.is_none() && backoff.is_none() {
            let message = "this policy has neither a wait nor a number of attempts";
            self.push(Problem::new(Rule::RetryConflict, at, message).help("add `after`, `initial` or `attempts`"));
        }
        if let (Some(backoff), None) = (backoff, initial_ms) {
            self.push(Problem::new(Rule::RetryConflict, backoff.span, "`backoff` needs `initial`, the first wait"));
        }
        let exponential = backoff.as_ref().is_some_and(|backoff| backoff.value == BackoffKind::Exponential);
        if let (Some(factor), false) = (factor, exponential) {
            let message = "`factor` needs `backoff: exponential`";
            self.push(Problem::new(Rule::RetryConflict, factor.span, message));
        }
        match (initial_ms, max_ms) {
            (Some(initial), Some(max)) if max.value < initial.value => {
                let problem = Problem::new(Rule::RetryConflict, max.span, "`max` is shorter than `initial`");
                self.push(problem.related(initial.span, "the first wait"));
            }
            (None, Some(max)) => {
                self.push(Problem::new(Rule::RetryConflict, max.span, "`max` needs `initial`, the first wait"));
            }
            _ => {}
        }
        if let Some(initial) = initial_ms.as_ref().filter(|initial| exponential && initial.value == 0) {
            let message = "an exponential backoff that starts at 0 stays at 0";
            self.push(Problem::new(Rule::RetryConflict, initial.span, message).help("Write a first wait, as in `1s`."));
        }
        if let Some(after) = after.as_ref().filter(|after| !is_token(&after.value)) {
            let message = format!("`{}` is not a valid name for a header or a detail", after.value);
            self.push(Problem::new(Rule::InvalidName, after.span, message));
        }
    }
}

fn first_of(policy: &Policy) -> Span {
    let spans = [
        policy.backoff.as_ref().map(|backoff| backoff.span),
        policy.initial_ms.as_ref().map(|initial| initial.span),
        policy.after.as_ref().map(|after| after.span),
    ];
    spans.into_iter().flatten().min_by_key(|span| span.start).unwrap_or(policy.span)
}
