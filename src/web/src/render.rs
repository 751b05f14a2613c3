use futures::StreamExt;
use leptos::{
    nonce::Nonce,
    prelude::{LeptosOptions, Owner, RenderHtml, provide_context},
};
use leptos_meta::ServerMetaContext;
use leptos_router::location::RequestUrl;
use reactive_graph::owner::Sandboxed;

use crate::{FormAnswer, PageContext, PageStatus, document::shell};

/// A page to be rendered.
pub struct PageRequest {
    /// Path and query, as they stand in the request line. They choose the page.
    pub url: String,
    /// What the page is about.
    pub context: PageContext,
    /// How the form fared, when the page answers a POST.
    pub answer: Option<FormAnswer>,
    /// The nonce of this answer's content security policy, which scripts carry.
    pub nonce: String,
    /// The site's options.
    pub options: LeptosOptions,
}

/// A page as it goes out.
#[derive(Debug)]
pub struct RenderedPage {
    /// The HTTP status.
    pub status: u16,
    /// The whole document.
    pub html: String,
}

/// Renders a page whole. Needs a Tokio runtime.
///
/// The general integrations append a script with serialised resources to every document. These pages have none, and
/// the page for strangers must be free of script; so the document is put together here.
pub async fn render(request: PageRequest) -> RenderedPage {
    // An error says that the executor is set already.
    let _ = any_spawner::Executor::init_tokio();
    let PageRequest {
        url,
        context,
        answer,
        nonce,
        options,
    } = request;
    let status = PageStatus::default();
    let owner = Owner::new_root(None);
    let html = Sandboxed::new({
        let owner = owner.clone();
        let status = status.clone();
        async move {
            let (meta, meta_output) = ServerMetaContext::new();
            let body = owner.with(|| {
                provide_context(RequestUrl::new(&url));
                provide_context(Nonce::from_value(nonce));
                provide_context(meta);
                provide_context(status);
                provide_context(context);
                if let Some(answer) = answer {
                    provide_context(answer);
                }
                shell(options).to_html_stream_in_order()
            });
            let body = body.collect::<String>().await;
            let whole = Box::pin(futures::stream::once(async move { body }));
            let document = meta_output.inject_meta_context(whole).await;
            document.collect::<String>().await
        }
    })
    .await;
    owner.unset_with_forced_cleanup();
    RenderedPage {
        status: status.get(),
        html,
    }
}
