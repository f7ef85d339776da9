//! The wish to end.

use std::sync::mpsc::Receiver;
use std::sync::mpsc::RecvTimeoutError;
use std::sync::mpsc::Sender;
use std::sync::mpsc::channel;
use std::time::Duration;

use uff::Code;

use crate::error::Result;

/// Hears of SIGTERM and SIGINT, on other systems of Ctrl-C, from its making on.
pub(super) struct Stop {
    bell: Receiver<()>,
    rung: bool,
}

impl Stop {
    /// Starts to listen.
    ///
    /// # Errors
    /// `internal` when the system does not tell of signals.
    pub(super) fn listen() -> Result<Self> {
        let fail = |e| uff::Error::new(Code::Internal, "the system does not tell of signals").cause(e);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(fail)?;
        let (ring, bell) = channel();
        let (ready, listening) = channel();
        std::thread::spawn(move || runtime.block_on(hear(&ring, &ready)));
        match listening.recv() {
            Ok(Ok(())) => Ok(Self { bell, rung: false }),
            Ok(Err(e)) => Err(fail(e).into()),
            Err(e) => Err(uff::Error::new(Code::Internal, "nobody listens for signals").cause(e).into()),
        }
    }

    /// Returns whether the end was asked for.
    pub(super) fn asked(&mut self) -> bool {
        self.wait(Duration::ZERO)
    }

    /// Waits until the end is asked for, at most so long, and returns whether it was.
    pub(super) fn wait(&mut self, time: Duration) -> bool {
        // The listener never goes away by itself; without one the wait is as long as it would be.
        self.rung |= match self.bell.recv_timeout(time) {
            Ok(()) => true,
            Err(RecvTimeoutError::Timeout) => false,
            Err(RecvTimeoutError::Disconnected) => {
                std::thread::sleep(time);
                false
            }
        };
        self.rung
    }
}

#[cfg(unix)]
async fn hear(ring: &Sender<()>, ready: &Sender<std::io::Result<()>>) {
    use tokio::signal::unix::SignalKind;
    use tokio::signal::unix::signal;
    let (mut terminate, mut interrupt) = match (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) {
        (Ok(terminate), Ok(interrupt)) => (terminate, interrupt),
        (Err(e), _) | (_, Err(e)) => return drop(ready.send(Err(e))),
    };
    drop(ready.send(Ok(())));
    loop {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        if ring.send(()).is_err() {
            return;
        }
    }
}

#[cfg(not(unix))]
async fn hear(ring: &Sender<()>, ready: &Sender<std::io::Result<()>>) {
    drop(ready.send(Ok(())));
    while tokio::signal::ctrl_c().await.is_ok() && ring.send(()).is_ok() {}
}
