//! Objects and arrays for types of extensions that read a notation of their own; in the SQL engine, `R__containers.sql`.

use crate::coerce::{Value, append_text};
use crate::path::{Step, follow};
use crate::records_path::{last_members, member_name};
use crate::row::Database;
use crate::scan::Kind;
use crate::text::quote;

/// In which form a type takes an object or array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Container {
    Hstore,
    /// PostGIS' geometry and geography, transformed to a reference system where that is not GeoJSON's own.
    GeoJson(Option<i32>),
    Vector,
    Cube,
}

impl Container {
    pub(super) fn parse(form: &str) -> Option<Container> {
        let (name, argument) = form.split_once(':').unwrap_or((form, ""));
        Some(match name {
            "hstore" => Container::Hstore,
            "geojson" => Container::GeoJson(argument.parse().ok()),
            "vector" => Container::Vector,
            "cube" => Container::Cube,
            _ => return None,
        })
    }

    /// Writes the string that the type reads in the place of an object or array; `None` where it takes no such one.
    pub(super) fn write(
        self,
        value: Value<'_>,
        database: &mut impl Database,
        out: &mut Vec<u8>,
    ) -> Option<()> {
        let text = match self {
            Container::Hstore => hstore(value)?,
            // GeoJSON counts in degrees on WGS 84 (RFC 7946).
            Container::GeoJson(None) => format!("SRID=4326;{}", geometry(value)?),
            Container::GeoJson(Some(srid)) => {
                database.transform(&format!("SRID=4326;{}", geometry(value)?), srid).ok()?
            }
            Container::Vector => format!("[{}]", numbers(value, ",")?),
            Container::Cube => cube(value)?,
        };
        let mut string = String::new();
        quote(&text, &mut string);
        out.extend_from_slice(string.as_bytes());
        Some(())
    }
}

/// A scalar's text, as a text column would take it.
fn text_of(value: Value<'_>) -> String {
    let mut text = Vec::new();
    append_text(value, &mut text);
    String::from_utf8_lossy(&text).into_owned()
}

fn elements<'a>(value: Value<'a>) -> Option<Vec<Value<'a>>> {
    (value.kind() == Kind::Array)
        .then(|| value.tape.elements(value.index).map(|index| Value { index, ..value }).collect())
}

fn member<'a>(value: Value<'a>, name: &str) -> Option<Value<'a>> {
    let index = follow(value.tape, value.body, value.index, &[Step::Member(name.to_owned())])?;
    Some(Value { index, ..value })
}

fn hstore(value: Value<'_>) -> Option<String> {
    if value.kind() != Kind::Object {
        return None;
    }
    let escaped = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
    let pairs: Option<Vec<String>> = last_members(value.tape, value.body, value.index)
        .into_iter()
        .map(|(name, index)| {
            let inside = Value { index, ..value };
            let text = match inside.kind() {
                Kind::Array | Kind::Object => return None,
                Kind::Null => "NULL".to_owned(),
                _ => format!("\"{}\"", escaped(&text_of(inside))),
            };
            Some(format!("\"{}\"=>{text}", escaped(&member_name(value.tape, value.body, name))))
        })
        .collect();
    Some(pairs?.join(", "))
}

/// An array of numbers, with this text between them.
fn numbers(value: Value<'_>, between: &str) -> Option<String> {
    let texts: Option<Vec<String>> = elements(value)?
        .into_iter()
        .map(|element| (element.kind() == Kind::Number).then(|| text_of(element)))
        .collect();
    Some(texts?.join(between))
}

/// One corner, or two.
fn cube(value: Value<'_>) -> Option<String> {
    match elements(value)?.as_slice() {
        [one, other] if one.kind() == Kind::Array => {
            Some(format!("({}),({})", numbers(*one, ",")?, numbers(*other, ",")?))
        }
        _ => Some(format!("({})", numbers(value, ",")?)),
    }
}

/// The well-known text of a geometry of GeoJSON. The value's depth is bounded, and so is the recursion.
fn geometry(value: Value<'_>) -> Option<String> {
    // With a reference system of its own, which only older GeoJSON has, the numbers may be no degrees.
    if member(value, "crs").is_some_and(|crs| crs.kind() != Kind::Null) {
        return None;
    }
    let kind =
        text_of(member(value, "type").filter(|kind| !matches!(kind.kind(), Kind::Array | Kind::Object))?);
    // How deep the positions lie in the coordinates.
    let depth = match kind.as_str() {
        "Point" => 0,
        "LineString" | "MultiPoint" => 1,
        "Polygon" | "MultiLineString" => 2,
        "MultiPolygon" => 3,
        "GeometryCollection" => {
            let inside: Option<Vec<String>> =
                elements(member(value, "geometries")?)?.into_iter().map(geometry).collect();
            let inside = inside?;
            return Some(if inside.is_empty() {
                "GEOMETRYCOLLECTION EMPTY".to_owned()
            } else {
                format!("GEOMETRYCOLLECTION({})", inside.join(","))
            });
        }
        _ => return None,
    };
    let coordinates = member(value, "coordinates")?;
    let kind = kind.to_ascii_uppercase();
    if elements(coordinates)?.is_empty() {
        return Some(format!("{kind} EMPTY"));
    }
    // All positions have as many numbers as the first: two, or three with a height.
    let mut first = coordinates;
    for _ in 0..depth {
        first = elements(first)?.into_iter().next()?;
    }
    let count = elements(first)?.len();
    let height = match count {
        2 => "",
        3 => " Z ",
        _ => return None,
    };
    let inside = positions(coordinates, depth, count)?;
    Some(if depth == 0 { format!("{kind}{height}({inside})") } else { format!("{kind}{height}{inside}") })
}

fn positions(coordinates: Value<'_>, depth: u32, count: usize) -> Option<String> {
    let elements = elements(coordinates)?;
    if depth == 0 {
        return if elements.len() == count { numbers(coordinates, " ") } else { None };
    }
    let parts: Option<Vec<String>> =
        elements.into_iter().map(|element| positions(element, depth - 1, count)).collect();
    let parts = parts?;
    (!parts.is_empty()).then(|| format!("({})", parts.join(",")))
}
