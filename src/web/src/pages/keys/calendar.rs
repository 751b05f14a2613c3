use flui_identity::{CalendarSecret, Error};
use leptos::prelude::*;

use crate::{
    FormAnswer, PageContext,
    islands::CopyButton,
    parts::{Head, Place, frame, moment, page},
    ui::{Tone, notice},
};

/// `/keys/calendar`: the secret address by which a calendar program learns when one's keys end.
pub(crate) fn calendar() -> AnyView {
    let made = match use_context::<FormAnswer>() {
        Some(FormAnswer::CalendarCreated(secret)) => Some(secret),
        _ => None,
    };
    page(move |page| load(page, made))
}

async fn load(page: PageContext, made: Option<CalendarSecret>) -> Result<AnyView, Error> {
    let since = page.identity.calendar_created_at(&page.caller).await?;
    let state = match (&made, since) {
        (Some(secret), _) => address(&page, secret),
        (None, Some(since)) => view! {
            <p>
                "There is an address, made " {moment(since, page.now())}
                ". It was shown that once. If you need it again, renew it."
            </p>
        }
        .into_any(),
        (None, None) => view! { <p>"There is no address yet."</p> }.into_any(),
    };
    let acts = if since.is_some() {
        view! {
            <form method="post" action="/keys/calendar"><button class="button">"Renew address"</button></form>
            <form method="post" action="/keys/calendar/remove"><button class="button">"Remove"</button></form>
        }
        .into_any()
    } else {
        view! {
            <form method="post" action="/keys/calendar">
                <button class="button button-primary">"Create address"</button>
            </form>
        }
        .into_any()
    };
    let body = view! {
        {state}
        <div class="form-acts">{acts}</div>
        <p class="muted">
            "Subscribe to the address in your calendar program. It shows each key on its last day and reminds you 14 days, \
             7 days and one day before. Whoever has the address sees the names and ends of your keys, and can do nothing \
             with them. Renewing makes a new address; the one before finds nothing any more."
        </p>
    };
    let head = Head {
        above: &[("Keys", "/keys")],
        ..Head::new(
            Place::Keys,
            "Calendar",
            "The days on which your keys end, in your own calendar.",
        )
    };
    Ok(frame(&page, head, body))
}

/// The only page that ever shows the address.
fn address(page: &PageContext, secret: &CalendarSecret) -> AnyView {
    let once = notice(
        Tone::Warn,
        "This is the only time the address is shown. Copy it into your calendar program now.",
    );
    let address = format!("{}/calendar/{}.ics", page.settings.public_url, secret.expose());
    view! {
        {once}
        <div class="secret-box">
            <output class="secret" id="calendar-address" data-testid="secret">{address}</output>
            <CopyButton from="calendar-address".to_owned() what="address".to_owned()/>
        </div>
    }
    .into_any()
}
