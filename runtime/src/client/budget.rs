//! A limit on the repeats of all requests together.

use core::sync::atomic::{AtomicU64, Ordering};

/// A token bucket that limits the repeats of all requests together, so that clients do not multiply
/// the load of a service that is down.
///
/// A repeat takes one token. Without a token, a request is not repeated. A response of a healthy
/// service puts a part of a token back: a success, or an error from 400 to 499 that the catalog does
/// not call retryable.
///
/// ```
/// use errbook::client::Budget;
///
/// let budget = Budget::new(2, 0.5);
/// assert!(budget.withdraw() && budget.withdraw());
/// assert!(!budget.withdraw());
/// budget.deposit();
/// budget.deposit();
/// assert!(budget.withdraw());
/// ```
#[derive(Debug)]
pub struct Budget {
    /// In thousandths of a token.
    left: AtomicU64,
    capacity: u64,
    deposit: u64,
}

const TOKEN: u64 = 1000;

impl Budget {
    /// A full bucket. `repeats` is its size. `per_response` is the part of a token that a response
    /// puts back: 0.2 permits one repeat for every five responses. It is rounded to thousandths;
    /// negative numbers and NaN count as 0.
    pub fn new(repeats: u32, per_response: f64) -> Self {
        let capacity = u64::from(repeats) * TOKEN;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)] // saturates
        let deposit = (per_response * TOKEN as f64 + 0.5) as u64;
        Budget { left: AtomicU64::new(capacity), capacity, deposit }
    }

    /// Takes a token for a repeat. Returns `false` if there is none.
    pub fn withdraw(&self) -> bool {
        self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(TOKEN)).is_ok()
    }

    /// Puts a part of a token back. The bucket does not grow beyond its size.
    pub fn deposit(&self) {
        let filled = |left: u64| Some(left.saturating_add(self.deposit).min(self.capacity));
        _ = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, filled);
    }
}

/// A hundred repeats, and one more for every five responses. The AWS SDKs have the same numbers.
impl Default for Budget {
    fn default() -> Self {
        Self::new(100, 0.2)
    }
}

#[cfg(test)]
mod tests {
    use super::Budget;

    #[test]
    fn a_bucket_is_never_fuller_than_at_the_start() {
        let budget = Budget::new(1, 0.3);
        budget.deposit();
        assert!(budget.withdraw() && !budget.withdraw());
        for _ in 0..3 {
            budget.deposit();
            assert!(!budget.withdraw());
        }
        budget.deposit();
        assert!(budget.withdraw() && !budget.withdraw());
    }

    #[test]
    fn odd_numbers_give_nothing_back_or_fill_the_bucket() {
        for (per_response, is_filled) in [(f64::NAN, false), (-1.0, false), (f64::INFINITY, true), (1e300, true)] {
            let budget = Budget::new(1, per_response);
            assert!(budget.withdraw());
            budget.deposit();
            assert_eq!(budget.withdraw(), is_filled, "{per_response}");
        }
        assert!(!Budget::new(0, 1.0).withdraw());
    }
}
