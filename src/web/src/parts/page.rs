use std::future::Future;

use flui_identity::Error;
use leptos::{prelude::*, tachys::html::InertElement};

use super::{
    frame::{Head, frame},
    request_line,
};
use crate::{PageContext, PageStatus, errors::way_on};

/// A page whose rows are fetched first. It is one `Suspend` around everything: then heading, status and body come from
/// the same answer. A second one beside it would be lost (each takes the other's notifier out of the context).
pub(crate) fn page<Body>(body: impl FnOnce(PageContext) -> Body) -> AnyView
where
    Body: Future<Output = Result<AnyView, Error>> + Send + 'static,
{
    let page = PageContext::get();
    let body = body(page.clone());
    Suspend::new(async move {
        let view = body.await.unwrap_or_else(|error| refusal(&page, &error));
        // Written here: as a part of a stream each element of a long table would cost two strings more.
        InertElement::new(view.to_html())
    })
    .into_any()
}

/// The page that stands where the wanted one may not or cannot be shown.
pub(crate) fn refusal(page: &PageContext, error: &Error) -> AnyView {
    let code = error.code();
    if let Some(status) = use_context::<PageStatus>() {
        status.set(code.status());
    }
    // What a store says of itself is for the log.
    let sentence = match error {
        Error::Store(_) => {
            "Nothing was changed. Try again in a moment; if it stays so, give the operator the request's id.".to_owned()
        }
        told => told.to_string(),
    };
    let head = Head {
        place: None,
        title: code.title().to_owned(),
        lead: "",
        above: &[],
        act: None,
        failed: true,
    };
    let body = view! {
        <p>{sentence}</p>
        <p>{way_on(code)}</p>
        {request_line(code, Some(&page.request_id))}
    };
    frame(page, head, body)
}
