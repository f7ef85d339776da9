//! Frame of the pages of `uff bench`: one HTML file, drawings inline, no scripts, nothing fetched, light or dark as the
//! reader has it.

use std::fmt::Write;

const STYLE: &str = ":root{color-scheme:light dark;--paper:#fff;--ink:#1c1c1c;--faint:#767676;--rule:#ddd;--good:#0a6b2d;\
--bad:#b00020;--wrong:#fdeedd;--s0:#0072b2;--s1:#d55e00;--s2:#009e73;--s3:#aa4499;--s4:#8a6d00}\
@media(prefers-color-scheme:dark){:root{--paper:#16181b;--ink:#e6e6e6;--faint:#9a9a9a;--rule:#3a3d42;--good:#5fd08a;\
--bad:#ff8a80;--wrong:#4a3418;--s0:#56b4e9;--s1:#ff9a4d;--s2:#4fd1a5;--s3:#e08fd0;--s4:#f0d24a}}\
body{font:15px/1.5 system-ui,sans-serif;max-width:75rem;margin:2rem auto;padding:0 1rem;color:var(--ink);\
background:var(--paper)}table{border-collapse:collapse;margin:1rem 0}th,td{padding:.2rem .7rem;text-align:right;\
border-bottom:1px solid var(--rule)}th:first-child,td:first-child{text-align:left}caption{text-align:left;\
font-weight:600}tr.wrong td{background:var(--wrong)}.met{color:var(--good)}.missed{color:var(--bad);font-weight:600}\
svg{margin:.4rem 1rem .4rem 0;max-width:100%}svg text{font:11px system-ui,sans-serif;fill:var(--ink)}\
svg .title{font-weight:600}svg .faint{stroke:var(--faint);fill:none}svg .rule{stroke:var(--rule);fill:none}";

/// Composes a page.
pub(super) fn page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\">\n<title>{title}</title><style>{STYLE}</style></head>\n<body><h1>{title}</h1>\n\
         {body}</body></html>\n"
    )
}

/// Appends; a string takes everything.
pub(super) fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    _ = out.write_fmt(text);
}

/// Adds a row of a table; every cell is text of this program, without markup.
pub(super) fn row<S: AsRef<str>>(out: &mut String, tag: &str, class: &str, cells: &[S]) {
    put(out, format_args!("<tr{class}>"));
    cells.iter().for_each(|cell| put(out, format_args!("<{tag}>{}</{tag}>", cell.as_ref())));
    out.push_str("</tr>\n");
}
