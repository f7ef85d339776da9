//! `uff watch`: a hot folder.
//!
//! A delivery that has stopped changing is claimed by renaming it, converted to a file named after its scan, and put
//! into `done`, or into `failed` with the reason. Every step can be repeated: whenever the watch is killed, the next
//! one finishes what was begun, and no delivery is converted twice or lost. Several watches may share a folder.

mod claim;
mod layout;
mod stop;
mod unit;

use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;
use std::time::Instant;

use clap::Args as ClapArgs;
use uff::Code;
use uff::Kind;
use uff::convert::ConvertOptions;
use uff::convert::clear_leftovers;
use uff::convert::convert;
use uff::convert::is_converted;
use uff::error::Direction;
use uff::model::ScanId;

use self::claim::Claim;
use self::layout::HotFolder;
use self::layout::unchanged;
use self::stop::Stop;
use self::unit::Settling;
use self::unit::Snapshot;
use self::unit::Unit;
use super::Context;
use super::read_args::ReadArgs;
use super::target::Target;
use super::target::make_directory;
use super::write_args::WriteArgs;
use crate::error::Error;
use crate::error::Result;
use crate::exit::Exit;
use crate::ui::Style;
use crate::ui::bytes;
use crate::ui::duration;
use crate::wire::FailedDelivery;
use crate::wire::Failure;
use crate::wire::FailureLine;
use crate::wire::Version;
use crate::wire::Waiting;
use crate::wire::WatchLine;
use crate::wire::WatchSummary;
use crate::wire::WatchedDelivery;
use crate::wire::Watching;

/// Arguments of `uff watch`.
#[derive(Debug, ClapArgs)]
pub struct Args {
    /// Folder that deliveries are put into: a folder each, or files of one stem; converted ones go to its folder done,
    /// others to failed
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
    /// Folder to write into; it is made when missing, and files are named after the identifier of the scan
    #[arg(short, long, visible_alias = "into", value_name = "FOLDER")]
    out: PathBuf,
    /// Seconds between two looks into the folder
    #[arg(long, value_name = "SECONDS", default_value = "1", value_parser = seconds)]
    interval: Duration,
    /// Seconds for which sizes and times must not change before a delivery is taken
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = seconds)]
    settle: Duration,
    /// Treat what is there and has settled, then end
    #[arg(long)]
    once: bool,
    /// What to derive and how to write.
    #[command(flatten)]
    write: WriteArgs,
    /// How to read the deliveries.
    #[command(flatten)]
    read: ReadArgs,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let number: f64 = text.parse().map_err(|_| "expected a number of seconds".to_owned())?;
    Duration::try_from_secs_f64(number).map_err(|_| "expected a number of seconds, not negative".to_owned())
}

/// Watches the folder until the end is asked for, or once.
///
/// # Errors
/// `usage`, `profile.*`, and `io.*` and `target.*` of the folders, before the watch begins; after that only when stdout
/// takes no more data.
pub fn run(args: &Args, context: &Context) -> Result<Exit> {
    let fail = |e| uff::Error::io(Direction::Read, &args.folder, e);
    let meta = args.folder.metadata().map_err(fail)?;
    if !meta.is_dir() {
        let e = uff::Error::new(Code::Usage, "the place to watch is no folder").file(args.folder.display());
        return Err(e.hint("Name a folder that deliveries are put into.").into());
    }
    let options = args.write.options(&args.read, context)?;
    make_directory(&args.out)?;
    let out = args.out.canonicalize().map_err(|e| uff::Error::io(Direction::Write, &args.out, e))?;
    if args.folder.canonicalize().map_err(fail)? == out {
        let hint = "Name another folder with --out.";
        return Err(Error::usage("a file written into the folder would be the next delivery", hint));
    }
    let stop = Stop::listen()?;
    let folder = HotFolder::open(&args.folder)?;
    let mut watch =
        Watch { args, context, options, out, folder, held: Vec::new(), wait: None, summary: <_>::default() };
    watch.json(&WatchLine::Watching(Watching {
        version: Version,
        folder: args.folder.display().to_string(),
        out: args.out.display().to_string(),
    }))?;
    let worst = watch.run(stop)?;
    watch.close()?;
    Ok(if args.once { worst } else { Exit::Good })
}

/// A running watch.
struct Watch<'a> {
    args: &'a Args,
    context: &'a Context,
    options: ConvertOptions,
    out: PathBuf,
    folder: HotFolder,
    /// Claims that are not finished.
    held: Vec<Claim>,
    /// What was last said to stand in the way.
    wait: Option<String>,
    summary: WatchSummary,
}

/// What a delivery led to.
enum Verdict {
    /// It is in its last place.
    Ended(Exit),
    /// The place of the targets, or of the deliveries, does not take them.
    Blocked(Claim, Error),
}

impl Watch<'_> {
    /// Looks into the folder again and again; returns the worst status.
    fn run(&mut self, mut stop: Stop) -> Result<Exit> {
        let mut worst = Exit::Good;
        let mut settling = Settling::default();
        let mut first = true;
        loop {
            let looked = match self.pass(&mut settling, &mut stop) {
                Ok(exit) => exit,
                Err(e @ Error::Stdout(_)) => return Err(e),
                Err(e) => {
                    self.blocked("", &e)?;
                    e.exit()
                }
            };
            worst = worst.max(looked);
            self.summary.unsettled = settling.waiting();
            // Once means to look twice, so far apart that what is there can settle.
            let again = first && !self.args.settle.is_zero();
            if stop.asked() || self.args.once && !again {
                return Ok(worst);
            }
            first = false;
            if stop.wait(if self.args.once { self.args.settle } else { self.args.interval }) {
                return Ok(worst);
            }
        }
    }

    /// Looks once: finishes what was begun, then takes what has settled.
    fn pass(&mut self, settling: &mut Settling, stop: &mut Stop) -> Result<Exit> {
        clear_leftovers(&self.out)?;
        self.folder.take_over(&mut self.held)?;
        let mut worst = Exit::Good;
        for claim in std::mem::take(&mut self.held) {
            if stop.asked() {
                self.held.push(claim);
                continue;
            }
            worst = worst.max(self.end(claim)?);
        }
        if !self.held.is_empty() {
            return Ok(worst);
        }
        for (unit, seen) in self.settled(settling)? {
            if stop.asked() {
                break;
            }
            let budget = self.context.budget();
            let as_seen = |root: &Path| Ok(unchanged(&seen, unit::snapshot(root, &unit, &budget)?));
            let Some(claim) = self.folder.claim(&unit, as_seen)? else { continue };
            settling.forget(&unit);
            let exit = self.end(claim)?;
            worst = worst.max(exit);
            if self.wait.is_some() {
                break;
            }
        }
        Ok(worst)
    }

    fn settled(&self, settling: &mut Settling) -> Result<Vec<(Unit, Snapshot)>> {
        let root = self.folder.root();
        let targets = |path: &Path| path.canonicalize().is_ok_and(|path| path == self.out);
        let mut present = Vec::new();
        for unit in unit::units(root, &targets, &self.context.budget())? {
            if let Some(snapshot) = unit::snapshot(root, &unit, &self.context.budget())? {
                present.push((unit, snapshot));
            }
        }
        Ok(settling.settled(Instant::now(), present, self.args.settle))
    }

    /// Brings a delivery to its end, or back.
    fn end(&mut self, claim: Claim) -> Result<Exit> {
        match self.treat(claim)? {
            Verdict::Ended(exit) => {
                self.wait = None;
                Ok(exit)
            }
            Verdict::Blocked(claim, e) => {
                self.blocked(claim.name(), &e)?;
                // Where nothing can be written, not even back, the claim is kept and tried again.
                self.held.extend(self.folder.put_back(claim)?);
                Ok(e.exit())
            }
        }
    }

    /// Converts a delivery and puts it into its last place.
    fn treat(&mut self, claim: Claim) -> Result<Verdict> {
        let start = Instant::now();
        match self.convert(&claim) {
            Ok(mut done) => {
                let place = match self.folder.done(&claim) {
                    Ok(place) => place,
                    Err(e) => return Ok(Verdict::Blocked(claim, e)),
                };
                done.moved_to = place.display().to_string();
                done.seconds = start.elapsed().as_secs_f64();
                self.tell_done(done)?;
                Ok(Verdict::Ended(Exit::Good))
            }
            Err(e) if is_of_the_place(&e) => Ok(Verdict::Blocked(claim, e)),
            Err(e) => {
                let reason = Failure { input: Some(claim.name().into()), ..e.to_wire() };
                let place = match self.folder.failed(&claim, |path| write_reason(path, &reason)) {
                    Ok(place) => place,
                    Err(e) => return Ok(Verdict::Blocked(claim, e)),
                };
                self.tell_failed(&claim, &place, reason, &e)?;
                Ok(Verdict::Ended(e.exit()))
            }
        }
    }

    fn convert(&self, claim: &Claim) -> Result<WatchedDelivery> {
        let delivery = claim.delivery().open(&self.context.budget())?;
        let scan_id = ScanId::from_delivery(&delivery.digest());
        let name = PathBuf::from(scan_id.to_string()).with_added_extension("uff");
        let (path, shown) = (self.out.join(&name), self.args.out.join(&name));
        let is_there = || Ok::<_, uff::Error>(path.exists() && is_converted(&path, &delivery, &self.options)?);
        let before = is_there()?
            || match convert(&delivery, &path, &self.options, &|_| {}) {
                Ok(_) => false,
                // Another watch was given the same delivery.
                Err(e) if e.code() == Code::TargetExists && is_there()? => true,
                Err(e) => return Err(e.into()),
            };
        Ok(WatchedDelivery {
            version: Version,
            name: claim.name().to_owned(),
            target: shown.display().to_string(),
            before,
            scan_id: scan_id.to_string(),
            delivery_digest: delivery.digest().to_string(),
            delivery_bytes: delivery.size(),
            moved_to: String::new(),
            seconds: 0.0,
        })
    }

    fn tell_done(&mut self, done: WatchedDelivery) -> Result<()> {
        match done.before {
            true => self.summary.before += 1,
            false => self.summary.converted += 1,
        }
        let ui = &self.context.ui;
        if ui.wants_json() {
            return self.json(&WatchLine::Converted(done));
        }
        ui.data(&done.target)?;
        let what = if done.before { "converted before" } else { "converted" };
        let (what, size) = (ui.paint_err(Style::Good, what), bytes(done.delivery_bytes));
        let took = duration(Duration::from_secs_f64(done.seconds));
        ui.note(format_args!("  {what} {}, {size} in {took}; now in {}", done.name, done.moved_to));
        Ok(())
    }

    fn tell_failed(&mut self, claim: &Claim, place: &Path, reason: Failure, failure: &Error) -> Result<()> {
        self.summary.failed += 1;
        let (name, moved_to) = (claim.name().to_owned(), place.display().to_string());
        self.context.ui.error(format_args!("{name}: {failure}"), &failure.causes(), Some(failure.hint()));
        self.context.ui.note(format_args!("  {name} is now in {moved_to}"));
        self.json(&WatchLine::Failed(FailedDelivery { version: Version, name, moved_to, reason }))
    }

    /// Says what stands in the way, once as long as it stays the same.
    fn blocked(&mut self, name: &str, failure: &Error) -> Result<()> {
        let said = failure.code().to_owned();
        if self.wait.as_ref() == Some(&said) {
            return Ok(());
        }
        self.context.ui.error(failure, &failure.causes(), Some(failure.hint()));
        self.context.ui.note("  no delivery was marked as failed; waiting for this to be mended");
        self.wait = Some(said);
        self.json(&WatchLine::Waiting(Waiting { version: Version, name: name.to_owned(), reason: failure.to_wire() }))
    }

    fn json(&self, line: &WatchLine) -> Result<()> {
        if self.context.ui.wants_json() {
            self.context.ui.json(line)?;
        }
        Ok(())
    }

    /// Puts back what could not be finished, gives up the place and tells the count.
    fn close(mut self) -> Result<()> {
        for claim in std::mem::take(&mut self.held) {
            // What cannot be put back stays claimed, and the next watch takes it over.
            drop(self.folder.put_back(claim));
        }
        let summary = std::mem::take(&mut self.summary);
        self.json(&WatchLine::Stopped(summary.clone()))?;
        self.folder.close();
        let WatchSummary { converted, before, failed, unsettled, .. } = summary;
        let left = if unsettled > 0 { format!(", {unsettled} still there") } else { String::new() };
        let counts = format!("{converted} converted, {before} converted before, {failed} failed{left}");
        self.context.ui.note(counts);
        Ok(())
    }
}

/// Tells whether a failure is that of the place of the targets and not of the delivery.
fn is_of_the_place(failure: &Error) -> bool {
    matches!(failure, Error::Codec(e) if e.kind() == Kind::Output)
}

fn write_reason(path: &Path, reason: &Failure) -> Result<()> {
    let fail = |e| uff::Error::new(Code::Internal, "the reason has no JSON form").cause(e);
    let mut text = serde_json::to_vec_pretty(&FailureLine::Failure(reason.clone())).map_err(fail)?;
    text.push(b'\n');
    Ok(Target::new(path, true)?.write_bytes(&text)?)
}
