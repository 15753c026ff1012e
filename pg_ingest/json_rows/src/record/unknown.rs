//! Members that no column reads: named by path, and rescued at the place where they stood.

use crate::image::{Images, JsonbWriter, Offset};
use crate::path::{PathTree, Place, ROOT, append_member};
use crate::scan::{Index, Kind, Tape, ValueScan};
use crate::text::{quote, unescape};

/// Where an unknown value stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct UnknownPlace {
    /// The place of the object that it is a member of; its own, where it stands where a path wanted an object.
    pub(super) place: Place,
    /// The member's name on the tape; none where the place is its own.
    pub(super) name: Option<Index>,
    pub(super) value: Index,
}

/// An unknown value with its path.
#[derive(Debug)]
pub(crate) struct Unknown {
    /// Such as `$.shipping.floor`.
    pub(crate) path: String,
    /// The value on the record's tape.
    pub(crate) value: Index,
    place: UnknownPlace,
}

impl Unknown {
    /// Gives each its path and sorts them by it; of one path, which duplicate members share, the last stays.
    pub(super) fn sorted(
        places: &[UnknownPlace],
        paths: &PathTree,
        body: &[u8],
        tape: &Tape,
    ) -> Vec<Unknown> {
        let mut unknown: Vec<Unknown> = places
            .iter()
            .map(|place| {
                let mut path = paths.path_text(place.place);
                if let Some(name) = place.name {
                    append_member(&mut path, &name_text(name, body, tape));
                }
                Unknown { path, value: place.value, place: *place }
            })
            .collect();
        unknown.sort_by(|a, b| a.path.cmp(&b.path).then(b.value.cmp(&a.value)));
        unknown.dedup_by(|later, kept| later.path == kept.path);
        unknown
    }
}

/// The text of a member's name.
pub(super) fn name_text(name: Index, body: &[u8], tape: &Tape) -> String {
    let node = tape.node(name);
    let mut text = Vec::new();
    if node.kind() == Kind::EscapedText {
        unescape(node.content(body), &mut text);
    } else {
        text.extend_from_slice(node.content(body));
    }
    String::from_utf8_lossy(&text).into_owned()
}

/// Builds the value of `_rescued`; keeps its memory from one to the next.
#[derive(Default, Debug)]
pub(super) struct Rescue {
    scan: ValueScan,
    tape: Tape,
}

impl Rescue {
    /// Adds the jsonb of the unknown members, each at the place where it stood; `None` beyond jsonb's limits.
    pub(super) fn image(
        &mut self,
        paths: &PathTree,
        unknown: &[Unknown],
        body: &[u8],
        tape: &Tape,
        jsonb: &mut JsonbWriter,
        images: &mut Images,
    ) -> Option<Offset> {
        let mut text = Vec::new();
        write_place(paths, ROOT, unknown, body, tape, &mut text);
        self.scan.value(&text, 0, usize::MAX, &mut self.tape).ok()?;
        jsonb.write(&text, &self.tape, 0, images)
    }
}

/// Writes the object at `place` with the unknown members that lie in it or below. A path's steps bound the recursion.
fn write_place(
    paths: &PathTree,
    place: Place,
    unknown: &[Unknown],
    body: &[u8],
    tape: &Tape,
    out: &mut Vec<u8>,
) {
    out.push(b'{');
    let empty = out.len();
    let comma = |out: &mut Vec<u8>| {
        if out.len() > empty {
            out.push(b',');
        }
    };
    for member in unknown.iter().filter(|member| member.place.place == place) {
        if let Some(name) = member.place.name {
            comma(out);
            out.extend_from_slice(tape.node(name).raw(body));
            out.push(b':');
            out.extend_from_slice(tape.node(member.value).raw(body));
        }
    }
    for (child, node) in
        paths.nodes.iter().enumerate().filter(|(child, node)| *child != ROOT && node.parent == place)
    {
        let below: Vec<&Unknown> =
            unknown.iter().filter(|member| is_within(paths, member.place.place, child)).collect();
        if below.is_empty() {
            continue;
        }
        comma(out);
        let mut name = String::new();
        quote(&node.name, &mut name);
        out.extend_from_slice(name.as_bytes());
        out.push(b':');
        match below.iter().find(|member| member.place.place == child && member.place.name.is_none()) {
            Some(itself) => out.extend_from_slice(tape.node(itself.value).raw(body)),
            None => write_place(paths, child, unknown, body, tape, out),
        }
    }
    out.push(b'}');
}

/// Whether `place` is `outer` or lies below it.
fn is_within(paths: &PathTree, mut place: Place, outer: Place) -> bool {
    while place != outer && place != ROOT {
        place = paths.nodes.get(place).map_or(ROOT, |node| node.parent);
    }
    place == outer
}
