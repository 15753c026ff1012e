//! Databases for stands.

use std::sync::{Arc, OnceLock, Weak};

use local_stack::postgres::{Cluster, Options};
use serde_json::json;
use tokio::sync::Mutex;
use tokio_postgres::Client;

/// The server that tests share while any of them runs; the last one to end stops it.
pub async fn shared_cluster() -> Arc<Cluster> {
    static SHARED: OnceLock<Mutex<Weak<Cluster>>> = OnceLock::new();
    let mut shared = SHARED.get_or_init(|| Mutex::new(Weak::new())).lock().await;
    if let Some(cluster) = shared.upgrade() {
        return cluster;
    }
    let cluster = Arc::new(own_cluster().await);
    *shared = Arc::downgrade(&cluster);
    cluster
}

/// A server of one's own.
pub async fn own_cluster() -> Cluster {
    Cluster::start(Options { passing: true, ..Options::default() }).await.unwrap()
}

/// A migrated database with a dataset, `things`, and a login that is a member of `ingest_shipper` and nothing more.
pub async fn prepare(cluster: &Cluster, database: &str, role: &str, password: &str) -> Client {
    cluster.create_database(database).await.unwrap();
    let admin = cluster.connect(database).await.unwrap();
    let statements = format!(
        "CREATE ROLE {role} LOGIN PASSWORD '{password}' IN ROLE ingest_shipper;
         CREATE TABLE landing.things (id integer PRIMARY KEY, said text, _source_time timestamptz, _sequencer text);
         ALTER TABLE landing.things OWNER TO ingest_loader;
         SELECT public.ingest_register_dataset(name => 'things', prefix => 'input/', target => 'landing.things');"
    );
    admin.batch_execute(&statements).await.unwrap();
    admin
}

/// A secret in RDS' shape.
pub fn secret(user: &str, password: &str, port: u16, database: &str) -> String {
    json!({
        "engine": "postgres", "host": "127.0.0.1", "port": port,
        "username": user, "password": password, "dbname": database,
    })
    .to_string()
}

/// The schema says from now on that it is of another release.
pub fn schema_is(release: &str) -> String {
    format!(
        "CREATE OR REPLACE FUNCTION ingest.version() RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT '{release}' $$"
    )
}
