//! The lines of a body, where each is a candidate by itself.

use super::{Candidate, DocumentError, Tape, ValueScan, skip_white_space};

/// A line that is not empty, without the white space around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// Offset of its first byte.
    pub(crate) start: usize,
    /// Offset behind its last byte.
    pub(crate) end: usize,
}

/// The lines of a body that are not empty, from the byte at `at` on.
pub(crate) fn lines(body: &[u8], at: usize) -> impl Iterator<Item = Line> {
    let mut next = at;
    std::iter::from_fn(move || {
        while next < body.len() {
            let from = next;
            let rest = body.get(from..).unwrap_or_default();
            let end = memchr::memchr(b'\n', rest).map_or(body.len(), |length| from + length);
            next = end + 1;
            let line = body.get(from..end).unwrap_or_default();
            let start = skip_white_space(line, 0);
            let blank = line.iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r')).count();
            if start < line.len() {
                return Some(Line { start: from + start, end: end - blank });
            }
        }
        None
    })
}

impl Line {
    /// Reads the one value that the line is, its upper `levels` levels laid on the tape.
    ///
    /// # Errors
    /// The grammar's errors. A line that is too deep and has no end is cut off: the next line begins anew.
    pub(crate) fn candidate(
        self,
        body: &[u8],
        scan: &mut ValueScan,
        levels: usize,
        tape: &mut Tape,
    ) -> Result<Candidate, DocumentError> {
        let line = body.get(..self.end).unwrap_or_default();
        let findings = scan.value(line, self.start, levels, tape).map_err(|error| match error {
            DocumentError::TooDeep { .. } => DocumentError::CutOff { at: self.end },
            error => error,
        })?;
        let behind = skip_white_space(line, findings.end);
        if behind < self.end {
            return Err(DocumentError::NotJson { at: behind });
        }
        Ok(Candidate { start: self.start, findings })
    }
}
