//! A platform that fails again and again is left alone for a while.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::errors::Error;

/// How many failures in a row open a circuit.
const FAILURES: u32 = 3;
/// For how long: what `Retry-After` says in the catalog.
const OPEN: Duration = Duration::from_secs(30);

struct Circuit {
    failures: u32,
    failed_at: Instant,
}

/// The circuit breakers by platform: those of which a question failed since one was answered.
#[derive(Default)]
pub(super) struct Breakers(Mutex<HashMap<String, Circuit>>);

impl Breakers {
    fn circuits(&self) -> MutexGuard<'_, HashMap<String, Circuit>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a platform is left alone.
    pub(super) fn is_open(&self, platform: &str) -> bool {
        let is_open = |circuit: &Circuit| circuit.failures >= FAILURES && circuit.failed_at.elapsed() < OPEN;
        self.circuits().get(platform).is_some_and(is_open)
    }

    /// Refuses a question to a platform that is left alone.
    pub(super) fn check(&self, platform: &str) -> Result<(), Error> {
        if self.is_open(platform) { Err(Error::ServiceUnavailable) } else { Ok(()) }
    }

    /// Remembers how a question ended.
    pub(super) fn record(&self, platform: &str, is_answered: bool) {
        let mut circuits = self.circuits();
        if is_answered {
            circuits.remove(platform);
            return;
        }
        let now = Instant::now();
        let circuit = circuits.entry(platform.to_owned()).or_insert(Circuit { failures: 0, failed_at: now });
        circuit.failures += 1;
        circuit.failed_at = now;
    }
}

#[cfg(test)]
mod tests {
    use super::{Breakers, FAILURES, OPEN};

    #[tokio::test(start_paused = true)]
    async fn a_circuit_opens_lets_one_failure_through_later_and_closes_with_an_answer() {
        let breakers = Breakers::default();
        for _ in 0..FAILURES {
            assert!(!breakers.is_open("tiktok"));
            breakers.record("tiktok", false);
        }
        assert!(breakers.is_open("tiktok") && !breakers.is_open("youtube"));
        tokio::time::advance(OPEN).await;
        assert!(!breakers.is_open("tiktok"));
        breakers.record("tiktok", false);
        assert!(breakers.is_open("tiktok"));
        breakers.record("tiktok", true);
        assert!(!breakers.is_open("tiktok"));
    }
}
