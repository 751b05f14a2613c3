use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{FlatRoutes, Route, Router},
    path,
};

use crate::pages;

/// The title as it stands in the document. Titles hold names of keys, and `leptos_meta` writes them as they are.
#[expect(
    clippy::needless_pass_by_value,
    reason = "a title's formatter is given a string of its own"
)]
fn document_title(text: String) -> String {
    format!("{} · Flui", text.replace('&', "&amp;").replace('<', "&lt;"))
}

/// All pages, by address. Each is rendered whole before its first byte is sent: without script a browser cannot put
/// late parts where they belong.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Title formatter=document_title/>
        <Router>
            <FlatRoutes fallback=pages::not_found>
                <Route path=path!("/") view=pages::home::show ssr=SsrMode::Async/>
                <Route path=path!("/keys") view=pages::keys::list ssr=SsrMode::Async/>
                <Route path=path!("/keys/calendar") view=pages::keys::calendar ssr=SsrMode::Async/>
                <Route path=path!("/keys/new") view=pages::keys::new ssr=SsrMode::Async/>
                <Route path=path!("/keys/revoke") view=pages::keys::revoke_selected ssr=SsrMode::Async/>
                <Route path=path!("/keys/:id") view=pages::keys::show ssr=SsrMode::Async/>
                <Route path=path!("/keys/:id/rename") view=pages::keys::rename ssr=SsrMode::Async/>
                <Route path=path!("/keys/:id/extend") view=pages::keys::extend ssr=SsrMode::Async/>
                <Route path=path!("/keys/:id/networks") view=pages::keys::networks ssr=SsrMode::Async/>
                <Route path=path!("/keys/:id/rotate") view=pages::keys::rotate ssr=SsrMode::Async/>
                <Route path=path!("/keys/:id/revoke") view=pages::keys::revoke ssr=SsrMode::Async/>
                <Route path=path!("/keys/:id/transfer") view=pages::keys::transfer ssr=SsrMode::Async/>
                <Route path=path!("/sign-ins") view=pages::sign_ins::list ssr=SsrMode::Async/>
                <Route path=path!("/sign-ins/lost") view=pages::sign_ins::lost ssr=SsrMode::Async/>
                <Route path=path!("/device") view=pages::device::show ssr=SsrMode::Async/>
                <Route path=path!("/contexts") view=pages::contexts::list ssr=SsrMode::Async/>
                <Route path=path!("/contexts/new") view=pages::contexts::new ssr=SsrMode::Async/>
                <Route path=path!("/contexts/:name") view=pages::contexts::show ssr=SsrMode::Async/>
                <Route path=path!("/contexts/:name/edit") view=pages::contexts::edit ssr=SsrMode::Async/>
                <Route path=path!("/contexts/:name/check") view=pages::contexts::check ssr=SsrMode::Async/>
                <Route path=path!("/contexts/:name/delete") view=pages::contexts::delete ssr=SsrMode::Async/>
                <Route path=path!("/people") view=pages::people::list ssr=SsrMode::Async/>
                <Route path=path!("/people/:id") view=pages::people::show ssr=SsrMode::Async/>
                <Route path=path!("/people/:id/disable") view=pages::people::disable ssr=SsrMode::Async/>
                <Route path=path!("/people/:id/end") view=pages::people::end ssr=SsrMode::Async/>
                <Route path=path!("/estate") view=pages::estate::list ssr=SsrMode::Async/>
                <Route path=path!("/estate/revoke") view=pages::estate::revoke ssr=SsrMode::Async/>
                <Route path=path!("/estate/pause") view=pages::estate::pause ssr=SsrMode::Async/>
                <Route path=path!("/estate/resume") view=pages::estate::resume ssr=SsrMode::Async/>
                <Route path=path!("/apps") view=pages::apps::list ssr=SsrMode::Async/>
                <Route path=path!("/apps/new") view=pages::app_clients::new ssr=SsrMode::Async/>
                <Route path=path!("/apps/clients") view=pages::app_clients::list ssr=SsrMode::Async/>
                <Route path=path!("/apps/clients/:id") view=pages::app_clients::show ssr=SsrMode::Async/>
                <Route path=path!("/apps/clients/:id/edit") view=pages::app_clients::edit ssr=SsrMode::Async/>
                <Route path=path!("/apps/clients/:id/delete") view=pages::app_clients::delete ssr=SsrMode::Async/>
                <Route path=path!("/audit") view=pages::audit::list ssr=SsrMode::Async/>
            </FlatRoutes>
        </Router>
    }
}
