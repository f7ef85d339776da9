//! What was done, shown as it happens and kept for the report.

use std::fmt::Display;
use std::time::Instant;

use crate::commands::Context;
use crate::error::Result;
use crate::ui::{Style, duration, plain};
use crate::wire::{DemoLine, DemoStep, Version};

/// What was done.
pub(super) struct Journal<'a> {
    pub(super) context: &'a Context,
    pub(super) steps: Vec<DemoStep>,
}

/// What a step came to.
pub(super) struct Outcome<T> {
    /// What later steps go on with.
    pub(super) value: T,
    /// What came out, in words.
    pub(super) result: String,
    /// Whether it came out as it should.
    pub(super) good: bool,
}

impl<'a> Journal<'a> {
    pub(super) fn new(context: &'a Context) -> Self {
        Self { context, steps: Vec::new() }
    }

    /// Announces what follows.
    pub(super) fn heading(&self, text: impl Display) -> Result<()> {
        let ui = &self.context.ui;
        if !ui.wants_json() {
            ui.data(ui.paint(Style::Heading, text))?;
        }
        Ok(())
    }

    /// Does a step, with a progress line while it lasts, and tells what came of it.
    ///
    /// # Errors
    /// What the step says.
    pub(super) fn step<T>(
        &mut self,
        step: &str,
        subject: &str,
        work: impl FnOnce(&Context) -> Result<Outcome<T>>,
    ) -> Result<T> {
        let progress = self.context.ui.progress(None);
        progress.say(format!("{step} {subject}"));
        let started = Instant::now();
        let outcome = work(self.context)?;
        let took = started.elapsed();
        drop(progress);
        let done = DemoStep {
            version: Version,
            step: step.to_owned(),
            subject: subject.to_owned(),
            result: outcome.result,
            good: outcome.good,
            seconds: took.as_secs_f64(),
        };
        let ui = &self.context.ui;
        if ui.wants_json() {
            ui.json(&DemoLine::Step(done.clone()))?;
        } else {
            let (style, mark) = if done.good { (Style::Good, "ok ") } else { (Style::Bad, "BAD") };
            let line = format!("{:>8}  {step:<9} {subject:<22} {}", duration(took), done.result);
            ui.data(format_args!("{} {}", ui.paint(style, mark), plain(line.trim_end())))?;
        }
        self.steps.push(done);
        Ok(outcome.value)
    }

    /// Returns whether every step came out as it should.
    pub(super) fn all_good(&self) -> bool {
        self.steps.iter().all(|s| s.good)
    }
}
