//! Decides whether and when a client repeats a request.

use core::time::Duration;

use crate::{Backoff, Policy, Retry};

/// What a client should do about an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Wait this long, then send the request again.
    Wait(Duration),
    /// Do not send it again: it would fail again, it was repeated often enough, or the wait is too
    /// long.
    Stop,
    /// The catalog does not say.
    Unsaid,
}

impl Answer {
    /// The wait; `None` for [`Answer::Stop`] and [`Answer::Unsaid`].
    pub const fn wait(self) -> Option<Duration> {
        match self {
            Answer::Wait(wait) => Some(wait),
            Answer::Stop | Answer::Unsaid => None,
        }
    }
}

impl Retry {
    /// The wait if neither the response nor the catalog has one.
    pub const DEFAULT_DELAY: Duration = Duration::from_secs(1);

    /// The maximum number of repeats if the catalog does not say.
    pub const DEFAULT_REPEATS: u32 = 3;

    /// The shortest wait. Shorter waits in the response or the catalog are increased to it.
    pub const SHORTEST_WAIT: Duration = Duration::from_millis(100);

    /// The longest wait if the catalog has no `max`.
    pub const LONGEST_WAIT: Duration = Duration::from_secs(5 * 60);

    /// Whether and when to send the request again.
    ///
    /// `repeats` is the number of repeats so far: 0 after the first failure. `retry_after` is the
    /// wait that the response asks for, if any: the value of `Retry-After` (RFC 9110 section
    /// 10.2.3), or of the detail that the policy names. It overrides the backoff. For
    /// [`Retry::Idempotent`], call this only for a request that is safe to repeat.
    ///
    /// A loop that calls this function ends. Without `attempts` in the catalog, a request is
    /// repeated [`Retry::DEFAULT_REPEATS`] times. If a wait is longer than the `max` of the
    /// catalog, or than [`Retry::LONGEST_WAIT`] without a `max`, the answer is [`Answer::Stop`], so
    /// that a client never waits less than the server asks for.
    ///
    /// ```
    /// use std::time::Duration;
    /// use errbook::{Answer, Backoff, Policy, Retry};
    ///
    /// let backoff = Backoff::Exponential { initial: Duration::from_secs(2), factor: 2.0, max: Some(Duration::from_secs(5)) };
    /// let retry = Retry::Always(Some(Policy { backoff: Some(backoff), attempts: Some(3), ..Policy::EMPTY }));
    ///
    /// let wait = |seconds| Answer::Wait(Duration::from_secs(seconds));
    /// assert_eq!([0, 1, 2, 3].map(|repeats| retry.answer(repeats, None)), [wait(2), wait(4), wait(5), Answer::Stop]);
    /// assert_eq!(retry.answer(0, Some(Duration::from_secs(3))), wait(3));
    /// assert_eq!(retry.answer(0, Some(Duration::from_secs(30))), Answer::Stop);
    /// assert_eq!(Retry::Never.answer(0, None), Answer::Stop);
    /// assert_eq!(Retry::Unsaid.answer(0, None), Answer::Unsaid);
    /// ```
    pub fn answer(self, repeats: u32, retry_after: Option<Duration>) -> Answer {
        self.choose(repeats, retry_after, |wait, _| wait)
    }

    /// Like [`Retry::answer`], with waits spread over time, so that many clients do not retry at
    /// once.
    ///
    /// `random` is a random number from 0 to 1; pass a new one in each call. Numbers outside this
    /// range are clamped to it, and NaN counts as 0. A fixed wait with a `max` becomes a wait
    /// between the two. Any other wait becomes one between half of it and all of it. A wait that
    /// the response asks for does not change.
    ///
    /// ```
    /// use std::time::Duration;
    /// use errbook::{Answer, Backoff, Policy, Retry};
    ///
    /// let backoff = Backoff::Fixed { initial: Duration::from_secs(30), max: Some(Duration::from_secs(60)) };
    /// let retry = Retry::Always(Some(Policy { backoff: Some(backoff), ..Policy::EMPTY }));
    /// assert_eq!(retry.answer_with_jitter(0, None, 0.5), Answer::Wait(Duration::from_secs(45)));
    /// ```
    pub fn answer_with_jitter(self, repeats: u32, retry_after: Option<Duration>, random: f64) -> Answer {
        let random = if random.is_nan() { 0.0 } else { random.clamp(0.0, 1.0) };
        self.choose(repeats, retry_after, |wait, backoff| match backoff {
            Some(Backoff::Fixed { initial, max: Some(max) }) => {
                initial.saturating_add(scaled(max.saturating_sub(initial), random))
            }
            _ => scaled(wait, 0.5 + random / 2.0),
        })
    }

    /// `spread` adds jitter to a wait of the catalog. A wait of the response has none.
    fn choose(
        self,
        repeats: u32,
        retry_after: Option<Duration>,
        spread: impl FnOnce(Duration, Option<Backoff>) -> Duration,
    ) -> Answer {
        let policy = match self {
            Retry::Unsaid => return Answer::Unsaid,
            Retry::Never => return Answer::Stop,
            Retry::Always(policy) | Retry::Idempotent(policy) => policy.unwrap_or(Policy::EMPTY),
        };
        let Policy { name: _, after: _, backoff, attempts } = policy;
        let planned = backoff.map_or(Self::DEFAULT_DELAY, |backoff| backoff.wait(repeats));
        let longest = backoff.map_or(Self::LONGEST_WAIT, Backoff::longest);
        if repeats >= attempts.unwrap_or(Self::DEFAULT_REPEATS) || retry_after.unwrap_or(planned) > longest {
            return Answer::Stop;
        }
        let wait = retry_after.unwrap_or_else(|| spread(planned, backoff));
        Answer::Wait(wait.max(Self::SHORTEST_WAIT))
    }
}

impl Backoff {
    /// The wait after this number of repeats.
    fn wait(self, repeats: u32) -> Duration {
        match self {
            Backoff::Fixed { initial, max: _ } => initial,
            Backoff::Exponential { initial, factor, max } => {
                scaled(initial, power(factor, repeats)).min(max.unwrap_or(Duration::MAX))
            }
        }
    }

    /// The longest wait: `max`, or else the default. An initial wait longer than the default counts
    /// instead.
    fn longest(self) -> Duration {
        let (Backoff::Fixed { initial, max } | Backoff::Exponential { initial, factor: _, max }) = self;
        max.unwrap_or(Retry::LONGEST_WAIT).max(initial)
    }
}

/// `base` to the power of `exponent`. `core` has no function for it.
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

/// `wait` times `factor`; [`Duration::MAX`] if the result is too long or not a number.
fn scaled(wait: Duration, factor: f64) -> Duration {
    // Zero stays zero, even times infinity.
    if wait.is_zero() {
        return wait;
    }
    Duration::try_from_secs_f64(wait.as_secs_f64() * factor).unwrap_or(Duration::MAX)
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use crate::{Answer, Backoff, Policy, Retry};

    const SECOND: Duration = Duration::from_secs(1);

    fn retry(backoff: Option<Backoff>) -> Retry {
        Retry::Always(Some(Policy { backoff, attempts: Some(u32::MAX), ..Policy::EMPTY }))
    }

    #[test]
    fn without_a_policy_a_request_is_repeated_three_times() {
        for retry in [Retry::Always(None), Retry::Idempotent(None), Retry::Always(Some(Policy::EMPTY))] {
            assert_eq!(retry.answer(0, None), Answer::Wait(SECOND));
            assert_eq!(retry.answer(2, Some(SECOND * 7)), Answer::Wait(SECOND * 7));
            assert_eq!(retry.answer(3, None), Answer::Stop);
            assert_eq!(retry.answer(1_000_000, Some(SECOND)), Answer::Stop);
        }
        assert_eq!(Retry::Unsaid.answer(0, Some(SECOND)), Answer::Unsaid);
        assert_eq!(Retry::Never.answer_with_jitter(0, Some(SECOND), 0.5), Answer::Stop);
    }

    #[test]
    fn waits_grow_to_their_cap_and_never_overflow() {
        let exponential = |factor, max| retry(Some(Backoff::Exponential { initial: SECOND, factor, max }));
        let last = u32::MAX - 1;
        assert_eq!(exponential(2.0, None).answer(5, None), Answer::Wait(SECOND * 32));
        assert_eq!(exponential(2.0, Some(SECOND * 10)).answer(last, None), Answer::Wait(SECOND * 10));
        assert_eq!(exponential(1.5, None).answer(2, None), Answer::Wait(Duration::from_millis(2250)));
        assert_eq!(exponential(2.0, None).answer(last, None), Answer::Stop);
        assert_eq!(exponential(f64::INFINITY, None).answer(1, None), Answer::Stop);
        assert_eq!(exponential(f64::NAN, Some(SECOND * 3)).answer(1, None), Answer::Wait(SECOND * 3));
        let zero = retry(Some(Backoff::Exponential { initial: Duration::ZERO, factor: 2.0, max: None }));
        assert_eq!(zero.answer(last, None), Answer::Wait(Retry::SHORTEST_WAIT));
    }

    #[test]
    fn a_wait_is_never_shorter_than_the_server_asks_for() {
        let capped = retry(Some(Backoff::Exponential { initial: SECOND, factor: 2.0, max: Some(SECOND * 30) }));
        for (retry, longest) in [(capped, 30), (retry(None), 300)] {
            assert_eq!(retry.answer(0, Some(SECOND * longest)), Answer::Wait(SECOND * longest));
            assert_eq!(retry.answer(0, Some(SECOND * longest + Duration::from_nanos(1))), Answer::Stop);
            assert_eq!(retry.answer(0, Some(Duration::MAX)), Answer::Stop);
            assert_eq!(retry.answer(0, Some(Duration::ZERO)), Answer::Wait(Retry::SHORTEST_WAIT));
        }
        let hourly = retry(Some(Backoff::Fixed { initial: SECOND * 3600, max: None }));
        assert_eq!(hourly.answer(0, None), Answer::Wait(SECOND * 3600));
    }

    #[test]
    fn attempts_end_it_whatever_the_response_asks_for() {
        let once = Retry::Always(Some(Policy { attempts: Some(1), ..Policy::EMPTY }));
        assert_eq!(once.answer(0, None), Answer::Wait(SECOND));
        assert_eq!(once.answer(1, Some(SECOND)), Answer::Stop);
        assert_eq!(once.answer_with_jitter(1, None, 0.5), Answer::Stop);
    }

    #[test]
    fn jitter_stays_between_its_ends() {
        let range = retry(Some(Backoff::Fixed { initial: SECOND * 30, max: Some(SECOND * 60) }));
        let plain = retry(Some(Backoff::Fixed { initial: SECOND * 30, max: None }));
        for (random, in_range, in_plain) in
            [(0.0, 30, 15), (1.0, 60, 30), (-3.0, 30, 15), (9.0, 60, 30), (f64::NAN, 30, 15)]
        {
            assert_eq!(range.answer_with_jitter(0, None, random), Answer::Wait(SECOND * in_range), "{random}");
            assert_eq!(plain.answer_with_jitter(0, None, random), Answer::Wait(SECOND * in_plain), "{random}");
        }
        assert_eq!(range.answer_with_jitter(0, Some(SECOND * 7), 0.9), Answer::Wait(SECOND * 7));
    }
}
