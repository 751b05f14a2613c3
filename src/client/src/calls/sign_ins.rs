use flui_model::{
    Page,
    sessions::SessionView,
    sign_ins::{EndSignIns, EndedSignIns},
};

use crate::{Client, Error};

impl Client {
    /// `GET /api/v1/auth/sessions`: the person's live browser sign-ins.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn sessions(&self) -> Result<Vec<SessionView>, Error> {
        let request = self.http.get(self.base.at("/api/v1/auth/sessions"));
        let page: Page<SessionView> = self.call(request).await?;
        Ok(page.items)
    }

    /// `POST /api/v1/auth/sign-ins/end`: ends many sign-ins, all or none.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn end_sign_ins(&self, wanted: &EndSignIns) -> Result<EndedSignIns, Error> {
        let address = self.base.at("/api/v1/auth/sign-ins/end");
        self.call(self.http.post(address).json(wanted)).await
    }
}
