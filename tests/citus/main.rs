//! Citus: a coordinator with the pipeline and two workers, whose tables are targets. docs/citus.md has what is promised.
//!
//! It runs where `CITUS_PG_BIN` names the programs of a PostgreSQL that has Citus beside it, and says that it was not run
//! elsewhere. `cargo xtask test citus` builds the extension for that PostgreSQL; `ENGINE=sql|native` runs one engine. Words
//! choose the cases whose names hold all of them.

mod nodes;
mod refusals;
mod rows;
mod side_by_side;
mod workers;

use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;
use nodes::{Nodes, Place};
use pg_ingest_tests::server::Engine;

/// A case: what it shows, and the steps in a database of its own.
type Case = (&'static str, fn(&Place<'_>) -> Result<()>);

const CASES: &[Case] = &[
    ("distributed, reference and local tables are loaded, updated and kept from what is older", rows::kinds),
    ("the order in which versions arrive makes no difference", rows::any_order),
    (
        "bad values, CHECKs, repeated values and missing parents are rejects in the table's name",
        rows::rejects,
    ),
    ("a record that was refused loads once its parent is there", rows::replay),
    ("records delete and mark rows, and older ones stay stale", rows::deletes),
    ("columns that a record leaves out are kept, and the table's own are drawn once", rows::kept),
    ("a session that expects new keys keeps what is there", rows::one_session),
    ("an append keeps every record", rows::append),
    ("children are replaced with their record", rows::children),
    ("one file goes into a distributed table and one of this node", rows::fan_out),
    ("a table that is distributed after its registration is loaded on", rows::distributed_later),
    ("registration names grants, roles and what cannot be", refusals::registration),
    ("columns are not filled and a worker takes no registration", refusals::elsewhere),
    ("sessions beside each other end as one alone", side_by_side::sessions),
    ("a worker that goes away in a batch takes nothing with it", workers::gone_in_a_batch),
    ("a worker that is down has the batch returned", workers::down),
    (
        "a worker that goes away behind PREPARE has its part committed when it is back",
        workers::gone_behind_prepare,
    ),
];

fn main() -> ExitCode {
    let Some(programs) = local_stack::citus::programs() else {
        println!("suite not run: CITUS_PG_BIN names no programs of a PostgreSQL with Citus beside it");
        return ExitCode::SUCCESS;
    };
    match all(&programs) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("citus: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn all(programs: &std::path::Path) -> Result<bool> {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let begun = Instant::now();
    let engines = Engine::from_environment()?;
    let nodes = Nodes::start(programs)?;
    let (mut count, mut failed) = (0, 0);
    for &engine in &engines {
        for (name, steps) in CASES.iter().filter(|(name, _)| words.iter().all(|word| name.contains(word))) {
            count += 1;
            match nodes.place(engine).and_then(|place| steps(&place)) {
                Ok(()) => println!("ok: {name} ({})", engine.name()),
                Err(error) => {
                    failed += 1;
                    println!("FAILED: {name} ({}): {error:#}", engine.name());
                }
            }
        }
    }
    println!(
        "citus: {} of {count} cases passed with {} on {} in {:.0} s",
        count - failed,
        engines.iter().map(|engine| engine.name()).collect::<Vec<_>>().join(" and "),
        nodes.versions()?,
        begun.elapsed().as_secs_f64()
    );
    Ok(failed == 0)
}
