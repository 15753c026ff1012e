//! One value: validated against the grammar and laid on the tape, without recursion.

use super::token::{self, skip_white_space};
use super::{DocumentError, Index, Kind, MAX_DEPTH, Tape};

/// What stands for a container that is deeper than the tape is asked to go.
const NOT_TAPED: Index = Index::MAX;

/// An array or object that is not closed yet.
#[derive(Clone, Copy, Debug)]
struct Open {
    node: Index,
    object: bool,
}

/// What one scan found out about a value besides its nodes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// Offset after the value.
    pub end: usize,
    /// It nests deeper than [`MAX_DEPTH`]; then its tape is incomplete.
    pub too_deep: bool,
    /// A string or name in it holds `\u0000` or a lone surrogate.
    pub unstorable_text: bool,
    /// A number in it is beyond PostgreSQL's `numeric`.
    pub unstorable_number: bool,
}

/// Reads values; keeps its memory from one to the next.
#[derive(Default, Debug)]
pub struct ValueScan {
    open: Vec<Open>,
}

/// One value's scan under way.
struct Walk<'a> {
    body: &'a [u8],
    at: usize,
    tape: &'a mut Tape,
    open: &'a mut Vec<Open>,
    /// Levels that are laid on the tape, the value itself being the first.
    levels: usize,
    findings: Findings,
}

impl ValueScan {
    /// Reads the value whose first byte stands at `at` and lays the upper `levels` levels of it on the tape.
    ///
    /// # Errors
    /// The document's error when the text at `at` is no value by the grammar.
    pub fn value(
        &mut self,
        body: &[u8],
        at: usize,
        levels: usize,
        tape: &mut Tape,
    ) -> Result<Findings, DocumentError> {
        tape.clear();
        self.open.clear();
        let mut walk = Walk { body, at, tape, open: &mut self.open, levels, findings: Findings::default() };
        walk.value()?;
        Ok(Findings { end: walk.at, ..walk.findings })
    }
}

impl Walk<'_> {
    fn value(&mut self) -> Result<(), DocumentError> {
        loop {
            match self.body.get(self.at) {
                Some(b'{') => {
                    if self.at_last_level() {
                        return self.skip_deep();
                    }
                    self.enter(Kind::Object);
                    if self.body.get(self.at) == Some(&b'}') {
                        self.leave();
                    } else {
                        self.member_name()?;
                        continue;
                    }
                }
                Some(b'[') => {
                    if self.at_last_level() {
                        return self.skip_deep();
                    }
                    self.enter(Kind::Array);
                    if self.body.get(self.at) == Some(&b']') {
                        self.leave();
                    } else {
                        continue;
                    }
                }
                Some(b'"') => self.string()?,
                Some(byte) => self.scalar(*byte)?,
                None => return Err(DocumentError::CutOff { at: self.at }),
            }
            if !self.next_value()? {
                return Ok(());
            }
        }
    }

    /// Goes on behind a finished value to where the next one begins; false when the outermost value is finished.
    #[inline]
    fn next_value(&mut self) -> Result<bool, DocumentError> {
        while let Some(inside) = self.open.last().copied() {
            self.at = skip_white_space(self.body, self.at);
            match (self.body.get(self.at), inside.object) {
                (Some(b','), true) => {
                    self.at = skip_white_space(self.body, self.at + 1);
                    self.member_name()?;
                    return Ok(true);
                }
                (Some(b','), false) => {
                    self.at = skip_white_space(self.body, self.at + 1);
                    return Ok(true);
                }
                (Some(b'}'), true) | (Some(b']'), false) => self.leave(),
                _ => return Err(self.unexpected()),
            }
        }
        Ok(false)
    }

    #[inline]
    fn is_taped(&self) -> bool {
        self.open.len() < self.levels
    }

    fn at_last_level(&self) -> bool {
        self.open.len() == MAX_DEPTH
    }

    #[inline]
    fn enter(&mut self, kind: Kind) {
        let node = if self.is_taped() { self.tape.open(kind, self.at) } else { NOT_TAPED };
        self.open.push(Open { node, object: kind == Kind::Object });
        self.at = skip_white_space(self.body, self.at + 1);
    }

    #[inline]
    fn leave(&mut self) {
        self.at += 1;
        if let Some(Open { node, .. }) = self.open.pop() {
            self.tape.close(node, self.at);
        }
    }

    /// Reads `"name" :` and the white space after it.
    #[inline]
    fn member_name(&mut self) -> Result<(), DocumentError> {
        if self.body.get(self.at) != Some(&b'"') {
            return Err(self.unexpected());
        }
        self.string()?;
        self.at = skip_white_space(self.body, self.at);
        if self.body.get(self.at) != Some(&b':') {
            return Err(self.unexpected());
        }
        self.at = skip_white_space(self.body, self.at + 1);
        Ok(())
    }

    #[inline]
    fn string(&mut self) -> Result<(), DocumentError> {
        let token = token::string(self.body, self.at).ok_or(DocumentError::NotJson { at: self.at })?;
        self.findings.unstorable_text |= token.unstorable;
        self.push(if token.escaped { Kind::EscapedText } else { Kind::Text }, token.end);
        Ok(())
    }

    #[inline]
    fn scalar(&mut self, first: u8) -> Result<(), DocumentError> {
        let (kind, end) = match first {
            b'-' | b'0'..=b'9' => {
                let token = token::number(self.body, self.at);
                self.findings.unstorable_number |= token.is_some_and(|token| token.beyond_numeric);
                (Kind::Number, token.map(|token| token.end))
            }
            b't' => (Kind::Boolean, token::literal(self.body, self.at, b"true")),
            b'f' => (Kind::Boolean, token::literal(self.body, self.at, b"false")),
            b'n' => (Kind::Null, token::literal(self.body, self.at, b"null")),
            _ => (Kind::Null, None),
        };
        self.push(kind, end.ok_or(DocumentError::NotJson { at: self.at })?);
        Ok(())
    }

    #[inline]
    fn push(&mut self, kind: Kind, end: usize) {
        if self.is_taped() {
            self.tape.push(kind, self.at, end);
        }
        self.at = end;
    }

    /// The error for what stands here, where the grammar wants something else.
    fn unexpected(&self) -> DocumentError {
        if self.at >= self.body.len() {
            DocumentError::CutOff { at: self.body.len() }
        } else {
            DocumentError::NotJson { at: self.at }
        }
    }

    /// Finds the end of a value that is too deep by counting brackets outside strings, from level 513 on.
    fn skip_deep(&mut self) -> Result<(), DocumentError> {
        let mut depth = self.open.len();
        let mut at = self.at;
        while let Some(byte) = self.body.get(at) {
            at += 1;
            match byte {
                b'{' | b'[' => depth += 1,
                b'}' | b']' => {
                    depth -= 1;
                    if depth == 0 {
                        self.findings.too_deep = true;
                        self.at = at;
                        return Ok(());
                    }
                }
                b'"' => at = after_string(self.body, at),
                _ => {}
            }
        }
        Err(DocumentError::TooDeep { at: self.at })
    }
}

/// Offset after the closing quote of the string whose content begins at `at`, or the body's end.
fn after_string(body: &[u8], mut at: usize) -> usize {
    loop {
        match memchr::memchr2(b'"', b'\\', body.get(at..).unwrap_or_default()) {
            None => return body.len(),
            Some(found) if body.get(at + found) == Some(&b'"') => return at + found + 1,
            Some(found) => at += found + 2,
        }
    }
}
