//! A text of SQL and its values, for either database.

use std::borrow::Cow;

use flui_identity::{SecretHash, audit::chain::ChainHash};
use flui_model::{AppClientId, DeviceLoginId, PersonId, SignInId, Timestamp};
use sqlx::{AssertSqlSafe, Encode, Type};

/// A text of SQL with `$1`, `$2` and so on, and the values of these. The text is made of fixed parts alone, so that
/// nothing foreign can ever stand in it.
pub(crate) struct Query {
    text: Cow<'static, str>,
    values: Vec<Value>,
}

/// A value, in one of the three forms that both databases hold. Nulls are typed, as PostgreSQL wants them.
pub(crate) enum Value {
    Bytes(Option<Vec<u8>>),
    Number(Option<i64>),
    Text(Option<String>),
}

/// What can be a value of a query.
pub(crate) trait Bind {
    /// The absence of one.
    const NULL: Value;

    /// The value itself.
    fn value(self) -> Value;
}

/// Begins a query with this text.
pub(crate) fn query(text: &'static str) -> Query {
    Query {
        text: Cow::Borrowed(text),
        values: Vec::new(),
    }
}

impl Query {
    /// Adds the value of the next `$n` of the text.
    pub(crate) fn bind(mut self, value: impl Bind) -> Self {
        self.values.push(value.value());
        self
    }

    /// Adds to the text.
    pub(crate) fn sql(mut self, text: &'static str) -> Self {
        self.text.to_mut().push_str(text);
        self
    }

    /// Adds to the text, then `$n` with the right number, and its value.
    pub(crate) fn part(mut self, text: &'static str, value: impl Bind) -> Self {
        self.values.push(value.value());
        let text_so_far = self.text.to_mut();
        text_so_far.push_str(text);
        text_so_far.push('$');
        text_so_far.push_str(&self.values.len().to_string());
        self
    }

    /// Adds `limit` and its value.
    ///
    /// Not the value alone: SQLite plans a statement by it, and so would compile the statement again for each run.
    pub(crate) fn limit(self, rows: impl Bind) -> Self {
        self.part(" limit ", rows).sql(" + 0")
    }

    /// Adds a list in brackets: `($4, $5, $6)`.
    pub(crate) fn list(mut self, values: impl IntoIterator<Item = impl Bind>) -> Self {
        let mut before = "(";
        for value in values {
            self = self.part(before, value);
            before = ", ";
        }
        self.sql(")")
    }

    /// The query as sqlx runs it.
    pub(crate) fn prepare<'q, DB>(self) -> sqlx::query::Query<'q, DB, DB::Arguments>
    where
        DB: sqlx::Database,
        Option<Vec<u8>>: Encode<'q, DB> + Type<DB>,
        Option<i64>: Encode<'q, DB> + Type<DB>,
        Option<String>: Encode<'q, DB> + Type<DB>,
    {
        let query = sqlx::query(AssertSqlSafe(self.text));
        self.values.into_iter().fold(query, |query, value| match value {
            Value::Bytes(bytes) => query.bind(bytes),
            Value::Number(number) => query.bind(number),
            Value::Text(text) => query.bind(text),
        })
    }
}

impl<T: Bind> Bind for Option<T> {
    const NULL: Value = T::NULL;

    fn value(self) -> Value {
        self.map_or(T::NULL, T::value)
    }
}

impl Bind for String {
    const NULL: Value = Value::Text(None);

    /// PostgreSQL keeps no NUL in text. Both databases keep the sign of an unreadable character in its place, so that
    /// they answer alike.
    fn value(self) -> Value {
        let text = if self.contains('\0') {
            self.replace('\0', "\u{FFFD}")
        } else {
            self
        };
        Value::Text(Some(text))
    }
}

impl Bind for &str {
    const NULL: Value = String::NULL;

    fn value(self) -> Value {
        self.to_owned().value()
    }
}

impl Bind for i64 {
    const NULL: Value = Value::Number(None);

    fn value(self) -> Value {
        Value::Number(Some(self))
    }
}

impl Bind for u32 {
    const NULL: Value = i64::NULL;

    fn value(self) -> Value {
        i64::from(self).value()
    }
}

impl Bind for bool {
    const NULL: Value = i64::NULL;

    fn value(self) -> Value {
        i64::from(self).value()
    }
}

impl Bind for Timestamp {
    const NULL: Value = i64::NULL;

    fn value(self) -> Value {
        self.as_micros().value()
    }
}

impl Bind for PersonId {
    const NULL: Value = Value::Bytes(None);

    fn value(self) -> Value {
        Value::Bytes(Some(self.as_uuid().as_bytes().to_vec()))
    }
}

impl Bind for DeviceLoginId {
    const NULL: Value = Value::Bytes(None);

    fn value(self) -> Value {
        Value::Bytes(Some(self.as_uuid().as_bytes().to_vec()))
    }
}

impl Bind for AppClientId {
    const NULL: Value = Value::Bytes(None);

    fn value(self) -> Value {
        Value::Bytes(Some(self.as_uuid().as_bytes().to_vec()))
    }
}

impl Bind for SignInId {
    const NULL: Value = Value::Bytes(None);

    fn value(self) -> Value {
        Value::Bytes(Some(self.as_uuid().as_bytes().to_vec()))
    }
}

impl Bind for SecretHash {
    const NULL: Value = Value::Bytes(None);

    fn value(self) -> Value {
        Value::Bytes(Some(self.as_bytes().to_vec()))
    }
}

impl Bind for ChainHash {
    const NULL: Value = Value::Bytes(None);

    fn value(self) -> Value {
        Value::Bytes(Some(self.as_bytes().to_vec()))
    }
}
