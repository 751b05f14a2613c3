//! Back-channel logout: telling clients that a session has ended.

use std::sync::Arc;

use tokio::task::JoinSet;

use crate::documents;
use crate::provider::Provider;
use crate::sessions::Session;
use crate::spoil::{self, Kind};

/// Posts a logout token to every client of these sessions that has registered an address for it (Back-Channel Logout,
/// section 2.5), all at once, and waits for the answers. A client that does not answer with success is logged: the
/// session here has ended all the same.
pub(crate) async fn tell_clients(provider: &Arc<Provider>, ended: Vec<Session>) {
    let mut posts = JoinSet::new();
    for session in &ended {
        for client_id in &session.clients {
            let Some(uri) = provider
                .client(client_id)
                .and_then(|client| client.backchannel_logout_uri.clone())
            else {
                continue;
            };
            let token = {
                let state = provider.lock();
                let token = documents::logout_token(provider, &state, session, client_id);
                spoil::sign(provider, &state, Kind::Logout, client_id, token)
            };
            let http = provider.http.clone();
            let client_id = client_id.clone();
            posts.spawn(async move {
                match http.post(&uri).form(&[("logout_token", token)]).send().await {
                    Ok(answer) if answer.status().is_success() => {}
                    Ok(answer) => {
                        tracing::warn!(
                            client_id,
                            uri,
                            status = answer.status().as_u16(),
                            "logout token refused"
                        );
                    }
                    Err(error) => {
                        tracing::warn!(client_id, uri, %error, "logout token not delivered");
                    }
                }
            });
        }
    }
    while posts.join_next().await.is_some() {}
}
