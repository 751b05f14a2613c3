//! The HTTP API. One endpoint per file, in the order of the contract.

pub(crate) mod v1;
