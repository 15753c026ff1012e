//! One session in the way of another.

use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use postgres::{Client, Transaction};

/// Runs `waiting` in a thread of its own until it waits for a lock that `first` holds. Then `look` sees how matters stand, by
/// the watcher's session, `first` commits, and `waiting` goes on to its end.
pub(crate) fn behind<T: Send>(
    first: Transaction<'_>,
    watcher: &mut Client,
    waiting: impl FnOnce() -> Result<T> + Send,
    look: impl FnOnce(&mut Client) -> Result<()>,
) -> Result<T> {
    thread::scope(|scope| {
        let waiting = scope.spawn(waiting);
        somebody_waits(watcher)?;
        look(watcher)?;
        first.commit()?;
        waiting.join().ok().context("the session that waited panicked")?
    })
}

/// Waits until somebody waits for a lock, for minutes where the machine is busy.
fn somebody_waits(client: &mut Client) -> Result<()> {
    for _ in 0..60_000 {
        let waiting: i64 = client.query_one("SELECT count(*) FROM pg_locks WHERE NOT granted", &[])?.get(0);
        if waiting > 0 {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(10));
    }
    bail!("nobody waits for a lock")
}
