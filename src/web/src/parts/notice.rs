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
        Notice::KeysRevoked => (
            Tone::Ok,
            "The keys are revoked. Every call with one of them is refused from now on.",
        ),
        Notice::KeyRenamed => (Tone::Ok, "The key has its new name. Nothing else changed."),
        Notice::KeyExtended => (Tone::Ok, "The key lives longer. Its secret stays the same."),
        Notice::KeyNetworksChanged => (
            Tone::Ok,
            "The key's networks are changed. From elsewhere it is refused from now on.",
        ),
        Notice::KeyNotGoodHere => (
            Tone::Warn,
            "The key's networks are changed, and the address that you come from is in none of them: used from here, the \
             key is refused. If that is not what you meant, change its networks again.",
        ),
        Notice::CalendarRemoved => (
            Tone::Ok,
            "The calendar address is removed. Calendars that still fetch it find nothing.",
        ),
        Notice::SessionsEnded => (Tone::Ok, "Signed out there. This browser stays signed in."),
        Notice::ContextCreated => (Tone::Ok, "The context is made. Keys can be bound to it now."),
        Notice::ContextChanged => (Tone::Ok, "The context is changed."),
        Notice::ContextDeleted => (
            Tone::Ok,
            "The context is deleted. Keys that were bound to it have ended.",
        ),
        Notice::PersonDisabled => (
            Tone::Ok,
            "Access is removed here. Every session and key of theirs is refused from now on, and so are new sign-ins.",
        ),
        Notice::PersonEnabled => (
            Tone::Ok,
            "Access is given back. What did not end meanwhile works again.",
        ),
        Notice::PersonEnded => (
            Tone::Ok,
            "Everything of theirs has ended. Every call with it is refused from now on.",
        ),
        Notice::EstateRevoked => (
            Tone::Ok,
            "What you selected has ended. Every call with it is refused from now on.",
        ),
        Notice::EstatePaused => (
            Tone::Ok,
            "What you selected is paused. Every call with it is refused until an administrator resumes it.",
        ),
        Notice::EstateResumed => (Tone::Ok, "What you selected works again."),
        Notice::AppClientChanged => (Tone::Ok, "The app is changed, here and at the provider."),
        Notice::AppClientDeleted => (Tone::Ok, "The app is deleted. Nobody can sign in to it any more."),
        Notice::DeviceApproved => (
            Tone::Ok,
            "Approved. The terminal goes on by itself within a few seconds, and its key appears under Sign-ins.",
        ),
        Notice::DeviceDenied => (
            Tone::Ok,
            "Turned away and written down: that terminal gets no key. If somebody asked you to type the code, tell \
             whoever runs this.",
        ),
    };
    Some(notice(tone, words))
}
