//! What a batch without new members costs where its dataset would make columns of them.

use anyhow::{Result, ensure};
use tokio_postgres::Client;

use super::kind::{Kind, Table};
use super::records::{TEN, ten};
use super::{load_timed, open};
use crate::contender::{Contender, Expected};
use crate::server::Server;
use crate::statistics::{Spread, paired_ratios};

/// What such a batch may cost over one whose dataset rescues.
const BOUND: f64 = 1.02;
/// Batches a repetition: two in a hundred are less than one batch differs from the next.
const TURNS: usize = 10;
/// Some other role than a superuser has to own a table that evolves.
const OWNED: &str = "GRANT USAGE, CREATE ON SCHEMA bench TO ingest_admin; ALTER TABLE {t} OWNER TO ingest_admin; \
     GRANT SELECT, INSERT, UPDATE ON {t} TO ingest_loader; SELECT public.ingest_allow_evolution('{t}')";

/// One engine's batches, turn by turn.
#[derive(Debug)]
pub(crate) struct Evolution {
    pub(crate) engine: &'static str,
    pub(crate) bound: f64,
    /// Milliseconds of the backend's CPU a batch that would evolve its table.
    pub(crate) evolving: Vec<f64>,
    /// The same of one that would rescue.
    pub(crate) rescuing: Vec<f64>,
}

impl Evolution {
    /// Evolving over rescuing, of the same turn.
    pub(crate) fn ratio(&self) -> Option<Spread> {
        Spread::of(&paired_ratios(&self.evolving, &self.rescuing))
    }
}

/// Loads batches of clean records in turns into two tables that differ in `on_unknown`.
pub(crate) async fn measure(
    server: &Server,
    contenders: &[Contender],
    repeat: usize,
) -> Result<Vec<Evolution>> {
    let kinds = [kind("evolution-off", "rescue"), kind("evolution-on", "evolve")];
    let mut evolutions = Vec::new();
    for contender in contenders {
        let Some(engine) = contender.engine() else { continue };
        let database = format!("{engine}_evolution");
        server.create_migrated_database(&database).await?;
        let (admin, _, mut session) = open(server, *contender, database, &kinds).await?;
        let mut evolution = Evolution { engine, bound: BOUND, evolving: Vec::new(), rescuing: Vec::new() };
        for turn in 0..=repeat * TURNS {
            for place in if turn % 2 == 0 { [0, 1] } else { [1, 0] } {
                let batch = kinds[place].batch(place, turn);
                let names = format!("{place}/{turn}");
                if turn == 0 {
                    session.load(&batch, &names, Expected::Loaded).await?;
                    continue;
                }
                let took = load_timed(&admin, &mut session, &batch, &names).await?;
                if place == 0 { evolution.rescuing.push(took) } else { evolution.evolving.push(took) }
            }
        }
        check(&admin, &kinds, repeat * TURNS + 1).await?;
        evolutions.push(evolution);
    }
    Ok(evolutions)
}

fn kind(name: &'static str, on_unknown: &'static str) -> Kind {
    let table = Table { columns: TEN.to_owned(), after: OWNED, on_unknown, ..Table::default() };
    Kind::good(name, "known members only", &table, ten)
}

/// Every batch is there, and no column came.
async fn check(admin: &Client, kinds: &[Kind], batches: usize) -> Result<()> {
    for kind in kinds {
        let table = kind.target().table;
        let rows: i64 = admin.query_one(&format!("SELECT count(*) FROM {table}"), &[]).await?.get(0);
        let expected = batches as u64 * kind.records();
        ensure!(u64::try_from(rows) == Ok(expected), "{table} has {rows} rows, expected {expected}");
    }
    let columns: i64 = admin.query_one("SELECT count(*) FROM ingest.evolution", &[]).await?.get(0);
    ensure!(columns == 0, "{columns} columns came of members that were known");
    Ok(())
}
