//! ListObjectsV2: a thousand keys a page, as S3 gives them.

use std::collections::BTreeMap;
use std::ops::Bound;

use bytes::Bytes;
use hyper::Uri;
use shipper::notification::key::decode_percent;

use super::{Shared, etag};

const KEYS_A_PAGE: usize = 1_000;

/// The page that is asked for; none where something else is.
pub(super) fn page(address: &Uri, shared: &Shared) -> Option<String> {
    let query = address.query()?;
    let value = |name: &str| {
        let told = query.split('&').find_map(|part| part.strip_prefix(name)?.strip_prefix('='))?;
        String::from_utf8(decode_percent(told.as_bytes(), false)?).ok()
    };
    value("list-type")?;
    let (prefix, behind) = (value("prefix").unwrap_or_default(), value("continuation-token"));
    let found = match shared.made_up {
        0 => held(&shared.objects, &prefix, behind),
        objects => made_up(objects, behind),
    };
    Some(written(&found))
}

/// A key, its ETag and its size.
type Entry = (String, String, usize);

/// One more than a page, where there is one more.
fn held(objects: &BTreeMap<String, Bytes>, prefix: &str, behind: Option<String>) -> Vec<Entry> {
    let from = behind.map_or_else(|| Bound::Included(prefix.to_owned()), Bound::Excluded);
    objects
        .range((from, Bound::Unbounded))
        .take_while(|(key, _)| key.starts_with(prefix))
        .take(KEYS_A_PAGE + 1)
        .map(|(key, body)| (key.clone(), etag(key), body.len()))
        .collect()
}

fn made_up(objects: usize, behind: Option<String>) -> Vec<Entry> {
    let number = behind.and_then(|key| key.strip_prefix("input/")?.strip_suffix(".json")?.parse().ok());
    let from = number.map_or(0, |number: usize| number + 1);
    let numbers = from..objects.min(from + KEYS_A_PAGE + 1);
    numbers.map(|number| (format!("input/{number:08}.json"), format!("\"{number:032x}\""), 100)).collect()
}

/// Keys here have no character that XML or a URL would write otherwise.
fn written(found: &[Entry]) -> String {
    let mut xml = String::with_capacity(300_000);
    xml.push_str("<?xml version=\"1.0\"?><ListBucketResult><EncodingType>url</EncodingType>");
    for (key, etag, size) in found.iter().take(KEYS_A_PAGE) {
        xml.push_str(&format!(
            "<Contents><Key>{key}</Key><LastModified>2026-11-23T09:00:00.000Z</LastModified><ETag>{}</ETag><Size>{size}</Size>\
             <StorageClass>STANDARD</StorageClass></Contents>",
            etag.replace('"', "&quot;")
        ));
    }
    let last = found.get(KEYS_A_PAGE - 1).filter(|_| found.len() > KEYS_A_PAGE);
    if let Some((key, ..)) = last {
        xml.push_str(&format!("<NextContinuationToken>{key}</NextContinuationToken>"));
    }
    xml.push_str(&format!("<IsTruncated>{}</IsTruncated></ListBucketResult>", last.is_some()));
    xml
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(found: &[Entry]) -> Vec<&str> {
        found.iter().map(|(key, ..)| key.as_str()).collect()
    }

    #[test]
    fn a_page_begins_behind_the_last_one_and_ends_with_the_prefix() {
        let objects = ["a/1", "b/1", "b/2", "c/1"].map(|key| (key.to_owned(), Bytes::from_static(b"x")));
        let objects = BTreeMap::from(objects);
        assert_eq!(keys(&held(&objects, "b/", None)), ["b/1", "b/2"]);
        assert_eq!(keys(&held(&objects, "b/", Some("b/1".to_owned()))), ["b/2"]);
    }

    #[test]
    fn made_up_keys_come_a_thousand_at_a_time() {
        let first = made_up(1_500, None);
        assert!(written(&first).contains("<NextContinuationToken>input/00000999.json<"));
        let second = made_up(1_500, Some("input/00000999.json".to_owned()));
        assert_eq!((second.len(), second[0].0.as_str()), (500, "input/00001000.json"));
        assert!(written(&second).contains("<IsTruncated>false<"));
    }
}
