//! Standard output, a line at a time.

use std::fmt;
use std::io::{ErrorKind, Write};

use anyhow::{Context, Result};

/// Nobody reads the answer any more, such as behind `| head`. It ends the command, and there is nothing to say about it.
#[derive(Debug)]
pub(crate) struct NobodyReads;

impl fmt::Display for NobodyReads {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("nobody reads standard output any more")
    }
}

impl std::error::Error for NobodyReads {}

/// Writes a line.
///
/// # Errors
/// [`NobodyReads`], or standard output cannot be written.
pub(crate) fn out(line: &str) -> Result<()> {
    write(&mut std::io::stdout().lock(), line)
}

fn write(to: &mut impl Write, line: &str) -> Result<()> {
    match to.write_all(line.as_bytes()).and_then(|()| to.write_all(b"\n")).and_then(|()| to.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Err(NobodyReads.into()),
        written => written.context("standard output cannot be written"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pipe_that_nobody_reads_is_no_fault() {
        let (read, mut write_to) = std::io::pipe().unwrap();
        write(&mut write_to, "a line").unwrap();
        drop(read);
        assert!(write(&mut write_to, "another").unwrap_err().is::<NobodyReads>());
    }
}
