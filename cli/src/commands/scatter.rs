//! `uff analyze` of a view that measures scatter: statistics of its channels. They tell no atomic number.

use uff::error::Code;
use uff::error::Error;
use uff::measure::ChannelStatistics;
use uff::measure::channel_statistics;
use uff::model::Channel;
use uff::model::ChannelRole;
use uff::model::PlaneKey;
use uff::model::View;

use super::Context;
use super::scan_input::ScanInput;
use crate::error::Result;
use crate::ui::{Align, Style, Table, plain};
use crate::wire::{AnalyzeLine, ChannelSummary, Version};

/// Bytes that statistics take per pixel.
const BYTES_PER_PIXEL: u64 = 32;

/// Returns whether a view measures scatter alone.
pub(super) fn is_scatter(view: &View) -> bool {
    let scatter = |c: &Channel| matches!(c.role, ChannelRole::Backscatter | ChannelRole::ForwardScatter);
    !view.channels.is_empty() && view.channels.iter().all(scatter)
}

/// Tells the statistics of the channels of a view.
///
/// # Errors
/// `uff.missing`; `limit.bytes`; those of reading.
pub(super) fn tell(input: &ScanInput, index: u32, view: &View, context: &Context) -> Result<()> {
    let budget = context.budget();
    let measure = |channel: &Channel| -> Result<ChannelStatistics> {
        let key = PlaneKey::samples(index, channel.id.clone());
        let missing = || Error::new(Code::UffMissing, "the channel has no samples").at(&key);
        let samples = input.bundle.planes.get(&key).ok_or_else(missing)?;
        let (rows, columns) = samples.shape();
        let bytes = (rows as u64).saturating_mul(columns as u64).saturating_mul(BYTES_PER_PIXEL);
        budget.charge(bytes, "the statistics of a channel")?;
        let found = channel_statistics(channel, &samples.read_all()?);
        budget.release(bytes);
        Ok(found)
    };
    let all = view.channels.iter().map(|c| Ok((c, measure(c)?))).collect::<Result<Vec<_>>>()?;
    let ui = &context.ui;
    if ui.wants_json() {
        for (channel, found) in &all {
            ui.json(&AnalyzeLine::Channel(info(index, channel, found)))?;
        }
        return Ok(());
    }
    ui.data(ui.paint(Style::Heading, format_args!("View {index}: scatter")))?;
    let mut table = Table::new(&[
        ("channel", Align::Left),
        ("role", Align::Left),
        ("quantity", Align::Left),
        ("least", Align::Right),
        ("5 %", Align::Right),
        ("median", Align::Right),
        ("95 %", Align::Right),
        ("most", Align::Right),
        ("mean", Align::Right),
        ("σ", Align::Right),
        ("noise", Align::Right),
        ("no data", Align::Right),
        ("saturated", Align::Right),
    ]);
    for (channel, found) in &all {
        let number = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |v| format!("{v:.1}"));
        let quantile = |at: usize| number(found.quantiles.and_then(|q| q.get(at).copied()));
        table.row([
            channel.id.to_string(),
            plain(&channel.role.to_string()).to_string(),
            plain(&channel.quantity.to_string()).to_string(),
            quantile(0),
            quantile(1),
            quantile(2),
            quantile(3),
            quantile(4),
            number(found.mean),
            number(found.deviation),
            number(found.noise),
            found.without.to_string(),
            found.saturated.to_string(),
        ]);
    }
    ui.data(&table)?;
    ui.note("  scatter tells what is bright, not what it is made of: no atomic number, no areal density");
    Ok(())
}

fn info(view: u32, channel: &Channel, found: &ChannelStatistics) -> ChannelSummary {
    ChannelSummary {
        version: Version,
        view,
        channel: channel.id.to_string(),
        role: channel.role.to_string(),
        quantity: channel.quantity.to_string(),
        pixels: found.pixels,
        without: found.without,
        saturated: found.saturated,
        mean: found.mean,
        deviation: found.deviation,
        quantiles: found.quantiles,
        noise: found.noise,
    }
}
