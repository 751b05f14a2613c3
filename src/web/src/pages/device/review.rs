use flui_identity::{Error, device_logins::DeviceLogin};
use leptos::prelude::*;

use crate::{
    PageContext,
    parts::{Head, Place, frame, fresh_sign_in, moment},
    ui::{Tone, isolated, notice},
};

/// Who asks, from where, and what they would get; or what was decided about it.
pub(super) async fn load(page: PageContext, id: String) -> Result<AnyView, Error> {
    let absent = || Error::NotFound("device login");
    let id = id.parse().map_err(|_| absent())?;
    let login = match page.identity.find_device_login(&page.caller, id).await {
        Err(Error::NotFound(_)) => {
            let decided = page.identity.find_device_decision(&page.caller, id).await?;
            return Ok(super::decided::show(&page, &decided));
        }
        found => found?,
    };
    let fresh = page.caller.signed_in()?.is_fresh(page.now(), page.identity.policy());
    let approve = if fresh {
        view! {
            <form method="post" action=format!("/device/{id}/approve")>
                <button class="button button-primary">"Approve"</button>
            </form>
        }
        .into_any()
    } else {
        stale(&login)
    };
    let warning = notice(
        Tone::Warn,
        "Approve only if you started flui on this machine yourself, just now. Whoever gets the key acts as you.",
    );
    let body = view! {
        {warning}
        {facts(&page, &login)?}
        <div class="form-acts">
            {approve}
            <form method="post" action=format!("/device/{id}/deny")>
                <button class="button">"This was not me"</button>
            </form>
        </div>
    };
    let head = Head {
        above: &[("Device login", "/device")],
        ..Head::new(
            Place::SignIns,
            format!("Sign in {}?", isolated(&login.machine.name)),
            "A command line asks for a key of your own.",
        )
    };
    Ok(frame(&page, head, body))
}

/// The way through the provider and back. The request's id opens nothing; the code stands in no address.
fn stale(login: &DeviceLogin) -> AnyView {
    let back = format!("/device?request={}", login.id);
    view! {
        <a class="button button-primary" href=fresh_sign_in(&back)>"Sign in again to approve"</a>
    }
    .into_any()
}

fn facts(page: &PageContext, login: &DeviceLogin) -> Result<AnyView, Error> {
    let now = page.now();
    let role = page.caller.signed_in()?.role();
    let days = page.identity.policy().workstation_age.as_secs() / 86_400;
    Ok(view! {
        <dl class="facts">
            <dt>"Machine"</dt>
            <dd>{login.machine.name.clone()}</dd>
            <dt>"System"</dt>
            <dd>{login.machine.os.clone()}</dd>
            <dt>"Address"</dt>
            <dd>{login.client.address.to_string()}</dd>
            <dt>"Program"</dt>
            <dd>{login.client.user_agent.clone()}</dd>
            <dt>"Asked"</dt>
            <dd>{moment(login.created_at, now)}</dd>
            <dt>"Good until"</dt>
            <dd>{login.expires_at.to_second()}</dd>
            <dt>"Key"</dt>
            <dd>{login.key_name.clone()}</dd>
            <dt>"Will be able to do"</dt>
            <dd>{format!("All that you may do, now and later (role: {}), for {days} days", role.label())}</dd>
        </dl>
    }
    .into_any())
}
