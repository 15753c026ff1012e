//! Fetching a batch's objects, many at a time.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::{Id, JoinSet};

use super::Task;
use crate::budget::Deadline;
use crate::notification::ObjectReference;
use crate::reader::{Fetched, ObjectReader, ReadError};

/// Fetches in progress, all cancelled when this is dropped.
pub(super) struct Fetches {
    running: JoinSet<Result<Fetched, ReadError>>,
    of: HashMap<Id, (usize, ObjectReference)>,
}

impl Fetches {
    pub(super) fn begin(reader: &ObjectReader, tasks: &[Task], deadline: Deadline) -> Self {
        let settings = reader.settings();
        let slots = Arc::new(Semaphore::new(settings.max_inflight_objects));
        let memory = Arc::new(Semaphore::new(
            settings.max_inflight_bytes.try_into().unwrap_or(Semaphore::MAX_PERMITS),
        ));
        let mut fetches = Self { running: JoinSet::new(), of: HashMap::new() };
        for task in tasks {
            for reference in &task.objects {
                let (reader, slots, memory) = (reader.clone(), Arc::clone(&slots), Arc::clone(&memory));
                let wanted = reference.clone();
                let handle = fetches.running.spawn(async move {
                    let slot = tokio::time::timeout_at(deadline.begin_until, slots.acquire_owned()).await;
                    let Ok(Ok(_slot)) = slot else { return Err(ReadError::Deadline) };
                    reader.fetch(&wanted, &memory, deadline).await
                });
                fetches.of.insert(handle.id(), (task.message, reference.clone()));
            }
        }
        fetches
    }

    pub(super) fn is_empty(&self) -> bool {
        self.running.is_empty()
    }

    /// The next object that is here, in whatever order they come.
    pub(super) async fn next(&mut self) -> Option<(usize, ObjectReference, Result<Fetched, ReadError>)> {
        loop {
            let (id, outcome) = match self.running.join_next_with_id().await? {
                Ok((id, outcome)) => (id, outcome),
                Err(error) => (error.id(), Err(ReadError::Broken("the reading task ended early".to_owned()))),
            };
            if let Some((message, reference)) = self.of.remove(&id) {
                return Some((message, reference, outcome));
            }
        }
    }

    /// Cancels what is still to come, and says what that is.
    pub(super) fn abandon(&mut self) -> impl Iterator<Item = (usize, ObjectReference)> {
        self.running.abort_all();
        self.of.drain().map(|(_, wanted)| wanted)
    }
}
