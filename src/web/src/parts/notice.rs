use leptos::prelude::*;

use crate::{
    Notice, PageContext,
    ui::{Tone, notice},
};

/// What the page says about the act that led to it.
pub(crate) fn page_notice(page: &PageContext) -> Option<AnyView> {
    let (tone, words) = match page.notice? {
        Notice::SignedOut => (
            Tone::Ok,
            "You are signed out. Keys stay live: they have a life of their own.",
        ),
        Notice::SessionEnded => (
            Tone::Warn,
            "Your session has ended: its time ran out, or you signed out elsewhere. Sign in to go on \
             where you were.",
        ),
        Notice::SignInFirst => (Tone::Plain, "Sign in to see that page. You will be brought back to it."),
        Notice::KeyRevoked => (
            Tone::Ok,
            "The key is revoked. Every call with it is refused from now on.",
        ),
        Notice::CalendarRemoved => (
            Tone::Ok,
            "The calendar address is removed. Calendars that still fetch it find nothing.",
        ),
        Notice::SessionsEnded => (Tone::Ok, "Signed out there. This browser stays signed in."),
    };
    Some(notice(tone, words))
}
