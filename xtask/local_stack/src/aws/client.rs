//! A client of the emulator's HTTP endpoint.
//!
//! The emulator routes by the service named in the authorization header and checks no signature, so none is made.

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use hyper::{Method, Request, StatusCode};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

/// The account that the emulator plays.
pub const ACCOUNT: &str = "000000000000";
/// The region that the emulator plays.
pub const REGION: &str = "us-east-1";

/// A client of emulated AWS; clones share their connections.
#[derive(Debug, Clone)]
pub struct Aws {
    endpoint: String,
    http: Client<HttpConnector, Full<Bytes>>,
}

/// What a service answered.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Answer {
    /// The body of a successful answer.
    pub(super) fn successful(self, request: &str) -> Result<Bytes> {
        if self.status.is_success() {
            return Ok(self.body);
        }
        bail!("{request} was refused ({}): {}", self.status, String::from_utf8_lossy(&self.body).trim())
    }
}

impl Aws {
    /// A client of the emulator on this port of 127.0.0.1.
    #[must_use]
    pub fn on_port(port: u16) -> Self {
        let mut connector = HttpConnector::new();
        // Small requests wait for nothing: with Nagle's algorithm each would take 40 ms.
        connector.set_nodelay(true);
        let http = Client::builder(TokioExecutor::new()).build(connector);
        Self { endpoint: format!("http://127.0.0.1:{port}"), http }
    }

    /// The endpoint's URL, as `--endpoint-url` takes it.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// A request in the Query protocol (CloudFormation, IAM); the answer is XML.
    ///
    /// # Errors
    /// When the service refuses it or cannot be reached.
    pub async fn query(&self, service: &str, parameters: &[(&str, &str)]) -> Result<String> {
        let form: Vec<String> = parameters
            .iter()
            .map(|(name, value)| format!("{}={}", encoded(name, ""), encoded(value, "")))
            .collect();
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        let answer = self.send(service, Method::POST, "/", headers, form.join("&").into()).await?;
        let action = parameters.iter().find(|(name, _)| *name == "Action").map_or("", |(_, value)| value);
        let body = answer.successful(&format!("{service} {action}"))?;
        Ok(String::from_utf8_lossy(&body).into_owned())
    }

    /// A request in the JSON protocol (SQS, Secrets Manager), such as `AmazonSQS.ReceiveMessage`.
    ///
    /// # Errors
    /// When the service refuses it or cannot be reached.
    pub async fn json(&self, service: &str, target: &str, body: &Value) -> Result<Value> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-amz-json-1.0"));
        headers.insert("x-amz-target", HeaderValue::from_str(target).context("no name of an operation")?);
        let answer = self.send(service, Method::POST, "/", headers, body.to_string().into()).await?;
        parsed(&answer.successful(target)?, target)
    }

    /// A GET in the REST protocol (Lambda); the answer is JSON.
    ///
    /// # Errors
    /// When the service refuses it or cannot be reached.
    pub async fn get_json(&self, service: &str, path: &str) -> Result<Value> {
        let answer = self.send(service, Method::GET, path, HeaderMap::new(), Bytes::new()).await?;
        parsed(&answer.successful(path)?, path)
    }

    pub(super) async fn send(
        &self,
        service: &str,
        method: Method,
        path: &str,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<Answer> {
        let scope = format!(
            "AWS4-HMAC-SHA256 Credential=local/20260101/{REGION}/{service}/aws4_request, SignedHeaders=host, Signature=none"
        );
        let uri = format!("{}{path}", self.endpoint);
        let mut request = Request::builder().method(method).uri(&uri).header(AUTHORIZATION, scope);
        if let Some(all) = request.headers_mut() {
            all.extend(headers);
        }
        let request = request.body(Full::new(body)).with_context(|| format!("{uri} is no address"))?;
        let response = self
            .http
            .request(request)
            .await
            .with_context(|| format!("{service} at {} does not answer", self.endpoint))?;
        let (head, body) = response.into_parts();
        let body =
            body.collect().await.with_context(|| format!("the answer of {service} broke off"))?.to_bytes();
        Ok(Answer { status: head.status, headers: head.headers, body })
    }
}

fn parsed(body: &Bytes, request: &str) -> Result<Value> {
    if body.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_slice(body).with_context(|| format!("the answer to {request} is no JSON"))
}

/// Percent-encoding (RFC 3986), leaving unreserved characters and those in `also`.
pub(super) fn encoded(text: &str, also: &str) -> String {
    use std::fmt::Write as _;
    let mut result = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || also.as_bytes().contains(&byte) {
            result.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(result, "%{byte:02X}");
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_percent_encoded_as_s3_and_forms_want_it() {
        assert_eq!(encoded("input/a b+é.json", "/"), "input/a%20b%2B%C3%A9.json");
        assert_eq!(encoded("a=1&b", ""), "a%3D1%26b");
    }
}
