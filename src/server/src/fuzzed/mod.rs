//! What must hold whatever strangers and operators send. Each function takes any input and panics if something does not
//! hold: the targets of `fuzz/` call them, and so do property tests that run with the others.
//!
//! Compiled for tests and with the feature `fuzz` alone, which no build of the product has.

mod bearer;
mod config;
mod cookie;
mod forwarded;
mod logout_token;
mod return_address;

pub use self::{
    bearer::bearer, config::config, cookie::cookie, forwarded::forwarded, logout_token::logout_token,
    return_address::return_address,
};

/// The lines of an input.
fn lines(data: &[u8]) -> impl Iterator<Item = &[u8]> {
    data.split(|byte| *byte == b'\n')
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use proptest::{collection::vec, prelude::*, sample::select};

    /// Texts made of these pieces and of anything.
    pub(super) fn made_of(pieces: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            8 => select(pieces).prop_map(|piece| piece.as_bytes().to_vec()),
            1 => any::<u8>().prop_map(|byte| vec![byte]),
        ];
        vec(piece, 0..24).prop_map(|pieces| pieces.concat())
    }

    /// What fuzzing once found is tried again by every run of the tests.
    #[test]
    fn what_was_found_once_holds_for_good() {
        type Target = (&'static str, fn(&[u8]));
        let targets: [Target; 4] = [
            ("bearer", super::bearer),
            ("config", super::config),
            ("cookie", super::cookie),
            ("forwarded", super::forwarded),
        ];
        for (name, target) in targets {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/kept").join(name);
            let inputs: Vec<_> = fs::read_dir(&folder)
                .unwrap()
                .map(|entry| entry.unwrap().path())
                .collect();
            assert!(!inputs.is_empty(), "{}", folder.display());
            for input in inputs {
                println!("{}", input.display());
                target(&fs::read(&input).unwrap());
            }
        }
    }
}
