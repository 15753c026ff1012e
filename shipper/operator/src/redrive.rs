//! `pg-ingest redrive`: what was given up on is tried once more.

mod dead_letters;
mod held;
mod quarantine;

use anyhow::Result;
use clap::Subcommand;

use crate::{Outcome, Session};

/// From where.
#[derive(Debug, Subcommand)]
pub(crate) enum Arguments {
    /// Sends messages of the dead-letter queue back to the queue that feeds the function
    ///
    /// Each is sent at most once a run. One that fails again comes back to the dead-letter queue by itself, when it was
    /// received as often as the queue allows. It carries how often it was sent back: after --times it is left there. A run
    /// that is broken off may leave a message in both queues, which the ledger tells. Messages that are not meant are hidden
    /// from others for as long as the run takes.
    #[command(after_long_help = "Examples:\n  \
        pg-ingest redrive queue --queue dbdata --dry-run\n  \
        pg-ingest redrive queue --queue dbdata --key-prefix input/orders/ --since 2026-11-28\n\
        AWS: sqs:GetQueueUrl, GetQueueAttributes and SendMessage on the queue; GetQueueUrl, GetQueueAttributes, ReceiveMessage, \
        DeleteMessage and ChangeMessageVisibility on the dead-letter queue.\n\
        Exit code: 0 all that was meant was sent back, 1 some was left or would be sent, 2 it could not run.")]
    Queue(dead_letters::Arguments),
    /// Runs rejected records again under today's contract, by ingest_replay()
    #[command(after_long_help = "Examples:\n  \
        pg-ingest redrive quarantine --dataset orders --code type_mismatch --dry-run\n  \
        pg-ingest redrive quarantine --key-prefix input/orders/ --since 2026-11-28T06:00:00Z\n\
        The login needs ingest_admin.\n\
        Exit code: 0 all that was run is loaded, 1 some is rejected again or would be run, 2 it could not run.")]
    Quarantine(quarantine::Arguments),
}

/// Does it.
pub(crate) async fn run(session: &Session, arguments: &Arguments) -> Result<Outcome> {
    match arguments {
        Arguments::Queue(arguments) => dead_letters::run(session, arguments).await,
        Arguments::Quarantine(arguments) => quarantine::run(session, arguments).await,
    }
}
