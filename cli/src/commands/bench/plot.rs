//! Plots as inline SVG. Series differ by colour and by the shape of their points.

use super::page::put;

/// Width and height of a plot in pixels.
const SIZE: (f64, f64) = (420.0, 320.0);
/// Space for labels left of and below the frame, and beside and above it.
const LABELS: (f64, f64) = (58.0, 42.0);
const REST: (f64, f64) = (24.0, 26.0);

/// An axis.
pub(super) struct Axis<'a> {
    name: &'a str,
    least: f64,
    most: f64,
    logarithmic: bool,
    /// Values with a label.
    ticks: Vec<(f64, String)>,
}

impl<'a> Axis<'a> {
    /// Creates an axis with even steps and a label at each of `ticks`.
    pub(super) fn even(name: &'a str, (least, most): (f64, f64), ticks: &[f64]) -> Self {
        let ticks = ticks.iter().map(|tick| (*tick, tick.to_string())).collect();
        Self { name, least, most, logarithmic: false, ticks }
    }

    /// Creates an axis that reaches as far down as up, to `most` or the next multiple of `step`.
    pub(super) fn symmetric(name: &'a str, most: f64, step: f64) -> Self {
        let end = (most / step).ceil().max(1.0) * step;
        let ticks = [-1.0, -0.5, 0.0, 0.5, 1.0].map(|share| share * end);
        let decimals = if step < 0.1 { 3 } else { 0 };
        let ticks = ticks.iter().map(|tick| (*tick, format!("{tick:.decimals$}"))).collect();
        Self { name, least: -end, most: end, logarithmic: false, ticks }
    }

    /// Creates an axis of shares, labelled in percent.
    pub(super) fn share(name: &'a str) -> Self {
        let ticks = [0.0, 0.25, 0.5, 0.75, 1.0].map(|share| (share, format!("{:.0} %", 100.0 * share)));
        Self { name, least: 0.0, most: 1.0, logarithmic: false, ticks: ticks.to_vec() }
    }

    /// Creates a logarithmic axis.
    pub(super) fn logarithmic(name: &'a str, range: (f64, f64), ticks: &[f64]) -> Self {
        Self { logarithmic: true, ..Self::even(name, range, ticks) }
    }

    /// Returns where a value lies, 0 to 1; values outside go to the ends.
    fn place(&self, value: f64) -> f64 {
        let scale = |v: f64| if self.logarithmic { v.max(f64::MIN_POSITIVE).ln() } else { v };
        ((scale(value) - scale(self.least)) / (scale(self.most) - scale(self.least))).clamp(0.0, 1.0)
    }
}

/// A plot being drawn.
pub(super) struct Plot<'a> {
    out: &'a mut String,
    x: Axis<'a>,
    y: Axis<'a>,
    /// Series in the legend so far.
    legend: usize,
}

impl<'a> Plot<'a> {
    /// Opens a plot with its frame, title, ticks and labels.
    pub(super) fn open(out: &'a mut String, title: &str, x: Axis<'a>, y: Axis<'a>) -> Self {
        let (width, height) = SIZE;
        put(
            out,
            format_args!(
                "<svg width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\"><title>{title}</title>\
                 <text x=\"{}\" y=\"14\" class=\"title\">{title}</text>",
                LABELS.0
            ),
        );
        let plot = Self { out, x, y, legend: 0 };
        let ((left, bottom), (right, top)) = (plot.corner(0.0, 0.0), plot.corner(1.0, 1.0));
        for (value, label) in &plot.x.ticks {
            let at = plot.corner(plot.x.place(*value), 0.0).0;
            put(
                plot.out,
                format_args!(
                    "<path class=\"rule\" d=\"M{at:.1} {top}V{bottom}\"/><text x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{label}</text>",
                    bottom + 14.0
                ),
            );
        }
        for (value, label) in &plot.y.ticks {
            let at = plot.corner(0.0, plot.y.place(*value)).1;
            put(
                plot.out,
                format_args!(
                    "<path class=\"rule\" d=\"M{left} {at:.1}H{right}\"/><text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{label}</text>",
                    left - 5.0,
                    at + 4.0
                ),
            );
        }
        put(
            plot.out,
            format_args!(
                "<path class=\"faint\" d=\"M{left} {top}V{bottom}H{right}\"/><text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>\
                 <text text-anchor=\"middle\" transform=\"translate(12 {:.1}) rotate(-90)\">{}</text>",
                f64::midpoint(left, right),
                height - 8.0,
                plot.x.name,
                f64::midpoint(top, bottom),
                plot.y.name
            ),
        );
        plot
    }

    /// Returns the pixel of a place in the frame, from 0 to 1 to the right and up.
    fn corner(&self, x: f64, y: f64) -> (f64, f64) {
        let (width, height) = (SIZE.0 - LABELS.0 - REST.0, SIZE.1 - LABELS.1 - REST.1);
        (LABELS.0 + x * width, REST.1 + (1.0 - y) * height)
    }

    fn at(&self, (x, y): (f64, f64)) -> (f64, f64) {
        self.corner(self.x.place(x), self.y.place(y))
    }

    /// Draws a line of reference.
    pub(super) fn reference(&mut self, from: (f64, f64), to: (f64, f64)) {
        let (from, to) = (self.at(from), self.at(to));
        put(
            self.out,
            format_args!(
                "<path class=\"faint\" stroke-dasharray=\"4\" d=\"M{:.1} {:.1}L{:.1} {:.1}\"/>",
                from.0, from.1, to.0, to.1
            ),
        );
    }

    /// Draws a line through points of a series.
    pub(super) fn line(&mut self, series: usize, dashed: bool, points: impl IntoIterator<Item = (f64, f64)>) {
        let points: Vec<String> =
            points.into_iter().map(|p| self.at(p)).map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        let dashes = if dashed { " stroke-dasharray=\"5 3\"" } else { "" };
        put(
            self.out,
            format_args!(
                "<polyline points=\"{}\" fill=\"none\" stroke=\"var(--s{})\" stroke-width=\"1.8\"{dashes}/>",
                points.join(" "),
                series % 5
            ),
        );
    }

    /// Draws a point of a series; `told` appears when pointed at.
    pub(super) fn point(&mut self, series: usize, place: (f64, f64), radius: f64, told: &str) {
        let (x, y) = self.at(place);
        mark(self.out, series, (x, y), radius, told);
    }

    /// Adds a series to the legend, above each other in the lower right corner of the frame.
    pub(super) fn name(&mut self, series: usize, name: &str) {
        let (right, bottom) = self.corner(1.0, 0.0);
        let y = bottom - 12.0 - 15.0 * self.legend as f64;
        self.legend += 1;
        mark(self.out, series, (right - 10.0, y), 4.0, name);
        put(
            self.out,
            format_args!("<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{name}</text>", right - 20.0, y + 4.0),
        );
    }

    /// Closes the plot.
    pub(super) fn close(self) {
        self.out.push_str("</svg>\n");
    }
}

/// Draws the mark of a series: circle, square, triangle, diamond, triangle upside down.
fn mark(out: &mut String, series: usize, (x, y): (f64, f64), radius: f64, told: &str) {
    let r = radius;
    let shape = match series % 5 {
        0 => format!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{r:.1}\""),
        1 => format!("<path d=\"M{:.1} {:.1}h{:.1}v{:.1}h{:.1}z\"", x - r, y - r, 2.0 * r, 2.0 * r, -2.0 * r),
        2 => format!("<path d=\"M{x:.1} {:.1}l{r:.1} {:.1}h{:.1}z\"", y - r, 2.0 * r, -2.0 * r),
        3 => format!("<path d=\"M{x:.1} {:.1}l{r:.1} {r:.1}l{:.1} {r:.1}l{:.1} {:.1}z\"", y - r, -r, -r, -r),
        _ => format!("<path d=\"M{x:.1} {:.1}l{r:.1} {:.1}h{:.1}z\"", y + r, -2.0 * r, -2.0 * r),
    };
    put(out, format_args!("{shape} fill=\"var(--s{})\" fill-opacity=\".75\"><title>{told}</title>", series % 5));
    out.push_str(if series.is_multiple_of(5) { "</circle>" } else { "</path>" });
}
