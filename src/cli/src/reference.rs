//! `docs/cli.md`, rendered from the command line's own definition.

use std::fmt::Write;

use clap::{Arg, Command, CommandFactory};

use crate::args::Cli;

/// The whole reference as Markdown.
pub(crate) fn render() -> String {
    let mut root = Cli::command();
    root.build();
    let mut text = String::from(
        "# The command line `flui`\n\n\
         Generated from the program by `cargo run --bin flui -- reference > docs/cli.md`; do not edit by hand.\n",
    );
    section(&mut text, &mut root, true);
    text
}

fn section(text: &mut String, command: &mut Command, is_root: bool) {
    let name = command.get_bin_name().unwrap_or_else(|| command.get_name()).to_owned();
    let usage = command.render_usage().to_string();
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    line(text, &format!("\n## {name}\n\n{about}.\n\n```\n{usage}\n```"));
    let aliases: Vec<_> = command
        .get_visible_aliases()
        .map(|alias| format!("`{alias}`"))
        .collect();
    if !aliases.is_empty() {
        line(text, &format!("\nAlso: {}", aliases.join(", ")));
    }
    // Global options are told once, at the top.
    let arguments: Vec<&Arg> = command
        .get_arguments()
        .filter(|argument| !argument.is_hide_set() && (is_root || !argument.is_global_set()))
        .filter(|argument| !matches!(argument.get_id().as_str(), "help" | "version"))
        .collect();
    if !arguments.is_empty() {
        line(text, if is_root { "\nOptions of every command:\n" } else { "" });
        for argument in arguments {
            line(text, &bullet(argument));
        }
    }
    if let Some(more) = command.get_after_help() {
        line(text, &format!("\n```\n{more}\n```"));
    }
    for subcommand in command.get_subcommands_mut() {
        if !subcommand.is_hide_set() && subcommand.get_name() != "help" {
            section(text, subcommand, false);
        }
    }
}

fn bullet(argument: &Arg) -> String {
    let takes_value = argument.get_action().takes_values();
    let values: Vec<_> = argument
        .get_value_names()
        .unwrap_or_default()
        .iter()
        .filter(|_| takes_value)
        .map(|value| format!("<{value}>"))
        .collect();
    let names: Vec<_> = [
        argument.get_short().map(|short| format!("-{short}")),
        argument.get_long().map(|long| format!("--{long}")),
    ]
    .into_iter()
    .flatten()
    .collect();
    let mut head = names.join(", ");
    if !values.is_empty() {
        head = format!("{head} {}", values.join(" "));
    }
    let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
    let mut bullet = format!("- `{}`: {help}", head.trim());
    let possible: Vec<_> = argument
        .get_possible_values()
        .iter()
        .filter(|_| takes_value)
        .map(|value| format!("`{}`", value.get_name()))
        .collect();
    if !possible.is_empty() {
        bullet = format!("{bullet} ({})", possible.join(", "));
    }
    let defaults: Vec<_> = argument
        .get_default_values()
        .iter()
        .map(|value| value.to_string_lossy())
        .collect();
    if takes_value && !defaults.is_empty() {
        bullet = format!("{bullet}; `{}` by default", defaults.join(", "));
    }
    bullet
}

fn line(text: &mut String, line: &str) {
    // Writing into a String cannot fail.
    let _ = writeln!(text, "{line}");
}
