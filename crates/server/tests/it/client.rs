//! A client that follows nothing, adds nothing, and hides nothing. Every answer is held against our own document.

use reqwest::redirect::Policy;
use reqwest::{Method, StatusCode};
use serde_json::Value;

/// A pair of keys.
#[derive(Debug, Clone)]
pub(crate) struct Keys {
    pub(crate) id: String,
    pub(crate) password: String,
}

/// Calls with one pair of keys.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    pub(crate) base: String,
    pub(crate) keys: Option<Keys>,
    http: reqwest::Client,
}

/// An answer, read to its end.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) text: String,
}

impl Client {
    pub(crate) fn new(base: &str, keys: Option<Keys>) -> Self {
        let http = reqwest::Client::builder().redirect(Policy::none()).no_proxy().build().unwrap();
        Self { base: base.to_owned(), keys, http }
    }

    pub(crate) fn with(&self, keys: Option<Keys>) -> Self {
        Self { keys, ..self.clone() }
    }

    pub(crate) fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let url = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.base) };
        let request = self.http.request(Method::from_bytes(method.as_bytes()).unwrap(), url);
        match &self.keys {
            Some(keys) => request.basic_auth(&keys.id, Some(&keys.password)),
            None => request,
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request("GET", path)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        Answer::of(self.request("DELETE", path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, body).await
    }

    pub(crate) async fn send(&self, method: &str, path: &str, body: &Value) -> Answer {
        Answer::of(self.request(method, path).json(body)).await
    }

    /// Reads a list through `next` to its end.
    pub(crate) async fn every(&self, path: &str) -> Vec<Value> {
        let (mut all, mut next) = (Vec::new(), Some(path.to_owned()));
        while let Some(path) = next {
            let page = self.get(&path).await.ok();
            all.extend(page["results"].as_array().unwrap().iter().cloned());
            next = page["next"].as_str().map(str::to_owned);
        }
        all
    }

    /// Reads the ids of a list of institutions, all pages.
    pub(crate) async fn ids_of_numbers(&self, path: &str) -> Vec<i64> {
        self.every(path).await.iter().map(|item| item["id"].as_i64().unwrap()).collect()
    }

    /// Reads the ids of a list, all pages.
    pub(crate) async fn ids(&self, path: &str) -> Vec<String> {
        self.every(path).await.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
    }
}

impl Answer {
    pub(crate) async fn of(request: reqwest::RequestBuilder) -> Self {
        let (http, request) = request.build_split();
        let request = request.unwrap();
        let (method, url) = (request.method().clone(), request.url().clone());
        let response = http.execute(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let answer = Self { status, headers, text: response.text().await.unwrap() };
        crate::described::check(&method, &url, &answer).await;
        answer
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {} {}", self.status, self.text))
    }

    /// The body of an answer that must be good.
    pub(crate) fn ok(&self) -> Value {
        assert!(self.status.is_success(), "{} {}", self.status, self.text);
        self.json()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    /// `status field=code …` of an answer that must be an error in the envelope, whose ids must all be the header's.
    pub(crate) fn refused(&self) -> String {
        let errors = self.json();
        let entries: Vec<String> = errors.as_array().expect("an array").iter().map(|entry| self.entry(entry)).collect();
        assert!(!entries.is_empty(), "an error says something");
        format!("{} {}", self.status.as_u16(), entries.join(" "))
    }

    fn entry(&self, entry: &Value) -> String {
        assert_eq!(entry["request_id"], self.header("x-request-id"), "{entry}");
        assert_eq!(entry["request_id"].as_str().unwrap().len(), 32);
        assert!(!entry["message"].as_str().unwrap().is_empty());
        let code = entry["code"].as_str().unwrap();
        match entry["field"].as_str() {
            Some(field) => format!("{field}={code}"),
            None => code.to_owned(),
        }
    }
}
