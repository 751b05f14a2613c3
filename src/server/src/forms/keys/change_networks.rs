use axum::response::Response;
use flui_web::Notice;

use super::act::KeyAct;
use crate::failure::Failure;

/// `POST /keys/{id}/networks`. The answer says so when the key is not good at the address that the form came from.
pub(crate) async fn change_networks(act: KeyAct) -> Result<Response, Failure> {
    let (caller, client) = (&act.context.caller, &act.context.client);
    let networks = act.typed.network_list();
    let changed = act.app.identity.change_key_networks(caller, act.id, &networks, client);
    let changed = changed.await.map(|changed| {
        if changed.is_good_here {
            Notice::KeyNetworksChanged
        } else {
            Notice::KeyNotGoodHere
        }
    });
    act.answer(changed).await
}
