//! The pages: one folder for each noun, one file for each verb.

pub(crate) mod app_clients;
pub(crate) mod apps;
pub(crate) mod audit;
pub(crate) mod contexts;
pub(crate) mod device;
pub(crate) mod estate;
pub(crate) mod home;
pub(crate) mod keys;
mod not_found;
pub(crate) mod people;
pub(crate) mod sign_ins;

pub(crate) use not_found::not_found;
