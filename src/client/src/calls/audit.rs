use flui_model::{
    Page,
    audit::{AuditEventView, ListEvents},
};

use crate::{Client, Error};

impl Client {
    /// `GET /api/v1/audit/events`, page after page: at most `most` events.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn events(&self, mut query: ListEvents, most: u32) -> Result<Vec<AuditEventView>, Error> {
        let mut events: Vec<AuditEventView> = Vec::new();
        loop {
            let missing = most - u32::try_from(events.len()).unwrap_or(most).min(most);
            query.limit = Some(missing.min(200));
            let request = self.http.get(self.base.at("/api/v1/audit/events")).query(&query);
            let mut page: Page<AuditEventView> = self.call(request).await?;
            page.items.truncate(missing as usize);
            let is_last = page.items.is_empty() || page.items.len() >= missing as usize;
            events.extend(page.items);
            match page.next_cursor.and_then(|cursor| cursor.parse().ok()) {
                Some(before) if !is_last => query.before = Some(before),
                _ => return Ok(events),
            }
        }
    }
}
