//! The order of the primary key, and which of several rows with one key counts (docs/semantics.md section 4).

use std::cmp::Ordering;
use std::marker::PhantomData;

use pgrx::pg_sys;

use crate::gather::gathered::GatheredRow;
use crate::gather::target::Target;
use crate::memory::Memory;
use crate::relation::OpenRelation;
use crate::{majors, unguarded};

/// A column's place in the table (from 1) and its type's comparison.
struct Comparison {
    column: i32,
    sort: pg_sys::SortSupportData,
}

/// How to cut a first key column to a word that sorts alike.
#[derive(Clone, Copy)]
enum Prefix {
    /// Signed integers, which are passed by value: the word is the whole value.
    Integer,
    Uuid,
    None,
}

/// The comparisons by which rows are put in order, as long as the target is open and their memory there.
pub(crate) struct KeyOrder<'a> {
    of: PhantomData<(&'a Target, Memory<'a>)>,
    layout: pg_sys::TupleDesc,
    prefix: Prefix,
    key: Vec<Comparison>,
    version: Option<Comparison>,
}

impl Comparison {
    fn compare(&mut self, left: pg_sys::Datum, right: pg_sys::Datum) -> Ordering {
        let Some(comparator) = self.sort.comparator else { return Ordering::Equal };
        let sort = &raw mut self.sort;
        // SAFETY: the comparison was prepared for the column's type, whose values these are; none is NULL. It may
        // raise, which must not jump over frames of Rust's.
        let order = unsafe { pg_sys::ffi::pg_guard_ffi_boundary(|| comparator(left, right, sort)) };
        order.cmp(&0)
    }

    /// A column's value in a tuple, which is not NULL.
    fn value(&self, tuple: pg_sys::HeapTuple, layout: pg_sys::TupleDesc) -> pg_sys::Datum {
        // SAFETY: the tuple has this layout, and key and version columns hold no NULL: `TargetRows` makes no such tuple.
        // The function never raises.
        unsafe { unguarded::nocachegetattr(tuple, self.column, layout) }
    }

    fn compare_rows(
        &mut self,
        left: &GatheredRow,
        right: &GatheredRow,
        layout: pg_sys::TupleDesc,
    ) -> Ordering {
        let (left, right) = (self.value(left.tuple, layout), self.value(right.tuple, layout));
        self.compare(left, right)
    }
}

/// An empty comparison that works in `memory`.
fn unprepared(memory: Memory<'_>, collation: pg_sys::Oid) -> pg_sys::SortSupportData {
    pg_sys::SortSupportData { ssup_cxt: memory.context(), ssup_collation: collation, ..Default::default() }
}

impl<'a> KeyOrder<'a> {
    /// The order of `index`, the open primary key of `target`; among equal keys the higher version comes first.
    /// `None` when a column has no comparison.
    pub(crate) fn new(
        memory: Memory<'a>,
        target: &'a Target,
        index: &OpenRelation,
        version_column: Option<&str>,
    ) -> Option<KeyOrder<'a>> {
        let index = index.as_ptr();
        let mut key = Vec::new();
        // SAFETY: the index is open: its arrays are as long as its key.
        let places = unsafe {
            let described = (*index).rd_index;
            (*described).indkey.values.as_slice(usize::try_from((*described).indnkeyatts).unwrap_or(0))
        };
        for (number, place) in places.iter().enumerate() {
            // SAFETY: as above. A primary key has its types' default operators, whose order ORDER BY has too.
            let sort = unsafe {
                let mut sort = unprepared(memory, *(*index).rd_indcollation.add(number));
                sort.ssup_attno = i16::try_from(number + 1).ok()?;
                majors::prepare_order(index, &mut sort);
                sort.ssup_reverse = false;
                sort
            };
            key.push(Comparison { column: i32::from(*place), sort });
        }
        let version = match version_column {
            None => None,
            Some(name) => Some(version(memory, target, name)?),
        };
        let first = target.attributes().get(usize::try_from(key.first()?.column - 1).ok()?)?;
        let prefix = match first.atttypid {
            pg_sys::INT2OID | pg_sys::INT4OID | pg_sys::INT8OID => Prefix::Integer,
            pg_sys::UUIDOID => Prefix::Uuid,
            _ => Prefix::None,
        };
        Some(KeyOrder { of: PhantomData, layout: target.layout(), prefix, key, version })
    }

    /// The values of a row's key.
    pub(crate) fn key_of(&self, row: &GatheredRow) -> impl Iterator<Item = pg_sys::Datum> {
        let tuple = row.tuple;
        let others = self.key.iter().skip(1).map(move |column| column.value(tuple, self.layout));
        std::iter::once(row.key).chain(others)
    }

    /// The place (from 1) of the key's first column in the table.
    pub(crate) fn first_column(&self) -> Option<i32> {
        self.key.first().map(|first| first.column)
    }

    /// The places (from 1) of the key's columns in the table.
    pub(crate) fn columns(&self) -> impl Iterator<Item = i32> {
        self.key.iter().map(|column| column.column)
    }

    /// The place (from 1) of the version column in the table.
    pub(crate) fn version_column(&self) -> Option<i32> {
        self.version.as_ref().map(|version| version.column)
    }

    /// Puts rows in the key's order and keeps one of each key: the highest version, of these the last to arrive.
    pub(crate) fn settle(&mut self, rows: &mut Vec<GatheredRow>) {
        self.sort(rows);
        rows.dedup_by(|next, kept| self.has_key_of(next, kept));
    }

    /// Puts rows in the key's order, of each key the highest version first, of these the last to arrive.
    pub(crate) fn sort(&mut self, rows: &mut [GatheredRow]) {
        for (arrival, row) in (0..).zip(rows.iter_mut()) {
            row.arrival = arrival;
            row.prefix = self.prefix_of(row.key);
        }
        rows.sort_unstable_by(|left, right| {
            self.by_key(left, right)
                .then_with(|| self.by_version(right, left))
                .then(right.arrival.cmp(&left.arrival))
        });
    }

    /// Whether two rows have one key.
    pub(crate) fn has_key_of(&mut self, left: &GatheredRow, right: &GatheredRow) -> bool {
        self.by_key(left, right) == Ordering::Equal
    }

    /// A row's version; `None` without a version column.
    pub(crate) fn version_of(&self, row: &GatheredRow) -> Option<pg_sys::Datum> {
        self.version.as_ref().map(|version| version.value(row.tuple, self.layout))
    }

    fn prefix_of(&self, key: pg_sys::Datum) -> u64 {
        match self.prefix {
            Prefix::Integer => (key.value() as u64) ^ (1 << 63),
            Prefix::Uuid => {
                // SAFETY: the value is a uuid, sixteen bytes in the order in which they are compared.
                let bytes = unsafe { key.cast_mut_ptr::<[u8; 8]>().read_unaligned() };
                u64::from_be_bytes(bytes)
            }
            Prefix::None => 0,
        }
    }

    fn by_key(&mut self, left: &GatheredRow, right: &GatheredRow) -> Ordering {
        let by_prefix = left.prefix.cmp(&right.prefix);
        if by_prefix != Ordering::Equal {
            return by_prefix;
        }
        let layout = self.layout;
        let Some((first, others)) = self.key.split_first_mut() else { return Ordering::Equal };
        let by_first = first.compare(left.key, right.key);
        others
            .iter_mut()
            .fold(by_first, |order, column| order.then_with(|| column.compare_rows(left, right, layout)))
    }

    fn by_version(&mut self, left: &GatheredRow, right: &GatheredRow) -> Ordering {
        let layout = self.layout;
        self.version.as_mut().map_or(Ordering::Equal, |version| version.compare_rows(left, right, layout))
    }
}

/// The comparison of the version column, by its type's own order.
fn version(memory: Memory<'_>, target: &Target, name: &str) -> Option<Comparison> {
    let (place, attribute) = target.attributes().iter().enumerate().find(|(_, attribute)| {
        !attribute.attisdropped && pgrx::name_data_to_str(&attribute.attname) == name
    })?;
    let mut sort = unprepared(memory, attribute.attcollation);
    // SAFETY: the cache's entry lives as long as the backend; a type without an order has no operator.
    unsafe {
        let flags = i32::try_from(pg_sys::TYPECACHE_LT_OPR).ok()?;
        let less = (*pg_sys::lookup_type_cache(attribute.atttypid, flags)).lt_opr;
        if less == pg_sys::InvalidOid {
            return None;
        }
        pg_sys::PrepareSortSupportFromOrderingOp(less, &mut sort);
    }
    Some(Comparison { column: i32::try_from(place + 1).ok()?, sort })
}
