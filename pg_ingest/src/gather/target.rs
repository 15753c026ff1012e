//! A target table, open for writing, as far as rows are gathered for it and inserted into it directly.

use std::ffi::CStr;
use std::ptr;

use json_rows::{Contract, Given};
use pgrx::pg_sys;

use crate::majors;
use crate::relation::OpenRelation;

/// An open target.
pub(crate) struct Target {
    table: OpenRelation,
}

/// Places (from 0, in the table) of the columns that the pipeline itself fills.
#[derive(Clone, Copy, Default)]
pub(crate) struct MetadataPlaces {
    pub(crate) file_id: Option<usize>,
    pub(crate) record_no: Option<usize>,
    pub(crate) loaded_at: Option<usize>,
    pub(crate) source_time: Option<usize>,
    pub(crate) sequencer: Option<usize>,
    pub(crate) rescued: Option<usize>,
}

/// Where in the table each value of a row belongs.
#[derive(Clone)]
pub(crate) struct Places {
    /// One for each column of the contract.
    pub(crate) columns: Vec<usize>,
    pub(crate) metadata: MetadataPlaces,
}

/// What a child's rows have of the row around them: the place of their own column, from 0, and what goes there.
#[derive(Clone, Copy)]
pub(crate) enum FromAround {
    /// The value of that row's column, counted from 1, which is never NULL.
    Column(usize, i32),
    /// The number of its record.
    RecordNo(usize),
}

impl Target {
    /// Opens a table under the lock that an INSERT takes.
    pub(crate) fn open(table: pg_sys::Oid) -> Target {
        Target { table: OpenRelation::table(table) }
    }

    pub(crate) fn oid(&self) -> pg_sys::Oid {
        // SAFETY: the relation is open.
        unsafe { (*self.relation()).rd_id }
    }

    /// Its name, for messages.
    pub(crate) fn name(&self) -> String {
        // SAFETY: the relation is open.
        pgrx::name_data_to_str(unsafe { &(*(*self.relation()).rd_rel).relname }).to_owned()
    }

    pub(crate) fn relation(&self) -> pg_sys::Relation {
        self.table.as_ptr()
    }

    /// The form of the table's rows.
    pub(crate) fn layout(&self) -> pg_sys::TupleDesc {
        self.table.layout()
    }

    /// Its columns in order, dropped ones too.
    pub(crate) fn attributes(&self) -> &[pg_sys::FormData_pg_attribute] {
        // SAFETY: the relation is open as long as the answer is borrowed from it.
        unsafe { majors::attributes(self.layout()) }
    }

    /// The type of the column at this place, counted from 1.
    pub(crate) fn type_of(&self, column: i32) -> Option<pg_sys::Oid> {
        let attribute = self.attributes().get(usize::try_from(column - 1).ok()?)?;
        Some(attribute.atttypid)
    }

    /// Whether the pipeline's role has all the rights that an upsert takes; finer grants are the statement's.
    fn may_upsert(&self) -> bool {
        [pg_sys::ACL_INSERT, pg_sys::ACL_SELECT, pg_sys::ACL_UPDATE].into_iter().all(|mode| {
            // SAFETY: the relation is open.
            unsafe {
                pg_sys::pg_class_aclcheck(self.oid(), pg_sys::GetUserId(), pg_sys::AclMode::from(mode))
                    == pg_sys::AclResult::ACLCHECK_OK
            }
        })
    }

    /// Whether nothing but heap, indexes, CHECK, NOT NULL and foreign keys takes part in an insert. What triggers of users, row
    /// security, rules, generated columns, partitions and deferred or exclusion constraints do is the executor's, and so
    /// is the search for keys in tables that inherit.
    pub(crate) fn is_plain(&self) -> bool {
        // SAFETY: the relation is open; the pointers are null or valid as long as it is.
        unsafe {
            let class = &*(*self.relation()).rd_rel;
            let triggers = (*self.relation()).trigdesc;
            let generated = (*self.layout()).constr;
            class.relkind == pg_sys::RELKIND_RELATION.cast_signed()
                && !class.relispartition
                && !class.relhassubclass
                && !class.relrowsecurity
                && !class.relhasrules
                && (triggers.is_null() || only_checks_parents(&*triggers))
                && (generated.is_null() || !majors::has_generated(&*generated))
                && self.attributes().iter().all(|attribute| attribute.attidentity == 0)
        }
    }

    /// Where each value belongs, or `None` where this table's rows cannot be made without the executor.
    pub(crate) fn places(&self, contract: &Contract) -> Option<Places> {
        if contract.want_record || !self.is_plain() || !self.may_upsert() {
            return None;
        }
        let mut metadata = MetadataPlaces::default();
        let mut columns = Vec::with_capacity(contract.columns.len());
        let mut wanted = contract.columns.iter().peekable();
        for (place, attribute) in
            self.attributes().iter().enumerate().filter(|(_, attribute)| !attribute.attisdropped)
        {
            // A child's contract has the number of the record that it stands in.
            let is_wanted =
                wanted.peek().is_some_and(|column| column.name.as_bytes() == name_of(attribute).to_bytes());
            if !is_wanted
                && (metadata.claim(name_of(attribute), attribute.atttypid, place)?
                    || is_mark(contract, attribute))
            {
                continue;
            }
            let column = wanted.next()?;
            // A domain has constraints of its own.
            if column.name.as_bytes() != name_of(attribute).to_bytes()
                || attribute.atttypid.to_u32() != column.description.base_oid
                || attribute.atttypmod != column.description.typmod
            {
                return None;
            }
            columns.push(place);
        }
        wanted.next().is_none().then_some(Places { columns, metadata })
    }

    /// Whether its new rows refer to others, whose triggers have to look for these.
    pub(crate) fn has_parents(&self) -> bool {
        // SAFETY: the relation is open; the pointer is null or valid as long as it is.
        unsafe {
            let triggers = (*self.relation()).trigdesc;
            !triggers.is_null() && (*triggers).trig_insert_after_row
        }
    }

    /// What the rows of a child have of those of this target; `None` where a value would have to become one of another type.
    pub(crate) fn gives(
        &self,
        child: &Target,
        contract: &Contract,
        places: &Places,
    ) -> Option<Vec<FromAround>> {
        let mut from = Vec::new();
        for (given, place) in contract.given.iter().zip(&places.columns) {
            let attribute = child.attributes().get(*place)?;
            match given {
                None => {}
                Some(Given::RecordNo) if attribute.atttypid == pg_sys::INT4OID => {
                    from.push(FromAround::RecordNo(*place));
                }
                Some(Given::RecordNo) => return None,
                Some(Given::Key(name)) => {
                    let own = self
                        .attributes()
                        .iter()
                        .find(|own| !own.attisdropped && name_of(own).to_bytes() == name.as_bytes())?;
                    if (own.atttypid, own.atttypmod) != (attribute.atttypid, attribute.atttypmod)
                        || !own.attnotnull
                    {
                        return None;
                    }
                    from.push(FromAround::Column(*place, i32::from(own.attnum)));
                }
            }
        }
        Some(from)
    }

    /// The primary key's index, where there is a plain one.
    pub(crate) fn primary_key(&self) -> Option<pg_sys::Oid> {
        // SAFETY: the relation is open.
        let index = unsafe { majors::primary_key(self.relation()) };
        (index != pg_sys::InvalidOid).then_some(index)
    }

    /// Opens the table's indexes for an insert that the executor is not asked for; `None` when one of them needs it.
    pub(crate) fn open_indexes(&self) -> Option<*mut pg_sys::ResultRelInfo> {
        // SAFETY: a node of the current memory context for an open relation; its arrays are as long as it says.
        unsafe {
            let result = pg_sys::palloc0(size_of::<pg_sys::ResultRelInfo>()).cast::<pg_sys::ResultRelInfo>();
            (*result).type_ = pg_sys::NodeTag::T_ResultRelInfo;
            pg_sys::InitResultRelInfo(result, self.relation(), 0, ptr::null_mut(), 0);
            pg_sys::ExecOpenIndices(result, false);
            let count = usize::try_from((*result).ri_NumIndices).unwrap_or(0);
            let plain = (0..count).all(|place| {
                let (index, info) =
                    (*(*result).ri_IndexRelationDescs.add(place), *(*result).ri_IndexRelationInfo.add(place));
                (*(*index).rd_index).indimmediate && (*info).ii_ExclusionOps.is_null()
            });
            if plain {
                return Some(result);
            }
            pg_sys::ExecCloseIndices(result);
            None
        }
    }
}

impl MetadataPlaces {
    /// Takes the column if the pipeline fills it; `None` when it has the name but another type.
    fn claim(&mut self, name: &CStr, type_oid: pg_sys::Oid, place: usize) -> Option<bool> {
        let (slot, expected) = match name.to_bytes() {
            b"_file_id" => (&mut self.file_id, pg_sys::INT8OID),
            b"_record_no" => (&mut self.record_no, pg_sys::INT4OID),
            b"_loaded_at" => (&mut self.loaded_at, pg_sys::TIMESTAMPTZOID),
            b"_source_time" => (&mut self.source_time, pg_sys::TIMESTAMPTZOID),
            b"_sequencer" => (&mut self.sequencer, pg_sys::TEXTOID),
            b"_rescued" => (&mut self.rescued, pg_sys::JSONBOID),
            _ => return Some(false),
        };
        *slot = Some(place);
        (type_oid == expected).then_some(true)
    }
}

/// Whether the column is set in the place of deleting a row: no record brings it, and the statement behind sets it.
pub(crate) fn is_mark(contract: &Contract, attribute: &pg_sys::FormData_pg_attribute) -> bool {
    let mark = contract.deletes.as_ref().and_then(|deletes| deletes.soft_delete_column.as_deref());
    mark.is_some_and(|mark| mark.as_bytes() == name_of(attribute).to_bytes())
}

/// The function by which PostgreSQL looks for the row that a new one refers to (`RI_FKey_check_ins` in pg_proc.dat).
const CHECK_PARENT: u32 = 1644;

/// Whether an insert fires no trigger but those that look for parents.
///
/// # Safety
/// The description is that of an open relation.
unsafe fn only_checks_parents(described: &pg_sys::TriggerDesc) -> bool {
    // SAFETY: by the caller's word it holds so many triggers.
    let triggers = unsafe {
        let count = usize::try_from(described.numtriggers).unwrap_or(0);
        std::slice::from_raw_parts(described.triggers, count)
    };
    let on_insert = i16::try_from(pg_sys::TRIGGER_TYPE_INSERT).unwrap_or(0);
    triggers
        .iter()
        .filter(|trigger| trigger.tgtype & on_insert != 0)
        .all(|trigger| trigger.tgisinternal && trigger.tgfoid.to_u32() == CHECK_PARENT)
}

fn name_of(attribute: &pg_sys::FormData_pg_attribute) -> &CStr {
    // SAFETY: a name is a C string inside its 64 bytes.
    unsafe { CStr::from_ptr(attribute.attname.data.as_ptr()) }
}
