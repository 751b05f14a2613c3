//! Serves the Leptos pages of `flui-web`.

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, Uri},
    middleware::{Next, from_fn},
    response::{Html, IntoResponse, Redirect, Response},
    routing::get,
};
use flui_web::{ErrorPage, FormAnswer, Notice, PageContext, PageRequest, Theme};

use crate::{app::App, downloads, failure::Failure, middleware::cookies, request::RequestContext};

/// The cookie that remembers the theme. Holds no secret.
pub(crate) const THEME_COOKIE: &str = "flui-theme";

/// The pages, at the addresses that `flui_web::App` knows them by.
pub(crate) fn routes() -> Router<App> {
    let signed_in = Router::new()
        .route("/keys", get(show))
        .route("/keys/calendar", get(show))
        .route("/keys/new", get(show))
        .route("/keys/revoke", get(show))
        .route("/keys/{id}", get(show))
        .route("/keys/{id}/rename", get(show))
        .route("/keys/{id}/extend", get(show))
        .route("/keys/{id}/networks", get(show))
        .route("/keys/{id}/rotate", get(show))
        .route("/keys/{id}/revoke", get(show))
        .route("/keys/{id}/transfer", get(show))
        .route("/sign-ins", get(show))
        .route("/sign-ins/lost", get(show))
        .route("/device", get(show))
        .route("/contexts", get(show))
        .route("/contexts/new", get(show))
        .route("/contexts/{name}", get(show))
        .route("/contexts/{name}/edit", get(show))
        .route("/contexts/{name}/check", get(show))
        .route("/contexts/{name}/delete", get(show))
        .route("/people", get(show))
        .route("/people/{id}", get(show))
        .route("/people/{id}/disable", get(show))
        .route("/people/{id}/end", get(show))
        .route("/estate", get(show))
        .route("/estate/revoke", get(show))
        .route("/estate/pause", get(show))
        .route("/estate/resume", get(show))
        .route("/apps", get(show))
        .route("/apps/new", get(show))
        .route("/apps/clients", get(show))
        .route("/apps/clients/{id}", get(show))
        .route("/apps/clients/{id}/edit", get(show))
        .route("/apps/clients/{id}/delete", get(show))
        .route("/audit", get(show))
        .route("/audit.csv", get(downloads::audit_csv))
        .route("/audit.ndjson", get(downloads::audit_ndjson))
        .route_layer(from_fn(require_sign_in));
    Router::new().route("/", get(show)).merge(signed_in)
}

async fn show(State(app): State<App>, request: RequestContext, uri: Uri) -> Response {
    render(&app, &request, &uri, None).await
}

/// Answers a form with the page at its own address.
pub(crate) async fn answer_form(
    app: &App,
    request: &RequestContext,
    uri: &Uri,
    answer: FormAnswer,
    status: StatusCode,
) -> Response {
    let mut response = render(app, request, uri, Some(answer)).await;
    *response.status_mut() = status;
    response
}

async fn render(app: &App, request: &RequestContext, uri: &Uri, answer: Option<FormAnswer>) -> Response {
    let notice = url::form_urlencoded::parse(uri.query().unwrap_or("").as_bytes())
        .find_map(|(name, word)| match &*name {
            "notice" => Notice::from_word(&word),
            // The provider sends people back here with the state of their sign-out.
            "state" if uri.path() == "/" => Some(Notice::SignedOut),
            _ => None,
        })
        .or_else(|| request.session_ended.then_some(Notice::SessionEnded));
    let context = PageContext {
        identity: app.identity.clone(),
        caller: request.caller.clone(),
        client: request.client.clone(),
        settings: app.page_settings.clone(),
        theme: request.theme,
        request_id: request.client.request_id.clone(),
        notice,
    };
    let page = flui_web::render(PageRequest {
        url: uri.path_and_query().map_or("/", |target| target.as_str()).to_owned(),
        context,
        answer,
        nonce: request.nonce.clone(),
        options: app.leptos.clone(),
    })
    .await;
    let status = StatusCode::from_u16(page.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, Html(page.html)).into_response()
}

/// Sends strangers to the front page, which says why they are there and brings them back after the sign-in.
async fn require_sign_in(context: RequestContext, request: Request, next: Next) -> Response {
    if context.caller.signed_in().is_ok() {
        return next.run(request).await;
    }
    let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
    let notice = if context.session_ended {
        Notice::SessionEnded
    } else {
        Notice::SignInFirst
    };
    sign_in_first(notice, target).into_response()
}

/// The front page, which says why somebody is there and brings them back to `return_to` after the sign-in.
pub(crate) fn sign_in_first(notice: Notice, return_to: &str) -> Redirect {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("notice", notice.word())
        .append_pair("return_to", return_to)
        .finish();
    Redirect::to(&format!("/?{query}"))
}

/// The theme that the browser asked for before.
pub(crate) fn theme(headers: &HeaderMap) -> Theme {
    let chosen = cookies::values(headers, THEME_COOKIE);
    chosen
        .first()
        .and_then(|word| Theme::from_word(word))
        .unwrap_or_default()
}

/// A page that says why something was refused or failed.
pub(crate) fn error(app: &App, failure: &Failure, request_id: Option<String>, theme: Theme) -> String {
    error_page(app, failure, request_id, theme, false)
}

/// The same for the host of an app.
pub(crate) fn error_on_app(app: &App, failure: &Failure, request_id: Option<String>, theme: Theme) -> String {
    error_page(app, failure, request_id, theme, true)
}

fn error_page(app: &App, failure: &Failure, request_id: Option<String>, theme: Theme, on_app: bool) -> String {
    let page = ErrorPage {
        code: failure.code,
        detail: failure.detail.clone(),
        request_id,
        theme,
        on_app,
    };
    flui_web::error_page(&app.page_settings, page)
}
