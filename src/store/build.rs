//! Builds anew when a migration is added: the folder is embedded by a macro that cannot see it grow.
#![allow(
    clippy::print_stdout,
    reason = "a build script speaks to cargo by its standard output"
)]

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
