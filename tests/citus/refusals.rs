//! What registration says where something is missing or cannot be.

use anyhow::{Result, ensure};

use crate::nodes::{Place, same};

fn says(said: &str, words: &[&str]) -> Result<()> {
    for word in words {
        ensure!(said.contains(word), "{said:?} does not say {word:?}");
    }
    Ok(())
}

pub(crate) fn registration(place: &Place<'_>) -> Result<()> {
    place.run(&[
        "ALTER ROLE ingest_loader NOLOGIN",
        "CREATE SCHEMA shop",
        "CREATE TABLE shop.parents (id bigint PRIMARY KEY)",
        "SELECT create_reference_table('shop.parents')",
        "CREATE TABLE shop.t (id bigint PRIMARY KEY, parent bigint REFERENCES shop.parents, note text DEFAULT gen_random_uuid()::text, v int)",
        "SELECT create_distributed_table('shop.t', 'id')",
    ])?;
    let plain = "SELECT ingest_register_dataset('t', 't/', 'shop.t', version_column => 'v', columns => '{\"note\": null}')";
    says(
        &place.refusal(0, plain)?,
        &[
            "GRANT USAGE ON SCHEMA shop TO ingest_loader",
            "GRANT SELECT, INSERT, UPDATE ON shop.t TO ingest_loader",
            "GRANT SELECT ON shop.parents TO ingest_loader",
        ],
    )?;
    place.run(&[
        "GRANT USAGE ON SCHEMA shop TO ingest_loader",
        "GRANT SELECT, INSERT, UPDATE ON shop.t TO ingest_loader",
        "GRANT SELECT ON shop.parents TO ingest_loader",
    ])?;
    says(
        &place.refusal(0, plain)?,
        &["this node does not get into another as ingest_loader", "has to be there with LOGIN"],
    )?;
    place.run(&["ALTER ROLE ingest_loader LOGIN"])?;
    says(
        &place.refusal(0, &plain.replace("'v',", "'v', on_unknown => 'evolve',"))?,
        &["shop.t is a table of Citus", "use rescue"],
    )?;
    says(
        &place.refusal(0, &plain.replace("'v',", "'v', on_replaced => 'delete_missing',"))?,
        &["shop.t is a table of Citus", "use keep"],
    )?;
    says(
        &place.refusal(0, &plain.replace("{\"note\": null}", "{}"))?,
        &["the default of column note differs each time", "Map the column to null"],
    )?;
    says(
        &place.refusal(
            0,
            "BEGIN; CREATE TABLE shop.new (id bigint PRIMARY KEY); SELECT create_distributed_table('shop.new', 'id');
             GRANT SELECT, INSERT, UPDATE ON shop.new TO ingest_loader; SELECT ingest_register_dataset('new', 'new/', 'shop.new'); COMMIT",
        )?,
        &["register it in a transaction of its own"],
    )?;
    place.run(&[plain])?;
    // Citus lets one role alone write a table in a transaction.
    place.run(&["CREATE ROLE other_loader NOLOGIN", "SELECT ingest_add_loader('other_loader')"])?;
    let refused = place.refusal(
        0,
        "SELECT ingest_register_dataset('t2', 't2/', 'shop.t', version_column => 'v', loader => 'other_loader', columns => '{\"note\": null}')",
    )?;
    place.run(&["SELECT ingest_drop_loader('other_loader')", "DROP ROLE other_loader"])?;
    says(&refused, &["register both with one loader"])
}

pub(crate) fn elsewhere(place: &Place<'_>) -> Result<()> {
    place.run(&[
        "CREATE SCHEMA shop",
        "GRANT USAGE ON SCHEMA shop TO ingest_loader",
        "CREATE TABLE shop.t (id bigint PRIMARY KEY, v int)",
        "SELECT create_distributed_table('shop.t', 'id')",
        "SELECT ingest_add_metadata_columns('shop.t')",
        "GRANT SELECT, INSERT, UPDATE ON shop.t TO ingest_loader",
        "SELECT ingest_register_dataset('t', 't/', 'shop.t', version_column => 'v')",
    ])?;
    place.load(&[("t/1.json", r#"{"id": 1, "v": 1, "extra": "x"}"#)])?;
    place.run(&["ALTER TABLE shop.t ADD COLUMN extra text"])?;
    says(
        &place.refusal(0, "SELECT * FROM ingest_fill('t', '{extra}')")?,
        &["shop.t is a table of Citus", "UPDATE"],
    )?;
    // New files fill it.
    place.load(&[("t/2.json", r#"{"id": 1, "v": 2, "extra": "y"}"#)])?;
    same("rows", place.rows("SELECT id, v, extra FROM shop.t")?, vec!["1 | 2 | y".into()])
}
