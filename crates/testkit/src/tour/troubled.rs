//! Stops of the walk where a bank or an account is not well.

use serde_json::json;

use super::Tour;
use crate::Person;

impl Tour<'_> {
    /// Whom the bank refuses, each in the words of their own trouble.
    pub(super) async fn troubled(&self, look: &mut impl AsyncFnMut(&str)) {
        for (person, confirms, name) in [
            (Person::LAURO, false, "failed-locked"),
            (Person::VANIA, false, "failed-sessions"),
            (Person::EXPEDITO, true, "failed-expired"),
            (Person::FAUSTO, true, "failed-forged"),
            (Person::MURILO, true, "failed-risk"),
        ] {
            self.to_bank(&person).await;
            self.log_in(&person).await;
            if confirms {
                self.browser.tap("#approve").await;
            }
            self.browser.tap("#return").await;
            self.browser.see("main[data-step]").await;
            self.browser.reload_until("main[data-step=failed]").await;
            look(name).await;
        }
    }

    /// Brands that are down or slow, in the list and on the page of the consent.
    pub(super) async fn unwell(&self, look: &mut impl AsyncFnMut(&str)) {
        self.open(&self.body(&Person::RALPH), "").await;
        self.browser.tap("#continue").await;
        self.browser.tap("[data-institution=ofeclipse_br_retail]").await;
        self.browser.see("#down-note:not([hidden])").await;
        look("institutions-down").await;
        self.browser.tap("[data-institution=ofgaroa_br_retail]").await;
        self.browser.step("consent").await;
        look("consent-unstable").await;
        self.browser.tap("#back").await;
        self.browser.tap("[data-institution=ofneblina_br_retail]").await;
        self.browser.step("consent").await;
        self.browser.tap("#continue").await;
        self.browser.see("main:not([data-step=consent])").await;
        self.browser.reload_until("main[data-step=failed]").await;
        look("failed-nobody").await;
    }

    /// Connected, with something that the user should know.
    pub(super) async fn warned(&self, look: &mut impl AsyncFnMut(&str)) {
        for (person, name) in
            [(Person::GABRIEL, "done-pending"), (Person::NINA, "done-nothing"), (Person::PAULA, "done-part")]
        {
            self.to_bank(&person).await;
            self.approve(&person).await;
            self.browser.see("main[data-step]").await;
            self.browser.reload_until("main[data-step=done]").await;
            look(name).await;
        }
    }

    /// The page that offers the app to whoever comes back from it.
    pub(super) async fn app_link(&self, look: &mut impl AsyncFnMut(&str)) {
        let mut body = self.body(&Person::RALPH);
        // Any address of ours stands in for the app's.
        body["widget"]["callback_urls"]["application_link"] = json!(format!("{}/health/live", self.app.url));
        self.open(&body, "").await;
        self.walk_to_bank(&Person::RALPH).await;
        self.approve(&Person::RALPH).await;
        crate::eventually("the app", || async { self.browser.address().await.contains("/health/live").then_some(()) })
            .await;
        self.browser.back().await.unwrap();
        self.browser.tap("[data-bank-step=done] #return").await;
        self.browser.step("app").await;
        look("app").await;
    }

    async fn approve(&self, person: &Person) {
        self.log_in(person).await;
        self.browser.tap("#approve").await;
        self.browser.tap("#return").await;
    }
}
