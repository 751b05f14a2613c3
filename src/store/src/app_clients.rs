//! Apps that were registered as clients at the provider.

use flui_identity::{
    StoreError,
    app_clients::{AppClient, AppClientFields, Management},
    audit::Event,
};
use flui_model::{AppClientId, PersonId};

use crate::{
    database::{Pools, Row},
    query::query,
    rows,
};

const APP_CLIENT: &str = "select id, name, kind, client_id, redirect_uris, post_logout_redirect_uris, \
    backchannel_logout_uri, scopes, registration_client_uri, sealed_token, created_by, created_at from app_clients";

/// All app clients, by name.
pub(crate) async fn list(pools: &Pools) -> Result<Vec<AppClient>, StoreError> {
    let rows = pools.rows(query(APP_CLIENT).sql(" order by lower(name), id")).await?;
    rows.iter().map(app_client).collect()
}

/// The app client with this id.
pub(crate) async fn find(pools: &Pools, id: AppClientId) -> Result<Option<AppClient>, StoreError> {
    let found = query(APP_CLIENT).part(" where id = ", id);
    pools.row(found).await?.as_ref().map(app_client).transpose()
}

/// Writes a new app client and the event.
pub(crate) async fn insert(pools: &Pools, app_client: &AppClient, event: &Event) -> Result<(), StoreError> {
    let fields = &app_client.fields;
    let management = app_client.management.as_ref();
    let mut tx = pools.begin().await?;
    let insert = query(
        "insert into app_clients (id, name, kind, client_id, redirect_uris, post_logout_redirect_uris, \
         backchannel_logout_uri, scopes, registration_client_uri, sealed_token, created_by, created_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(app_client.id)
    .bind(fields.name.as_str())
    .bind(fields.kind.as_str())
    .bind(app_client.client_id.as_str())
    .bind(rows::json(&fields.redirect_uris))
    .bind(rows::json(&fields.post_logout_redirect_uris))
    .bind(fields.backchannel_logout_uri.as_deref())
    .bind(rows::json(&fields.scopes))
    .bind(management.map(|management| management.uri.as_str()))
    .bind(management.map(|management| management.sealed_token.as_str()))
    .bind(app_client.created_by)
    .bind(app_client.created_at);
    tx.execute(insert).await?;
    tx.note(event);
    tx.commit().await
}

/// Writes what may change, and the event if there is one. `false`, and no event: there is none with this id.
pub(crate) async fn update(pools: &Pools, app_client: &AppClient, event: Option<&Event>) -> Result<bool, StoreError> {
    let fields = &app_client.fields;
    let management = app_client.management.as_ref();
    let mut tx = pools.begin().await?;
    let update = query(
        "update app_clients set name = $1, redirect_uris = $2, post_logout_redirect_uris = $3, \
         backchannel_logout_uri = $4, registration_client_uri = $5, sealed_token = $6 where id = $7",
    )
    .bind(fields.name.as_str())
    .bind(rows::json(&fields.redirect_uris))
    .bind(rows::json(&fields.post_logout_redirect_uris))
    .bind(fields.backchannel_logout_uri.as_deref())
    .bind(management.map(|management| management.uri.as_str()))
    .bind(management.map(|management| management.sealed_token.as_str()))
    .bind(app_client.id);
    if tx.execute(update).await? == 0 {
        return Ok(false);
    }
    if let Some(event) = event {
        tx.note(event);
    }
    tx.commit().await?;
    Ok(true)
}

/// Removes an app client and writes the event. `false`, and no event: there is none.
pub(crate) async fn delete(pools: &Pools, id: AppClientId, event: &Event) -> Result<bool, StoreError> {
    let mut tx = pools.begin().await?;
    let delete = query("delete from app_clients").part(" where id = ", id);
    if tx.execute(delete).await? == 0 {
        return Ok(false);
    }
    tx.note(event);
    tx.commit().await?;
    Ok(true)
}

fn app_client(row: &Row) -> Result<AppClient, StoreError> {
    let list = |column| rows::read_json(&row.get::<String>(column)?, column);
    let uri = row.get::<Option<String>>("registration_client_uri")?;
    let sealed_token = row.get::<Option<String>>("sealed_token")?;
    Ok(AppClient {
        id: AppClientId::from_uuid(rows::uuid(row, "id")?),
        client_id: row.get("client_id")?,
        fields: AppClientFields {
            name: row.get("name")?,
            kind: rows::parse(row, "kind")?,
            redirect_uris: list("redirect_uris")?,
            post_logout_redirect_uris: list("post_logout_redirect_uris")?,
            backchannel_logout_uri: row.get("backchannel_logout_uri")?,
            scopes: list("scopes")?,
        },
        management: uri
            .zip(sealed_token)
            .map(|(uri, sealed_token)| Management { uri, sealed_token }),
        created_by: PersonId::from_uuid(rows::uuid(row, "created_by")?),
        created_at: rows::time(row, "created_at")?,
    })
}
