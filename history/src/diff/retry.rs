//! Compares retry policies and refunds.

use std::collections::HashMap;

use errbook_catalog::model::template::Placeholder;
use errbook_catalog::model::{
    After, Backoff, Catalog, ErrorDef, Fault, NamedPolicy, Policy, Refund, Retry, UnknownError,
};

use super::{Comparison, Place, Rating, Rule, keys, pair};

/// A rule, its key, and the old and new value.
type PolicyChange = (Rule, &'static str, Option<String>, Option<String>);

impl<'a> Comparison<'a> {
    /// Compares the named policies.
    pub(super) fn retry_policies(&mut self) {
        let of_catalog = Place::of_catalog("retry");
        let paired = pair(&self.old.retry_policies, &self.new.retry_policies, |policy| &policy.name);
        for NamedPolicy { name, policy: _ } in paired.removed {
            self.push(Rule::PolicyRenamed, &of_catalog, Some(name.clone()), None);
        }
        for NamedPolicy { name, policy: _ } in paired.added {
            self.push(Rule::PolicyRenamed, &of_catalog, None, Some(name.clone()));
        }
        let mut users = self.users_by(|_, error| error.retry.policy()?.name.as_deref());
        for (old, new) in paired.both {
            let users = users.remove(new.name.as_str()).unwrap_or_default();
            let mut place = Place::shared(format!("retry.{}", new.name), &users);
            // Clients follow it for errors that they do not know.
            let unknown = pair(&self.old.unknown, &self.new.unknown, |unknown| unknown.statuses).both;
            let is_followed = |old: &Retry, is: &Retry| follows(old, &new.name) && follows(is, &new.name);
            if unknown.iter().any(|(old, is)| is_followed(&old.retry, &is.retry)) {
                place.promise = Rating::Breaking;
            }
            for (rule, key, was, is) in policy_changes(&old.policy, &new.policy) {
                self.push(rule, &place.at(key), was, is);
            }
        }
    }

    /// Compares what clients do about errors that are not in the catalog. A status without an entry
    /// of its own follows its class.
    pub(super) fn unknown(&mut self) {
        let of_catalog = Place::of_catalog("unknown");
        let (old, new) = (&self.old.unknown, &self.new.unknown);
        for statuses in keys(old, new, |unknown| unknown.statuses) {
            let retry = |list: &'a [UnknownError]| {
                statuses.among(list, |unknown| unknown.statuses).map_or(&Retry::Unsaid, |unknown| &unknown.retry)
            };
            self.retry_of(&of_catalog.at(&statuses.to_string()), retry(old), retry(new), false);
        }
    }

    pub(super) fn retry(&mut self, place: &Place<'a>, old: &ErrorDef, new: &ErrorDef) {
        let is_sent = self.sends(old, &Placeholder::Retryable);
        self.retry_of(place, &old.retry, &new.retry, is_sent);
    }

    /// `is_sent` says whether the old body has the value.
    fn retry_of(&mut self, place: &Place<'a>, old: &Retry, new: &Retry, is_sent: bool) {
        let rule = match (old, new) {
            (Retry::Unsaid, Retry::Unsaid)
            | (Retry::Never, Retry::Never)
            | (Retry::Always(_), Retry::Always(_))
            | (Retry::Idempotent(_), Retry::Idempotent(_)) => None,
            (Retry::Unsaid, Retry::Never | Retry::Always(_) | Retry::Idempotent(_)) => Some(Rule::RetryStated),
            // The body no longer has `false` for the retry advice.
            (Retry::Never, Retry::Unsaid) if is_sent => Some(Rule::SentValueChanged),
            (Retry::Never, Retry::Unsaid) => Some(Rule::NoRetryUnstated),
            (Retry::Always(_) | Retry::Idempotent(_), Retry::Unsaid) => Some(Rule::RetryUnstated),
            (Retry::Always(_) | Retry::Idempotent(_), Retry::Never) => Some(Rule::RetryWithdrawn),
            (Retry::Never, Retry::Always(_) | Retry::Idempotent(_)) => Some(Rule::RetryAllowed),
            (Retry::Always(_), Retry::Idempotent(_)) => Some(Rule::RetryNarrowed),
            (Retry::Idempotent(_), Retry::Always(_)) => Some(Rule::RetryWidened),
        };
        if let Some(rule) = rule {
            let word = |retry: &Retry| retryable(retry).map(str::to_owned);
            self.push(rule, &place.at("retryable"), word(old), word(new));
        }
        // A policy that is added or removed with the permission to retry is not a change of its
        // own.
        if !matches!(rule, None | Some(Rule::RetryNarrowed | Rule::RetryWidened)) {
            return;
        }
        let nothing = Policy { name: None, after: None, backoff: None, attempts: None };
        let place = place.at("retry");
        let (was, is) = match (old.policy(), new.policy()) {
            (None, None) => return,
            (None, Some(is)) => {
                self.push(Rule::PolicyAdded, &place, None, Some(policy_words(is)));
                return;
            }
            (Some(was), None) => (was, &nothing),
            (Some(was), Some(is)) => (was, is),
        };
        self.value(Rule::PolicyRenamed, &place, was.name.as_ref(), is.name.as_ref());
        let explained = self.explained(was, is);
        for change in policy_changes(was, is) {
            if !explained.contains(&change) {
                let (rule, key, was, is) = change;
                self.push(rule, &place.at(key), was, is);
            }
        }
    }

    /// The changes of a named policy that both errors use.
    fn explained(&self, old: &Policy, new: &Policy) -> Vec<PolicyChange> {
        let named = |of: &HashMap<&str, &'a Policy>| old.name.as_deref().and_then(|name| of.get(name).copied());
        match (named(&self.policies[0]), named(&self.policies[1])) {
            (Some(was), Some(is)) if old.name == new.name => policy_changes(was, is),
            _ => Vec::new(),
        }
    }

    pub(super) fn refund(&mut self, place: &Place<'a>, old: &ErrorDef, new: &ErrorDef) {
        let is_sent = self.sends(old, &Placeholder::Refund);
        let (old, new) = (old.refund.as_ref(), new.refund.as_ref());
        let rule = match (old, new) {
            (None, Some(_)) => Rule::RefundStated,
            (Some(Refund::Kept), None) if is_sent => Rule::SentValueChanged,
            // Clients do not rely on a charge.
            (Some(Refund::Kept), None) => Rule::ChargeUnstated,
            (Some(_), None) => Rule::RefundUnstated,
            (Some(Refund::Conditional { .. }), Some(Refund::Conditional { .. })) => Rule::RefundConditionChanged,
            (Some(old), Some(new)) if kept(old) < kept(new) => Rule::RefundNarrowed,
            _ => Rule::RefundWidened,
        };
        self.value(rule, place, old.map(refund_words).as_ref(), new.map(refund_words).as_ref());
    }

    pub(super) fn fault(&mut self, place: &Place<'a>, old: Option<Fault>, new: Option<Fault>) {
        self.value(Rule::FaultChanged, place, old.map(Fault::name).as_ref(), new.map(Fault::name).as_ref());
    }
}

/// The named policies of a catalog.
pub(super) fn named_policies(catalog: &Catalog) -> HashMap<&str, &Policy> {
    catalog.retry_policies.iter().map(|named| (named.name.as_str(), &named.policy)).collect()
}

/// Whether clients follow the policy of that name.
fn follows(retry: &Retry, name: &str) -> bool {
    retry.policy().is_some_and(|policy| policy.name.as_deref() == Some(name))
}

fn retryable(retry: &Retry) -> Option<&'static str> {
    match retry {
        Retry::Unsaid => None,
        Retry::Never => Some("false"),
        Retry::Always(_) => Some("true"),
        Retry::Idempotent(_) => Some("idempotent"),
    }
}

fn policy_changes(old: &Policy, new: &Policy) -> Vec<PolicyChange> {
    let Policy { name: _, after, backoff, attempts } = old;
    let mut changes = Vec::new();
    if *after != new.after {
        let rule = match (after, &new.after) {
            (None, _) => Rule::WaitSourceAdded,
            (Some(_), None) => Rule::WaitSourceRemoved,
            (Some(_), Some(_)) => Rule::WaitSourceChanged,
        };
        changes.push((rule, "after", after.as_ref().map(after_words), new.after.as_ref().map(after_words)));
    }
    if *backoff != new.backoff {
        let lengthened = match (backoff, &new.backoff) {
            (Some(was), Some(is)) => (0..LOOK_AHEAD).any(|repeats| wait(was, repeats) < wait(is, repeats)),
            (None, _) | (_, None) => false,
        };
        let rule = if lengthened { Rule::BackoffLengthened } else { Rule::BackoffChanged };
        changes.push((rule, "backoff", backoff.as_ref().map(backoff_words), new.backoff.as_ref().map(backoff_words)));
    }
    if *attempts != new.attempts {
        // Without a number, clients use their default.
        let limit = |attempts: Option<u32>| attempts.unwrap_or(DEFAULT_REPEATS);
        let lowered = limit(new.attempts) < limit(*attempts);
        let rule = if lowered { Rule::AttemptsLowered } else { Rule::AttemptsRaised };
        let words = |attempts: Option<u32>| attempts.map(|attempts| attempts.to_string());
        changes.push((rule, "attempts", words(*attempts), words(new.attempts)));
    }
    changes
}

/// The number of retries if the catalog does not say: `errbook::Retry::DEFAULT_REPEATS`.
const DEFAULT_REPEATS: u32 = 3;

/// The number of waits to compare. Later waits are at their limit, or longer than any client waits.
const LOOK_AHEAD: i32 = 16;

/// The shortest wait that the backoff allows, in milliseconds.
#[expect(clippy::cast_precision_loss, reason = "no catalog waits 2^53 milliseconds")]
fn wait(backoff: &Backoff, repeats: i32) -> f64 {
    match *backoff {
        Backoff::Fixed { initial_ms, max_ms: _ } => initial_ms as f64,
        Backoff::Exponential { initial_ms, factor, max_ms } => {
            let wait = initial_ms as f64 * factor.powi(repeats);
            max_ms.map_or(wait, |max| wait.min(max as f64))
        }
    }
}

/// A policy in one line, its name first.
fn policy_words(policy: &Policy) -> String {
    let Policy { name, after, backoff, attempts } = policy;
    let attempts = attempts.map(|attempts| format!("{attempts} attempts"));
    let words = [name.clone(), after.as_ref().map(after_words), backoff.as_ref().map(backoff_words), attempts];
    words.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

fn after_words(after: &After) -> String {
    match after {
        After::Header(name) => format!("header {name}"),
        After::Detail(name) => format!("detail {name}"),
    }
}

fn backoff_words(backoff: &Backoff) -> String {
    let up_to = |max_ms: Option<u64>| max_ms.map_or(String::new(), |max| format!(", at most {}", duration(max)));
    match *backoff {
        Backoff::Fixed { initial_ms, max_ms } => format!("{} each time{}", duration(initial_ms), up_to(max_ms)),
        Backoff::Exponential { initial_ms, factor, max_ms } => {
            format!("{}, times {factor} each time{}", duration(initial_ms), up_to(max_ms))
        }
    }
}

/// A duration as the catalog writes it: `2s`.
fn duration(ms: u64) -> String {
    if ms > 0 && ms.is_multiple_of(1000) { format!("{}s", ms / 1000) } else { format!("{ms}ms") }
}

/// The share of the charge that may be kept, from none to all.
fn kept(refund: &Refund) -> u8 {
    match refund {
        Refund::NotCharged => 0,
        Refund::Refunded => 1,
        Refund::Conditional { .. } => 2,
        Refund::Kept => 3,
    }
}

fn refund_words(refund: &Refund) -> String {
    match refund {
        Refund::Refunded => "refunded".to_owned(),
        Refund::Kept => "kept".to_owned(),
        Refund::NotCharged => "not_charged".to_owned(),
        Refund::Conditional { when } => format!("refunded when: {when}"),
    }
}
