//! The floor: what PostgreSQL needs to take clean rows as they are.

use anyhow::Result;
use tokio_postgres::Client;

use crate::checksum::copy_csv;
use crate::place::{Place, Target};
use crate::server::Server;
use crate::workload::Batch;

/// A connection that copies.
pub(crate) struct Floor {
    client: Client,
    targets: Vec<Target>,
}

impl Floor {
    pub(super) async fn open(server: &Server, place: &Place) -> Result<Self> {
        Ok(Self { client: server.connect(&place.database).await?, targets: place.targets.clone() })
    }

    /// One COPY for each target, in one transaction.
    pub(super) async fn load(&mut self, batch: &Batch) -> Result<()> {
        self.client.batch_execute("BEGIN").await?;
        for (target, rows) in self.targets.iter().zip(&batch.rows).filter(|(_, rows)| !rows.is_empty()) {
            copy_csv(&self.client, &target.table, &target.shape, rows).await?;
        }
        self.client.batch_execute("COMMIT").await?;
        Ok(())
    }
}
