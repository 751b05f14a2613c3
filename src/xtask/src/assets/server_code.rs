//! What browsers download holds no code of the server.

use anyhow::{Result, ensure};

/// What only the server's crates hold: their folders, which messages of panics name, their libraries, SQL, and addresses
/// of databases.
const MARKS: [&str; 14] = [
    "src/identity/",
    "src/oidc/",
    "src/server/",
    "src/store/",
    "flui_identity",
    "flui_server",
    "flui_store",
    "sqlx",
    "axum",
    "select s.",
    "insert into ",
    "postgres://",
    "sqlite",
    "FLUI_OIDC_CLIENT_SECRET",
];

/// Refuses a file that holds any of them.
pub(super) fn refuse(file: &[u8]) -> Result<()> {
    for mark in MARKS {
        let holds = file.windows(mark.len()).any(|window| window == mark.as_bytes());
        ensure!(
            !holds,
            "what browsers download holds `{mark}`: code of the server has got into it"
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn z4_a_file_with_a_mark_of_the_server_is_refused_and_one_without_is_not() {
        assert!(refuse(b"\0asm select a theme, src/web/islands, postgres").is_ok());
        for mark in MARKS {
            let file = format!("\0asm before{mark}after");
            assert!(refuse(file.as_bytes()).is_err(), "{mark}");
        }
    }
}
