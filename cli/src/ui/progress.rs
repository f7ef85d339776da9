//! Progress of work that takes longer than a quarter of a second.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Time before anything is drawn.
const PATIENCE: Duration = Duration::from_millis(250);

/// Line on stderr that says what goes on; it disappears when dropped.
pub struct Progress {
    bar: ProgressBar,
    alarm: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Progress {
    /// Starts a line; nothing is ever drawn when `visible` is false.
    pub(super) fn start(visible: bool, steps: Option<u64>) -> Self {
        let bar = ProgressBar::with_draw_target(steps, ProgressDrawTarget::hidden());
        let template = match steps {
            Some(_) => "{spinner} {bar:24} {pos}/{len} {wide_msg}",
            None => "{spinner} {wide_msg}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("━╸─"));
        }
        let alarm = visible.then(|| {
            let (sender, receiver) = channel::<()>();
            let shown = bar.clone();
            let handle = std::thread::spawn(move || {
                if receiver.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                    shown.set_draw_target(ProgressDrawTarget::stderr());
                    shown.enable_steady_tick(Duration::from_millis(120));
                }
            });
            (sender, handle)
        });
        Self { bar, alarm }
    }

    /// Says what goes on now.
    pub fn say(&self, what: impl Into<String>) {
        self.bar.set_message(what.into());
    }

    /// Counts one finished step.
    pub fn step(&self) {
        self.bar.inc(1);
    }

    /// Runs `print` with the line out of the way.
    pub fn suspend<R>(&self, print: impl FnOnce() -> R) -> R {
        self.bar.suspend(print)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((sender, handle)) = self.alarm.take() {
            drop(sender);
            // The thread draws nothing any more; a panic in it would be a defect of the drawing alone.
            drop(handle.join());
        }
        self.bar.finish_and_clear();
    }
}
