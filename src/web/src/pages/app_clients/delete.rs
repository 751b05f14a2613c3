use flui_identity::Error;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{ABOVE, show::find};
use crate::{
    FormAnswer, PageContext,
    parts::{Head, Place, frame, fresh_notice, page},
    ui::{Tone, isolated, notice},
};

/// `/apps/clients/{id}/delete`: asks once, and says what it cuts off. Where the provider no longer answers for the app, the
/// answer to the POST offers to forget it.
pub(crate) fn delete() -> AnyView {
    let id = use_params_map().get_untracked().get("id").unwrap_or_default();
    let refused = match use_context::<FormAnswer>() {
        Some(FormAnswer::AppClientDelete { problem, may_forget }) => Some((problem, may_forget)),
        _ => None,
    };
    page(move |page| load(page, id, refused))
}

async fn load(page: PageContext, id: String, refused: Option<(String, bool)>) -> Result<AnyView, Error> {
    let app = find(&page, &id).await?;
    let name = app.fields.name;
    let path = format!("/apps/clients/{}", app.id);
    let warning = format!(
        "Nobody can sign in to “{}” any more as soon as it is deleted at the provider. Whoever is signed in to it stays \
         so until it asks the provider again. Its client id and secret never work again.",
        isolated(&name)
    );
    let failed = refused.is_some();
    let may_forget = refused.as_ref().is_some_and(|(_, may_forget)| *may_forget);
    let problem = refused.map(|(problem, _)| {
        let left = may_forget
            .then_some("It can be forgotten here. If the provider still has it, it must be deleted there by hand.");
        notice(
            Tone::Danger,
            view! {
                <h2>"The app was not deleted"</h2>
                <p>{problem}</p>
                {left.map(|left| view! { <p>{left}</p> })}
            },
        )
    });
    let button = if may_forget {
        view! { <button class="button button-danger" name="forget" value="1">"Forget it here"</button> }.into_any()
    } else {
        view! { <button class="button button-danger">"Delete app"</button> }.into_any()
    };
    let body = view! {
        {problem}
        {(!may_forget).then(|| notice(Tone::Danger, warning))}
        {fresh_notice(&page, "Deleting an app", &format!("{path}/delete"))}
        <form method="post" action=format!("{path}/delete") class="form-acts">
            {button}
            <a class="button" href=path.clone()>"Cancel"</a>
        </form>
    };
    let head = Head {
        above: ABOVE,
        failed,
        ..Head::new(Place::AppClients, format!("Delete {}", isolated(&name)), "")
    };
    Ok(frame(&page, head, body))
}
