//! How far a long command is: a line that renews itself on a terminal, a line now and then elsewhere.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use crate::location::shown;

/// Elsewhere than on a terminal a line comes this often.
const INTERVAL: Duration = Duration::from_secs(10);

/// How far a command is.
pub(crate) struct Progress {
    files: usize,
    done: usize,
    compared: usize,
    bytes: u64,
    began: Instant,
    told: Instant,
    on_terminal: bool,
}

impl Progress {
    /// Nothing of so many files is done.
    pub(crate) fn begin(files: usize) -> Self {
        let now = Instant::now();
        let on_terminal = std::io::stderr().is_terminal();
        Self { files, done: 0, compared: 0, bytes: 0, began: now, told: now, on_terminal }
    }

    /// So many more files are to be done.
    pub(crate) fn expect(&mut self, files: usize) {
        self.files += files;
    }

    /// So many more files are settled, whatever became of them.
    pub(crate) fn advance(&mut self, files: usize, bytes: u64) {
        self.done += files;
        self.bytes += bytes;
        self.tell(&line(self.done, self.files, self.bytes, self.began.elapsed()));
    }

    /// So many more objects were compared with the ledger.
    pub(crate) fn compare(&mut self, objects: usize) {
        self.compared += objects;
        let rate = rate(self.compared, self.began.elapsed());
        self.tell(&format!("{} objects compared, {rate:.0} objects/s", self.compared));
    }

    /// So many more records were run again.
    pub(crate) fn replay(&mut self, records: usize) {
        self.done += records;
        let rate = rate(self.done, self.began.elapsed());
        self.tell(&format!("{} records run again, {rate:.0} records/s", self.done));
    }

    fn tell(&mut self, line: &str) {
        if self.on_terminal {
            self.print(&format!("\r\x1b[K{line}"));
        } else if self.told.elapsed() >= INTERVAL {
            self.told = Instant::now();
            self.print(&format!("{line}\n"));
        }
    }

    /// Says something in a line of its own. It may quote a key, a path or a record.
    pub(crate) fn say(&self, text: &str) {
        let clear = if self.on_terminal { "\r\x1b[K" } else { "" };
        self.print(&format!("{clear}{}\n", shown(text)));
    }

    /// Leaves a clean line behind.
    pub(crate) fn end(&self) {
        if self.on_terminal {
            self.print("\r\x1b[K");
        }
    }

    /// A terminal that is gone must not end the loading.
    fn print(&self, text: &str) {
        let mut stderr = std::io::stderr().lock();
        let _ = stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush());
    }
}

#[allow(clippy::cast_precision_loss, reason = "a rate for a person to read")]
fn rate(done: usize, elapsed: Duration) -> f64 {
    done as f64 / elapsed.as_secs_f64().max(0.001)
}

#[allow(clippy::cast_precision_loss, reason = "for a person to read")]
fn line(done: usize, files: usize, bytes: u64, elapsed: Duration) -> String {
    let rate = rate(done, elapsed);
    let left = (files - done.min(files)) as f64 / rate.max(f64::MIN_POSITIVE);
    let left = if done == 0 { String::new() } else { format!(", {} left", time(left)) };
    let megabytes = bytes as f64 / 1e6;
    format!("{done} of {files} files, {megabytes:.1} MB, {rate:.1} files/s{left}")
}

fn time(seconds: f64) -> String {
    match seconds {
        seconds if seconds < 90.0 => format!("{seconds:.0} s"),
        seconds if seconds < 5_400.0 => format!("{:.0} min", seconds / 60.0),
        seconds => format!("{:.1} h", seconds / 3_600.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_what_is_done_how_fast_and_what_is_left() {
        let told = line(300, 1_200, 53_400_000, Duration::from_secs(60));
        assert_eq!(told, "300 of 1200 files, 53.4 MB, 5.0 files/s, 3 min left");
        assert_eq!(line(0, 7, 0, Duration::ZERO), "0 of 7 files, 0.0 MB, 0.0 files/s");
        assert_eq!(line(7, 7, 0, Duration::from_secs(7)), "7 of 7 files, 0.0 MB, 1.0 files/s, 0 s left");
        assert_eq!(time(10_000.0), "2.8 h");
    }
}
