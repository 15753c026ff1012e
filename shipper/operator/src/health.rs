//! What `public.ingest_health()` says: the words that `status` and `check` share.

use serde_json::Value;
use shipper::database::DatabaseError;
use tokio_postgres::Client;
use tokio_postgres::error::SqlState;

use crate::session::ask_in_utc;

/// One object a dataset; `None` where the schema is of a release that knows no health.
pub(crate) async fn read(client: &Client) -> Result<Option<Vec<Value>>, DatabaseError> {
    let sql = "SELECT pg_catalog.to_jsonb(h) FROM public.ingest_health() AS h";
    match ask_in_utc(client, sql).await {
        Ok(rows) => Ok(Some(rows.iter().map(|row| row.get(0)).collect())),
        Err(error) if error.code() == Some(&SqlState::UNDEFINED_FUNCTION) => Ok(None),
        Err(error) => Err(DatabaseError::in_session(&error)),
    }
}

/// A member's text, empty where there is none.
pub(crate) fn text<'a>(dataset: &'a Value, name: &str) -> &'a str {
    dataset.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// A member's number.
pub(crate) fn number(dataset: &Value, name: &str) -> i64 {
    dataset.get(name).and_then(Value::as_i64).unwrap_or_default()
}
