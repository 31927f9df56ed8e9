//! A circuit breaker: a platform that fails repeatedly is not queried for a while.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::errors::Error;

/// The number of consecutive failures that open a circuit.
const FAILURES: u32 = 3;
/// How long a circuit is open. The catalog's `Retry-After` has the same value.
const OPEN: Duration = Duration::from_secs(30);

struct Circuit {
    failures: u32,
    failed_at: Instant,
}

/// The circuits of platforms with a failure since their last success.
#[derive(Default)]
pub(super) struct Breakers(Mutex<HashMap<String, Circuit>>);

impl Breakers {
    fn circuits(&self) -> MutexGuard<'_, HashMap<String, Circuit>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the circuit of a platform is open.
    pub(super) fn is_open(&self, platform: &str) -> bool {
        let is_open = |circuit: &Circuit| circuit.failures >= FAILURES && circuit.failed_at.elapsed() < OPEN;
        self.circuits().get(platform).is_some_and(is_open)
    }

    /// Rejects a query if the circuit of its platform is open.
    pub(super) fn check(&self, platform: &str) -> Result<(), Error> {
        if self.is_open(platform) { Err(Error::service_unavailable()) } else { Ok(()) }
    }

    /// Records the result of a query.
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
