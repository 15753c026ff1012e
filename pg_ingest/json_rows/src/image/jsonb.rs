//! `jsonb`: containers of entries that tell type and length, members sorted by name (`jsonb.h`, `jsonb_util.c`).

use std::cmp::Ordering;

use super::{Images, Offset, any_numeric, small_numeric};
use crate::decimal::{Decimal, Small};
use crate::scan::{Index, Kind, Tape};
use crate::text;

const ENTRY_LENGTH: u32 = 0x0FFF_FFFF;
const ENTRY_TYPE: u32 = 0x7000_0000;
const ENTRY_STRING: u32 = 0;
const ENTRY_NUMERIC: u32 = 0x1000_0000;
const ENTRY_FALSE: u32 = 0x2000_0000;
const ENTRY_TRUE: u32 = 0x3000_0000;
const ENTRY_NULL: u32 = 0x4000_0000;
const ENTRY_CONTAINER: u32 = 0x5000_0000;
const ENTRY_HAS_OFFSET: u32 = 0x8000_0000;
const HEADER_SCALAR: u32 = 0x1000_0000;
const HEADER_OBJECT: u32 = 0x2000_0000;
const HEADER_ARRAY: u32 = 0x4000_0000;
/// Every so many entries, an entry tells its end's offset and not its length.
const STRIDE: usize = 32;

/// A member on its way into an object.
#[derive(Clone, Copy, Debug)]
struct Member {
    /// The name's bytes: in the body, or in the writer's own unescaped names.
    start: usize,
    end: usize,
    unescaped: bool,
    value: Index,
}

/// Writes `jsonb` images; keeps its memory from one to the next.
#[derive(Default, Debug)]
pub(crate) struct JsonbWriter {
    /// The members of all objects under way, innermost last.
    members: Vec<Member>,
    /// Names that had to be unescaped.
    names: Vec<u8>,
}

/// One image under way.
struct Walk<'a> {
    body: &'a [u8],
    tape: &'a Tape,
    members: &'a mut Vec<Member>,
    names: &'a mut Vec<u8>,
    out: &'a mut Vec<u8>,
    /// Of the value itself, where it is an object, only members of these names are written.
    only: Option<&'a [String]>,
}

/// The entries of one container: where they stand and how long the children are so far.
struct Entries {
    next: Offset,
    count: usize,
    length: u32,
}

impl JsonbWriter {
    /// Adds the image of the value at `index`, as `jsonb_in` would give it; `None` when it is beyond jsonb's limits
    /// (a string or container of 256 MB).
    ///
    /// The value may nest at most [`crate::scan::MAX_DEPTH`] levels, which bounds the recursion here.
    pub(crate) fn write(
        &mut self,
        body: &[u8],
        tape: &Tape,
        index: Index,
        images: &mut Images,
    ) -> Option<Offset> {
        self.write_only(body, tape, index, None, images)
    }

    /// The same of an object, perhaps of its members of these names only.
    pub(crate) fn write_only(
        &mut self,
        body: &[u8],
        tape: &Tape,
        index: Index,
        only: Option<&[String]>,
        images: &mut Images,
    ) -> Option<Offset> {
        self.members.clear();
        self.names.clear();
        let offset = images.begin_variable();
        let mut walk = Walk {
            body,
            tape,
            members: &mut self.members,
            names: &mut self.names,
            out: images.buffer(),
            only,
        };
        let written = match tape.node(index).kind() {
            Kind::Array | Kind::Object => walk.value(index),
            _ => walk.scalar_root(index),
        };
        if written.is_some() && images.end_variable(offset) {
            return Some(offset);
        }
        images.truncate(offset);
        None
    }
}

impl Walk<'_> {
    /// Adds the value's data and gives its entry: type and length.
    fn value(&mut self, index: Index) -> Option<u32> {
        let node = self.tape.node(index);
        let start = self.out.len();
        let kind = match node.kind() {
            Kind::Null => return Some(ENTRY_NULL),
            Kind::Boolean if node.raw(self.body) == b"true" => return Some(ENTRY_TRUE),
            Kind::Boolean => return Some(ENTRY_FALSE),
            Kind::Number => {
                self.align();
                self.number(node.raw(self.body))?;
                ENTRY_NUMERIC
            }
            Kind::Text => {
                self.out.extend_from_slice(node.content(self.body));
                ENTRY_STRING
            }
            Kind::EscapedText => {
                text::unescape(node.content(self.body), self.out);
                ENTRY_STRING
            }
            Kind::Array => {
                self.array(index)?;
                ENTRY_CONTAINER
            }
            Kind::Object => {
                self.object(index)?;
                ENTRY_CONTAINER
            }
        };
        Some(kind | self.length_since(start)?)
    }

    /// A lone scalar is an array of one element with a mark.
    fn scalar_root(&mut self, index: Index) -> Option<u32> {
        let mut entries = self.begin_container(HEADER_ARRAY | HEADER_SCALAR, 1, 1)?;
        let entry = self.value(index)?;
        self.add(&mut entries, entry)?;
        Some(entry)
    }

    fn array(&mut self, index: Index) -> Option<()> {
        let tape = self.tape;
        let count = tape.elements(index).count();
        let mut entries = self.begin_container(HEADER_ARRAY, count, count)?;
        for element in tape.elements(index) {
            let entry = self.value(element)?;
            self.add(&mut entries, entry)?;
        }
        Some(())
    }

    fn object(&mut self, index: Index) -> Option<()> {
        let (first_member, first_name) = (self.members.len(), self.names.len());
        self.collect_members(index);
        let last_member = self.members.len();
        let count = last_member - first_member;
        let mut entries = self.begin_container(HEADER_OBJECT, count, 2 * count)?;
        for at in first_member..last_member {
            let member = *self.members.get(at)?;
            let name = name_of(&member, self.body, self.names);
            self.out.extend_from_slice(name);
            let entry = u32::try_from(name.len()).ok().filter(|length| *length <= ENTRY_LENGTH)?;
            self.add(&mut entries, entry)?;
        }
        for at in first_member..last_member {
            let entry = self.value(self.members.get(at)?.value)?;
            self.add(&mut entries, entry)?;
        }
        self.members.truncate(first_member);
        self.names.truncate(first_name);
        Some(())
    }

    /// Collects the object's members, sorted by the name's length, then its bytes; of one name the last stays.
    fn collect_members(&mut self, index: Index) {
        let first = self.members.len();
        let only = self.only.take();
        for (name, value) in self.tape.members(index) {
            let node = self.tape.node(name);
            let (mut start, mut end, unescaped) =
                (node.start() + 1, node.end() - 1, node.kind() == Kind::EscapedText);
            if unescaped {
                start = self.names.len();
                text::unescape(node.content(self.body), self.names);
                end = self.names.len();
            }
            let written = Member { start, end, unescaped, value };
            let text = name_of(&written, self.body, self.names);
            if only.is_some_and(|only| !only.iter().any(|one| one.as_bytes() == text)) {
                continue;
            }
            self.members.push(written);
        }
        let (body, names) = (self.body, &*self.names);
        let by_name = |a: &Member, b: &Member| -> Ordering {
            (a.end - a.start)
                .cmp(&(b.end - b.start))
                .then_with(|| name_of(a, body, names).cmp(name_of(b, body, names)))
        };
        let Some(members) = self.members.get_mut(first..) else { return };
        // A later member has the higher index: reversed, the last of one name comes first and is kept.
        members.sort_unstable_by(|a, b| by_name(a, b).then(b.value.cmp(&a.value)));
        let mut kept = 0;
        for at in 0..members.len() {
            if kept == 0 || by_name(&members[kept - 1], &members[at]) != Ordering::Equal {
                members[kept] = members[at];
                kept += 1;
            }
        }
        self.members.truncate(first + kept);
    }

    fn number(&mut self, raw: &[u8]) -> Option<()> {
        if let Some(value) = Small::parse(raw) {
            small_numeric(value, u16::try_from(value.scale).ok()?, self.out);
        } else {
            any_numeric(&Decimal::parse(raw)?, self.out);
        }
        Some(())
    }

    fn align(&mut self) {
        self.out.resize(self.out.len().next_multiple_of(4), 0);
    }

    /// Writes a container's header and leaves room for its entries.
    fn begin_container(&mut self, kind: u32, count: usize, entries: usize) -> Option<Entries> {
        self.align();
        let count = u32::try_from(count).ok().filter(|count| *count <= ENTRY_LENGTH)?;
        self.out.extend_from_slice(&(kind | count).to_ne_bytes());
        let next = self.out.len();
        self.out.resize(next + 4 * entries, 0);
        Some(Entries { next, count: 0, length: 0 })
    }

    /// Writes the next child's entry, now that its data are written.
    fn add(&mut self, entries: &mut Entries, entry: u32) -> Option<()> {
        entries.length =
            entries.length.checked_add(entry & ENTRY_LENGTH).filter(|sum| *sum <= ENTRY_LENGTH)?;
        let entry = if entries.count.is_multiple_of(STRIDE) {
            (entry & ENTRY_TYPE) | entries.length | ENTRY_HAS_OFFSET
        } else {
            entry
        };
        self.out.get_mut(entries.next..entries.next + 4)?.copy_from_slice(&entry.to_ne_bytes());
        entries.next += 4;
        entries.count += 1;
        Some(())
    }

    fn length_since(&self, start: Offset) -> Option<u32> {
        u32::try_from(self.out.len() - start).ok().filter(|length| *length <= ENTRY_LENGTH)
    }
}

fn name_of<'a>(member: &Member, body: &'a [u8], names: &'a [u8]) -> &'a [u8] {
    let source = if member.unescaped { names } else { body };
    source.get(member.start..member.end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::ValueScan;

    fn image(json: &str) -> Vec<u32> {
        let (mut tape, mut images) = (Tape::default(), Images::default());
        ValueScan::default().value(json.as_bytes(), 0, usize::MAX, &mut tape).unwrap();
        let offset = JsonbWriter::default().write(json.as_bytes(), &tape, 0, &mut images).unwrap();
        let mut bytes = images.bytes()[offset + 4..].to_vec();
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes.chunks(4).map(|word| u32::from_ne_bytes(word.try_into().unwrap())).collect()
    }

    #[test]
    fn a_lone_scalar_is_an_array_of_one() {
        assert_eq!(image("true"), [HEADER_ARRAY | HEADER_SCALAR | 1, ENTRY_TRUE | ENTRY_HAS_OFFSET]);
    }

    #[test]
    fn of_one_name_the_last_member_stays() {
        assert_eq!(image(r#"{"a":null,"a":true}"#), image(r#"{"a":true}"#));
        assert_eq!(image(r#"{"\u0061":null,"a":true,"b":false}"#), image(r#"{"b":false,"a":true}"#));
    }

    #[test]
    fn members_are_sorted_by_length_and_then_by_bytes() {
        assert_eq!(image(r#"{"bb":1,"c":2,"a":{"z":[1]}}"#), image(r#"{"a":{"z":[1]},"bb":1,"c":2}"#));
    }
}
