//! The contract: what `ingest.contract(dataset)` compiles from the target's DDL (docs/row-source.md).

use serde::Deserialize;

use crate::coerce::Rule;
use crate::condition::Condition;
use crate::convert::Conversion;
use crate::names::NameRule;
use crate::path::{PathTree, Read, Step};
use crate::places::{PlaceSource, PlaceSources};
use crate::records_path::{RecordsPath, Way};
use crate::type_description::TypeDescription;

/// What is done with members that no column reads.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum OnUnknown {
    /// Kept in `_rescued`, where the target has it.
    Rescue,
    /// Left out.
    Ignore,
    /// A fault of the record.
    Reject,
}

/// Where a column's value comes from.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// The record.
    #[default]
    Record,
    /// What is known of the file: the pieces of its key, its object.
    File,
    /// What stands around the record.
    Place,
}

/// One column that is read from JSON.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub struct Column {
    /// The column's name.
    pub name: String,
    /// Where its value comes from.
    #[serde(default)]
    pub origin: Origin,
    /// Steps from there to the column's value.
    pub path: Vec<Step>,
    /// The path as messages show it.
    pub path_text: String,
    /// The path was registered: it is followed letter by letter.
    #[serde(default)]
    pub mapped: bool,
    /// The column's type.
    #[serde(flatten)]
    pub description: TypeDescription,
    /// NULL is `missing_required`.
    pub required: bool,
    /// An absent value takes the column's default.
    pub has_default: bool,
    /// What is made of a value before it is coerced, such as `epoch_ms`.
    #[serde(default)]
    pub conversion: Option<String>,
    /// What messages expect of a value that is converted.
    #[serde(default)]
    pub expected: Option<String>,
    /// Strings that stand for null.
    #[serde(default)]
    pub null_strings: Vec<String>,
    /// What the names of members have in common that stand for the column; without it they are its path.
    #[serde(default, rename = "match")]
    pub matched: Option<String>,
}

/// What a column of a child is given of the record around it, which the database alone knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    /// This column of that record's row.
    Key(String),
    /// The number of that record in its file.
    RecordNo,
}

/// What stands inside the records of a contract, for a table of its own.
#[derive(Debug)]
pub struct Child {
    /// The table's object identifier.
    pub target: u32,
    /// How it is read inside a record.
    pub contract: Contract,
}

/// The contract as it is written.
#[derive(Debug, Deserialize)]
struct Document {
    records_path: Option<Vec<Way>>,
    records_path_text: Option<String>,
    #[serde(default)]
    places: Vec<PlaceSource>,
    #[serde(default)]
    skip_missing: bool,
    #[serde(default)]
    lines: bool,
    on_unknown: OnUnknown,
    want_rescued: bool,
    want_record: bool,
    #[serde(default)]
    record_members: Option<Vec<String>>,
    #[serde(default)]
    want_unknown: bool,
    #[serde(default)]
    only_columns: bool,
    #[serde(default)]
    only_where: Option<Condition>,
    #[serde(default)]
    is_shared: bool,
    #[serde(default)]
    delete_where: Option<Condition>,
    #[serde(default)]
    deletes: Vec<String>,
    #[serde(default)]
    soft_delete_column: Option<String>,
    #[serde(default)]
    match_names: Option<NameRule>,
    #[serde(default)]
    own_loader: bool,
    #[serde(default)]
    read_besides: Vec<ReadBesides>,
    columns: Vec<Column>,
    #[serde(default)]
    within: Option<Within>,
    #[serde(default)]
    family: Vec<ChildDocument>,
}

/// Of a child: what leads to it from the record that it stands in.
#[derive(Debug, Deserialize)]
struct Within {
    records_path: Option<Vec<Way>>,
    records_path_text: Option<String>,
    skip_missing: bool,
    places: Vec<PlaceSource>,
}

/// A child as it is written.
#[derive(Debug, Deserialize)]
struct ChildDocument {
    target: u32,
    contract: Document,
}

/// What expressions read of the record by themselves.
#[derive(Clone, Debug, Deserialize)]
struct ReadBesides {
    path: Vec<Step>,
}

/// Which records take the row of their key away.
#[derive(Debug)]
pub struct Deletes {
    pub(crate) condition: Condition,
    /// One for each column: whether a record needs it to delete.
    needed: Vec<bool>,
    /// The column that is set in the place of deleting; no record brings it.
    pub soft_delete_column: Option<String>,
}

/// A contract, ready to read records by.
#[derive(Debug)]
pub struct Contract {
    /// The way from a candidate to its records; `None` when the candidates are the records.
    pub(crate) records_path: Option<RecordsPath>,
    /// What columns read around records.
    pub(crate) places: PlaceSources,
    /// Which of these each column reads.
    pub(crate) place_of: Vec<Option<usize>>,
    /// Where it is read inside the records of another: what each column is given by the database.
    pub given: Vec<Option<Given>>,
    /// What is read inside its records.
    pub family: Vec<Child>,
    /// A candidate without anything at `records_path`, or with null, has no record; else it fails its file.
    pub skip_missing: bool,
    /// Each line is a candidate by itself.
    pub lines: bool,
    /// What is done with members that no column reads.
    pub on_unknown: OnUnknown,
    /// Unknown members are wanted as one jsonb value.
    pub want_rescued: bool,
    /// They are wanted so and in no other way: whether they are drift is not known yet.
    pub want_unknown: bool,
    /// Members that no column reads are not looked for: a filter is asked first.
    pub only_columns: bool,
    /// Of which records it is: others are counted and not read.
    pub(crate) only_where: Option<Condition>,
    /// Other contracts are for the same files.
    is_shared: bool,
    /// Which of them delete.
    pub deletes: Option<Deletes>,
    /// The dataset has a loader of its own, which may not read all that is staged.
    pub own_loader: bool,
    /// The record is wanted as jsonb.
    pub want_record: bool,
    /// Only these members of it are.
    pub(crate) record_members: Option<Vec<String>>,
    /// The columns, in the table's order.
    pub columns: Vec<Column>,
    /// How each column's values are made.
    pub(crate) rules: Vec<Rule>,
    /// What is made of each column's values before.
    pub(crate) conversions: Vec<Option<Conversion>>,
    /// All paths together.
    pub(crate) paths: PathTree,
}

impl Contract {
    /// Whether what a walk finds out serves other contracts: records stand in nothing, and a condition parts them.
    pub fn is_walked_for_others(&self) -> bool {
        self.is_shared
            && self.only_where.is_some()
            && self.records_path.is_none()
            && !self.lines
            && self.places.is_empty()
    }

    /// Whether a record that deletes has to have the column at this position.
    pub(crate) fn is_needed_of_deletes(&self, position: usize) -> bool {
        let needed = self.deletes.as_ref().and_then(|deletes| deletes.needed.get(position));
        needed.copied().unwrap_or(true)
    }

    /// Whether its rows can be made inside of the record around it, where it is a child: they need nothing of the file, and no
    /// condition has to be asked.
    pub fn is_read_inside(&self) -> bool {
        let columns = self.columns.iter().zip(&self.given).zip(&self.place_of);
        let mut known = columns.map(|((column, given), place)| match column.origin {
            Origin::Record => true,
            Origin::Place => given.is_some() || place.is_some(),
            Origin::File => false,
        });
        known.all(|is_known| is_known) && !self.want_record && !self.want_unknown && self.family.is_empty()
    }

    /// Reads a contract from its JSON text.
    ///
    /// # Errors
    /// What is wrong with the text, for the one who called `read_rows` by hand: `ingest.contract()` writes no such.
    pub fn from_json(text: &str) -> Result<Contract, String> {
        let document: Document = serde_json::from_str(text).map_err(|error| {
            format!("the contract cannot be read: {error}; expected what ingest.contract(dataset) gives")
        })?;
        Contract::new(document)
    }

    /// A child as it is read inside the record that it stands in.
    fn inside(mut document: Document) -> Result<Contract, String> {
        let within = document
            .within
            .take()
            .ok_or("a contract of the family has no `within`; expected those of children")?;
        document.records_path = within.records_path;
        document.records_path_text = within.records_path_text;
        document.skip_missing = within.skip_missing;
        document.places = within.places;
        let given = document.columns.iter().map(given).collect();
        Ok(Contract { given, ..Contract::new(document)? })
    }

    fn new(document: Document) -> Result<Contract, String> {
        if i16::try_from(document.columns.len()).is_err() {
            return Err(format!(
                "the contract has {} columns; expected at most 32767",
                document.columns.len()
            ));
        }
        let rules = document
            .columns
            .iter()
            .map(|column| {
                Rule::new(&column.description)
                    .map_err(|wrong| format!("column {} of the contract: {wrong}", column.name))
            })
            .collect::<Result<_, _>>()?;
        let conversions = document
            .columns
            .iter()
            .map(|column| column.conversion.as_deref().map(Conversion::parse).transpose())
            .collect::<Result<_, _>>()?;
        let paths = PathTree::new(
            document.match_names,
            document.columns.iter().map(|column| match (column.origin, &column.matched) {
                (Origin::Record, Some(matched)) => Read::Matched { matched, name: &column.name },
                (Origin::Record, None) => Read::Path(&column.path),
                (Origin::File | Origin::Place, _) => Read::Path(&[]),
            }),
            document.read_besides.iter().map(|read| read.path.as_slice()),
        );
        let places = PlaceSources::new(document.places);
        let text = document.records_path_text.unwrap_or_default();
        let path = document.records_path.map(|ways| RecordsPath::new(ways, text, places.levels()));
        let read =
            |column: &Column| places.place_of(&column.path_text).filter(|_| column.origin == Origin::Place);
        let deletes = document.delete_where.map(|condition| Deletes {
            condition,
            needed: document.columns.iter().map(|column| document.deletes.contains(&column.name)).collect(),
            soft_delete_column: document.soft_delete_column,
        });
        let child = |child: ChildDocument| {
            Ok(Child { target: child.target, contract: Contract::inside(child.contract)? })
        };
        Ok(Contract {
            given: Vec::new(),
            family: document.family.into_iter().map(child).collect::<Result<_, String>>()?,
            records_path: path,
            place_of: document.columns.iter().map(read).collect(),
            places,
            skip_missing: document.skip_missing,
            lines: document.lines,
            on_unknown: document.on_unknown,
            want_rescued: document.want_rescued || document.want_unknown,
            want_unknown: document.want_unknown,
            only_columns: document.only_columns,
            only_where: document.only_where,
            is_shared: document.is_shared,
            deletes,
            own_loader: document.own_loader,
            want_record: document.want_record,
            record_members: document.record_members,
            columns: document.columns,
            rules,
            conversions,
            paths,
        })
    }
}

/// What a child's column is given, where it reads nothing.
fn given(column: &Column) -> Option<Given> {
    if column.origin != Origin::Place {
        return None;
    }
    match column.path_text.strip_prefix("_key:") {
        Some(key) => Some(Given::Key(key.to_owned())),
        None => (column.path_text == "_record:").then_some(Given::RecordNo),
    }
}
