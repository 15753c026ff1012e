//! Tenants that share files, each with children: records, children and removals of one run as its own loader, and a file is in both or
//! in none.

use anyhow::Result;
use pg_ingest_tests::case::File;
use pg_ingest_tests::report;
use pg_ingest_tests::staging::{self, Outcome, Staged, batch_id};
use postgres::Client;

use super::on_both_engines;

/// One tenant's tables, whose triggers keep who ran them.
const TENANT: &str = "
    CREATE ROLE load_TENANT NOLOGIN; CREATE SCHEMA TENANT; SELECT public.ingest_add_loader('load_TENANT');
    CREATE TABLE TENANT.o (id int PRIMARY KEY, v int, _file_id bigint); CREATE INDEX ON TENANT.o (_file_id);
    CREATE TABLE TENANT.l (id int REFERENCES TENANT.o, no int, sku text NOT NULL, PRIMARY KEY (id, no));
    CREATE TABLE TENANT.ran (as_role name, did text, UNIQUE (as_role, did));
    CREATE FUNCTION TENANT.keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      INSERT INTO TENANT.ran VALUES (current_user, lower(TG_OP) || ' ' || TG_TABLE_NAME) ON CONFLICT DO NOTHING; RETURN NULL; END $$;
    CREATE TRIGGER keep AFTER INSERT OR DELETE ON TENANT.o FOR EACH ROW EXECUTE FUNCTION TENANT.keep();
    CREATE TRIGGER keep AFTER INSERT OR DELETE ON TENANT.l FOR EACH ROW EXECUTE FUNCTION TENANT.keep();
    GRANT USAGE ON SCHEMA TENANT TO load_TENANT; GRANT INSERT, SELECT ON TENANT.ran TO load_TENANT;
    SELECT public.ingest_register_dataset(name => 'TENANT', prefix => 'in/', target => 'TENANT.o', version_column => 'v', loader => 'load_TENANT',
      share_prefix => true, on_removed => 'delete_rows');
    SELECT public.ingest_register_dataset(name => 'TENANT lines', parent => 'TENANT', records_path => '$.lines[*]', target => 'TENANT.l', columns => '{\"no\": \"position:\"}');";

/// A row of each table of both.
const ROWS: &str = "SELECT 'a.o', id::text, v::text FROM a.o UNION ALL SELECT 'b.o', id::text, v::text FROM b.o
    UNION ALL SELECT 'a.l', id || '-' || no, sku FROM a.l UNION ALL SELECT 'b.l', id || '-' || no, sku FROM b.l ORDER BY 1, 2";

fn deliver(client: &mut Client, batch: usize, key: &str, body: Option<&str>) -> Result<Outcome> {
    let mut file = File::of_key(key);
    file.sequencer = Some(format!("{batch:02X}"));
    let staged = match body {
        Some(body) => Staged::from_bytes(file, body.as_bytes().to_vec()),
        None => {
            file.error_code = Some("object_removed".to_owned());
            Staged::without_body(file)
        }
    };
    Ok(staging::run_batch(client, Some(&batch_id(batch)), &[staged])?)
}

#[test]
fn families_of_tenants_that_share_files_are_each_loaded_and_removed_as_its_own_loader() -> Result<()> {
    on_both_engines(|_, database| {
        let mut client = database.connect()?;
        for tenant in ["a", "b"] {
            client.batch_execute(&TENANT.replace("TENANT", tenant))?;
        }
        let first = r#"[{"id": 1, "v": 1, "lines": [{"sku": "x"}, {"sku": "y"}]}, {"id": 2, "v": 1, "lines": [{"sku": "z"}]}]"#;
        assert_eq!(deliver(&mut client, 1, "in/1.json", Some(first))?.count("rows_loaded"), 4);
        let newer = r#"{"id": 1, "v": 2, "lines": [{"sku": "w"}]}"#;
        assert_eq!(deliver(&mut client, 2, "in/2.json", Some(newer))?.count("rows_loaded"), 2);
        let both = ["1-1 | w", "2-1 | z", "1 | 2", "2 | 1"];
        let of = |tenant: &str| -> Vec<String> {
            let tables = ["l", "l", "o", "o"].iter();
            tables.zip(both).map(|(table, row)| format!("{tenant}.{table} | {row}")).collect()
        };
        assert_eq!(report::rows(&mut client, ROWS)?, [of("a"), of("b")].concat());

        // A child's target of one of them is at fault: the file waits for both.
        client.batch_execute("REVOKE INSERT ON b.l FROM load_b")?;
        let third = r#"{"id": 3, "v": 1, "lines": [{"sku": "v"}]}"#;
        let outcome = deliver(&mut client, 3, "in/3.json", Some(third))?;
        assert_eq!((outcome.count("deferred"), outcome.deferred[0].dataset.as_str()), (1, "b"));
        assert_eq!(report::rows(&mut client, ROWS)?, [of("a"), of("b")].concat());
        client.batch_execute("GRANT INSERT ON b.l TO load_b")?;
        assert_eq!(deliver(&mut client, 3, "in/3.json", Some(third))?.count("rows_loaded"), 2);

        // The first object has one row left in each, the others theirs.
        for (batch, key, rows) in [(4, "in/1.json", 8), (5, "in/2.json", 4), (6, "in/3.json", 0)] {
            assert_eq!(deliver(&mut client, batch, key, None)?.count("removed"), 1, "{key}");
            assert_eq!(report::rows(&mut client, ROWS)?.len(), rows, "{key}");
        }
        for tenant in ["a", "b"] {
            let ran =
                report::rows(&mut client, &format!("SELECT as_role, did FROM {tenant}.ran ORDER BY 2"))?;
            let did = ["delete l", "delete o", "insert l", "insert o"];
            assert_eq!(ran, did.map(|did| format!("load_{tenant} | {did}")));
        }
        Ok(())
    })
}
