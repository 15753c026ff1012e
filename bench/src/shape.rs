//! Target tables: their columns, and where each column's value stands in a record.

use std::collections::HashMap;
use std::fmt::Write as _;

use anyhow::{Context, Result};
use serde_json::value::RawValue;

/// A column.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    /// Its name.
    pub(crate) name: String,
    /// Its type, as DDL has it.
    pub(crate) sql_type: &'static str,
    /// What follows the type in DDL.
    pub(crate) constraint: &'static str,
    /// Where it stands when not under its own name: a member of an object.
    pub(crate) within: Option<(&'static str, &'static str)>,
}

/// Which records become rows of a table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Role {
    /// All of its files.
    #[default]
    All,
    /// Of the first table's files those of which this is true.
    Some(&'static str),
    /// What stands in the records of the first table, in their array `items`, under their key.
    Inside,
    /// All of its files; those of which this is true delete.
    Deleting(&'static str),
}

/// A table with one key column, the first, and a version column.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shape {
    /// In the table's order.
    pub(crate) columns: Vec<Column>,
    /// The higher value wins.
    pub(crate) version: &'static str,
    pub(crate) role: Role,
}

/// The table of the sample record, without the columns that only the pipeline fills: all contenders write the same row.
pub(crate) fn orders() -> Shape {
    let column = |name: &str, sql_type, constraint| Column {
        name: name.to_owned(),
        sql_type,
        constraint,
        within: None,
    };
    let shipped = |name: &str, member| Column {
        name: name.to_owned(),
        sql_type: "text",
        constraint: "",
        within: Some(("shipping", member)),
    };
    Shape {
        columns: vec![
            column("order_id", "uuid", "PRIMARY KEY"),
            column("customer_id", "bigint", "NOT NULL"),
            column("status", "text", "NOT NULL CHECK (status IN ('placed', 'paid', 'shipped', 'cancelled'))"),
            column("ordered_at", "timestamptz", "NOT NULL"),
            column("updated_at", "timestamptz", "NOT NULL"),
            column("currency", "char(3)", "NOT NULL"),
            column("total_amount", "numeric(12, 2)", "NOT NULL CHECK (total_amount >= 0)"),
            column("channel", "text", ""),
            shipped("ship_city", "city"),
            shipped("ship_country", "country"),
            shipped("ship_postcode", "postcode"),
            column("items", "jsonb", "NOT NULL"),
            column("note", "text", ""),
        ],
        version: "updated_at",
        role: Role::All,
    }
}

/// The table of the sample record without what stands inside it.
pub(crate) fn orders_alone() -> Shape {
    let whole = orders();
    Shape { columns: whole.columns.into_iter().filter(|column| column.name != "items").collect(), ..whole }
}

/// The table of what stands inside the sample record.
pub(crate) fn order_items() -> Shape {
    let column = |name: &str, sql_type, constraint| Column {
        name: name.to_owned(),
        sql_type,
        constraint,
        within: None,
    };
    Shape {
        columns: vec![
            column("order_id", "uuid", "NOT NULL"),
            column("line_no", "integer", "NOT NULL"),
            column("sku", "text", "NOT NULL"),
            column("qty", "integer", "NOT NULL CHECK (qty > 0)"),
            column("unit_price", "numeric(12, 2)", "NOT NULL, PRIMARY KEY (order_id, line_no)"),
        ],
        version: "",
        role: Role::Inside,
    }
}

impl Shape {
    /// The key column's name.
    pub(crate) fn key(&self) -> &str {
        self.columns.first().map_or("", |column| &column.name)
    }

    /// What stands between the parentheses of CREATE TABLE.
    pub(crate) fn ddl(&self) -> String {
        self.columns
            .iter()
            .map(|c| format!("{} {} {}", c.name, c.sql_type, c.constraint))
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// For loaders that have no name for some types and use text instead.
    pub(crate) fn ddl_with_text_for(&self, unknown: &[&str]) -> String {
        let mut shape = self.clone();
        for column in &mut shape.columns {
            if unknown.contains(&column.sql_type) {
                column.sql_type = "text";
            }
        }
        shape.ddl()
    }

    /// All columns as the types that they should have.
    pub(crate) fn casts(&self) -> String {
        let cast = |column: &Column| format!("{0}::{1} AS {0}", column.name, column.sql_type);
        self.columns.iter().map(cast).collect::<Vec<_>>().join(", ")
    }

    /// All columns, parted by commas.
    pub(crate) fn names(&self) -> String {
        self.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// The columns besides the key.
    pub(crate) fn others(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().skip(1)
    }

    /// The `columns` argument of `ingest_register_dataset`.
    pub(crate) fn mapping(&self) -> serde_json::Value {
        let moved = self.columns.iter().filter_map(|column| {
            let (object, member) = column.within?;
            Some((column.name.clone(), format!("$.{object}.{member}").into()))
        });
        serde_json::Value::Object(moved.collect())
    }

    /// A record as a line of CSV.
    ///
    /// # Errors
    /// When the record is no JSON object.
    pub(crate) fn csv_line(&self, record: &str, csv: &mut String) -> Result<()> {
        let members = members(record)?;
        let mut objects = HashMap::new();
        for (index, column) in self.columns.iter().enumerate() {
            if index > 0 {
                csv.push(',');
            }
            let value = match column.within {
                None => members.get(column.name.as_str()).copied(),
                Some((object, member)) => {
                    if !objects.contains_key(object) {
                        let inner = members.get(object).map_or("{}", |value| value.get());
                        objects.insert(object, self::members(inner)?);
                    }
                    objects.get(object).and_then(|inner| inner.get(member)).copied()
                }
            };
            if let Some(value) = value {
                put_field(csv, value)?;
            }
        }
        csv.push('\n');
        Ok(())
    }
}

fn members(object: &str) -> Result<HashMap<&str, &RawValue>> {
    serde_json::from_str(object).with_context(|| format!("a generated record is no object: {object}"))
}

/// Strings without their escapes, null as nothing, all else as it stands.
fn put_field(csv: &mut String, value: &RawValue) -> Result<()> {
    let text = value.get();
    if text == "null" {
        return Ok(());
    }
    let plain = if text.starts_with('"') { serde_json::from_str(text)? } else { text.to_owned() };
    // Quoted only where it must be, as CSV writers do: the floor is not to pay for more.
    if plain.is_empty() || plain.contains(['"', ',', '\n', '\r']) {
        write!(csv, "\"{}\"", plain.replace('"', "\"\""))?;
    } else {
        csv.push_str(&plain);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_becomes_a_line_that_copy_reads() {
        let shape = Shape {
            columns: orders()
                .columns
                .into_iter()
                .filter(|c| {
                    ["order_id", "total_amount", "ship_city", "items", "note"].contains(&c.name.as_str())
                })
                .collect(),
            ..Shape::default()
        };
        let mut csv = String::new();
        let record = r#"{"order_id":"k","total_amount":1.50,"shipping":{"city":"a\"b"},"items":[{"n":1}],"note":null}"#;
        shape.csv_line(record, &mut csv).unwrap();
        assert_eq!(csv, "k,1.50,\"a\"\"b\",\"[{\"\"n\"\":1}]\",\n");
    }

    #[test]
    fn only_what_stands_elsewhere_is_mapped() {
        assert_eq!(orders().mapping()["ship_city"], "$.shipping.city");
        assert_eq!(orders().mapping().as_object().unwrap().len(), 3);
    }
}
