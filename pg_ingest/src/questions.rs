//! Questions to PostgreSQL that it may answer with an error of data.

use json_rows::{Cell, Code};
use pgrx::pg_sys;

use crate::call::Call;
use crate::memory::Memory;
use crate::session_settings::SessionSettings;
use crate::subtransaction::{self, Subtransaction};

/// The questions of one call, and what is in force while they are asked.
///
/// The order of the fields is the order in which an error on its way up ends them.
pub(crate) struct Questions<'call> {
    /// Open from the first question to the call's end, so that a file with many questions opens one.
    subtransaction: Option<Subtransaction<'call>>,
    settings: Option<SessionSettings>,
    call: Call<'call>,
}

impl<'call> Questions<'call> {
    /// Nothing is asked yet.
    pub(crate) fn new(call: Call<'call>) -> Questions<'call> {
        Questions { subtransaction: None, settings: None, call }
    }

    /// Asks one question inside a subtransaction; the answer is allocated in `memory`.
    ///
    /// # Errors
    /// The code of an error of data. Any other error is raised again.
    pub(crate) fn ask(
        &mut self,
        memory: Memory<'_>,
        question: impl FnOnce() -> pg_sys::Datum,
    ) -> Result<Cell, Code> {
        if self.subtransaction.is_none() {
            self.settings.get_or_insert_with(SessionSettings::enter);
            self.subtransaction = Some(Subtransaction::begin(self.call));
        }
        match subtransaction::catch(|| memory.run(question)) {
            Ok(datum) => Ok(Cell::Word(datum.value() as u64)),
            Err(error) => {
                // Rolls back; the next question opens another one.
                self.subtransaction = None;
                match subtransaction::sqlstate(&error).and_then(Code::of_sqlstate) {
                    Some(code) => Err(code),
                    None => error.rethrow(),
                }
            }
        }
    }

    /// Keeps what was done while asking.
    pub(crate) fn finish(&mut self) {
        if let Some(subtransaction) = self.subtransaction.take() {
            subtransaction.release();
        }
    }
}
