//! The portal's stops of the walk. A link has been made before.

use serde_json::json;

use super::Tour;
use crate::Person;

impl Tour<'_> {
    pub(super) async fn portal(&self, look: &mut impl AsyncFnMut(&str)) {
        // A term of its own, so that there is something to renew.
        let mut body = self.body(&Person::JANICE);
        body["widget"]["consent"]["default_consent_duration_days"] = json!(92);
        self.open_portal(&Person::JANICE).await;
        self.browser.step("portal-list").await;
        look("portal-empty").await;
        self.open(&body, "").await;
        self.walk_to_bank(&Person::JANICE).await;
        self.log_in(&Person::JANICE).await;
        self.browser.tap("#approve").await;
        self.browser.tap("#return").await;
        self.browser.see("main[data-step]").await;
        self.browser.reload_until("main[data-step=done]").await;

        self.open_portal(&Person::JANICE).await;
        self.browser.step("portal-list").await;
        look("portal-list").await;
        self.browser.tap("a.bank").await;
        self.browser.step("portal-consent").await;
        look("portal-consent").await;
        self.browser.tap("#renew").await;
        self.browser.step("portal-renew").await;
        look("portal-renew").await;
        self.browser.tap("#continue").await;
        self.browser.step("portal-consent").await;
        look("portal-renewed").await;
        self.browser.tap("#revoke").await;
        self.browser.step("portal-revoke").await;
        look("portal-revoke").await;
        self.browser.tap("#confirm-revoke").await;
        self.browser.step("portal-consent").await;
        look("portal-ended").await;
    }

    /// Opens the portal for a person, with a token of its own kind.
    async fn open_portal(&self, person: &Person) {
        let mut body = self.body(person);
        body["widget"]["openfinance_feature"] = json!("consent_management");
        let access = self.app.token(&body).await;
        self.go(&format!("/portal/?access_token={access}&locale={}", self.locale)).await;
    }
}
