//! The open database: one of two pools, the transactions on it, and the rows out of it.

use std::sync::Arc;

use flui_identity::{StoreError, audit::Event};
use sqlx::{Decode, PgPool, Postgres, Row as _, Sqlite, SqlitePool, Type, postgres::PgRow, sqlite::SqliteRow};

use crate::{
    chain,
    fault::fault,
    query::{Query, query},
    watched::Watched,
};

/// The pools of an open database.
#[derive(Clone)]
pub(crate) enum Pools {
    /// SQLite lets one connection write at a time: writers queue in the pool and not at the file's lock.
    Sqlite {
        writer: SqlitePool,
        readers: SqlitePool,
        /// `None` for whoever opens it for a moment.
        files: Option<Arc<Watched>>,
    },
    /// PostgreSQL.
    Postgres(PgPool),
}

/// A transaction. Rolled back unless it is committed.
pub(crate) struct Tx {
    work: Work,
    /// What happened in it, for the audit log.
    events: Vec<Event>,
}

enum Work {
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    Postgres(sqlx::Transaction<'static, Postgres>),
}

/// A row of an answer.
pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Pools {
    /// Refuses what would be answered from memory while the database is known to be lost.
    pub(crate) fn known(&self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite { files: Some(files), .. } => files.known(),
            _ => Ok(()),
        }
    }

    /// Answers when the database does: it can be read, and its files are those that were opened and can be written.
    pub(crate) async fn ping(&self) -> Result<(), StoreError> {
        if let Self::Sqlite { files: Some(files), .. } = self {
            files.check_writable()?;
        }
        self.row(query("select 1 as one from _sqlx_migrations limit 1"))
            .await
            .map(|_| ())
    }

    /// Refuses to go on with files that are not those that were opened.
    fn check(&self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite { files: Some(files), .. } => files.check(),
            _ => Ok(()),
        }
    }

    /// Reads the rows of a query.
    pub(crate) async fn rows(&self, query: Query) -> Result<Vec<Row>, StoreError> {
        self.check()?;
        Ok(match self {
            Self::Sqlite { readers, .. } => {
                let rows = query.prepare::<Sqlite>().fetch_all(readers).await.map_err(fault)?;
                rows.into_iter().map(Row::Sqlite).collect()
            }
            Self::Postgres(pool) => {
                let rows = query.prepare::<Postgres>().fetch_all(pool).await.map_err(fault)?;
                rows.into_iter().map(Row::Postgres).collect()
            }
        })
    }

    /// Reads the row of a query that finds at most one.
    pub(crate) async fn row(&self, query: Query) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(query).await?.pop())
    }

    /// Runs one statement that writes. Answers how many rows it touched.
    pub(crate) async fn execute(&self, query: Query) -> Result<u64, StoreError> {
        self.check()?;
        let touched = match self {
            Self::Sqlite { writer, .. } => query
                .prepare::<Sqlite>()
                .execute(writer)
                .await
                .map(|done| done.rows_affected()),
            Self::Postgres(pool) => query
                .prepare::<Postgres>()
                .execute(pool)
                .await
                .map(|done| done.rows_affected()),
        };
        touched.map_err(fault)
    }

    /// Begins a transaction that writes.
    pub(crate) async fn begin(&self) -> Result<Tx, StoreError> {
        self.check()?;
        match self {
            // A transaction that began by reading could not become the writer when another one wrote meanwhile.
            Self::Sqlite { writer, .. } => writer.begin_with("begin immediate").await.map(Work::Sqlite),
            Self::Postgres(pool) => pool.begin().await.map(Work::Postgres),
        }
        .map(Tx::new)
        .map_err(fault)
    }

    /// Begins a transaction that reads, all of it from one moment.
    pub(crate) async fn snapshot(&self) -> Result<Tx, StoreError> {
        self.check()?;
        match self {
            Self::Sqlite { readers, .. } => readers.begin().await.map(Work::Sqlite),
            Self::Postgres(pool) => pool
                .begin_with("begin isolation level repeatable read read only")
                .await
                .map(Work::Postgres),
        }
        .map(Tx::new)
        .map_err(fault)
    }
}

impl Tx {
    fn new(work: Work) -> Self {
        Self {
            work,
            events: Vec::new(),
        }
    }

    /// Reads the rows of a query, or those that a statement returns.
    pub(crate) async fn rows(&mut self, query: Query) -> Result<Vec<Row>, StoreError> {
        Ok(match &mut self.work {
            Work::Sqlite(tx) => {
                let rows = query.prepare::<Sqlite>().fetch_all(&mut **tx).await.map_err(fault)?;
                rows.into_iter().map(Row::Sqlite).collect()
            }
            Work::Postgres(tx) => {
                let rows = query.prepare::<Postgres>().fetch_all(&mut **tx).await.map_err(fault)?;
                rows.into_iter().map(Row::Postgres).collect()
            }
        })
    }

    /// Reads the row of a query that finds at most one.
    pub(crate) async fn row(&mut self, query: Query) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(query).await?.pop())
    }

    /// Runs a statement. Answers how many rows it touched.
    pub(crate) async fn execute(&mut self, query: Query) -> Result<u64, StoreError> {
        let touched = match &mut self.work {
            Work::Sqlite(tx) => query
                .prepare::<Sqlite>()
                .execute(&mut **tx)
                .await
                .map(|done| done.rows_affected()),
            Work::Postgres(tx) => query
                .prepare::<Postgres>()
                .execute(&mut **tx)
                .await
                .map(|done| done.rows_affected()),
        };
        touched.map_err(fault)
    }

    /// Notes for the audit log what happens in this transaction. Written by [`Self::commit`], in this order.
    pub(crate) fn note(&mut self, event: &Event) {
        self.events.push(event.clone());
    }

    /// Makes the transaction's work stand. The audit rows come last, so that the end of their chain, for which others
    /// wait, is held for as short as can be, and so that whoever holds it waits for nobody.
    pub(crate) async fn commit(mut self) -> Result<(), StoreError> {
        let events = std::mem::take(&mut self.events);
        if !events.is_empty() {
            chain::append(&mut self, &events).await?;
        }
        match self.work {
            Work::Sqlite(tx) => tx.commit().await,
            Work::Postgres(tx) => tx.commit().await,
        }
        .map_err(fault)
    }

    /// Whether others may write meanwhile, so that rows must be locked between reading and writing them.
    pub(crate) fn has_rivals(&self) -> bool {
        matches!(self.work, Work::Postgres(_))
    }
}

impl Row {
    /// The value of a column.
    pub(crate) fn get<'r, T>(&'r self, column: &'static str) -> Result<T, StoreError>
    where
        T: Decode<'r, Sqlite> + Type<Sqlite> + Decode<'r, Postgres> + Type<Postgres>,
    {
        match self {
            Self::Sqlite(row) => row.try_get(column),
            Self::Postgres(row) => row.try_get(column),
        }
        .map_err(fault)
    }
}
