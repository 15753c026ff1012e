//! What a batch costs beside many registered datasets.

use anyhow::{Context, Result};
use tokio_postgres::Client;

use super::{kinds, load_timed, open};
use crate::contender::{Contender, Expected};
use crate::server::Server;
use crate::statistics::{Spread, paired_ratios};

/// Registered datasets, the batch's own among them.
const FEW: usize = 10;
const MANY: usize = 1_000;
/// Files of a batch, of one record each: what is done for each file counts most.
const FILES: u64 = 100;
/// What a batch may cost beside many, over what it costs beside few.
const BOUND: f64 = 1.1;

/// One engine's batches, repetition by repetition.
#[derive(Debug)]
pub(crate) struct Crowd {
    pub(crate) engine: &'static str,
    pub(crate) bound: f64,
    /// Milliseconds of the backend's CPU a batch beside few datasets.
    pub(crate) few: Vec<f64>,
    /// The same beside many.
    pub(crate) many: Vec<f64>,
}

impl Crowd {
    /// Many over few, of the same repetition.
    pub(crate) fn ratio(&self) -> Option<Spread> {
        Spread::of(&paired_ratios(&self.many, &self.few))
    }
}

/// Loads batches of one dataset, in turns beside few others and beside many.
pub(crate) async fn measure(server: &Server, contenders: &[Contender], repeat: usize) -> Result<Vec<Crowd>> {
    let mut crowds = Vec::new();
    for contender in contenders {
        let Some(engine) = contender.engine() else { continue };
        let database = format!("{engine}_datasets");
        server.create_migrated_database(&database).await?;
        let kind =
            kinds::chosen("clean").into_iter().next().context("there is no kind `clean`")?.files(FILES, 1);
        let (admin, _, mut session) = open(server, *contender, database, std::slice::from_ref(&kind)).await?;
        let mut crowd = Crowd { engine, bound: BOUND, few: Vec::new(), many: Vec::new() };
        for repetition in 0..=repeat {
            for others in [FEW, MANY] {
                surround(&admin, others).await?;
                let batch = kind.batch(0, repetition * 2 + usize::from(others == MANY));
                let names = format!("{repetition}/{others}");
                if repetition == 0 {
                    session.load(&batch, &names, Expected::Loaded).await?;
                    continue;
                }
                let took = load_timed(&admin, &mut session, &batch, &names).await?;
                eprintln!("  {engine} {others} datasets: {took:.2} ms a batch");
                if others == FEW { crowd.few.push(took) } else { crowd.many.push(took) }
            }
        }
        crowds.push(crowd);
    }
    Ok(crowds)
}

/// Leaves as many datasets as are wanted, all with the target of the first.
async fn surround(admin: &Client, datasets: usize) -> Result<()> {
    let others = i32::try_from(datasets)? - 1;
    admin.execute("DELETE FROM ingest.dataset WHERE name LIKE 'beside %'", &[]).await?;
    admin
        .execute(
            "INSERT INTO ingest.dataset (name, prefix, target, load_mode, version_column) \
             SELECT 'beside ' || n, 'input/beside/' || n || '/', d.target, d.load_mode, d.version_column \
             FROM ingest.dataset AS d CROSS JOIN generate_series(1, $1) AS n",
            &[&others],
        )
        .await?;
    admin.batch_execute("VACUUM ANALYZE ingest.dataset").await?;
    Ok(())
}
