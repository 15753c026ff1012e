//! Which columns of a file are read, and their values.

use anyhow::{Result, ensure};
use parquet::basic::{CompressionCodec, ConvertedType, LogicalType, TimeUnit, Type};
use parquet::column::reader::{ColumnReaderImpl, get_typed_column_reader};
use parquet::data_type::DataType;
use parquet::file::metadata::ParquetMetaData;
use parquet::file::reader::RowGroupReader;
use parquet::schema::types::{ColumnDescriptor, SchemaDescriptor};

/// Where among the columns what stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Columns {
    pub(super) key: usize,
    pub(super) size: usize,
    pub(super) modified: usize,
    pub(super) unit: Unit,
    pub(super) etag: usize,
    pub(super) is_latest: Option<usize>,
    pub(super) is_delete_marker: Option<usize>,
    pub(super) class: Option<usize>,
}

/// In what times are counted since 1970. S3 writes milliseconds; stores like it use others, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Millis,
    Micros,
    Nanos,
}

impl Columns {
    /// Finds them.
    ///
    /// # Errors
    /// In words: which is missing or of another type.
    pub(super) fn of(schema: &SchemaDescriptor) -> Result<Self, String> {
        let modified = needed(schema, "last_modified_date", Type::INT64, "LastModifiedDate")?;
        Ok(Self {
            key: needed(schema, "key", Type::BYTE_ARRAY, "Key")?,
            size: needed(schema, "size", Type::INT64, "Size")?,
            modified,
            unit: Unit::of(&schema.column(modified))?,
            etag: needed(schema, "e_tag", Type::BYTE_ARRAY, "ETag")?,
            is_latest: found(schema, "is_latest", Type::BOOLEAN)?,
            is_delete_marker: found(schema, "is_delete_marker", Type::BOOLEAN)?,
            class: found(schema, "storage_class", Type::BYTE_ARRAY)?,
        })
    }

    /// Refuses a codec before the first row is given.
    ///
    /// # Errors
    /// In words: which codec, and which are read.
    pub(super) fn check_codecs(&self, metadata: &ParquetMetaData) -> Result<(), String> {
        let optional = [self.is_latest, self.is_delete_marker, self.class];
        let places =
            [self.key, self.size, self.modified, self.etag].into_iter().chain(optional.into_iter().flatten());
        for place in places {
            for group in metadata.row_groups() {
                let column = group.column(place);
                match column.compression_codec() {
                    CompressionCodec::UNCOMPRESSED
                    | CompressionCodec::SNAPPY
                    | CompressionCodec::GZIP
                    | CompressionCodec::ZSTD => {}
                    other => {
                        return Err(format!(
                            "its column {} is compressed with {other:?}, which is not read; expected Snappy, gzip, zstd or nothing",
                            column.column_descr().name()
                        ));
                    }
                }
            }
        }
        Ok(())
    }
}

impl Unit {
    fn of(column: &ColumnDescriptor) -> Result<Self, String> {
        match (column.logical_type_ref(), column.converted_type()) {
            (Some(LogicalType::Timestamp(time)), _) => Ok(match time.unit {
                TimeUnit::MILLIS => Self::Millis,
                TimeUnit::MICROS => Self::Micros,
                TimeUnit::NANOS => Self::Nanos,
            }),
            (None, ConvertedType::TIMESTAMP_MILLIS) => Ok(Self::Millis),
            (None, ConvertedType::TIMESTAMP_MICROS) => Ok(Self::Micros),
            _ => Err(format!("its column {} holds numbers; expected times", column.name())),
        }
    }

    /// Times are compared to the second.
    pub(super) fn millis(self, time: i64) -> i64 {
        match self {
            Self::Millis => time,
            Self::Micros => time.div_euclid(1_000),
            Self::Nanos => time.div_euclid(1_000_000),
        }
    }
}

/// The place of a column that has to be there; `chosen` is what the inventory's configuration calls it.
fn needed(schema: &SchemaDescriptor, name: &str, kind: Type, chosen: &str) -> Result<usize, String> {
    found(schema, name, kind)?.ok_or_else(|| {
        format!("it has no column {name}; add {chosen} to the bucket's inventory configuration")
    })
}

fn found(schema: &SchemaDescriptor, name: &str, kind: Type) -> Result<Option<usize>, String> {
    let Some(place) = schema.columns().iter().position(|column| column.path().parts() == [name]) else {
        return Ok(None);
    };
    let column = schema.column(place);
    if column.max_rep_level() > 0 {
        return Err(format!("its column {name} is repeated; expected one value a row"));
    }
    if column.physical_type() != kind {
        return Err(format!("its column {name} is {}; expected {kind}", column.physical_type()));
    }
    Ok(Some(place))
}

/// A column of a row group, in the order of its rows.
pub(super) struct Column<T: DataType> {
    reader: ColumnReaderImpl<T>,
    /// The level of a value that is there; 0 where none may be absent.
    present: i16,
    levels: Vec<i16>,
    values: Vec<T::T>,
}

impl<T: DataType> Column<T> {
    /// The column at a place, which is of this type.
    pub(super) fn of(group: &dyn RowGroupReader, place: usize) -> Result<Self> {
        let reader = get_typed_column_reader::<T>(group.get_column_reader(place)?);
        let present = group.metadata().column(place).column_descr().max_def_level();
        Ok(Self { reader, present, levels: Vec::new(), values: Vec::new() })
    }

    /// The next values, one a row.
    pub(super) fn next(&mut self, count: usize) -> Result<Vec<Option<T::T>>> {
        self.levels.clear();
        self.values.clear();
        let levels = (self.present > 0).then_some(&mut self.levels);
        let (rows, _, _) = self.reader.read_records(count, levels, None, &mut self.values)?;
        ensure!(rows == count, "a column has fewer values than its row group has rows");
        let mut values = self.values.drain(..);
        if self.present == 0 {
            return Ok(values.map(Some).collect());
        }
        Ok(self
            .levels
            .iter()
            .map(|level| if *level == self.present { values.next() } else { None })
            .collect())
    }
}
