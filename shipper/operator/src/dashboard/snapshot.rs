//! The whole page as one file, for a letter or an archive: no link leads out of it.

use std::collections::HashMap;

use maud::html;

use super::database::Reader;
use super::failure::Failure;
use super::page::{self, Head};
use super::parts::Place;
use super::views::{self, Asked};

/// Every view that has a place in the navigation, of one moment.
pub(super) async fn snapshot(reader: &mut Reader) -> Result<String, Failure> {
    let made = everything(reader).await;
    reader.end().await;
    made
}

async fn everything(reader: &mut Reader) -> Result<String, Failure> {
    let view = reader.begin().await?;
    let here = view.here().await?;
    let asked = Asked { view: &view, now: &here.now, place: Place::Snapshot, parameters: &HashMap::new() };
    let body = html! {
        (views::overview(&asked).await?.body)
        (views::datasets(&asked).await?.body)
        (views::rejects(&asked).await?.body)
        (views::drift(&asked).await?.body)
        (views::files(&asked).await?.body)
        (views::messages(&asked).await?.body)
    };
    let made = format!("As of {}, from PostgreSQL {}.", here.now.full(), here.server);
    let title = format!("{}, {}", here.database, here.now.full());
    let head = Head { title, under: "", database: here.database, made };
    Ok(page::snapshot(&head, &body).into_string())
}
