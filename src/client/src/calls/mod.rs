//! The calls, by noun. None of them is made twice by itself but those that make a key, when their answer was lost.

mod api_keys;
mod audit;
mod auth;
mod device_logins;
mod sign_ins;
