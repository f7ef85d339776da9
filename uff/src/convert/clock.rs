//! How long each step takes.

use std::time::Instant;

use super::Step;
use super::StepTime;

/// Times the steps of a conversion and tells each as it begins.
pub(super) struct Clock<'a> {
    progress: &'a dyn Fn(Step),
    running: Option<(Step, Instant)>,
    times: Vec<StepTime>,
}

impl<'a> Clock<'a> {
    /// Starts with no step running.
    pub(super) fn new(progress: &'a dyn Fn(Step)) -> Self {
        Self { progress, running: None, times: Vec::new() }
    }

    /// Ends the running step and begins another; a step that comes again adds to its time.
    pub(super) fn begin(&mut self, step: Step) {
        self.stop();
        (self.progress)(step);
        self.running = Some((step, Instant::now()));
    }

    fn stop(&mut self) {
        if let Some((step, start)) = self.running.take() {
            match self.times.iter_mut().find(|t| t.step == step) {
                Some(time) => time.took += start.elapsed(),
                None => self.times.push(StepTime { step, took: start.elapsed() }),
            }
        }
    }

    /// Ends the running step and returns the times.
    pub(super) fn end(mut self) -> Vec<StepTime> {
        self.stop();
        self.times
    }
}
