//! An S3 that misbehaves on demand, and the Secrets Manager beside it. Plain sockets: only so can a body be broken at
//! a chosen byte, a length be wrong, or an answer never end.

mod listing;
mod tagging;

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use bytes::Bytes;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What goes wrong with one answer.
#[derive(Debug, Clone)]
pub enum Fault {
    /// An error answer with this status and code.
    Status(u16, &'static str),
    /// The connection is reset after so many bytes of the body.
    ResetAfter(usize),
    /// After so many bytes of the body nothing more comes, and the connection stays.
    StallAfter(usize),
    /// The body comes a byte at a time, with this pause between.
    Trickle(Duration),
    /// Content-Length is so much more (or less) than the truth.
    WrongLength(i64),
    /// After so many bytes the object is overwritten with this, and the connection reset.
    OverwrittenAfter(usize, Bytes),
}

/// An object as it was stored.
#[derive(Debug, Clone)]
pub struct Stored {
    /// Key.
    pub key: String,
    /// Version, in a versioned bucket.
    pub version: Option<String>,
    /// Without quotes.
    pub etag: String,
    /// Bytes.
    pub size: usize,
    /// Ascending over all puts.
    pub sequencer: String,
    body: Bytes,
}

#[derive(Default)]
struct State {
    objects: HashMap<String, Vec<Stored>>,
    once: HashMap<String, VecDeque<Fault>>,
    always: HashMap<String, Fault>,
    secret: String,
    secret_reads: usize,
    gets: Vec<String>,
    puts: u64,
    versioned: bool,
    made_up: usize,
    /// By path and version.
    tags: HashMap<(String, String), tagging::Tags>,
    refuses_tags: bool,
}

/// The server. Dropping it ends it.
pub struct S3 {
    port: u16,
    state: Arc<Mutex<State>>,
    listener: JoinHandle<()>,
}

impl Drop for S3 {
    fn drop(&mut self) {
        self.listener.abort();
    }
}

impl S3 {
    /// Starts it on a free port.
    pub async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        let listener = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&shared)));
            }
        });
        Self { port, state, listener }
    }

    /// Where it listens, on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its endpoint.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Keeps every version from now on.
    pub fn set_versioned(&self) {
        lock(&self.state).versioned = true;
    }

    /// Stores an object.
    pub fn put(&self, bucket: &str, key: &str, body: impl Into<Bytes>) -> Stored {
        lock(&self.state).put(&format!("{bucket}/{key}"), key, body.into())
    }

    /// Removes an object with all its versions.
    pub fn delete(&self, bucket: &str, key: &str) {
        lock(&self.state).objects.remove(&format!("{bucket}/{key}"));
    }

    /// The next answers for this key go wrong, one after the other.
    pub fn fail_next(&self, bucket: &str, key: &str, faults: impl IntoIterator<Item = Fault>) {
        lock(&self.state).once.entry(format!("{bucket}/{key}")).or_default().extend(faults);
    }

    /// Every answer for this key goes wrong.
    pub fn fail_always(&self, bucket: &str, key: &str, fault: Fault) {
        lock(&self.state).always.insert(format!("{bucket}/{key}"), fault);
    }

    /// Every listing of the bucket goes wrong.
    pub fn fail_listing(&self, bucket: &str, fault: Fault) {
        lock(&self.state).always.insert(bucket.to_owned(), fault);
    }

    /// The next listings of the bucket go wrong, one after the other.
    pub fn fail_next_listings(&self, bucket: &str, faults: impl IntoIterator<Item = Fault>) {
        lock(&self.state).once.entry(bucket.to_owned()).or_default().extend(faults);
    }

    /// From now on every bucket holds so many made-up objects, a thousand a page, and nothing else.
    pub fn list_made_up(&self, objects: usize) {
        lock(&self.state).made_up = objects;
    }

    /// Every listing of the bucket is right again.
    pub fn heal_listing(&self, bucket: &str) {
        lock(&self.state).always.remove(bucket);
    }

    /// Every answer for this key is right again.
    pub fn heal(&self, bucket: &str, key: &str) {
        lock(&self.state).always.remove(&format!("{bucket}/{key}"));
    }

    /// What Secrets Manager answers.
    pub fn set_secret(&self, text: &str) {
        text.clone_into(&mut lock(&self.state).secret);
    }

    /// How often the secret was read.
    pub fn secret_reads(&self) -> usize {
        lock(&self.state).secret_reads
    }

    /// The GET requests so far: path, query, what range was asked for, and whether on a condition.
    pub fn gets(&self) -> Vec<String> {
        lock(&self.state).gets.clone()
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

impl State {
    fn put(&mut self, path: &str, key: &str, body: Bytes) -> Stored {
        self.puts += 1;
        let stored = Stored {
            key: key.to_owned(),
            version: self.versioned.then(|| format!("version-{}", self.puts)),
            etag: format!("{:032x}", self.puts),
            size: body.len(),
            sequencer: format!("{:018X}", self.puts),
            body,
        };
        let versions = self.objects.entry(path.to_owned()).or_default();
        if !self.versioned {
            versions.clear();
        }
        versions.push(stored.clone());
        stored
    }

    fn fault(&mut self, path: &str) -> Option<Fault> {
        let once = self.once.get_mut(path).and_then(VecDeque::pop_front);
        once.or_else(|| self.always.get(path).cloned())
    }
}

struct Request {
    method: String,
    target: String,
    headers: HashMap<String, String>,
    body: Vec<u8>,
}

async fn serve(stream: TcpStream, state: Arc<Mutex<State>>) {
    let _ = stream.set_nodelay(true);
    let mut stream = BufReader::new(stream);
    while let Some(request) = read_request(&mut stream).await {
        let stream = stream.get_mut();
        let served = if request.method == "POST" {
            secret(stream, &request, &state).await
        } else {
            object(stream, &request, &state).await
        };
        if served.is_none() {
            return;
        }
    }
}

async fn read_request(stream: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).ok()?;
    let mut lines = head.lines();
    let mut words = lines.next()?.split(' ');
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let headers: HashMap<String, String> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    Some(Request { method, target, headers, body })
}

async fn secret(stream: &mut TcpStream, request: &Request, state: &Mutex<State>) -> Option<()> {
    assert_eq!(
        request.headers.get("x-amz-target").map(String::as_str),
        Some("secretsmanager.GetSecretValue")
    );
    let body = {
        let mut state = lock(state);
        state.secret_reads += 1;
        json!({"Name": "shipper-login", "VersionId": "v", "SecretString": state.secret}).to_string()
    };
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.1\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(format!("{head}{body}").as_bytes()).await.ok()
}

async fn object(stream: &mut TcpStream, request: &Request, state: &Arc<Mutex<State>>) -> Option<()> {
    let (raw_path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
    let path = percent_decoded(raw_path.trim_start_matches('/'));
    if let Some(listed) = listing::answer(stream, &path, query, state).await {
        return listed;
    }
    let version = query.split('&').find_map(|part| part.strip_prefix("versionId="));
    if query.split('&').any(|part| part.trim_end_matches('=') == "tagging") {
        return tagging::answer(stream, request, &path, version, state).await;
    }
    let range = request.headers.get("range").cloned();
    let (fault, found) = {
        let mut state = lock(state);
        let condition = request.headers.get("if-match").map_or("", |_| " if-match");
        state.gets.push(format!("{path}?{query} {}{condition}", range.as_deref().unwrap_or("whole")));
        let versions = state.objects.get(&path);
        let found = versions.and_then(|versions| match version {
            Some(version) => versions.iter().find(|stored| stored.version.as_deref() == Some(version)),
            None => versions.last(),
        });
        let found = found.cloned();
        (state.fault(&path), found)
    };
    if let Some(Fault::Status(status, code)) = fault {
        return error(stream, status, code).await;
    }
    let Some(stored) = found else { return error(stream, 404, "NoSuchKey").await };
    let quoted = format!("\"{}\"", stored.etag);
    if request.headers.get("if-match").is_some_and(|wanted| *wanted != quoted) {
        return error(stream, 412, "PreconditionFailed").await;
    }
    let from = range.and_then(|range| range.strip_prefix("bytes=")?.strip_suffix('-')?.parse::<usize>().ok());
    if from.is_some_and(|from| from >= stored.size) {
        return error(stream, 416, "InvalidRange").await;
    }
    answer(stream, &path, &stored, from, fault, state).await
}

async fn answer(
    stream: &mut TcpStream,
    path: &str,
    stored: &Stored,
    from: Option<usize>,
    fault: Option<Fault>,
    state: &Arc<Mutex<State>>,
) -> Option<()> {
    let body = stored.body.slice(from.unwrap_or(0)..);
    let told = match fault {
        Some(Fault::WrongLength(by)) => i64::try_from(body.len()).unwrap() + by,
        _ => i64::try_from(body.len()).unwrap(),
    };
    let status = match from {
        Some(from) => {
            format!("206 Partial Content\r\ncontent-range: bytes {from}-{}/{}", stored.size - 1, stored.size)
        }
        None => "200 OK".to_owned(),
    };
    let version =
        stored.version.as_ref().map(|version| format!("x-amz-version-id: {version}\r\n")).unwrap_or_default();
    let head = format!(
        "HTTP/1.1 {status}\r\netag: \"{}\"\r\nlast-modified: Mon, 23 Nov 2026 09:00:00 GMT\r\n{version}content-length: {told}\r\n\r\n",
        stored.etag
    );
    stream.write_all(head.as_bytes()).await.ok()?;
    match fault {
        None | Some(Fault::Status(..)) => stream.write_all(&body).await.ok(),
        Some(Fault::WrongLength(_)) => {
            stream.write_all(&body).await.ok()?;
            // What was announced and is not there is missed when the connection closes.
            None
        }
        Some(Fault::ResetAfter(bytes)) => reset_after(stream, &body, bytes).await,
        Some(Fault::StallAfter(bytes)) => {
            stream.write_all(&body[..bytes.min(body.len())]).await.ok()?;
            // Until the other side has had enough.
            let _ = stream.read_u8().await;
            None
        }
        Some(Fault::Trickle(pause)) => {
            for byte in body.iter() {
                stream.write_all(&[*byte]).await.ok()?;
                tokio::time::sleep(pause).await;
            }
            Some(())
        }
        Some(Fault::OverwrittenAfter(bytes, new)) => {
            let key = stored.key.clone();
            lock(state).put(path, &key, new);
            reset_after(stream, &body, bytes).await
        }
    }
}

/// Sends so many bytes and resets. The other side must have read them before: a reset throws away what waits to be.
async fn reset_after(stream: &mut TcpStream, body: &Bytes, bytes: usize) -> Option<()> {
    stream.write_all(&body[..bytes.min(body.len())]).await.ok()?;
    stream.flush().await.ok()?;
    while !is_all_read(stream) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    stream.set_zero_linger().ok()?;
    None
}

/// Whether nothing that was sent waits any more, here or at the other side, which is on this machine: by the kernel's list
/// of sockets. True also when the other side is gone.
fn is_all_read(stream: &TcpStream) -> bool {
    let (Ok(here), Ok(there)) = (stream.local_addr(), stream.peer_addr()) else { return true };
    let port = |address: std::net::SocketAddr| format!(":{:04X}", address.port());
    let (here, there) = (port(here), port(there));
    // Each line: number, local address, remote address, state, bytes to send : bytes to read.
    let waits = |from: &str, to: &str, line: &str| {
        let columns: Vec<&str> = line.split_whitespace().take(5).collect();
        matches!(columns[..], [_, local, remote, _, queues]
            if local.ends_with(from) && remote.ends_with(to) && queues != "00000000:00000000")
    };
    let sockets = std::fs::read_to_string("/proc/net/tcp").unwrap();
    !sockets.lines().any(|line| waits(&here, &there, line) || waits(&there, &here, line))
}

async fn error(stream: &mut TcpStream, status: u16, code: &str) -> Option<()> {
    let body = format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>m</Message></Error>");
    let region = if status == 301 { "x-amz-bucket-region: eu-west-3\r\n" } else { "" };
    let head = format!(
        "HTTP/1.1 {status} x\r\ncontent-type: application/xml\r\n{region}content-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(format!("{head}{body}").as_bytes()).await.ok()
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next().unwrap(), rest.next().unwrap()];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).unwrap()
}
