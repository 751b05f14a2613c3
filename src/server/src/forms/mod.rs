//! Forms of the pages: ordinary POST routes beside their pages, good without any script.

use axum::{Router, routing::post};

use crate::app::App;

mod app_clients;
mod calendar;
mod contexts;
mod device;
mod estate;
mod keys;
mod people;
mod sign_ins;
mod theme;

/// All form routes.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/device", post(device::look_up))
        .route("/device/{id}/approve", post(device::approve))
        .route("/device/{id}/deny", post(device::deny))
        .route("/keys/calendar", post(calendar::create))
        .route("/keys/calendar/remove", post(calendar::remove))
        .route("/keys/new", post(keys::create))
        .route("/keys/revoke", post(keys::revoke_selected))
        .route("/keys/{id}/rename", post(keys::rename))
        .route("/keys/{id}/extend", post(keys::extend))
        .route("/keys/{id}/networks", post(keys::change_networks))
        .route("/keys/{id}/rotate", post(keys::rotate))
        .route("/keys/{id}/revoke", post(keys::revoke))
        .route("/keys/{id}/transfer", post(keys::transfer))
        .route("/sign-ins/{id}/end", post(sign_ins::end))
        .route("/sign-ins/lost", post(sign_ins::lost))
        .route("/sign-ins/end-others", post(sign_ins::end_others))
        .route("/contexts/new", post(contexts::create))
        .route("/contexts/{name}/edit", post(contexts::change))
        .route("/contexts/{name}/check", post(contexts::check))
        .route("/contexts/{name}/delete", post(contexts::delete))
        .route("/people/{id}/disable", post(people::disable))
        .route("/people/{id}/enable", post(people::enable))
        .route("/people/{id}/end", post(people::end))
        .route("/estate/revoke", post(estate::revoke))
        .route("/estate/pause", post(estate::pause))
        .route("/estate/resume", post(estate::resume))
        .route("/apps/new", post(app_clients::create))
        .route("/apps/clients/{id}/edit", post(app_clients::change))
        .route("/apps/clients/{id}/delete", post(app_clients::delete))
        .route("/theme", post(theme::choose))
}
