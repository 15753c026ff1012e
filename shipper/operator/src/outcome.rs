//! How a command ends, and its exit code.

use std::process::ExitCode;

/// How a command has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Everything was done, and nothing was found.
    Done,
    /// It ran and found something that somebody should look at.
    Found,
    /// It could not run, or not to its end. What is wrong was told.
    NotRun,
}

impl Outcome {
    /// [`Self::Found`] where something was.
    pub fn found(something: bool) -> Self {
        if something { Self::Found } else { Self::Done }
    }
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        Self::from(match outcome {
            Outcome::Done => 0,
            Outcome::Found => 1,
            Outcome::NotRun => 2,
        })
    }
}
