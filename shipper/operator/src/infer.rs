//! `pg-ingest infer`: a table and its registration from samples, printed as SQL.
//!
//! The samples are staged, the database proposes, and the transaction is taken back: what judges the values is the database
//! that will load them.

mod arguments;
mod samples;

use anyhow::{Result, anyhow, bail};
use serde_json::json;
use shipper::budget::Deadline;
use shipper::database::{DatabaseError, Transaction};
use tokio_postgres::types::Type;
use uuid::Uuid;

pub(crate) use arguments::Arguments;
use samples::Samples;

use crate::answer::out;
use crate::progress::Progress;
use crate::{Outcome, Session};

/// As many bytes as the database looks at.
const MOST_BYTES: u64 = 256 << 20;

/// Prints the proposal.
pub(crate) async fn run(session: &Session, arguments: &Arguments) -> Result<Outcome> {
    let sql = match &arguments.quarantine {
        Some(prefix) => of_quarantine(session, prefix, arguments.target.as_deref()).await?,
        None => of_samples(session, arguments).await?,
    };
    if session.json {
        out(&json!({ "sql": sql }).to_string())?;
    } else {
        out(&sql)?;
    }
    Ok(Outcome::Done)
}

async fn of_quarantine(session: &Session, prefix: &str, target: Option<&str>) -> Result<String> {
    let prefix = (!prefix.is_empty()).then_some(prefix);
    let client = session.connect().await?;
    let asked = client
        .query_typed_one(
            "SELECT public.ingest_infer($1::text, $2::text)",
            &[(&prefix, Type::TEXT), (&target, Type::TEXT)],
        )
        .await;
    asked.map(|row| row.get(0)).map_err(|error| anyhow!("{}", DatabaseError::in_session(&error).in_full()))
}

async fn of_samples(session: &Session, arguments: &Arguments) -> Result<String> {
    let mut samples = Samples::find(session, arguments).await?;
    // Neither how long samples take to come nor how long the database looks at them is bounded by a batch's limits.
    let mut database = session.patient_database().await?;
    let in_words = |error: DatabaseError| anyhow!("{}", error.in_full());
    let request_id = format!("pg-ingest infer {}", Uuid::new_v4());
    let transaction = database.begin(&request_id, Deadline::none()).await.map_err(in_words)?;
    let batch = Uuid::new_v4();
    if stage(&transaction, batch, &mut samples).await? == 0 {
        bail!("there is no sample to look at; name files, directories or s3://BUCKET/PREFIX");
    }
    let sql = transaction.infer(batch, arguments.prefix.as_deref(), arguments.target.as_deref()).await;
    // Also after an error: what is staged goes.
    drop(transaction);
    sql.map_err(in_words)
}

/// How many were staged. What cannot be read is told and left out.
async fn stage(transaction: &Transaction, batch: Uuid, samples: &mut Samples) -> Result<u64> {
    let in_words = |error: DatabaseError| anyhow!("{}", error.in_full());
    let mut progress = Progress::begin(samples.count());
    let mut copy = transaction.copy().await.map_err(in_words)?;
    let mut staged = 0;
    while let Some(page) = samples.next().await? {
        for sample in page {
            let mut bytes = 0;
            match sample {
                Ok(object) => bytes = copy.row(batch, &object).await.map_err(in_words)?,
                Err(problem) => progress.say(&format!("{problem}; it is left out")),
            }
            staged += bytes;
            progress.advance(1, bytes);
        }
        if staged >= MOST_BYTES {
            progress.say("256 MB of samples are enough; the others are left out");
            break;
        }
    }
    progress.end();
    copy.finish().await.map_err(in_words)
}
