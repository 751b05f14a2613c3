//! Contexts. Their names are ASCII, so that lower case means the same to both databases and to this program.

use flui_identity::{StoreError, audit::Event, contexts::Context};

use crate::{
    audit,
    database::{Pools, Row},
    query::query,
    rows,
};

const CONTEXT: &str = "select name, api_url, issuer, description, created_at from contexts";

/// All contexts, by name.
pub(crate) async fn list(pools: &Pools) -> Result<Vec<Context>, StoreError> {
    let rows = pools.rows(query(CONTEXT).sql(" order by lower(name)")).await?;
    rows.iter().map(context).collect()
}

/// The context with this name in any case.
pub(crate) async fn find(pools: &Pools, name: &str) -> Result<Option<Context>, StoreError> {
    let context_of_name = query(CONTEXT).part(" where lower(name) = ", name.to_ascii_lowercase());
    pools.row(context_of_name).await?.as_ref().map(context).transpose()
}

/// Writes a new context and the event; [`StoreError::Taken`] if the name is in use in any case.
pub(crate) async fn insert(pools: &Pools, context: &Context, event: &Event) -> Result<(), StoreError> {
    let mut tx = pools.begin().await?;
    let insert =
        query("insert into contexts (name, api_url, issuer, description, created_at) values ($1, $2, $3, $4, $5)")
            .bind(context.name.as_str())
            .bind(context.api_url.as_str())
            .bind(context.issuer.as_str())
            .bind(context.description.as_str())
            .bind(context.created_at);
    tx.execute(insert).await?;
    audit::append(&mut tx, event).await?;
    tx.commit().await
}

/// Removes a context and writes the event. `false`, and no event: there is none.
pub(crate) async fn delete(pools: &Pools, name: &str, event: &Event) -> Result<bool, StoreError> {
    let mut tx = pools.begin().await?;
    let delete = query("delete from contexts where lower(name) = $1").bind(name.to_ascii_lowercase());
    if tx.execute(delete).await? == 0 {
        return Ok(false);
    }
    audit::append(&mut tx, event).await?;
    tx.commit().await?;
    Ok(true)
}

fn context(row: &Row) -> Result<Context, StoreError> {
    Ok(Context {
        name: row.get("name")?,
        api_url: row.get("api_url")?,
        issuer: row.get("issuer")?,
        description: row.get("description")?,
        created_at: rows::time(row, "created_at")?,
    })
}
