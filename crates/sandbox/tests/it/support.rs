//! A network that all tests share, networks of their own for tests that move the clock, and a receiver to call them with.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use reqwest::{Method, Response};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::OnceCell;
use tokio_util::sync::CancellationToken;
use vinculo_fapi::client_assertion;
use vinculo_fapi::interaction_id::InteractionId;
use vinculo_fapi::jws;
use vinculo_fapi::keys::{DecryptionKey, DecryptionKeys, SigningKey};
use vinculo_fapi::mtls::{ClientIdentity, ClientSettings, client};
use vinculo_fapi::pkce;
use vinculo_sandbox::{Clock, ReceiverKit, ReceiverSettings, Sandbox, SandboxSettings};

/// Where the receiver gets its answers.
pub(crate) const REDIRECT: &str = "https://receptora.example/api/consents/callback/";
/// Another registered address.
pub(crate) const REDIRECT_2: &str = "https://receptora.example/outra/";
/// The main person.
pub(crate) const RALPH: &str = "76109277673";
/// The main person's password, like everybody's.
pub(crate) const PASSWORD: &str = "P@ssword01";
/// Permissions that every journey of these tests asks for.
pub(crate) const PERMISSIONS: [&str; 7] = [
    "RESOURCES_READ",
    "CUSTOMERS_PERSONAL_IDENTIFICATIONS_READ",
    "CUSTOMERS_PERSONAL_ADITTIONALINFO_READ",
    "ACCOUNTS_READ",
    "ACCOUNTS_BALANCES_READ",
    "ACCOUNTS_TRANSACTIONS_READ",
    "ACCOUNTS_OVERDRAFT_LIMITS_READ",
];

/// A clock that stands until it is moved.
pub(crate) struct ManualClock(AtomicI64);

impl ManualClock {
    pub(crate) fn advance(&self, by: SignedDuration) {
        self.0.fetch_add(by.as_secs(), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

/// A running network.
pub(crate) struct Net {
    pub(crate) people: String,
    pub(crate) mtls: String,
    pub(crate) clock: Arc<ManualClock>,
    kits: Vec<ReceiverKit>,
    clients: [OnceCell<String>; 2],
    stop: CancellationToken,
    thread: Option<std::thread::JoinHandle<()>>,
    dir: Dir,
}

/// Where a network keeps its data.
enum Dir {
    Own(TempDir),
    Lent(PathBuf),
}

impl Dir {
    fn path(&self) -> &Path {
        match self {
            Self::Own(dir) => dir.path(),
            Self::Lent(path) => path,
        }
    }
}

impl Drop for Net {
    fn drop(&mut self) {
        self.halt();
    }
}

/// The network that all tests share; its clock stands still.
pub(crate) fn shared() -> &'static Net {
    static NET: OnceLock<Net> = OnceLock::new();
    NET.get_or_init(|| start(Dir::Own(tempfile::tempdir().unwrap()), clock()))
}

/// A network of one's own, with the keys of the shared one (making keys takes long) but without its state.
pub(crate) fn own() -> Net {
    let dir = tempfile::tempdir().unwrap();
    for folder in ["ca", "keys", "receivers"] {
        copy(&shared().dir.path().join("sandbox").join(folder), &dir.path().join("sandbox").join(folder));
    }
    start(Dir::Own(dir), clock())
}

pub(crate) fn clock() -> Arc<ManualClock> {
    let start: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
    Arc::new(ManualClock(AtomicI64::new(start.as_second())))
}

/// What the directory says of a receiver.
pub(crate) fn settings(name: &str) -> ReceiverSettings {
    ReceiverSettings {
        name: name.to_owned(),
        redirect_uris: vec![REDIRECT.to_owned(), REDIRECT_2.to_owned()],
        logo_uri: None,
    }
}

/// Starts a network on a thread and a runtime of its own.
fn start(dir: Dir, clock: Arc<ManualClock>) -> Net {
    let stop = CancellationToken::new();
    let (sender, receiver) = std::sync::mpsc::channel();
    let (path, moved, stopped) = (dir.path().to_owned(), clock.clone(), stop.clone());
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(async move {
            let local = "127.0.0.1:0".parse().unwrap();
            let settings = SandboxSettings {
                data_dir: path,
                people_listen: local,
                people_url: None,
                mtls_listen: local,
                mtls_url: None,
                receiver: settings("Vínculo Testes"),
            };
            let sandbox = Sandbox::open(settings, moved).await.unwrap();
            let second = sandbox.join("second", &self::settings("Outra Receptora")).unwrap();
            let kits = vec![sandbox.receiver().clone(), second];
            sender.send((sandbox.people_url().to_owned(), sandbox.mtls_url().to_owned(), kits)).unwrap();
            sandbox.run(stopped).await.unwrap();
        });
        runtime.shutdown_background();
    });
    let (people, mtls, kits) = receiver.recv().unwrap();
    Net { people, mtls, clock, kits, clients: Default::default(), stop, thread: Some(thread), dir }
}

impl Net {
    fn halt(&mut self) {
        self.stop.cancel();
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }

    /// Stops the network and starts it again on the same data.
    pub(crate) fn restarted(mut self) -> Net {
        self.halt();
        let dir = std::mem::replace(&mut self.dir, Dir::Lent(PathBuf::new()));
        start(dir, self.clock.clone())
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Starts another network on a copy of this one's data as it is at this moment: what a killed process leaves.
    pub(crate) fn killed(&self) -> Net {
        let dir = tempfile::tempdir().unwrap();
        copy(self.dir.path(), dir.path());
        start(Dir::Own(dir), self.clock.clone())
    }

    /// The bank's database file.
    pub(crate) fn database(&self) -> PathBuf {
        self.dir.path().join("sandbox/bank.redb")
    }

    /// The kit of the main receiver (0) or of the second one (1).
    pub(crate) fn kit(&self, which: usize) -> &ReceiverKit {
        &self.kits[which]
    }

    /// The main receiver, registered at the main brand.
    pub(crate) async fn receiver(&self) -> Receiver<'_> {
        self.registered(0).await
    }

    /// Another receiver, registered at the main brand.
    pub(crate) async fn second(&self) -> Receiver<'_> {
        self.registered(1).await
    }

    async fn registered(&self, which: usize) -> Receiver<'_> {
        let mut receiver = Receiver::new(self, &self.kits[which]);
        let id = self.clients[which].get_or_init(|| async { receiver.register().await.0 }).await;
        receiver.client_id = id.clone();
        receiver
    }
}

/// Copies a folder with everything in it.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// A receiver that calls the main brand.
pub(crate) struct Receiver<'a> {
    pub(crate) net: &'a Net,
    pub(crate) kit: &'a ReceiverKit,
    pub(crate) brand: &'static str,
    pub(crate) http: reqwest::Client,
    pub(crate) browser: reqwest::Client,
    pub(crate) key: SigningKey,
    pub(crate) decryption: DecryptionKeys,
    pub(crate) client_id: String,
}

/// A client that shows this identity, or none.
pub(crate) fn http(kit: &ReceiverKit, identity: bool) -> reqwest::Client {
    let identity = identity.then(|| ClientIdentity {
        certificates_pem: kit.transport_cert_pem.clone(),
        key_pem: kit.transport_key_pem.clone(),
    });
    client(&ClientSettings {
        identity,
        roots_pem: kit.ca_pem.clone(),
        connect_timeout: Duration::from_secs(10),
        timeout: Duration::from_secs(30),
        allow_http: true,
    })
    .unwrap()
}

/// A status and a JSON body (null where there is none).
pub(crate) async fn answer(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}

/// The value of an attribute of the element with this id, unescaped.
pub(crate) fn attribute(html: &str, id: &str, name: &str) -> String {
    let at = html.find(&format!("id=\"{id}\"")).unwrap_or_else(|| panic!("no {id} in {html}"));
    let start = html[..at].rfind('<').unwrap();
    let element = &html[start..start + html[start..].find('>').unwrap()];
    let value = element.split(&format!(" {name}=\"")).nth(1).unwrap().split('"').next().unwrap();
    value.replace("&#38;", "&").replace("&amp;", "&").replace("&#61;", "=")
}

/// The parameters of a fragment.
pub(crate) fn fragment(address: &str) -> Vec<(String, String)> {
    let fragment = address.split_once('#').unwrap_or_else(|| panic!("no fragment in {address}")).1;
    url::form_urlencoded::parse(fragment.as_bytes()).into_owned().collect()
}

/// One parameter.
pub(crate) fn parameter(pairs: &[(String, String)], name: &str) -> Option<String> {
    pairs.iter().find(|(found, _)| found == name).map(|(_, value)| value.clone())
}

/// A request object's parts, so that tests can break them one by one.
pub(crate) struct Asked {
    pub(crate) claims: Value,
    pub(crate) verifier: SecretString,
}

/// What a person's approval brings.
pub(crate) struct Approved {
    pub(crate) consent: String,
    pub(crate) code: String,
    pub(crate) id_token: String,
    pub(crate) state: Option<String>,
    pub(crate) nonce: String,
    pub(crate) verifier: String,
}

/// Tokens of a person's grant.
pub(crate) struct Tokens {
    pub(crate) access: String,
    pub(crate) refresh: String,
}

impl<'a> Receiver<'a> {
    /// A receiver that is not registered yet.
    pub(crate) fn new(net: &'a Net, kit: &'a ReceiverKit) -> Self {
        let decryption = DecryptionKey::from_pkcs8_pem(kit.encryption_key_pem.expose_secret()).unwrap();
        Self {
            net,
            kit,
            brand: "mockbank",
            http: http(kit, true),
            browser: http(kit, false),
            key: SigningKey::from_pkcs8_pem(kit.signing_key_pem.expose_secret()).unwrap(),
            decryption: DecryptionKeys::new(decryption),
            client_id: String::new(),
        }
    }

    pub(crate) fn issuer(&self) -> String {
        format!("{}/auth/{}", self.net.people, self.brand)
    }

    pub(crate) fn endpoint(&self, name: &str) -> String {
        format!("{}/auth/{}/{name}", self.net.mtls, self.brand)
    }

    pub(crate) fn api(&self, path: &str) -> String {
        format!("{}/{}/open-banking/{path}", self.net.mtls, self.brand)
    }

    /// The signed software statement from the directory.
    pub(crate) async fn statement(&self) -> String {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", &self.kit.software_id),
            ("scope", "directory:software"),
        ];
        let (status, body) =
            answer(self.http.post(&self.kit.directory_token_url).form(&form).send().await.unwrap()).await;
        assert_eq!(status, 200, "{body}");
        let token = body["access_token"].as_str().unwrap();
        let response = self.http.get(&self.kit.ssa_url).bearer_auth(token).send().await.unwrap();
        assert_eq!(response.status(), 200);
        response.text().await.unwrap()
    }

    /// A registration that the bank accepts.
    pub(crate) async fn registration(&self) -> Value {
        json!({
            "grant_types": ["authorization_code", "implicit", "refresh_token", "client_credentials"],
            "response_types": ["code id_token"],
            "token_endpoint_auth_method": "private_key_jwt",
            "jwks_uri": self.kit.jwks_url,
            "redirect_uris": [REDIRECT, REDIRECT_2],
            "software_statement": self.statement().await,
            "tls_client_certificate_bound_access_tokens": true,
            "id_token_signed_response_alg": "PS256",
            "id_token_encrypted_response_alg": "RSA-OAEP",
            "id_token_encrypted_response_enc": "A256GCM",
            "request_object_signing_alg": "PS256",
        })
    }

    /// Posts a registration.
    pub(crate) async fn post_registration(&self, body: &Value) -> (u16, Value) {
        answer(self.http.post(self.endpoint("register")).json(body).send().await.unwrap()).await
    }

    /// Registers; returns the client id and the registration access token.
    pub(crate) async fn register(&self) -> (String, String) {
        let (status, body) = self.post_registration(&self.registration().await).await;
        assert_eq!(status, 201, "{body}");
        let text = |name: &str| body[name].as_str().unwrap().to_owned();
        (text("client_id"), text("registration_access_token"))
    }

    pub(crate) fn assertion(&self) -> String {
        client_assertion::make(&self.key, &self.client_id, &self.issuer(), self.net.now()).unwrap()
    }

    /// A client assertion with claims of one's own.
    pub(crate) fn assertion_of(&self, change: impl FnOnce(&mut Value)) -> String {
        let now = self.net.now().as_second();
        let mut claims = json!({
            "iss": self.client_id, "sub": self.client_id, "aud": self.issuer(),
            "iat": now, "exp": now + 60, "jti": vinculo_fapi::random::token(),
        });
        change(&mut claims);
        jws::sign(&self.key, &claims).unwrap()
    }

    /// Posts a form with this assertion.
    pub(crate) async fn post(&self, endpoint: &str, assertion: &str, form: &[(&str, &str)]) -> (u16, Value) {
        let mut whole = vec![
            ("client_id", self.client_id.as_str()),
            ("client_assertion_type", client_assertion::TYPE),
            ("client_assertion", assertion),
        ];
        whole.extend_from_slice(form);
        answer(self.http.post(self.endpoint(endpoint)).form(&whole).send().await.unwrap()).await
    }

    /// Posts to the token endpoint.
    pub(crate) async fn token(&self, form: &[(&str, &str)]) -> (u16, Value) {
        self.post("token", &self.assertion(), form).await
    }

    /// A token of the client alone.
    pub(crate) async fn client_token(&self) -> String {
        let (status, body) = self.token(&[("grant_type", "client_credentials"), ("scope", "consents")]).await;
        assert_eq!(status, 200, "{body}");
        body["access_token"].as_str().unwrap().to_owned()
    }

    /// Calls an API.
    pub(crate) async fn call(&self, method: Method, path: &str, token: &str, body: Option<&Value>) -> Response {
        let mut request = self.http.request(method, self.api(path)).bearer_auth(token);
        request = request.header("x-fapi-interaction-id", InteractionId::generate().to_string());
        if let Some(body) = body {
            request = request.json(body);
        }
        request.send().await.unwrap()
    }

    pub(crate) async fn get(&self, path: &str, token: &str) -> (u16, Value) {
        answer(self.call(Method::GET, path, token, None).await).await
    }

    /// The body of a consent of the main person, for indeterminate time.
    pub(crate) fn consent_body(&self) -> Value {
        json!({"data": {
            "loggedUser": {"document": {"identification": RALPH, "rel": "CPF"}},
            "permissions": PERMISSIONS,
        }})
    }

    pub(crate) async fn post_consent(&self, body: &Value) -> (u16, Value) {
        let token = self.client_token().await;
        answer(self.call(Method::POST, "consents/v3/consents", &token, Some(body)).await).await
    }

    /// Makes a consent of this body and returns its id.
    pub(crate) async fn consent_of(&self, body: &Value) -> String {
        let (status, body) = self.post_consent(body).await;
        assert_eq!(status, 201, "{body}");
        body["data"]["consentId"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn consent(&self) -> String {
        self.consent_of(&self.consent_body()).await
    }

    /// The consent as the bank tells it.
    pub(crate) async fn consent_state(&self, id: &str) -> Value {
        let token = self.client_token().await;
        let (status, body) = self.get(&format!("consents/v3/consents/{id}"), &token).await;
        assert_eq!(status, 200, "{body}");
        body["data"].clone()
    }

    pub(crate) async fn delete_consent(&self, id: &str) -> (u16, Value) {
        let token = self.client_token().await;
        answer(self.call(Method::DELETE, &format!("consents/v3/consents/{id}"), &token, None).await).await
    }

    /// A request object that the bank accepts.
    pub(crate) fn asked(&self, consent: &str) -> Asked {
        let verifier = pkce::generate();
        let now = self.net.now().as_second();
        let claims = json!({
            "iss": self.client_id, "client_id": self.client_id, "aud": self.issuer(),
            "iat": now, "nbf": now, "exp": now + 300, "jti": vinculo_fapi::random::token(),
            "response_type": "code id_token", "redirect_uri": REDIRECT,
            "scope": format!("openid accounts consent:{consent} resources customers"),
            "state": vinculo_fapi::random::token(), "nonce": vinculo_fapi::random::token(),
            "code_challenge": pkce::challenge(&verifier), "code_challenge_method": "S256",
            "claims": {"id_token": {"acr": {"essential": true}}},
        });
        Asked { claims, verifier }
    }

    /// Pushes a signed request object.
    pub(crate) async fn push_signed(&self, request: &str) -> (u16, Value) {
        self.post("par", &self.assertion(), &[("request", request)]).await
    }

    /// Signs and pushes claims.
    pub(crate) async fn push(&self, claims: &Value) -> (u16, Value) {
        self.push_signed(&jws::sign(&self.key, claims).unwrap()).await
    }

    /// Pushes claims that the bank must accept, and returns the `request_uri`.
    pub(crate) async fn pushed(&self, claims: &Value) -> String {
        let (status, body) = self.push(claims).await;
        assert_eq!(status, 201, "{body}");
        body["request_uri"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn visit(&self, request_uri: &str) -> Response {
        let query = [("client_id", self.client_id.as_str()), ("request_uri", request_uri)];
        let address = url::Url::parse_with_params(&format!("{}/authorize", self.issuer()), query).unwrap();
        self.browser.get(address).send().await.unwrap()
    }

    pub(crate) async fn login(&self, request_uri: &str, login: &str, password: &str) -> Response {
        let form = [
            ("client_id", self.client_id.as_str()),
            ("request_uri", request_uri),
            ("document", login),
            ("password", password),
        ];
        self.browser.post(format!("{}/login", self.issuer())).form(&form).send().await.unwrap()
    }

    /// Logs the main person in and returns the address of the confirmation page.
    pub(crate) async fn logged_in(&self, request_uri: &str) -> String {
        self.logged_in_as(request_uri, RALPH).await
    }

    pub(crate) async fn logged_in_as(&self, request_uri: &str, login: &str) -> String {
        let response = self.login(request_uri, login, PASSWORD).await;
        assert_eq!(response.status(), 303);
        response.headers()["location"].to_str().unwrap().to_owned()
    }

    pub(crate) async fn page(&self, address: &str) -> String {
        let response = self.browser.get(address).send().await.unwrap();
        assert_eq!(response.status(), 200);
        response.text().await.unwrap()
    }

    /// Answers the confirmation page.
    pub(crate) async fn decide(&self, page: &str, decision: &str, resources: &[String]) -> Response {
        let mut form = vec![("decision", decision)];
        form.extend(resources.iter().map(|id| ("resource", id.as_str())));
        self.browser.post(page).form(&form).send().await.unwrap()
    }

    /// Approves with everything that is offered, and returns the address back.
    pub(crate) async fn approve(&self, page: &str) -> String {
        let offered = resources(&self.page(page).await);
        let response = self.decide(page, "approve", &offered).await;
        assert_eq!(response.status(), 303);
        attribute(&self.page(page).await, "return", "href")
    }

    /// The way from a pushed request to the code.
    pub(crate) async fn approved_of(&self, consent: &str, asked: Asked) -> Approved {
        self.approved_as(consent, asked, RALPH).await
    }

    /// The same for the person with this login.
    pub(crate) async fn approved_as(&self, consent: &str, asked: Asked, login: &str) -> Approved {
        let request_uri = self.pushed(&asked.claims).await;
        let page = self.logged_in_as(&request_uri, login).await;
        let back = fragment(&self.approve(&page).await);
        Approved {
            consent: consent.to_owned(),
            code: parameter(&back, "code").unwrap(),
            id_token: parameter(&back, "id_token").unwrap(),
            state: parameter(&back, "state"),
            nonce: asked.claims["nonce"].as_str().unwrap().to_owned(),
            verifier: asked.verifier.expose_secret().to_owned(),
        }
    }

    pub(crate) async fn approved(&self) -> Approved {
        let consent = self.consent().await;
        self.approved_of(&consent, self.asked(&consent)).await
    }

    /// Exchanges a code.
    pub(crate) async fn exchange(&self, code: &str, verifier: &str) -> (u16, Value) {
        self.token(&[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", REDIRECT),
            ("code_verifier", verifier),
        ])
        .await
    }

    pub(crate) async fn tokens(&self, approved: &Approved) -> Tokens {
        let (status, body) = self.exchange(&approved.code, &approved.verifier).await;
        assert_eq!(status, 200, "{body}");
        let text = |name: &str| body[name].as_str().unwrap().to_owned();
        Tokens { access: text("access_token"), refresh: text("refresh_token") }
    }

    /// A whole connection: the consent's id and its tokens.
    pub(crate) async fn connected(&self) -> (String, Tokens) {
        let approved = self.approved().await;
        let tokens = self.tokens(&approved).await;
        (approved.consent, tokens)
    }

    pub(crate) async fn refresh(&self, token: &str) -> (u16, Value) {
        self.token(&[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    }
}

/// The ids of the accounts that a confirmation page offers.
pub(crate) fn resources(html: &str) -> Vec<String> {
    let inputs = html.split("<input").filter(|input| input.contains("name=\"resource\""));
    inputs.map(|input| input.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()).collect()
}
