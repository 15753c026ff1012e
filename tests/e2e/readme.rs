//! What the README and the pages about tables and settings tell people to type works as typed.

use local_stack::postgres::{Cluster, Options};
use local_stack::repository;

/// The blocks of SQL on a page.
fn blocks(page: &str) -> Vec<String> {
    let text = std::fs::read_to_string(repository().join(page)).unwrap();
    let blocks = text.split("```sql\n").skip(1).filter_map(|rest| rest.split_once("```"));
    blocks.map(|(block, _)| block.to_owned()).collect()
}

/// The statements of the README's SQL block.
fn statements() -> Vec<String> {
    let blocks = blocks("README.md");
    assert_eq!(blocks.len(), 1, "the README has one block of SQL");
    blocks[0].lines().map(str::to_owned).collect()
}

#[tokio::test]
async fn the_five_lines_load_a_table_of_ones_own() {
    let cluster = Cluster::start(Options { passing: true, ..Options::default() }).await.unwrap();
    cluster.create_database("readme").await.unwrap();
    let client = cluster.connect("readme").await.unwrap();
    let statements = statements();
    assert_eq!(statements.len(), 5, "five lines are promised");
    for statement in &statements {
        client.simple_query(statement).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
    let preview =
        client.query_one(&statements[3].replace("SELECT *", "SELECT errors::text"), &[]).await.unwrap();
    let errors: String = preview.get(0);
    assert!(errors.contains("check_violation"), "{errors}");

    let click = r#"{"click_id": "7c9e6679-7425-40de-944b-e07fc1f90ae7", "at": "2026-11-01T09:00:00Z", "page": {"url": "/"}}"#;
    let staged =
        "INSERT INTO ingest.staging (key, body) VALUES ('input/clicks/a.json', convert_to($1, 'UTF8'))";
    client.execute(staged, &[&click]).await.unwrap();
    client.simple_query("SELECT * FROM ingest_process_staging()").await.unwrap();
    let page: String = client.query_one("SELECT page FROM landing.clicks", &[]).await.unwrap().get(0);
    assert_eq!(page, "/");
}

/// A table that needs all that docs/targets.md speaks of: grants, a policy, and a CHECK by a function that names its table
/// without a schema.
const GUARDED: &str = "
    CREATE SCHEMA shop;
    CREATE TABLE shop.closing_day (day date PRIMARY KEY);
    CREATE FUNCTION shop.is_open(of_day date) RETURNS boolean LANGUAGE plpgsql AS
      $$ BEGIN RETURN NOT EXISTS (SELECT FROM closing_day WHERE day = of_day); END $$;
    CREATE TABLE shop.orders (order_id integer PRIMARY KEY, day date CHECK (shop.is_open(day)));
    ALTER TABLE shop.orders ENABLE ROW LEVEL SECURITY;
    GRANT SELECT ON shop.closing_day TO ingest_loader;";

#[tokio::test]
async fn what_the_page_of_targets_tells_to_type_lets_a_guarded_table_be_loaded() {
    let cluster = Cluster::start(Options::default()).await.unwrap();
    cluster.create_database("targets").await.unwrap();
    let client = cluster.connect("targets").await.unwrap();
    client.batch_execute(GUARDED).await.unwrap();
    for block in blocks("docs/targets.md").iter().chain(&blocks("docs/reference/settings.md")) {
        client.batch_execute(block).await.unwrap_or_else(|error| panic!("{block}: {error}"));
    }
    client
        .batch_execute("SELECT ingest_register_dataset('orders', 'input/orders/', 'shop.orders')")
        .await
        .unwrap();
    for (key, day) in [("a", "2026-11-01"), ("b", "2026-11-02")] {
        let staged = format!(
            "INSERT INTO ingest.staging (key, body) VALUES ('input/orders/{key}.json', '{{\"order_id\": 1, \"day\": \"{day}\"}}')"
        );
        client.batch_execute(&staged).await.unwrap();
        client.simple_query("SELECT * FROM ingest_process_staging()").await.unwrap();
    }
    let day: String = client.query_one("SELECT day::text FROM shop.orders", &[]).await.unwrap().get(0);
    assert_eq!(day, "2026-11-02", "one row, inserted and then updated");
}

/// Loads a document as a file of the dataset orders.
async fn load(client: &tokio_postgres::Client, key: &str, body: &str) {
    let staged = "INSERT INTO ingest.staging (key, body) VALUES ($1, convert_to($2, 'UTF8'))";
    client.execute(staged, &[&format!("input/orders/{key}.json"), &body]).await.unwrap();
    client.simple_query("SELECT * FROM ingest_process_staging()").await.unwrap();
}

#[tokio::test]
async fn what_the_pages_on_changes_and_on_operating_tell_to_type_is_answered() {
    let cluster = Cluster::start(Options::default()).await.unwrap();
    cluster.create_database("changes").await.unwrap();
    let client = cluster.connect("changes").await.unwrap();
    let table = "CREATE ROLE shop; GRANT USAGE, CREATE ON SCHEMA landing TO shop; DROP TABLE IF EXISTS landing.orders CASCADE;
        CREATE TABLE landing.orders (order_id integer PRIMARY KEY, qty smallint); ALTER TABLE landing.orders OWNER TO shop;
        GRANT SELECT, INSERT, UPDATE ON landing.orders TO ingest_loader; SELECT ingest_add_metadata_columns('landing.orders');
        SELECT ingest_register_dataset('orders', 'input/orders/', 'landing.orders')";
    client.batch_execute(table).await.unwrap();
    load(&client, "a", r#"{"order_id": 1, "debug": 1} {"order_id": 2, "qty": 70000}"#).await;

    let changes = blocks("docs/evolve.md");
    assert_eq!(
        changes.len(),
        4,
        "what is proposed, what needs no column, what comes by itself, what came before"
    );
    client.batch_execute(&changes[0]).await.unwrap();
    client.batch_execute(&changes[1]).await.unwrap();
    client.batch_execute(&changes[2]).await.unwrap();
    load(&client, "b", r#"{"order_id": 3, "floor": 4}"#).await;
    client.batch_execute(&changes[3]).await.unwrap();
    let floor = "SELECT floor::text FROM landing.orders WHERE order_id = 3 AND _rescued IS NULL";
    assert_eq!(client.query_one(floor, &[]).await.unwrap().get::<_, String>(0), "4");

    let (of_operating, of_dashboard) = (blocks("docs/operating.md"), blocks("docs/dashboard.md"));
    assert_eq!((of_operating.len(), of_dashboard.len()), (1, 1), "one piece of SQL on each page");
    for block in of_operating {
        client.batch_execute(&block).await.unwrap_or_else(|error| panic!("{block}: {error}"));
    }
    for block in of_dashboard {
        client.batch_execute(&block.replace("the_login", "shop")).await.unwrap();
    }
}
