//! Pieces that know the product and are used by several pages.

pub(crate) mod brand;
mod credential_table;
mod event_table;
mod form_errors;
mod frame;
mod fresh;
pub(crate) mod icons;
mod key_facts;
mod moment;
mod notice;
mod page;
mod pick;
mod request_line;
mod scope_words;
mod user_menu;

pub(crate) use credential_table::credential_table;
pub(crate) use event_table::{action_words, event_table, event_table_of_all};
pub(crate) use form_errors::form_errors;
pub(crate) use frame::{Head, Place, frame};
pub(crate) use fresh::{fresh_notice, fresh_sign_in};
pub(crate) use key_facts::{consequence, key_name, last_use, revoke_link, state_badge, use_sentence};
pub(crate) use moment::moment;
pub(crate) use notice::page_notice;
pub(crate) use page::{page, refusal};
pub(crate) use pick::pick;
pub(crate) use request_line::request_line;
pub(crate) use scope_words::{context_words, scope_words};
