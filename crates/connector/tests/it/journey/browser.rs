//! A person with a browser that knows forms and nothing else.

use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use secrecy::SecretString;
use url::Url;
use vinculo_connector::Answer;

/// What came back in the fragment.
#[derive(Debug)]
pub(super) struct Fragment(Vec<(String, String)>);

impl Fragment {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn good(&self) -> Answer {
        let secret = |name| SecretString::from(self.get(name).unwrap_or_else(|| panic!("{name} in {:?}", self.0)));
        Answer { code: secret("code"), id_token: secret("id_token") }
    }
}

/// Opens the bank's address, logs in, approves everything or denies, and returns what the bank sends back.
pub(super) async fn visit(url: &str, login: &str, approve: bool) -> Fragment {
    let client = Client::builder().redirect(Policy::none()).no_proxy().build().unwrap();
    let address = Url::parse(url).unwrap();
    let page = text(client.get(address.clone()).send().await.unwrap()).await;
    let form = [
        ("client_id", value_of(&page, "client_id")),
        ("request_uri", value_of(&page, "request_uri")),
        ("document", login.to_owned()),
        ("password", "P@ssword01".to_owned()),
    ];
    let to = address.join(&attribute(&page, "id=\"login-form\"", "action")).unwrap();
    let confirm = location(client.post(to).form(&form).send().await.unwrap(), &address);
    let page = text(client.get(confirm.clone()).send().await.unwrap()).await;
    let mut form: Vec<(&str, String)> = page
        .split("name=\"resource\"")
        .skip(1)
        .map(|rest| ("resource", rest.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()))
        .collect();
    form.push(("decision", if approve { "approve" } else { "deny" }.to_owned()));
    let done = location(client.post(confirm.clone()).form(&form).send().await.unwrap(), &confirm);
    let page = text(client.get(done).send().await.unwrap()).await;
    let back = Url::parse(&attribute(&page, "id=\"return\"", "href")).unwrap();
    assert!(back.as_str().starts_with(super::network::CALLBACK));
    assert_eq!(back.query(), None);
    let fragment = back.fragment().unwrap_or_default();
    Fragment(url::form_urlencoded::parse(fragment.as_bytes()).into_owned().collect())
}

async fn text(response: Response) -> String {
    assert_eq!(response.status(), 200);
    response.text().await.unwrap()
}

fn location(response: Response, base: &Url) -> Url {
    assert_eq!(response.status(), 303);
    base.join(response.headers()["location"].to_str().unwrap()).unwrap()
}

/// Returns the value of a hidden field.
fn value_of(page: &str, name: &str) -> String {
    attribute(page, &format!("name=\"{name}\""), "value")
}

/// Returns an attribute of the tag that holds `mark`.
fn attribute(page: &str, mark: &str, name: &str) -> String {
    let at = page.find(mark).unwrap_or_else(|| panic!("{mark} on the page"));
    let start = page[..at].rfind('<').unwrap();
    let tag = &page[start..start + page[start..].find('>').unwrap()];
    let value = tag.split(&format!("{name}=\"")).nth(1).unwrap().split('"').next().unwrap();
    value.replace("&#38;", "&").replace("&amp;", "&")
}
