//! Files of which several tables are made, and records that delete.

use anyhow::{Context, Result};
use local_stack::samples::RECORDS_PER_FILE;

use super::draft::{Draft, batches};
use super::orders::{changed, orders};
use super::{FILES_A_BATCH, Load};
use crate::shape::{self, Role, Shape};

/// Items of an order.
const ITEMS: u64 = 3;

/// What is true of the records of each of three tables.
const KINDS: [(&str, &[&str]); 3] = [
    ("record ->> 'status' = 'placed'", &["placed"]),
    ("record ->> 'status' = 'paid'", &["paid"]),
    ("record ->> 'status' = 'shipped' OR record ->> 'status' = 'cancelled'", &["shipped", "cancelled"]),
];

/// Of these every tenth record deletes.
const DELETES: &str = "record ->> 'op' = 'd'";

/// Orders, and their items for a table of their own. Every key is new.
pub(super) fn with_items(files: usize) -> Result<Load> {
    holding_items(files, |_, _, index, order| {
        let items = items_of(index);
        let order = holding(&order, &items).with_context(|| format!("{order} holds no items"))?;
        Ok((order, items))
    })
}

/// Every order lies there already with its items. All are newer, with other items.
pub(super) fn with_other_items(files: usize) -> Result<Load> {
    holding_items(files, |draft, shapes, index, order| {
        draft.rows_before(0, &shapes[0], std::slice::from_ref(&order))?;
        draft.rows_before(1, &shapes[1], &rows_of(&order, &items_of(index))?)?;
        let items = items_of(index + 1);
        let newer = changed(&order).and_then(|newer| holding(&newer, &items));
        Ok((newer.with_context(|| format!("{order} cannot be changed"))?, items))
    })
}

/// Files of orders with their items. `each` makes of an order and its place in its file what is loaded, with the items that it holds.
fn holding_items(
    files: usize,
    each: impl Fn(&mut Draft, &[Shape], u64, String) -> Result<(String, Vec<String>)>,
) -> Result<Load> {
    let shapes = vec![shape::orders_alone(), shape::order_items()];
    let fill = |draft: &mut Draft, numbers: std::ops::Range<u64>| {
        for number in numbers {
            let mut records = Vec::new();
            for (index, order) in (0..).zip(orders(number, RECORDS_PER_FILE)) {
                let (order, items) = each(draft, &shapes, index, order)?;
                draft.rows(1, &shapes[1], &rows_of(&order, &items)?)?;
                records.push(order);
            }
            draft.rows(0, &shapes[0], &records)?;
            draft.file(0, &records);
        }
        Ok(())
    };
    let batches = batches(files, FILES_A_BATCH, shapes.len(), fill)?;
    Ok(Load { shapes, batches, rehearsed: false })
}

/// Orders that go to one of three tables each. Every key is new.
pub(super) fn in_three(files: usize) -> Result<Load> {
    let shapes: Vec<Shape> =
        KINDS.iter().map(|(filter, _)| Shape { role: Role::Some(filter), ..shape::orders() }).collect();
    let fill = |draft: &mut Draft, numbers: std::ops::Range<u64>| {
        for number in numbers {
            let records = orders(number, RECORDS_PER_FILE);
            for (target, (_, statuses)) in KINDS.iter().enumerate() {
                let is_one = |record: &&String| {
                    statuses.iter().any(|status| record.contains(&format!(r#""status":"{status}""#)))
                };
                let own: Vec<String> = records.iter().filter(is_one).cloned().collect();
                draft.rows(target, &shapes[target], &own)?;
            }
            draft.file(0, &records);
        }
        Ok(())
    };
    let batches = batches(files, FILES_A_BATCH, shapes.len(), fill)?;
    Ok(Load { shapes, batches, rehearsed: false })
}

/// Every key lies there already; of the records every second is newer, and of these every fifth deletes.
pub(super) fn a_tenth_deletes(files: usize) -> Result<Load> {
    let shape = Shape { role: Role::Deleting(DELETES), ..shape::orders() };
    let fill = |draft: &mut Draft, numbers: std::ops::Range<u64>| {
        for number in numbers {
            let mut records = orders(number, RECORDS_PER_FILE);
            draft.rows_before(0, &shape, &records)?;
            for record in records.iter_mut().step_by(2) {
                *record = changed(record).with_context(|| format!("{record} cannot be changed"))?;
            }
            let (gone, stays): (Vec<_>, Vec<_>) =
                records.iter().cloned().enumerate().partition(|(index, _)| index % 10 == 0);
            let stays: Vec<String> = stays.into_iter().map(|(_, record)| record).collect();
            draft.rows(0, &shape, &stays)?;
            for (index, record) in gone {
                records[index] = format!(r#"{},"op":"d"}}"#, record.trim_end_matches('}'));
            }
            draft.file(0, &records);
        }
        Ok(())
    };
    let batches = batches(files, FILES_A_BATCH, 1, fill)?;
    Ok(Load { shapes: vec![shape], batches, rehearsed: false })
}

/// The members of an order's items.
fn items_of(order: u64) -> Vec<String> {
    (0..ITEMS).map(|item| item_of(order, item)).collect()
}

/// An item's members.
fn item_of(order: u64, item: u64) -> String {
    let number = order * ITEMS + item;
    format!(
        r#""sku":"SKU-{:06}","qty":{},"unit_price":{}.{:02}"#,
        number * 7919 % 1_000_000,
        number % 4 + 1,
        number % 500 + 1,
        number % 100
    )
}

/// The order with these items in the place of its own.
fn holding(order: &str, items: &[String]) -> Option<String> {
    let (head, tail) = order.split_once(r#""items":["#)?;
    let (_, tail) = tail.split_once(']')?;
    Some(format!(r#"{head}"items":[{{{}}}]{tail}"#, items.join("},{")))
}

/// The rows that they become.
fn rows_of(order: &str, items: &[String]) -> Result<Vec<String>> {
    let key = order.split_once(r#""order_id":"#).and_then(|(_, tail)| tail.split_once(','));
    let (key, _) = key.with_context(|| format!("{order} has no key"))?;
    let row = |(place, item)| format!(r#"{{"order_id":{key},"line_no":{place},{item}}}"#);
    Ok((1..).zip(items).map(|(place, item): (u32, &String)| row((place, item))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(rows: &bytes::Bytes) -> usize {
        String::from_utf8_lossy(rows).lines().count()
    }

    #[test]
    fn an_order_has_three_items_each_with_its_key_and_place() {
        let load = with_items(1).unwrap();
        let batch = &load.batches[1];
        assert_eq!([lines(&batch.rows[0]), lines(&batch.rows[1])], [100, 300]);
        let orders: Vec<serde_json::Value> = serde_json::from_slice(&batch.files[0].body).unwrap();
        assert!(orders.iter().all(|order| order["items"].as_array().unwrap().len() == 3));
        let first = String::from_utf8_lossy(&batch.rows[1]).lines().next().unwrap().to_owned();
        assert!(first.starts_with(&format!("{},1,SKU-", orders[0]["order_id"].as_str().unwrap())), "{first}");
    }

    #[test]
    fn a_known_order_is_newer_and_has_other_items() {
        let batch = &with_other_items(1).unwrap().batches[1];
        let text = |rows: &bytes::Bytes| {
            String::from_utf8_lossy(rows).lines().map(str::to_owned).collect::<Vec<_>>()
        };
        for target in [0, 1] {
            let (before, after) = (text(&batch.before[target]), text(&batch.rows[target]));
            assert_eq!(before.len(), after.len());
            assert!(before.iter().zip(&after).all(|(before, after)| before != after), "{target}");
        }
    }

    #[test]
    fn each_order_goes_to_one_table_of_three() {
        let load = in_three(2).unwrap();
        let rows: Vec<usize> = load.batches[1].rows.iter().map(lines).collect();
        assert_eq!(rows.iter().sum::<usize>(), 200);
        assert!(rows.iter().all(|rows| *rows > 20), "{rows:?}");
    }

    #[test]
    fn a_tenth_of_the_rows_goes() {
        let batch = &a_tenth_deletes(1).unwrap().batches[1];
        assert_eq!([lines(&batch.before[0]), lines(&batch.rows[0])], [100, 90]);
        let records: Vec<serde_json::Value> = serde_json::from_slice(&batch.files[0].body).unwrap();
        assert_eq!(records.iter().filter(|record| record["op"] == "d").count(), 10);
    }
}
