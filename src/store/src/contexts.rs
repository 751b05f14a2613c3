//! Contexts. Their names are ASCII, so that lower case means the same to both databases and to this program.

use flui_identity::{
    StoreError,
    audit::Event,
    contexts::Context,
    sign_ins::{End, SignIn},
};

use crate::{
    database::{Pools, Row},
    query::query,
    rows, sign_ins,
};

const CONTEXT: &str = "select name, api_url, issuer, description, colour, created_at from contexts";

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
    let insert = query(
        "insert into contexts (name, api_url, issuer, description, colour, created_at) \
         values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(context.name.as_str())
    .bind(context.api_url.as_str())
    .bind(context.issuer.as_str())
    .bind(context.description.as_str())
    .bind(context.colour.as_str())
    .bind(context.created_at);
    tx.execute(insert).await?;
    tx.note(event);
    tx.commit().await
}

/// Writes what a context says anew, and the event. `false`, and no event: there is none of this name.
pub(crate) async fn update(pools: &Pools, context: &Context, event: &Event) -> Result<bool, StoreError> {
    let mut tx = pools.begin().await?;
    let update = query("update contexts set api_url = $1, issuer = $2, description = $3, colour = $4 where name = $5")
        .bind(context.api_url.as_str())
        .bind(context.issuer.as_str())
        .bind(context.description.as_str())
        .bind(context.colour.as_str())
        .bind(context.name.as_str());
    if tx.execute(update).await? == 0 {
        return Ok(false);
    }
    tx.note(event);
    tx.commit().await?;
    Ok(true)
}

/// Removes a context and ends what is bound to it, with an event each. `None`, and no event: there is none.
pub(crate) async fn delete(
    pools: &Pools,
    name: &str,
    end: &End,
    event: &Event,
    tells: bool,
) -> Result<Option<Vec<SignIn>>, StoreError> {
    let mut tx = pools.begin().await?;
    let delete = query("delete from contexts where lower(name) = $1 returning name").bind(name.to_ascii_lowercase());
    let Some(row) = tx.row(delete).await? else {
        return Ok(None);
    };
    let name: String = row.get("name")?;
    tx.note(event);
    let bound = query(rows::FOUND).sql(" where s.ended_at is null");
    let bound = sign_ins::bound_to(bound, tx.has_rivals(), &name);
    let bound = sign_ins::lock(&mut tx, bound).await?;
    let ended = sign_ins::end_these(&mut tx, bound, end, event, tells).await?;
    tx.commit().await?;
    Ok(Some(ended))
}

fn context(row: &Row) -> Result<Context, StoreError> {
    Ok(Context {
        name: row.get("name")?,
        api_url: row.get("api_url")?,
        issuer: row.get("issuer")?,
        description: row.get("description")?,
        colour: rows::parse(row, "colour")?,
        created_at: rows::time(row, "created_at")?,
    })
}
