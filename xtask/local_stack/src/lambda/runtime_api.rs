//! The Lambda runtime API, version 2018-06-01, for one instance of a function.
//!
//! Source: AWS Lambda Developer Guide, "Using the Lambda runtime API".

use std::convert::Infallible;
use std::net::Ipv4Addr;
use std::sync::Arc;

use anyhow::{Context, Result};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinHandle;

/// What the runtime is handed with `next`.
#[derive(Debug)]
pub(super) struct Invocation {
    pub(super) request_id: String,
    /// Milliseconds since 1970 at which the function must have answered.
    pub(super) deadline_ms: u128,
    pub(super) function_arn: String,
    pub(super) payload: Bytes,
}

/// What the runtime says.
#[derive(Debug)]
pub(super) enum Said {
    /// It asked for the next invocation: it is ready.
    Ready,
    /// It answered an invocation.
    Response { request_id: String, body: Bytes },
    /// An invocation, or its own start, failed.
    Error { request_id: Option<String>, body: Bytes },
}

/// The server of one instance; dropping it closes it.
#[derive(Debug)]
pub(super) struct RuntimeApi {
    pub(super) address: String,
    pub(super) invocations: mpsc::Sender<Invocation>,
    pub(super) said: mpsc::UnboundedReceiver<Said>,
    server: JoinHandle<()>,
}

impl Drop for RuntimeApi {
    fn drop(&mut self) {
        self.server.abort();
    }
}

struct Shared {
    next: Mutex<mpsc::Receiver<Invocation>>,
    said: mpsc::UnboundedSender<Said>,
}

impl RuntimeApi {
    /// Listens on a free port of 127.0.0.1.
    pub(super) async fn listen() -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .context("no port for the Lambda runtime API")?;
        let address = listener.local_addr().context("the runtime API has no address")?.to_string();
        let (invocations, next) = mpsc::channel(1);
        let (said_sender, said) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared { next: Mutex::new(next), said: said_sender });
        let server = tokio::spawn(serve(listener, shared));
        Ok(Self { address, invocations, said, server })
    }
}

async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    // Dropped with this future, and with them every connection.
    let mut connections = tokio::task::JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(converse(stream, Arc::clone(&shared)));
    }
}

async fn converse(stream: TcpStream, shared: Arc<Shared>) {
    // With Nagle's algorithm an invocation took 40 ms (23 a second against 2,218).
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let service = service_fn(|request| {
        let shared = Arc::clone(&shared);
        async move { Ok::<_, Infallible>(answer(request, &shared).await) }
    });
    // A runtime that goes away mid-request is noticed by its process ending.
    let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

async fn answer(request: Request<Incoming>, shared: &Shared) -> Response<Full<Bytes>> {
    let path = request.uri().path().to_owned();
    let Some(rest) = path.strip_prefix("/2018-06-01/runtime/") else { return status(StatusCode::NOT_FOUND) };
    if request.method() == Method::GET && rest == "invocation/next" {
        return next(shared).await;
    }
    let Ok(body) = request.into_body().collect().await else { return status(StatusCode::BAD_REQUEST) };
    let Some(said) = said(rest, body.to_bytes()) else { return status(StatusCode::NOT_FOUND) };
    match shared.said.send(said) {
        Ok(()) => status(StatusCode::ACCEPTED),
        Err(_) => status(StatusCode::GONE),
    }
}

/// What a POST to this path under `/2018-06-01/runtime/` says.
fn said(path: &str, body: Bytes) -> Option<Said> {
    if path == "init/error" {
        return Some(Said::Error { request_id: None, body });
    }
    let (request_id, verb) = path.strip_prefix("invocation/")?.split_once('/')?;
    let request_id = request_id.to_owned();
    match verb {
        "response" => Some(Said::Response { request_id, body }),
        "error" => Some(Said::Error { request_id: Some(request_id), body }),
        _ => None,
    }
}

async fn next(shared: &Shared) -> Response<Full<Bytes>> {
    let mut queue = shared.next.lock().await;
    if shared.said.send(Said::Ready).is_err() {
        return status(StatusCode::GONE);
    }
    let Some(invocation) = queue.recv().await else { return status(StatusCode::GONE) };
    Response::builder()
        .header("content-type", "application/json")
        .header("lambda-runtime-aws-request-id", &invocation.request_id)
        .header("lambda-runtime-deadline-ms", invocation.deadline_ms.to_string())
        .header("lambda-runtime-invoked-function-arn", &invocation.function_arn)
        .header("lambda-runtime-trace-id", "Root=1-00000000-000000000000000000000000;Sampled=0")
        .body(Full::new(invocation.payload))
        .unwrap_or_else(|_| status(StatusCode::INTERNAL_SERVER_ERROR))
}

fn status(code: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::new()));
    *response.status_mut() = code;
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_say_what_happened() {
        let told = |path| said(path, Bytes::new()).map(|said| format!("{said:?}")).unwrap_or_default();
        assert!(told("invocation/a-1/response").contains("request_id: \"a-1\""));
        assert!(told("invocation/a-1/error").contains("Some(\"a-1\")"));
        assert!(told("init/error").contains("request_id: None"));
        assert_eq!(told("invocation/a-1/other"), "");
    }
}
