use serde::{Deserialize, Serialize};

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Page<T> {
    /// The rows, in the list's stable order.
    pub items: Vec<T>,
    /// Hand this back as `cursor` to read on; absent on the last page. Opaque: its form may change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// How many rows a page holds when `asked` came with the request: 50 by default, 1 to 200.
pub fn page_limit(asked: Option<u32>) -> u32 {
    asked.unwrap_or(50).clamp(1, 200)
}
