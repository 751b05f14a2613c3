//! The audit log as a stream. Rows are read some hundred at a time while the client takes them, so that a long log needs
//! little memory and one slow client holds no connection of the database.

use std::sync::Arc;

use axum::{
    body::Body,
    http::{HeaderValue, header, header::GetAll},
    response::{IntoResponse, Response},
};
use flui_identity::{
    Caller, Identity,
    audit::{EventFilter, RecordedEvent},
};
use flui_model::audit::ListEvents;
use futures::stream;

use super::{csv, filter};
use crate::{app::App, failure::Failure, request::RequestContext};

/// Rows read at once.
const CHUNK: u32 = 500;

/// A form that the whole log can be had in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// RFC 4180, with a header.
    Csv,
    /// One JSON object on each line.
    Ndjson,
}

impl Format {
    const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv",
            Self::Ndjson => "application/x-ndjson",
        }
    }

    const fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Ndjson => "application/x-ndjson",
        }
    }

    const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Ndjson => "ndjson",
        }
    }

    /// The first of these forms that the client names, if it names one.
    pub(super) fn accepted(accept: &GetAll<'_, HeaderValue>) -> Option<Self> {
        accept
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .filter_map(|range| range.split(';').next())
            .find_map(|range| {
                [Self::Csv, Self::Ndjson]
                    .into_iter()
                    .find(|format| range.trim().eq_ignore_ascii_case(format.media_type()))
            })
    }

    fn write(self, rows: Vec<RecordedEvent>) -> serde_json::Result<String> {
        let mut text = String::new();
        for row in rows {
            let view = row.view();
            match self {
                Self::Csv => csv::write(&mut text, &view),
                Self::Ndjson => {
                    text.push_str(&serde_json::to_string(&view)?);
                    text.push('\n');
                }
            }
        }
        Ok(text)
    }
}

/// Where the stream stands.
struct Reading {
    identity: Arc<Identity>,
    caller: Caller,
    filter: EventFilter,
    before: Option<i64>,
    left: u32,
    format: Format,
    /// What stands before the first row.
    head: Option<&'static str>,
}

/// The log in one of the forms. A fault on the way breaks the connection, so that half a log is never taken for a whole.
pub(super) fn stream(
    app: &App,
    context: &RequestContext,
    query: &ListEvents,
    format: Format,
) -> Result<Response, Failure> {
    context.caller.signed_in()?;
    let start = Reading {
        identity: app.identity.clone(),
        caller: context.caller.clone(),
        filter: filter(query)?,
        before: query.before,
        left: query.limit.unwrap_or(u32::MAX),
        format,
        head: (format == Format::Csv).then_some(csv::HEADER),
    };
    let rows = stream::try_unfold(start, |reading| async {
        let read = read(reading).await;
        read.inspect_err(|error| tracing::error!(%error, "an export of the audit log was cut off"))
    });
    let content_type = HeaderValue::from_static(format.content_type());
    Ok(([(header::CONTENT_TYPE, content_type)], Body::from_stream(rows)).into_response())
}

/// The same as a file that a browser saves.
pub(crate) fn download(
    app: &App,
    context: &RequestContext,
    query: &ListEvents,
    format: Format,
) -> Result<Response, Failure> {
    let name = format!(
        "attachment; filename=\"flui-audit-{}.{}\"",
        app.identity.now().to_date(),
        format.extension()
    );
    let mut response = stream(app, context, query, format)?;
    if let Ok(name) = HeaderValue::from_str(&name) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

type Fault = Box<dyn std::error::Error + Send + Sync>;

async fn read(mut reading: Reading) -> Result<Option<(String, Reading)>, Fault> {
    if reading.left == 0 {
        return Ok(reading.head.take().map(|head| (head.to_owned(), reading)));
    }
    let wanted = CHUNK.min(reading.left);
    let rows = reading
        .identity
        .list_events(&reading.caller, reading.filter.clone(), reading.before, wanted)
        .await?;
    let count = u32::try_from(rows.len()).unwrap_or(wanted);
    reading.before = rows.last().map(|row| row.seq).or(reading.before);
    // Fewer than asked for: there are no more.
    reading.left = if count < wanted { 0 } else { reading.left - count };
    let head = reading.head.take().unwrap_or_default();
    let text = format!("{head}{}", reading.format.write(rows)?);
    Ok((!text.is_empty()).then_some((text, reading)))
}
