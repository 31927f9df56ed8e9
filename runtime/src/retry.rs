//! How long a client waits before it repeats a request.

use core::time::Duration;

use crate::{Backoff, Policy, Retry};

impl Retry {
    /// The wait where neither the response nor the catalog names one.
    pub const DEFAULT_DELAY: Duration = Duration::from_secs(1);

    /// How long to wait before the request is sent again; `None` where it should not be.
    ///
    /// `repeats` is how often it was repeated already: 0 after the first failure. `retry_after` is the wait that the response asks
    /// for, where it does (`Retry-After`, RFC 9110 section 10.2.3, or the detail that the policy names): it wins over the
    /// backoff, and no cap shortens it. For [`Retry::Idempotent`], ask only about a request that is safe to repeat.
    ///
    /// ```
    /// use std::time::Duration;
    /// use errbook::{Backoff, Policy, Retry};
    ///
    /// let backoff = Backoff::Exponential { initial: Duration::from_secs(2), factor: 2.0, max: Some(Duration::from_secs(5)) };
    /// let retry = Retry::Always(Some(Policy { backoff: Some(backoff), attempts: Some(3), ..Policy::EMPTY }));
    ///
    /// let seconds = |repeats| retry.delay(repeats, None).map(|wait| wait.as_secs());
    /// assert_eq!([seconds(0), seconds(1), seconds(2), seconds(3)], [Some(2), Some(4), Some(5), None]);
    /// assert_eq!(retry.delay(0, Some(Duration::from_secs(30))), Some(Duration::from_secs(30)));
    /// assert_eq!(Retry::Never.delay(0, None), None);
    /// ```
    pub fn delay(self, repeats: u32, retry_after: Option<Duration>) -> Option<Duration> {
        if !self.is_retryable() {
            return None;
        }
        let Policy { name: _, after: _, backoff, attempts } = self.policy().unwrap_or(Policy::EMPTY);
        if attempts.is_some_and(|attempts| repeats >= attempts) {
            return None;
        }
        Some(retry_after.or_else(|| backoff.map(|backoff| backoff.delay(repeats))).unwrap_or(Self::DEFAULT_DELAY))
    }

    /// As [`Retry::delay`], spread over time so that many clients do not come back at once.
    ///
    /// `random` is a number from 0 to 1 of the caller's choice, a new one each time; what lies outside counts as the nearer end, and what is no number as 0.
    /// A fixed wait with a `max` lies anywhere between the two, any other backoff between half of it and all of it. A wait that
    /// the response asks for stays as it is.
    ///
    /// ```
    /// use std::time::Duration;
    /// use errbook::{Backoff, Policy, Retry};
    ///
    /// let backoff = Backoff::Fixed { initial: Duration::from_secs(30), max: Some(Duration::from_secs(60)) };
    /// let retry = Retry::Always(Some(Policy { backoff: Some(backoff), ..Policy::EMPTY }));
    /// assert_eq!(retry.delay_with_jitter(0, None, 0.5), Some(Duration::from_secs(45)));
    /// ```
    pub fn delay_with_jitter(self, repeats: u32, retry_after: Option<Duration>, random: f64) -> Option<Duration> {
        let wait = self.delay(repeats, retry_after)?;
        if retry_after.is_some() {
            return Some(wait);
        }
        let random = if random.is_nan() { 0.0 } else { random.clamp(0.0, 1.0) };
        Some(match self.policy().and_then(|policy| policy.backoff) {
            Some(Backoff::Fixed { initial, max: Some(max) }) => {
                initial.saturating_add(scaled(max.saturating_sub(initial), random))
            }
            _ => scaled(wait, 0.5 + random / 2.0),
        })
    }
}

impl Backoff {
    /// The wait after so many repeats.
    fn delay(self, repeats: u32) -> Duration {
        match self {
            Backoff::Fixed { initial, max: _ } => initial,
            Backoff::Exponential { initial, factor, max } => {
                scaled(initial, power(factor, repeats)).min(max.unwrap_or(Duration::MAX))
            }
        }
    }
}

/// `base` to the power of `exponent`, which `core` has no function for.
fn power(mut base: f64, mut exponent: u32) -> f64 {
    let mut power = 1.0;
    while exponent > 0 {
        if exponent % 2 == 1 {
            power *= base;
        }
        base *= base;
        exponent /= 2;
    }
    power
}

/// `wait` times `factor`; the longest wait there is where that is too long, or no number.
fn scaled(wait: Duration, factor: f64) -> Duration {
    // Nothing stays nothing, even times infinity.
    if wait.is_zero() {
        return wait;
    }
    Duration::try_from_secs_f64(wait.as_secs_f64() * factor).unwrap_or(Duration::MAX)
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use crate::{Backoff, Policy, Retry};

    const SECOND: Duration = Duration::from_secs(1);

    fn retry(backoff: Option<Backoff>) -> Retry {
        Retry::Always(Some(Policy { backoff, ..Policy::EMPTY }))
    }

    #[test]
    fn without_a_policy_the_wait_is_a_second() {
        for retry in [Retry::Always(None), Retry::Idempotent(None), retry(None)] {
            assert_eq!(retry.delay(0, None), Some(SECOND));
            assert_eq!(retry.delay(u32::MAX, Some(SECOND * 7)), Some(SECOND * 7));
        }
    }

    #[test]
    fn waits_grow_to_their_cap_and_never_overflow() {
        let exponential = |factor, max| retry(Some(Backoff::Exponential { initial: SECOND, factor, max }));
        assert_eq!(exponential(2.0, None).delay(5, None), Some(SECOND * 32));
        assert_eq!(exponential(2.0, Some(SECOND * 10)).delay(u32::MAX, None), Some(SECOND * 10));
        assert_eq!(exponential(1.5, None).delay(2, None), Some(Duration::from_millis(2250)));
        assert_eq!(exponential(2.0, None).delay(u32::MAX, None), Some(Duration::MAX));
        assert_eq!(exponential(f64::INFINITY, None).delay(1, None), Some(Duration::MAX));
        assert_eq!(exponential(f64::NAN, Some(SECOND * 3)).delay(1, None), Some(SECOND * 3));
        assert_eq!(exponential(1.000_000_1, None).delay(u32::MAX, None).map(|wait| wait > SECOND), Some(true));
        let zero = retry(Some(Backoff::Exponential { initial: Duration::ZERO, factor: 2.0, max: None }));
        assert_eq!(zero.delay(u32::MAX, None), Some(Duration::ZERO));
    }

    #[test]
    fn attempts_end_it_whatever_the_response_asks_for() {
        let once = Retry::Always(Some(Policy { attempts: Some(1), ..Policy::EMPTY }));
        assert_eq!(once.delay(0, None), Some(SECOND));
        assert_eq!(once.delay(1, Some(SECOND)), None);
        assert_eq!(once.delay_with_jitter(1, None, 0.5), None);
    }

    #[test]
    fn jitter_stays_between_its_ends() {
        let range = retry(Some(Backoff::Fixed { initial: SECOND * 30, max: Some(SECOND * 60) }));
        let plain = retry(Some(Backoff::Fixed { initial: SECOND * 30, max: None }));
        for (random, in_range, in_plain) in
            [(0.0, 30, 15), (1.0, 60, 30), (-3.0, 30, 15), (9.0, 60, 30), (f64::NAN, 30, 15)]
        {
            assert_eq!(range.delay_with_jitter(0, None, random), Some(SECOND * in_range), "{random}");
            assert_eq!(plain.delay_with_jitter(0, None, random), Some(SECOND * in_plain), "{random}");
        }
        assert_eq!(range.delay_with_jitter(0, Some(SECOND * 7), 0.9), Some(SECOND * 7));
        let longest = retry(Some(Backoff::Exponential { initial: SECOND, factor: 2.0, max: None }));
        assert!(longest.delay_with_jitter(u32::MAX, None, 1.0).is_some());
    }
}
