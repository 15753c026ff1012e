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
