//! The page over HTTP: what is answered, with which headers. It has no address that changes anything.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use maud::Markup;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore};

use super::database::Reader;
use super::failure::Failure;
use super::host;
use super::page::{self, Head};
use super::parts::Place;
use super::views::{self, Asked};
use super::written;
use crate::progress::Progress;

/// What a browser may do with a page: its own style, script and pictures, and nothing from elsewhere.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none'; \
    form-action 'self'; frame-ancestors 'none'";
const HEADERS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];
const STRANGER: &str = "This page is not known by the name in the request's Host header. \
    Use its address or localhost, or start pg-ingest dashboard with --host NAME.\n";

/// Connections at a time; more wait to be accepted.
const CONNECTIONS: usize = 64;
/// How long a connection may stay without a whole request.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);
/// Before another connection is accepted where one could not be.
const PAUSE: Duration = Duration::from_millis(200);

/// What every request needs.
struct Served {
    reader: Mutex<Reader>,
    names: Vec<String>,
}

/// Answers until the process ends.
pub(super) async fn serve(listener: TcpListener, reader: Reader, names: Vec<String>) -> ! {
    let served = Arc::new(Served { reader: Mutex::new(reader), names });
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let place = Arc::clone(&places).acquire_owned().await.ok();
        match listener.accept().await {
            Ok((stream, _)) => drop(tokio::spawn(converse(stream, Arc::clone(&served), place))),
            // Such as for want of file descriptors, which others may give back.
            Err(error) => {
                Progress::begin(0).say(&format!("a connection could not be accepted: {error}; going on"));
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// Holds its place as long as it lasts.
async fn converse(stream: TcpStream, served: Arc<Served>, _place: Option<OwnedSemaphorePermit>) {
    let service = service_fn(move |request| {
        let served = Arc::clone(&served);
        async move { Ok::<_, Infallible>(guarded(&request, &served).await) }
    });
    // A browser that goes away in the middle is no concern of the program's.
    let _ = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

/// Answers only who asked this program by a name of its own, and says to the browser what the page may do.
async fn guarded(request: &Request<Incoming>, served: &Arc<Served>) -> Response<Full<Bytes>> {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let mut response = if !host::is_ours(host, &served.names) {
        of(StatusCode::MISDIRECTED_REQUEST, "text/plain; charset=utf-8", STRANGER)
    } else if request.method() != Method::GET && request.method() != Method::HEAD {
        of(StatusCode::METHOD_NOT_ALLOWED, "text/plain; charset=utf-8", "This page only reads: GET.\n")
    } else {
        answer(request, served).await
    };
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

async fn answer(request: &Request<Incoming>, served: &Arc<Served>) -> Response<Full<Bytes>> {
    let path = request.uri().path();
    match path {
        "/style.css" => return of(StatusCode::OK, "text/css; charset=utf-8", page::STYLE),
        "/page.js" => return of(StatusCode::OK, "text/javascript; charset=utf-8", page::SCRIPT),
        "/icon.svg" => return of(StatusCode::OK, "image/svg+xml", page::ICON),
        _ => {}
    }
    let query = request.uri().query().unwrap_or_default();
    let parameters = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    // On its own, so that a browser that goes away leaves no transaction open.
    let making = tokio::spawn(made(Arc::clone(served), path.to_owned(), parameters)).await;
    let (status, page) = match making.unwrap_or_else(|error| Err(Failure::unreadable(&error))) {
        Ok(page) => (StatusCode::OK, page),
        Err(failure) => (failure.status, page::failed(&failure)),
    };
    of(status, "text/html; charset=utf-8", page.into_string())
}

/// One view within its frame. Views are read one after another: a page is for people, and the database is for loading.
async fn made(
    served: Arc<Served>,
    path: String,
    parameters: HashMap<String, String>,
) -> Result<Markup, Failure> {
    let mut reader = served.reader.lock().await;
    let page = framed(&mut reader, &path, &parameters).await;
    reader.end().await;
    page
}

async fn framed(
    reader: &mut Reader,
    path: &str,
    parameters: &HashMap<String, String>,
) -> Result<Markup, Failure> {
    let view = reader.begin().await?;
    let here = view.here().await?;
    let asked = Asked { view: &view, now: &here.now, place: Place::Served, parameters };
    let (under, shown) = match path {
        "/" => ("/", views::overview(&asked).await?),
        "/datasets" => ("/datasets", views::datasets(&asked).await?),
        "/dataset" => ("/datasets", views::dataset(&asked).await?),
        "/rejects" => ("/rejects", views::rejects(&asked).await?),
        "/reject" => ("/rejects", views::reject(&asked).await?),
        "/drift" => ("/drift", views::drift(&asked).await?),
        "/files" => ("/files", views::files(&asked).await?),
        "/file" => ("/files", views::file(&asked).await?),
        "/messages" => ("/messages", views::messages(&asked).await?),
        _ => return Err(Failure::absent("page at this address")),
    };
    let took = written::number(i64::try_from(view.took().as_millis()).unwrap_or(i64::MAX));
    let made = format!("As of {}, from PostgreSQL {} in {took} ms.", here.now.full(), here.server);
    Ok(page::served(&Head { title: shown.title, under, database: here.database, made }, &shown.body))
}

fn of(status: StatusCode, kind: &'static str, body: impl Into<Bytes>) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body.into()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}
