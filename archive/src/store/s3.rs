//! S3 buckets, and their Object Lock: files that the store itself lets nobody change or remove, whoever has the keys.
//!
//! `object_store` has no call for locks; the requests are those of the S3 API (GetObjectLockConfiguration, HeadObject,
//! PutObjectRetention, PutObjectLegalHold), signed by its signer.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use jiff::Timestamp;
use object_store::aws::{AmazonS3, AmazonS3Builder, AmazonS3ConfigKey};
use object_store::client::{HttpClient, HttpConnector, HttpRequest, ReqwestConnector};
use object_store::path::Path;
use object_store::signer::{SignedUrlOptions, Signer};
use object_store::{ClientOptions, ObjectStoreScheme};
use sha2::Digest;
use tokio::sync::OnceCell;
use url::Url;

use super::{LockMode, Locks, ObjectLock, Store};
use crate::error::{Code, Error, Result};

/// Time for which a signed request is good.
const VALID: Duration = Duration::from_secs(300);
/// Times that a request is sent when the store does not answer or is busy.
const ATTEMPTS: u32 = 4;
/// Wait before a request is sent again, doubled each time.
const WAIT: Duration = Duration::from_millis(200);
/// Longest part of an answer that is shown.
const SHOWN: usize = 200;
const XMLNS: &str = "http://s3.amazonaws.com/doc/2006-03-01/";

/// Opens a bucket, with what asks for the locks of its files.
///
/// # Errors
/// Settings that make no sense.
pub(super) fn open(url: &Url, settings: BTreeMap<String, String>) -> object_store::Result<Store> {
    let (_, prefix) = ObjectStoreScheme::parse(url)?;
    let (mut builder, mut client) = (AmazonS3Builder::new().with_url(url.as_str()), ClientOptions::default());
    for (key, value) in settings {
        let Ok(key) = key.parse::<AmazonS3ConfigKey>() else { continue };
        if let AmazonS3ConfigKey::Client(key) = &key {
            client = client.with_config(*key, value.clone());
        }
        builder = builder.with_config(key, value);
    }
    let s3 = Arc::new(builder.build()?);
    let http = ReqwestConnector::default().connect(&client)?;
    let locks: Arc<dyn Locks> = Arc::new(Bucket { s3: s3.clone(), http, does: OnceCell::new() });
    Ok(Store { locks: Some(locks), ..Store::new(s3, Path::parse(prefix)?, url.as_str()) })
}

struct Bucket {
    s3: Arc<AmazonS3>,
    http: HttpClient,
    /// What it does; it is asked once.
    does: OnceCell<ObjectLock>,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

#[async_trait]
impl Locks for Bucket {
    async fn of_bucket(&self) -> Result<ObjectLock> {
        let ask = || async {
            let root = Path::default();
            let answer = self.send(&Method::GET, &root, Some("object-lock"), Bytes::new()).await?;
            answer.of_bucket().ok_or_else(|| answer.failed(&root))
        };
        self.does.get_or_try_init(ask).await.copied()
    }

    async fn retain(&self, path: &Path, mode: LockMode, until: Timestamp) -> Result<bool> {
        // A store that does not know the request would take it for new content of the file.
        if !self.of_bucket().await?.takes_locks() {
            return Ok(false);
        }
        let answer = self.send(&Method::HEAD, path, None, Bytes::new()).await?;
        if !answer.status.is_success() {
            return Err(answer.failed(path));
        }
        if answer.lock().is_some_and(|(has, end)| has >= mode && end >= until) {
            return Ok(false);
        }
        let date = until.strftime("%Y-%m-%dT%H:%M:%SZ");
        let body = format!(
            "<Retention xmlns=\"{XMLNS}\"><Mode>{mode}</Mode><RetainUntilDate>{date}</RetainUntilDate></Retention>"
        );
        self.put(path, "retention", body).await.map(|()| true)
    }

    async fn hold(&self, path: &Path, is_held: bool) -> Result<()> {
        if !self.of_bucket().await?.takes_locks() {
            return Ok(());
        }
        let status = if is_held { "ON" } else { "OFF" };
        let body = format!("<LegalHold xmlns=\"{XMLNS}\"><Status>{status}</Status></LegalHold>");
        self.put(path, "legal-hold", body).await
    }
}

impl Bucket {
    async fn put(&self, path: &Path, what: &str, body: String) -> Result<()> {
        let answer = self.send(&Method::PUT, path, Some(what), body.into()).await?;
        if answer.status.is_success() { Ok(()) } else { Err(answer.failed(path)) }
    }

    /// Sends a request, again where the store does not answer or is busy: none of these does more when it is done twice.
    async fn send(&self, method: &Method, path: &Path, what: Option<&str>, body: Bytes) -> Result<Answer> {
        let failed = |e: Box<dyn std::error::Error + Send + Sync>| {
            Error::new(Code::Store, "the store cannot be asked about its locks").file(path).cause(e)
        };
        let digest = BASE64_STANDARD.encode(sha2::Sha256::digest(&body));
        let digest = HeaderValue::from_str(&digest).map_err(|e| failed(e.into()))?;
        let mut attempt = 1;
        loop {
            let mut options = SignedUrlOptions::new().with_query(what.map(|what| (what, "")));
            let mut headers = Vec::new();
            if !body.is_empty() {
                headers.push((HeaderName::from_static("x-amz-checksum-sha256"), digest.clone()));
                let algorithm = HeaderName::from_static("x-amz-sdk-checksum-algorithm");
                headers.push((algorithm, HeaderValue::from_static("SHA256")));
            }
            for (name, value) in &headers {
                options = options.with_signed_header(name.clone(), value.clone());
            }
            let url = self.s3.signed_url_opts(method.clone(), path, VALID, &options).await;
            let url = url.map_err(|e| failed(e.into()))?;
            let mut request = HttpRequest::new(body.clone().into());
            *request.method_mut() = method.clone();
            *request.uri_mut() = url.as_str().parse().map_err(|e: http::uri::InvalidUri| failed(e.into()))?;
            request.headers_mut().extend(headers);
            let answered = match self.http.execute(request).await {
                Ok(response) => {
                    let (head, body) = response.into_parts();
                    body.bytes().await.map(|bytes| (head, bytes))
                }
                Err(e) => Err(e),
            };
            match answered {
                Ok((head, _)) if is_busy(head.status) && attempt < ATTEMPTS => {}
                Err(_) if attempt < ATTEMPTS => {}
                // The cause would show the URL, which is a key for as long as its signature is good.
                Err(e) => return Err(failed(format!("{:?}", e.kind()).into())),
                Ok((head, bytes)) => {
                    let text = String::from_utf8_lossy(&bytes).into_owned();
                    return Ok(Answer { status: head.status, headers: head.headers, text });
                }
            }
            tokio::time::sleep(WAIT * 2_u32.pow(attempt - 1)).await;
            attempt += 1;
        }
    }
}

impl Answer {
    /// Reads the answer to the question for the locks of a bucket; none when it says something else.
    fn of_bucket(&self) -> Option<ObjectLock> {
        let has =
            |tag: &str, value: &str| between(&self.text, &format!("<{tag}>"), &format!("</{tag}>")) == Some(value);
        match (self.status, between(&self.text, "<Code>", "</Code>")) {
            // Some stores do not know the question, and list the bucket.
            (StatusCode::OK, _) if !has("ObjectLockEnabled", "Enabled") => Some(ObjectLock::Impossible),
            (StatusCode::OK, _) if has("Mode", "COMPLIANCE") => Some(ObjectLock::Default(LockMode::Compliance)),
            (StatusCode::OK, _) if has("Mode", "GOVERNANCE") => Some(ObjectLock::Default(LockMode::Governance)),
            (StatusCode::OK, _) => Some(ObjectLock::Possible),
            (StatusCode::NOT_FOUND, Some("ObjectLockConfigurationNotFoundError"))
            | (StatusCode::BAD_REQUEST, Some("InvalidRequest"))
            | (StatusCode::NOT_IMPLEMENTED | StatusCode::METHOD_NOT_ALLOWED, _) => Some(ObjectLock::Impossible),
            (status, _) => status.is_client_error().then_some(ObjectLock::Unknown),
        }
    }

    /// Reads how a file is locked.
    fn lock(&self) -> Option<(LockMode, Timestamp)> {
        let header = |name: &str| self.headers.get(name)?.to_str().ok();
        let mode = match header("x-amz-object-lock-mode")? {
            "COMPLIANCE" => LockMode::Compliance,
            "GOVERNANCE" => LockMode::Governance,
            _ => return None,
        };
        Some((mode, header("x-amz-object-lock-retain-until-date")?.parse().ok()?))
    }

    fn failed(&self, path: &Path) -> Error {
        let code = match self.status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Code::StoreAccess,
            StatusCode::NOT_FOUND => Code::Missing,
            _ => Code::Store,
        };
        let said = between(&self.text, "<Code>", "</Code>").unwrap_or(&self.text);
        let said: String = said.chars().filter(|c| !c.is_control()).take(SHOWN).collect();
        Error::new(code, "the store does not lock the file").file(path).found(format!("{} {said}", self.status))
    }
}

impl fmt::Display for LockMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Governance => "GOVERNANCE",
            Self::Compliance => "COMPLIANCE",
        })
    }
}

/// Tells whether the store may answer otherwise when it is asked again.
fn is_busy(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::TOO_MANY_REQUESTS
            | StatusCode::INTERNAL_SERVER_ERROR
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT
    )
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(from)?;
    rest.split_once(to).map(|(inside, _)| inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: StatusCode, text: &str) -> Answer {
        Answer { status, headers: HeaderMap::new(), text: text.to_owned() }
    }

    /// Answers as the reference of GetObjectLockConfiguration has them.
    #[test]
    fn answers_about_a_bucket_are_read() {
        let enabled = |rule: &str| {
            let text = format!(
                "<ObjectLockConfiguration xmlns=\"{XMLNS}\"><ObjectLockEnabled>Enabled</ObjectLockEnabled>{rule}\
                 </ObjectLockConfiguration>"
            );
            answer(StatusCode::OK, &text).of_bucket()
        };
        assert_eq!(enabled(""), Some(ObjectLock::Possible));
        let rule =
            |mode: &str| format!("<Rule><DefaultRetention><Mode>{mode}</Mode><Days>1</Days></DefaultRetention></Rule>");
        assert_eq!(enabled(&rule("COMPLIANCE")), Some(ObjectLock::Default(LockMode::Compliance)));
        assert_eq!(enabled(&rule("GOVERNANCE")), Some(ObjectLock::Default(LockMode::Governance)));
        let listing = "<ListBucketResult><Name>b</Name></ListBucketResult>";
        assert_eq!(answer(StatusCode::OK, listing).of_bucket(), Some(ObjectLock::Impossible));
        let refused = |status, code| answer(status, &format!("<Error><Code>{code}</Code></Error>")).of_bucket();
        let none = refused(StatusCode::NOT_FOUND, "ObjectLockConfigurationNotFoundError");
        assert_eq!(none, Some(ObjectLock::Impossible));
        assert_eq!(refused(StatusCode::FORBIDDEN, "AccessDenied"), Some(ObjectLock::Unknown));
        assert_eq!(refused(StatusCode::BAD_REQUEST, "ExpiredToken"), Some(ObjectLock::Unknown));
        assert_eq!(refused(StatusCode::INTERNAL_SERVER_ERROR, "InternalError"), None, "it is asked again");
    }

    #[test]
    fn the_lock_of_a_file_is_in_its_headers() {
        let with = |mode: &'static str, until: &'static str| {
            let mut answer = answer(StatusCode::OK, "");
            answer.headers.insert("x-amz-object-lock-mode", HeaderValue::from_static(mode));
            answer.headers.insert("x-amz-object-lock-retain-until-date", HeaderValue::from_static(until));
            answer.lock()
        };
        let until = "2030-01-02T03:04:05Z".parse().expect("a time");
        assert_eq!(with("COMPLIANCE", "2030-01-02T03:04:05.000Z"), Some((LockMode::Compliance, until)));
        assert_eq!(with("GOVERNANCE", "2030-01-02T03:04:05Z"), Some((LockMode::Governance, until)));
        assert_eq!(with("NONE", "2030-01-02T03:04:05Z"), None);
        assert_eq!(with("COMPLIANCE", "soon"), None);
        assert_eq!(answer(StatusCode::OK, "").lock(), None);
    }

    #[test]
    fn a_refusal_names_the_code_of_the_store_and_no_more() {
        let text = format!("<Error><Code>AccessDenied</Code><Message>{}</Message></Error>", "x".repeat(10_000));
        let e = answer(StatusCode::FORBIDDEN, &text).failed(&Path::from("a/b"));
        assert_eq!(e.code(), "archive.store_access");
        let said = e.to_string();
        assert!(said.contains("AccessDenied") && said.len() < 300, "{said}");
        let page = answer(StatusCode::BAD_GATEWAY, &"x".repeat(10_000)).failed(&Path::from("a/b")).to_string();
        assert!(page.len() < 500, "{page}");
    }
}
