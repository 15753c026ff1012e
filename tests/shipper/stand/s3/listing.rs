//! ListObjectsV2, a few keys a page, so that few objects already are several pages.

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::{Fault, State, Stored, error, lock, percent_decoded};

const KEYS_A_PAGE: usize = 3;

/// Answers where a listing is asked for; the outer `None` where it is not.
pub(super) async fn answer(
    stream: &mut TcpStream,
    path: &str,
    query: &str,
    state: &std::sync::Mutex<State>,
) -> Option<Option<()>> {
    let value = |name: &str| {
        query.split('&').find_map(|part| part.strip_prefix(name)?.strip_prefix('=')).map(percent_decoded)
    };
    value("list-type")?;
    let made_up = lock(state).made_up;
    if made_up > 0 {
        let from = value("continuation-token").map_or(0, |token| token.parse().unwrap());
        return Some(made_up_page(stream, from, made_up).await);
    }
    let bucket = path.trim_end_matches('/');
    let (fault, page, more) = {
        let mut state = lock(state);
        let prefix = format!("{bucket}/{}", value("prefix").unwrap_or_default());
        // The token is opaque to whoever lists, so it comes back as it was sent: encoded.
        let behind = value("continuation-token").map(|token| format!("{bucket}/{}", percent_decoded(&token)));
        let mut found: Vec<(String, Stored)> = state
            .objects
            .iter()
            .filter(|(path, _)| {
                path.starts_with(&prefix) && behind.as_ref().is_none_or(|behind| *path > behind)
            })
            .filter_map(|(path, versions)| Some((path.clone(), versions.last()?.clone())))
            .collect();
        found.sort_by(|one, other| one.0.cmp(&other.0));
        let more = found.len() > KEYS_A_PAGE;
        found.truncate(KEYS_A_PAGE);
        (state.fault(bucket), found, more)
    };
    if let Some(Fault::Status(status, code)) = fault {
        return Some(error(stream, status, code).await);
    }
    let mut xml = "<?xml version=\"1.0\"?><ListBucketResult><EncodingType>url</EncodingType>".to_owned();
    for (_, stored) in &page {
        xml.push_str(&format!(
            "<Contents><Key>{}</Key><LastModified>2026-11-23T09:00:00.000Z</LastModified><ETag>&quot;{}&quot;</ETag><Size>{}</Size></Contents>",
            encoded(&stored.key), stored.etag, stored.size
        ));
    }
    xml.push_str(&format!("<IsTruncated>{more}</IsTruncated>"));
    if let Some((_, last)) = page.last().filter(|_| more) {
        xml.push_str(&format!("<NextContinuationToken>{}</NextContinuationToken>", encoded(&last.key)));
    }
    xml.push_str("</ListBucketResult>");
    let head =
        format!("HTTP/1.1 200 OK\r\ncontent-type: application/xml\r\ncontent-length: {}\r\n\r\n", xml.len());
    Some(stream.write_all(format!("{head}{xml}").as_bytes()).await.ok())
}

/// Keys, ETags and sizes that follow from an object's number: `input/00000007.json`, its number in hexadecimal, 100.
async fn made_up_page(stream: &mut TcpStream, from: usize, objects: usize) -> Option<()> {
    let to = objects.min(from + 1_000);
    let mut xml = String::with_capacity(300_000);
    xml.push_str("<?xml version=\"1.0\"?><ListBucketResult><EncodingType>url</EncodingType>");
    for number in from..to {
        xml.push_str(&format!(
            "<Contents><Key>input/{number:08}.json</Key><LastModified>2026-11-23T09:00:00.000Z</LastModified><ETag>&quot;{number:032x}&quot;</ETag><Size>100</Size></Contents>"
        ));
    }
    xml.push_str(&format!("<IsTruncated>{}</IsTruncated>", to < objects));
    if to < objects {
        xml.push_str(&format!("<NextContinuationToken>{to}</NextContinuationToken>"));
    }
    xml.push_str("</ListBucketResult>");
    let head =
        format!("HTTP/1.1 200 OK\r\ncontent-type: application/xml\r\ncontent-length: {}\r\n\r\n", xml.len());
    stream.write_all(format!("{head}{xml}").as_bytes()).await.ok()
}

fn encoded(key: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"/-_.".contains(byte);
    key.bytes()
        .map(|byte| if plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
