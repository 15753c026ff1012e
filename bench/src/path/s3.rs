//! An S3 that is no limit: it answers GetObject and ListObjectsV2 from memory and knows nothing else.

mod listing;

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use anyhow::{Context, Result};
use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// The only bucket.
pub(super) const BUCKET: &str = "bench";

/// The server; dropping it closes it.
pub(super) struct S3 {
    /// Where it is.
    pub(super) url: String,
    shared: Arc<Mutex<Shared>>,
    server: JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    objects: BTreeMap<String, Bytes>,
    /// Objects that are listed in the place of these, and cannot be read.
    made_up: usize,
    first_get: Option<Instant>,
}

impl Drop for S3 {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl S3 {
    pub(super) async fn start() -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.context("no port for S3")?;
        let url = format!("http://{}", listener.local_addr().context("S3 has no address")?);
        let shared = Arc::new(Mutex::new(Shared::default()));
        let server = tokio::spawn(serve(listener, Arc::clone(&shared)));
        Ok(Self { url, shared, server })
    }

    /// From now on these are the objects.
    pub(super) fn hold(&self, objects: BTreeMap<String, Bytes>) {
        *lock(&self.shared) = Shared { objects, ..Shared::default() };
    }

    /// From now on so many objects are listed: `input/00000007.json`, its number as ETag, 100 bytes.
    pub(super) fn list_made_up(&self, objects: usize) {
        *lock(&self.shared) = Shared { made_up: objects, ..Shared::default() };
    }

    /// When the first object was asked for since [`S3::hold`].
    pub(super) fn first_get(&self) -> Option<Instant> {
        lock(&self.shared).first_get
    }
}

fn lock(shared: &Mutex<Shared>) -> std::sync::MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn serve(listener: TcpListener, shared: Arc<Mutex<Shared>>) {
    // Dropped with this future, and with them every connection.
    let mut connections = tokio::task::JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(converse(stream, Arc::clone(&shared)));
    }
}

async fn converse(stream: TcpStream, shared: Arc<Mutex<Shared>>) {
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let service = service_fn(|request| {
        let answer = answer(&request, &shared);
        async move { Ok::<_, Infallible>(answer) }
    });
    // What breaks here is the client's to report.
    let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

fn answer(request: &Request<Incoming>, shared: &Mutex<Shared>) -> Response<Full<Bytes>> {
    if let Some(page) = listing::page(request.uri(), &lock(shared)) {
        return Response::new(Full::new(page.into()));
    }
    let found = {
        let mut shared = lock(shared);
        shared.first_get.get_or_insert_with(Instant::now);
        let key = request.uri().path().strip_prefix('/').and_then(|path| path.strip_prefix(BUCKET));
        let key = key.and_then(|path| path.strip_prefix('/'));
        key.and_then(|key| Some((shared.objects.get(key)?.clone(), etag(key))))
    };
    let (Some((body, etag)), &Method::GET) = (found, request.method()) else {
        return refused(StatusCode::NOT_FOUND);
    };
    Response::builder()
        .header("etag", etag)
        .header("last-modified", "Mon, 23 Nov 2026 09:00:00 GMT")
        .header("content-type", "application/json")
        .body(Full::new(body))
        .unwrap_or_else(|_| refused(StatusCode::INTERNAL_SERVER_ERROR))
}

/// In the shape of S3's; a key's content never changes here.
fn etag(key: &str) -> String {
    let sum = key.bytes().fold(0_u128, |sum, byte| sum.wrapping_mul(0x0100_0193).wrapping_add(byte.into()));
    format!("\"{sum:032x}\"")
}

fn refused(code: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::new()));
    *response.status_mut() = code;
    response
}
