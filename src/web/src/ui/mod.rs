//! Pieces that know nothing of the product.

mod area;
mod badge;
mod breadcrumbs;
mod code_block;
mod empty;
mod field;
mod filter;
mod isolated;
mod notice;
mod pager;
mod query;
mod table;

pub(crate) use area::area_text;
pub(crate) use badge::{Tone, badge};
pub(crate) use breadcrumbs::breadcrumbs;
pub(crate) use code_block::code_block;
pub(crate) use empty::empty;
pub(crate) use field::{Field, choice, field};
pub(crate) use filter::{filter_choice, filter_form, filter_text};
pub(crate) use isolated::isolated;
pub(crate) use notice::notice;
pub(crate) use pager::pager;
pub(crate) use query::{Query, address, raw_query};
pub(crate) use table::{cell, table, wide_cell};
