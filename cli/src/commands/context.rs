//! What every command is given: where to print, how much to allow, how many threads to use.

use std::num::NonZeroUsize;
use std::str::FromStr;

use clap::Args;
use uff::limits::{Budget, Limits};

use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::ui::{ColorChoice, Ui};
use crate::wire;

/// Options that every command takes.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Global options")]
pub struct GlobalArgs {
    /// Print data as JSON, one versioned object per line
    #[arg(long, global = true)]
    pub json: bool,
    /// Keep quiet on stderr, except for errors
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// When to use colour
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t)]
    pub color: ColorChoice,
    /// Memory that one input may ask for, such as 512M or 4G
    #[arg(long, global = true, value_name = "SIZE", default_value = "1G")]
    pub max_memory: Size,
    /// Items (files, elements, datasets) that one input may hold
    #[arg(long, global = true, value_name = "COUNT", default_value_t = Limits::default().items)]
    pub max_items: u64,
    /// Threads to compute with [default: one per processor]
    #[arg(long, global = true, value_name = "COUNT")]
    pub threads: Option<NonZeroUsize>,
}

/// Number of bytes, written with an optional binary unit: `K`, `M`, `G` or `T`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size(pub u64);

impl FromStr for Size {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let expected = || "expected a number of bytes such as 1048576, 512M or 4G".to_owned();
        let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let shift = match text[digits.len()..].to_ascii_uppercase().trim_end_matches('B').trim_end_matches('I') {
            "" => 0,
            "K" => 10,
            "M" => 20,
            "G" => 30,
            "T" => 40,
            _ => return Err(expected()),
        };
        let number: u64 = digits.parse().map_err(|_| expected())?;
        number.checked_mul(1 << shift).map(Self).ok_or_else(expected)
    }
}

impl std::fmt::Display for Size {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// What every command is given.
#[derive(Debug, Clone)]
pub struct Context {
    /// The only printer.
    pub ui: Ui,
    /// What one input may ask for.
    pub limits: Limits,
    /// Threads to compute with; none means one per processor.
    pub threads: Option<NonZeroUsize>,
}

impl Context {
    /// Makes the context of the global options.
    ///
    /// # Errors
    /// `internal` when the machine gives no threads.
    pub fn new(args: &GlobalArgs) -> Result<Self> {
        if let Some(threads) = args.threads {
            rayon::ThreadPoolBuilder::new()
                .num_threads(threads.get())
                .build_global()
                .map_err(|e| uff::Error::new(uff::Code::Internal, "no threads to compute with").cause(e))?;
        }
        let limits = Limits { memory: args.max_memory.0, items: args.max_items, ..Limits::default() };
        Ok(Self { ui: Ui::new(args.color, args.quiet, args.json), limits, threads: args.threads })
    }

    /// Opens the budget of one input.
    pub fn budget(&self) -> Budget {
        Budget::new(self.limits.clone())
    }

    /// Tells of a failure: to the person on stderr and, with `--json`, to the program on stdout.
    ///
    /// # Errors
    /// When stdout does not take it.
    pub fn report(&self, failure: &Error) -> Result<()> {
        self.tell(failure, &failure, None)
    }

    /// Tells of a failure of one input; the person is told which when it is one of `several`, the program always.
    ///
    /// # Errors
    /// When stdout does not take it.
    pub fn report_input(&self, failure: &Error, input: &str, several: bool) -> Result<()> {
        match several {
            true => self.tell(failure, &format_args!("{input}: {failure}"), Some(input)),
            false => self.tell(failure, &failure, Some(input)),
        }
    }

    fn tell(&self, failure: &Error, message: &dyn std::fmt::Display, input: Option<&str>) -> Result<()> {
        if failure.is_broken_pipe() {
            return Ok(());
        }
        self.ui.error(message, &failure.causes(), Some(failure.hint()));
        if self.ui.wants_json() && !matches!(failure, Error::Stdout(_)) {
            let failure = wire::Failure { input: input.map(Box::from), ..failure.to_wire() };
            self.ui.json(&wire::FailureLine::Failure(failure))?;
        }
        Ok(())
    }

    /// Treats each input, goes on after a failure, and returns the worst status.
    ///
    /// # Errors
    /// Only when stdout takes no more data: then nothing is left to go on for.
    pub fn each<T>(&self, inputs: &[T], mut treat: impl FnMut(&T) -> Result<Exit>) -> Result<Exit> {
        let mut worst = Exit::Good;
        for input in inputs {
            let exit = match treat(input) {
                Ok(exit) => exit,
                Err(e @ Error::Stdout(_)) => return Err(e),
                Err(e) => {
                    self.report(&e)?;
                    e.exit()
                }
            };
            worst = worst.max(exit);
        }
        Ok(worst)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_take_binary_units() {
        assert_eq!("512M".parse(), Ok(Size(512 << 20)));
        assert_eq!("4GiB".parse(), Ok(Size(4 << 30)));
        assert_eq!("77".parse(), Ok(Size(77)));
        assert!("".parse::<Size>().is_err());
        assert!("99999999999G".parse::<Size>().is_err());
        assert!("1X".parse::<Size>().is_err());
    }
}
