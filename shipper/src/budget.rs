//! Bounds on time: how long an invocation may go on, and how long to wait before the next attempt.

use std::time::{Duration, SystemTime};

use tokio::time::Instant;

/// Kept back of an invocation's time so that its answer still gets out.
const ANSWER_RESERVE: Duration = Duration::from_millis(500);

/// Stands for "no deadline": far enough for every local run.
const UNBOUNDED: Duration = Duration::from_secs(30 * 24 * 3600);

/// Until when what may be done.
#[derive(Debug, Clone, Copy)]
pub struct Deadline {
    /// From here on nothing new is begun; what is read is processed and committed.
    pub begin_until: Instant,
    /// From here on everything is dropped and returned.
    pub finish_until: Instant,
}

impl Deadline {
    /// For an invocation that Lambda ends at `ends_at`, with `reserve` kept for processing and COMMIT.
    pub fn of_invocation(ends_at: SystemTime, reserve: Duration) -> Self {
        let left = ends_at.duration_since(SystemTime::now()).unwrap_or(Duration::ZERO);
        let now = Instant::now();
        Self {
            begin_until: now + left.saturating_sub(reserve),
            finish_until: now + left.saturating_sub(ANSWER_RESERVE),
        }
    }

    /// For a command that a person runs.
    pub fn none() -> Self {
        let far = Instant::now() + UNBOUNDED;
        Self { begin_until: far, finish_until: far }
    }

    /// Whether something new may be begun that takes about `needed`.
    pub fn allows(&self, needed: Duration) -> bool {
        Instant::now() + needed < self.begin_until
    }

    /// What is left until everything is dropped.
    pub fn left(&self) -> Duration {
        self.finish_until.saturating_duration_since(Instant::now())
    }
}

/// Attempts at one thing, with waits between them that double and are spread at random, so that many shippers that
/// failed together do not come back together.
#[derive(Debug)]
pub struct Attempts {
    made: u32,
    allowed: u32,
}

impl Attempts {
    /// The first wait, in milliseconds, before spreading.
    const FIRST_WAIT_MS: u64 = 50;
    /// The longest wait, in milliseconds.
    const LONGEST_WAIT_MS: u64 = 2_000;

    /// Allows `allowed` attempts, at least one. The first is being made.
    pub fn new(allowed: u32) -> Self {
        Self { made: 1, allowed }
    }

    /// How many attempts were made.
    pub fn made(&self) -> u32 {
        self.made
    }

    /// Counts another attempt: how long to wait before it, or `None` when there is none left.
    pub fn next_wait(&mut self) -> Option<Duration> {
        if self.made >= self.allowed {
            return None;
        }
        let doubled = Self::FIRST_WAIT_MS << (self.made - 1).min(10);
        self.made += 1;
        let longest = doubled.min(Self::LONGEST_WAIT_MS);
        Some(Duration::from_millis(longest / 2 + random_below(longest / 2 + 1)))
    }
}

/// A random number below `bound`, good enough to spread waits.
fn random_below(bound: u64) -> u64 {
    let (random, _) = uuid::Uuid::new_v4().as_u64_pair();
    random % bound.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_bound_and_attempts_end() {
        let mut attempts = Attempts::new(9);
        let mut longest = 50;
        for _ in 0..8 {
            let wait = u64::try_from(attempts.next_wait().unwrap().as_millis()).unwrap();
            assert!((longest / 2..=longest).contains(&wait), "{wait} for {longest}");
            longest = (longest * 2).min(2_000);
        }
        assert_eq!(attempts.next_wait(), None);
        assert_eq!(attempts.made(), 9);
    }

    #[tokio::test]
    async fn near_its_end_an_invocation_begins_nothing_but_may_finish() {
        let deadline =
            Deadline::of_invocation(SystemTime::now() + Duration::from_secs(800), Duration::from_secs(900));
        assert!(!deadline.allows(Duration::ZERO));
        assert!(deadline.left() > Duration::from_secs(300));
    }

    #[tokio::test]
    async fn an_invocation_already_over_has_nothing_left() {
        let deadline = Deadline::of_invocation(SystemTime::UNIX_EPOCH, Duration::from_secs(1));
        assert_eq!(deadline.left(), Duration::ZERO);
    }
}
