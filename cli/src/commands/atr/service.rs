//! A detector that answers over HTTP.

use std::path::Path;
use std::time::Duration;

use reqwest::Client;
use reqwest::header;
use reqwest::multipart::Form;
use reqwest::multipart::Part;
use reqwest::redirect::Policy;
use uff::atr::MOST_BYTES;
use uff::atr::Report;
use uff::atr::Request;
use uff::atr::read_answers;
use uff::error::Code;
use uff::error::Error;
use uff::model::Bundle;
use url::Host;
use url::Url;

use crate::error::Result;

/// Variable of the environment with the key of a service, sent as a bearer token.
const TOKEN: &str = "UFF_ATR_TOKEN";
/// Media type of a UFF file.
const HDF5: &str = "application/x-hdf5";

/// A service that detects.
#[derive(Debug, Clone)]
pub(super) struct Service {
    /// Where it is asked.
    url: Url,
    /// Longest time for an answer.
    patience: Duration,
}

impl Service {
    /// Names a service.
    ///
    /// # Errors
    /// `usage` for anything but https, or http on this machine: scans hold personal data.
    pub(super) fn new(url: &Url, patience: Duration) -> Result<Self> {
        let local = match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        if url.scheme() == "https" || (url.scheme() == "http" && local) {
            return Ok(Self { url: url.clone(), patience });
        }
        let e = Error::new(Code::Usage, "a scan is not sent over an open line").found(url);
        Err(e.expected("https, or http on this machine").hint("Ask the service for an https address.").into())
    }

    /// Asks the service about a scan that lies in a UFF file.
    ///
    /// # Errors
    /// `atr.failed` when it cannot be reached or answers with another status than 200; `atr.timeout`; `atr.answer` as
    /// [`read_answers`], and when the answer is too long or no text.
    pub(super) async fn ask(&self, bundle: &Bundle, file: &Path) -> Result<Report> {
        let failed = |message: &str| Error::new(Code::AtrFailed, message).file(&self.url);
        let name = file.file_name().unwrap_or_default();
        let request = Request::new(bundle, Path::new(name));
        let line = serde_json::to_string(&request).map_err(|e| failed("the request cannot be written").cause(e))?;
        let unreadable =
            |e: std::io::Error| Error::new(Code::IoRead, "the scan cannot be read").file(file.display()).cause(e);
        let scan = tokio::fs::File::open(file).await.map_err(unreadable)?;
        let length = scan.metadata().await.map_err(unreadable)?.len();
        let wrong = |e: reqwest::Error| self.explain(e);
        let form = Form::new()
            .part("request", Part::text(line).mime_str("application/json").map_err(wrong)?)
            .part("scan", Part::stream_with_length(scan, length).file_name("scan.uff").mime_str(HDF5).map_err(wrong)?);
        // No redirection and no proxy: a scan goes where it was sent and nowhere else.
        let client = Client::builder().redirect(Policy::none()).no_proxy().timeout(self.patience);
        let client = client.build().map_err(wrong)?;
        let mut asked = client.post(self.url.clone()).header(header::ACCEPT, "application/x-ndjson").multipart(form);
        if let Ok(token) = std::env::var(TOKEN) {
            asked = asked.bearer_auth(token);
        }
        let mut response = asked.send().await.map_err(wrong)?;
        let status = response.status();
        let mut answer = Vec::new();
        while let Some(piece) = response.chunk().await.map_err(wrong)? {
            answer.extend_from_slice(&piece);
            if answer.len() as u64 > MOST_BYTES {
                let e = Error::new(Code::AtrAnswer, "the answer of the detector is too long").file(&self.url);
                return Err(e.expected(format!("at most {MOST_BYTES} bytes")).into());
            }
        }
        let text = String::from_utf8(answer);
        if status != reqwest::StatusCode::OK {
            let said = text.unwrap_or_default().trim().lines().last().unwrap_or_default().to_owned();
            return Err(failed("the detector ended with a failure").found(format!("status {status}: {said}")).into());
        }
        let text = text.map_err(|e| {
            Error::new(Code::AtrAnswer, "the answer of the detector is no UTF-8").file(&self.url).cause(e)
        })?;
        Ok(read_answers(&text, &request).map_err(|e| e.file(&self.url))?)
    }

    fn explain(&self, e: reqwest::Error) -> Error {
        if e.is_timeout() {
            return Error::new(Code::AtrTimeout, "the detector did not answer in time")
                .file(&self.url)
                .expected(format!("an answer within {} s", self.patience.as_secs_f64()));
        }
        Error::new(Code::AtrFailed, "the detector cannot be asked").file(&self.url).cause(e.without_url())
    }
}
