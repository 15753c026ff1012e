//! What the README tells people to type works as typed.

use local_stack::postgres::{Cluster, Options};
use local_stack::repository;

/// The statements of the README's SQL block.
fn statements() -> Vec<String> {
    let readme = std::fs::read_to_string(repository().join("README.md")).unwrap();
    let (_, rest) = readme.split_once("```sql\n").expect("the README has a block of SQL");
    let (block, _) = rest.split_once("```").expect("the block of SQL ends");
    block.lines().map(str::to_owned).collect()
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
