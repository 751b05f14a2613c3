use flui_model::ErrorCode;
use leptos::prelude::*;

/// What to put into a report: the stable code and the request's id.
pub(crate) fn request_line(code: ErrorCode, request_id: Option<&str>) -> AnyView {
    let id = request_id.map(|id| view! { " · Request "<code>{id.to_owned()}</code> });
    view! { <p class="request-line">"Code "<code>{code.as_str()}</code>{id}</p> }.into_any()
}
