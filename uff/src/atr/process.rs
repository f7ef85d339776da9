//! Running a detector as a process.

use std::io::Read;
use std::io::Write;
use std::path::Path;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use super::answer::MOST_BYTES;
use super::answer::Report;
use super::answer::read_answers;
use super::contract::Request;
use crate::error::Code;
use crate::error::Error;
use crate::error::Result;
use crate::model::Bundle;

/// Bytes of standard error that are kept for a message.
const COMPLAINT: u64 = 4 << 10;
/// How often it is looked whether the process has ended.
const GLANCE: Duration = Duration::from_millis(10);
/// How long to wait for what an ended process wrote, which a child of it may still hold open.
const DRAIN: Duration = Duration::from_secs(2);
/// Variables of the environment that a detector is given; no other is, so that no secret is.
const ENVIRONMENT: [&str; 8] =
    ["PATH", "HOME", "LANG", "TMPDIR", "LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES", "SYSTEMROOT", "TEMP"];

/// A program that detects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detector {
    /// The program: a path, or a name to be found in PATH.
    pub program: String,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// Longest time for an answer; the program is killed then.
    pub patience: Duration,
}

impl Detector {
    /// Asks the detector about a scan that lies in a UFF file.
    ///
    /// # Errors
    /// `atr.failed` when the program cannot be started or ends with a failure; `atr.timeout`; `atr.answer` as
    /// [`read_answers`], and when the answer is too long or no text.
    pub fn run(&self, bundle: &Bundle, file: &Path) -> Result<Report> {
        let failed = |message: &str| Error::new(Code::AtrFailed, message).file(&self.program);
        let file = std::path::absolute(file).map_err(|e| failed("no absolute path of the scan").cause(e))?;
        let request = Request::new(bundle, &file);
        let mut line = serde_json::to_vec(&request).map_err(|e| failed("the request cannot be written").cause(e))?;
        line.push(b'\n');
        let kept = ENVIRONMENT.iter().filter_map(|name| Some((name, std::env::var_os(name)?)));
        let mut child = Command::new(&self.program)
            .args(&self.arguments)
            .env_clear()
            .envs(kept)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|e| failed("the detector cannot be started").cause(e))?;
        let input = child.stdin.take();
        // A detector may answer before it has read all, or not read at all: writing must not block what follows.
        thread::spawn(move || input.map(|mut input| input.write_all(&line)));
        let answer = collect(child.stdout.take(), MOST_BYTES + 1);
        let complaint = collect(child.stderr.take(), COMPLAINT);
        let status = self.wait(&mut child)?;
        let answer = answer.recv_timeout(DRAIN).unwrap_or_default();
        let complaint = complaint.recv_timeout(DRAIN).unwrap_or_default();
        if !status.success() {
            let said = String::from_utf8_lossy(&complaint).trim().lines().last().unwrap_or_default().to_owned();
            return Err(failed("the detector ended with a failure").found(format!("{status}: {said}")));
        }
        let wrong = |what: &str| Error::new(Code::AtrAnswer, what.to_owned()).file(&self.program);
        if answer.len() as u64 > MOST_BYTES {
            return Err(wrong("the answer of the detector is too long").expected(format!("at most {MOST_BYTES} bytes")));
        }
        let text =
            std::str::from_utf8(&answer).map_err(|e| wrong("the answer of the detector is no UTF-8").cause(e))?;
        read_answers(text, &request).map_err(|e| e.file(&self.program))
    }

    fn wait(&self, child: &mut Child) -> Result<std::process::ExitStatus> {
        let failed = |e| Error::new(Code::AtrFailed, "the detector cannot be waited for").file(&self.program).cause(e);
        let start = Instant::now();
        loop {
            if let Some(status) = child.try_wait().map_err(failed)? {
                return Ok(status);
            }
            if start.elapsed() >= self.patience {
                // It may have ended in this moment.
                let _ = child.kill();
                child.wait().map_err(failed)?;
                return Err(Error::new(Code::AtrTimeout, "the detector did not answer in time")
                    .file(&self.program)
                    .expected(format!("an answer within {} s", self.patience.as_secs_f64())));
            }
            thread::sleep(GLANCE);
        }
    }
}

/// Reads at most `most` bytes of a stream beside everything else, and the rest into nothing.
fn collect(stream: Option<impl Read + Send + 'static>, most: u64) -> mpsc::Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut stream) = stream {
            // What could be read counts; a stream that breaks off shows in the answer.
            let _ = stream.by_ref().take(most).read_to_end(&mut bytes);
            let _ = sender.send(bytes);
            let _ = std::io::copy(&mut stream, &mut std::io::sink());
        }
    });
    receiver
}
