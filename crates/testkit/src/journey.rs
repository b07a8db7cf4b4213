//! The whole journey by plain HTTP, as a browser without script walks it.

use std::collections::BTreeMap;

use reqwest::{Client, RequestBuilder, Response, StatusCode, redirect};
use serde_json::{Value, json};
use url::Url;

use crate::{App, Form, Person, eventually, form};

/// How a journey ended.
#[derive(Debug, Clone)]
pub struct Ending {
    /// The last step of the widget.
    pub step: String,
    /// The link, on success.
    pub link: Option<String>,
    /// The session's address.
    pub session_url: String,
}

/// A user without script.
pub struct Journey {
    client: Client,
    /// What the browser holds. All addresses of a test are one host's.
    cookies: BTreeMap<String, String>,
    /// Where the user stands.
    pub url: Url,
    /// What the user sees.
    pub page: String,
    /// Status of the last answer.
    pub status: StatusCode,
}

impl Journey {
    /// Opens the widget with a token.
    pub async fn open(app: &App, access: &str) -> Self {
        // Redirects are followed by hand: an app's own scheme ends the journey, and fragments must be seen.
        // A bank of the sandbox may show a certificate of its own authority.
        let client = Client::builder().redirect(redirect::Policy::none()).tls_danger_accept_invalid_certs(true);
        let client = if app.spread { client.pool_max_idle_per_host(0) } else { client };
        let client = client.build().unwrap();
        let url = Url::parse(&format!("{}/?access_token={access}&locale=pt&mode=webapp", app.url)).unwrap();
        let cookies = BTreeMap::new();
        let mut journey = Self { client, cookies, url: url.clone(), page: String::new(), status: StatusCode::OK };
        journey.get(url).await;
        journey
    }

    /// Opens an address of the program in a browser that holds nothing.
    pub async fn at(app: &App, path: &str) -> Self {
        let mut journey = Self::open(app, "none").await;
        journey.get(format!("{}{path}", app.url).parse().unwrap()).await;
        journey
    }

    /// Says what the browser holds.
    pub fn holds(&self, cookie: &str) -> Option<&str> {
        self.cookies.get(cookie).map(String::as_str)
    }

    fn carry(&self, request: RequestBuilder) -> RequestBuilder {
        let pairs: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if pairs.is_empty() { request } else { request.header("cookie", pairs.join("; ")) }
    }

    fn keep(&mut self, answer: &Response) {
        for line in answer.headers().get_all("set-cookie") {
            let line = line.to_str().unwrap();
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            if line.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    /// Loads an address and follows its redirects.
    pub async fn get(&mut self, url: Url) {
        let answer = self.carry(self.client.get(url.clone())).send().await.unwrap();
        self.arrive(url, answer).await;
    }

    /// Loads the current address again.
    pub async fn reload(&mut self) {
        self.get(self.url.clone()).await;
    }

    /// Submits the form that holds `marker`, after `fill`.
    pub async fn submit(&mut self, marker: &str, fill: impl FnOnce(Form) -> Form) {
        let form =
            form(&self.page, marker).unwrap_or_else(|| panic!("no form with {marker} on {}:\n{}", self.url, self.page));
        self.post(fill(form)).await;
    }

    /// Posts a form.
    pub async fn post(&mut self, form: Form) {
        let target = self.url.join(&form.action).unwrap();
        let answer = self.carry(self.client.post(target.clone()).form(&form.fields)).send().await.unwrap();
        self.arrive(target, answer).await;
    }

    async fn arrive(&mut self, mut url: Url, mut answer: Response) {
        for _ in 0..20 {
            self.keep(&answer);
            let Some(location) = answer.headers().get("location").map(|l| l.to_str().unwrap().to_owned()) else {
                break;
            };
            url = url.join(&location).unwrap();
            // The bank's answer travels in the fragment, and an app's scheme leaves the web.
            if url.fragment().is_some() || !matches!(url.scheme(), "http" | "https") {
                self.url = url;
                self.page.clear();
                return;
            }
            answer = self.carry(self.client.get(url.clone())).send().await.unwrap();
        }
        self.url = url;
        self.status = answer.status();
        self.page = answer.text().await.unwrap();
    }

    /// Returns the step that the page shows.
    pub fn step(&self) -> &str {
        crate::text_between(&self.page, "data-step=\"", "\"").unwrap_or_default()
    }

    /// Goes from `start` to the bank's login page.
    pub async fn to_bank(&mut self, person: &Person) {
        if self.step() == "start" {
            self.submit("id=\"step-form\"", |form| form).await;
        }
        if self.step() == "institutions" {
            self.choose(person.institution()).await;
        }
        assert_eq!(self.step(), "consent", "{}", self.page);
        self.submit("id=\"step-form\"", |form| form).await;
        assert_eq!(self.step(), "handover", "{}", self.page);
        self.leave_for_bank().await;
    }

    /// Presses an institution's button.
    pub async fn choose(&mut self, code: &str) {
        let marker = format!("data-institution=\"{code}\"");
        self.submit(&marker, |form| form.set("institution", code)).await;
    }

    /// Presses "Ir para a instituição".
    pub async fn leave_for_bank(&mut self) {
        let marker = "id=\"go-to-institution\"";
        if form(&self.page, marker).is_some() {
            self.submit(marker, |form| form).await;
            return;
        }
        let before = self.page.split(marker).next().unwrap_or_default();
        let tag_start = before.rfind('<').unwrap();
        let tag = self.page[tag_start..].split('>').next().unwrap();
        let href = crate::text_between(tag, "href=\"", "\"").unwrap().replace("&amp;", "&").replace("&#38;", "&");
        self.get(self.url.join(&href).unwrap()).await;
    }

    /// Logs in at the bank.
    pub async fn log_in(&mut self, login: &str, password: &str) {
        let (login, password) = (login.to_owned(), password.to_owned());
        let names = |form: &Form, id: &str| {
            let before = form.markup.split(&format!("id=\"{id}\"")).next().unwrap().rfind('<').unwrap();
            crate::text_between(&form.markup[before..], "name=\"", "\"").unwrap().to_owned()
        };
        self.submit("id=\"login-submit\"", |form| {
            let (user, secret) = (names(&form, "login-document"), names(&form, "login-password"));
            form.set(&user, &login).set(&secret, &password)
        })
        .await;
    }

    /// Presses the bank's approve or deny button and carries the answer back to the widget.
    pub async fn decide(&mut self, approve: bool) {
        let marker = if approve { "id=\"approve\"" } else { "id=\"deny\"" };
        let form = form(&self.page, marker).unwrap_or_else(|| panic!("no {marker} on {}:\n{}", self.url, self.page));
        // The button may itself carry the decision.
        let at = form.markup.find(marker).unwrap();
        let tag_start = form.markup[..at].rfind('<').unwrap();
        let tag = form.markup[tag_start..].split('>').next().unwrap().to_owned();
        let mut form = form;
        if let (Some(name), Some(value)) =
            (crate::text_between(&tag, " name=\"", "\""), crate::text_between(&tag, " value=\"", "\""))
        {
            form = form.set(name, value);
        }
        if let Some(action) = crate::text_between(&tag, "formaction=\"", "\"") {
            form.action = action.to_owned();
        }
        self.post(form).await;
        self.come_back().await;
    }

    /// Follows the bank's last page, when there is one, to the callback with its fragment.
    pub async fn come_back(&mut self) {
        if self.url.fragment().is_none() {
            let href = self.page.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
            let back = href
                .map(|h| h.replace("&amp;", "&").replace("&#38;", "&"))
                .find(|h| h.contains("/api/consents/callback/"));
            self.url =
                Url::parse(&back.unwrap_or_else(|| panic!("no way back on {}:\n{}", self.url, self.page))).unwrap();
        }
    }

    /// Does what the callback page's script does: posts the fragment as a form.
    pub async fn callback(&mut self) {
        let fragment = self.url.fragment().expect("the bank answered in the fragment").to_owned();
        let mut target = self.url.clone();
        target.set_fragment(None);
        let fields = url::form_urlencoded::parse(fragment.as_bytes()).into_owned().collect();
        self.url = target;
        self.post(Form { fields, ..Form::default() }).await;
    }

    /// Waits until `connecting` has given way to a result.
    pub async fn settle(&mut self) -> Ending {
        let (start, journey) = (self.url.clone(), &*self);
        let (url, page) = eventually("the widget leaves `connecting`", || {
            let mut url = start.clone();
            async move {
                let mut answer = journey.carry(journey.client.get(url.clone())).send().await.ok()?;
                while let Some(location) = answer.headers().get("location").map(|l| l.to_str().unwrap().to_owned()) {
                    url = url.join(&location).unwrap();
                    answer = journey.carry(journey.client.get(url.clone())).send().await.ok()?;
                }
                // Who is told that something failed for a moment loads the page again.
                if answer.status().is_server_error() {
                    return None;
                }
                let page = answer.text().await.ok()?;
                (!page.contains("data-step=\"connecting\"") && !page.is_empty()).then_some((url, page))
            }
        })
        .await;
        (self.url, self.page) = (url, page);
        self.ending()
    }

    /// Says where the journey stands.
    pub fn ending(&self) -> Ending {
        let link = crate::text_between(&self.page, "success?link=", "&").map(str::to_owned);
        Ending { step: self.step().to_owned(), link, session_url: self.url.to_string() }
    }

    /// Walks up to the moment at which the browser has the bank's answer, with a person who approves.
    pub async fn approve(app: &App, person: &Person) -> Self {
        Self::approve_by(app, person, &app.token_body(person)).await
    }

    async fn approve_by(app: &App, person: &Person, body: &Value) -> Self {
        let mut journey = Self::open(app, &app.token(body).await).await;
        journey.answer_at_bank(person, true).await;
        journey
    }

    /// Goes to the bank, and approves or refuses there: up to the moment at which the browser has the bank's answer.
    pub async fn answer_at_bank(&mut self, person: &Person, approve: bool) {
        self.to_bank(person).await;
        self.log_in(person.login, "P@ssword01").await;
        self.decide(approve).await;
    }

    /// Walks the whole way with a person who approves, and returns the link.
    pub async fn connect(app: &App, person: &Person) -> String {
        Self::connect_by(app, person, &app.token_body(person)).await
    }

    /// As [`Self::connect`], by a token of three months; returns the link and its consent.
    pub async fn connect_for_a_term(app: &App, person: &Person) -> (String, String) {
        let mut body = app.token_body(person);
        body["widget"]["consent"]["default_consent_duration_days"] = json!(92);
        let link = Self::connect_by(app, person, &body).await;
        let all = app.list(&format!("/api/consents/?link_id={link}")).await;
        let id = all[0]["id"].as_str().unwrap().to_owned();
        (link, id)
    }

    /// As [`Self::connect`], by a token of one's own.
    pub async fn connect_by(app: &App, person: &Person, body: &Value) -> String {
        let mut journey = Self::approve_by(app, person, body).await;
        journey.callback().await;
        let ending = journey.settle().await;
        assert_eq!(ending.step, "done", "{}", journey.page);
        ending.link.expect("the result names the link")
    }
}
