//! Tags of an object's version: read whole and put whole, as S3 has them.

use std::sync::{Arc, Mutex};

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::{Request, S3, State, error, lock};

/// Tags in their order, as key and value.
pub type Tags = Vec<(String, String)>;

impl S3 {
    /// The tags of a version, as key and value.
    pub fn tags(&self, bucket: &str, key: &str, version: &str) -> Tags {
        let of = (format!("{bucket}/{key}"), version.to_owned());
        lock(&self.state).tags.get(&of).cloned().unwrap_or_default()
    }

    /// Tags a version as somebody else would.
    pub fn set_tags(&self, bucket: &str, key: &str, version: &str, tags: &[(&str, &str)]) {
        let tags = tags.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        lock(&self.state).tags.insert((format!("{bucket}/{key}"), version.to_owned()), tags);
    }

    /// Whether every wish for tags is refused from now on, for want of a right.
    pub fn refuse_tags(&self, refuses: bool) {
        lock(&self.state).refuses_tags = refuses;
    }
}

/// Answers a wish for tags.
pub(super) async fn answer(
    stream: &mut TcpStream,
    request: &Request,
    path: &str,
    version: Option<&str>,
    state: &Arc<Mutex<State>>,
) -> Option<()> {
    let refuses = lock(state).refuses_tags;
    if refuses {
        return error(stream, 403, "AccessDenied").await;
    }
    // Without a version the newest would be meant, whatever it is by now.
    let Some(version) = version else { return error(stream, 400, "InvalidRequest").await };
    let is_there = |stored: &super::Stored| stored.version.as_deref() == Some(version);
    if !lock(state).objects.get(path).is_some_and(|versions| versions.iter().any(is_there)) {
        return error(stream, 404, "NoSuchVersion").await;
    }
    let of = (path.to_owned(), version.to_owned());
    let body = if request.method == "PUT" {
        let tags = read(&String::from_utf8_lossy(&request.body));
        lock(state).tags.insert(of, tags);
        String::new()
    } else {
        let tags = lock(state).tags.get(&of).cloned().unwrap_or_default();
        let tags =
            tags.iter().map(|(key, value)| format!("<Tag><Key>{key}</Key><Value>{value}</Value></Tag>"));
        format!("<?xml version=\"1.0\"?><Tagging><TagSet>{}</TagSet></Tagging>", tags.collect::<String>())
    };
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/xml\r\nx-amz-version-id: {version}\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(format!("{head}{body}").as_bytes()).await.ok()
}

/// The tags of a body of the SDK's, which writes no blanks between its elements.
fn read(xml: &str) -> Tags {
    let between = |text: &str, name: &str| {
        let (_, rest) = text.split_once(&format!("<{name}>"))?;
        Some(rest.split_once(&format!("</{name}>"))?.0.to_owned())
    };
    xml.split("<Tag>")
        .skip(1)
        .filter_map(|tag| Some((between(tag, "Key")?, between(tag, "Value")?)))
        .collect()
}
