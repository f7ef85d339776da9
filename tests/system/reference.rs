//! The reference of the command is a checked snapshot: no flag changes unseen.

use std::fmt::Write;

use clap::CommandFactory;
use uff_cli::commands::Cli;

use crate::driver::root;

/// Where the snapshot lies; `UPDATE=1` writes it anew.
const SNAPSHOT: &str = "tests/golden/cli-reference.txt";

fn describe(command: &mut clap::Command, path: &str, out: &mut String) {
    let path = match path {
        "" => command.get_name().to_owned(),
        _ => format!("{path} {}", command.get_name()),
    };
    let help = command.clone().term_width(100).render_long_help().to_string();
    let lines: Vec<&str> = help.lines().map(str::trim_end).collect();
    writeln!(out, "=== {path}\n\n{}\n", lines.join("\n").trim_end()).unwrap();
    for sub in command.get_subcommands_mut().filter(|c| c.get_name() != "help") {
        describe(sub, &path, out);
    }
}

#[test]
fn the_reference_is_the_snapshot() {
    let mut reference = String::new();
    let mut command = Cli::command();
    command.build();
    describe(&mut command, "", &mut reference);
    let path = root().join(SNAPSHOT);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &reference).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let first = reference.lines().zip(kept.lines()).find(|(new, old)| new != old);
    assert!(reference == kept, "{SNAPSHOT} differs, first in {first:?}; UPDATE=1 writes it anew");
}

#[test]
fn every_option_is_explained_in_the_imperative_without_a_period() {
    fn check(command: &clap::Command, path: &str, wrong: &mut Vec<String>) {
        let path = format!("{path} {}", command.get_name());
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        if about.is_empty() || about.ends_with('.') {
            wrong.push(format!("{path}: {about:?}"));
        }
        for argument in command.get_arguments() {
            let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
            if help.is_empty() || help.ends_with('.') {
                wrong.push(format!("{path} {}: {help:?}", argument.get_id()));
            }
        }
        command.get_subcommands().for_each(|sub| check(sub, &path, wrong));
    }
    let mut wrong = Vec::new();
    check(&Cli::command(), "", &mut wrong);
    assert!(wrong.is_empty(), "{wrong:#?}");
}
