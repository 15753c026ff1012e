//! Bytes to candidates: UTF-8, the grammar, depth (docs/semantics.md section 1).

mod format;
mod lines;
mod tape;
mod token;
mod value;

pub(crate) use format::wide_text;
pub(crate) use lines::lines;
pub use tape::{Index, Kind, Node, Tape};
pub(crate) use token::{hex4, low_surrogate, skip_white_space};
pub use value::{Findings, ValueScan};

/// Levels of objects and arrays that a candidate may have, itself being the first.
pub const MAX_DEPTH: usize = 512;

/// Bytes that a body may have: what PostgreSQL's `bytea` can hold.
pub const MAX_BODY: usize = 1 << 30;

/// Why a document as a whole cannot be read. Offsets count bytes from 0 in the body as staged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentError {
    /// The byte at this offset starts no valid UTF-8 character.
    NotUtf8 {
        /// Offset of that byte.
        at: usize,
        /// The format that the body begins like, where it is a known one.
        format: Option<&'static str>,
    },
    /// The token at this offset is malformed or cannot continue the document.
    NotJson {
        /// Offset of the token's first byte.
        at: usize,
    },
    /// The document ends where it has to go on.
    CutOff {
        /// The body's length.
        at: usize,
    },
    /// A value deeper than [`MAX_DEPTH`] has no end.
    TooDeep {
        /// Offset of the bracket that opened the first level too many.
        at: usize,
    },
    /// The body is longer than [`MAX_BODY`].
    TooLarge {
        /// The body's length.
        bytes: usize,
    },
}

/// Where a document stands between two candidates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Before the first value.
    Start,
    /// In the one array, before its first element.
    ArrayStart,
    /// In the one array, behind an element.
    ArrayNext,
    /// In a sequence of values, behind one.
    Sequence,
    /// Behind the one array.
    End,
}

/// One candidate: its first byte's offset and what its scan found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Offset of the first byte.
    pub start: usize,
    /// Where it ends and what is wrong with it.
    pub findings: Findings,
}

/// The candidates of a body, one after another.
#[derive(Debug)]
pub struct Documents<'a> {
    body: &'a [u8],
    at: usize,
    place: Place,
}

impl<'a> Documents<'a> {
    /// Begins a body; checks its length and that it is UTF-8.
    ///
    /// # Errors
    /// [`DocumentError::NotUtf8`] and [`DocumentError::TooLarge`].
    pub fn new(body: &'a [u8]) -> Result<Self, DocumentError> {
        if body.len() > MAX_BODY {
            return Err(DocumentError::TooLarge { bytes: body.len() });
        }
        if simdutf8::basic::from_utf8(body).is_err()
            && let Err(error) = std::str::from_utf8(body)
        {
            let at = error.valid_up_to();
            return Err(DocumentError::NotUtf8 { at, format: format::not_utf8(body, at) });
        }
        let at = if body.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
        Ok(Documents { body, at, place: Place::Start })
    }

    /// The next candidate, its upper `levels` levels laid on the tape; `None` behind the last.
    ///
    /// # Errors
    /// The grammar's errors and [`DocumentError::TooDeep`]; the document is then at its end.
    pub fn next(
        &mut self,
        scan: &mut ValueScan,
        levels: usize,
        tape: &mut Tape,
    ) -> Result<Option<Candidate>, DocumentError> {
        if !self.find_candidate()? {
            return Ok(None);
        }
        let start = self.at;
        let findings = scan.value(self.body, start, levels, tape)?;
        self.at = findings.end;
        Ok(Some(Candidate { start, findings }))
    }

    /// Where the text begins: behind the byte order mark.
    pub(crate) fn begins_at(&self) -> usize {
        self.at
    }

    /// Goes to where the next candidate begins; false at the document's end.
    fn find_candidate(&mut self) -> Result<bool, DocumentError> {
        self.at = skip_white_space(self.body, self.at);
        let byte = self.body.get(self.at).copied();
        if self.place == Place::Start {
            self.place = Place::Sequence;
            if byte == Some(b'[') {
                self.place = Place::ArrayStart;
                self.at += 1;
                return self.find_candidate();
            }
        }
        match (self.place, byte) {
            (Place::Sequence | Place::End, None) => Ok(false),
            (Place::Sequence, Some(_)) => Ok(true),
            (Place::ArrayStart, Some(b']')) | (Place::ArrayNext, Some(b']')) => {
                self.place = Place::End;
                self.at += 1;
                self.find_candidate()
            }
            (Place::ArrayStart, Some(_)) => {
                self.place = Place::ArrayNext;
                Ok(true)
            }
            (Place::ArrayNext, Some(b',')) => {
                self.at = skip_white_space(self.body, self.at + 1);
                if self.at == self.body.len() { Err(self.cut_off()) } else { Ok(true) }
            }
            (_, Some(_)) => Err(DocumentError::NotJson { at: self.at }),
            (_, None) => Err(self.cut_off()),
        }
    }

    fn cut_off(&self) -> DocumentError {
        DocumentError::CutOff { at: self.body.len() }
    }
}
