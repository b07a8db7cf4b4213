//! The production environment: a process with files and settings alone, against a network of banks in another process.

use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::json;
use tempfile::TempDir;
use vinculo_fapi::jwks::JwkSet;
use vinculo_fapi::keys::{DecryptionKey, SigningKey};
use vinculo_testkit::{App, AppBuilder, Journey, Person};

const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

/// A network of banks on TLS, and a receiver that has joined it.
pub(super) struct Receiver {
    pub(super) network: App,
    pub(super) app: App,
    pub(super) folder: TempDir,
}

impl Receiver {
    pub(super) async fn start() -> Self {
        Self::start_beside(|network| network).await
    }

    /// With a network that was told more.
    async fn start_beside(more: impl FnOnce(AppBuilder) -> AppBuilder) -> Self {
        let binary = env!("CARGO_BIN_EXE_vinculo");
        let network = App::builder(binary).variable("VINCULO_SANDBOX_TLS", "own");
        let network = more(network).start().await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let url = format!("http://{address}");
        issue(&network, folder.path(), &url, None);
        let app = App::builder(binary)
            .variable("VINCULO_ENVIRONMENT", "production")
            .variable("VINCULO_CONFIG", folder.path().join("receiver.toml").to_str().unwrap())
            .variable("VINCULO_MASTER_KEY", KEY)
            .variable("VINCULO_LISTEN", &address.to_string())
            .variable("VINCULO_PUBLIC_URL", &url)
            .start()
            .await
            .unwrap();
        // The directory is read right after the start, and until then there is no bank to choose.
        vinculo_testkit::eventually("the directory has been read", || async {
            (app.get("/api/institutions/?page_size=1").await["count"] != 0).then_some(())
        })
        .await;
        Self { network, app, folder }
    }

    /// Changes the settings file.
    pub(super) fn edit(&self, change: impl FnOnce(String) -> String) {
        let path = self.folder.path().join("receiver.toml");
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(path, change(text)).unwrap();
    }

    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

/// Lets the receiver join the network, or publish other keys.
pub(super) fn issue(network: &App, folder: &Path, url: &str, jwks: Option<&Path>) {
    let callback = format!("{url}/api/consents/callback/");
    let mut arguments = vec!["sandbox", "issue-certificate", "--label", "other", "--name", "Receptora B"];
    arguments.extend(["--redirect-uri", &callback, "--out", folder.to_str().unwrap()]);
    arguments.extend(jwks.iter().flat_map(|path| ["--jwks", path.to_str().unwrap()]));
    network.run(&arguments);
}

fn output(app: &App, arguments: &[&str]) -> (bool, String) {
    let Output { status, stdout, .. } = app.command(arguments).output().unwrap();
    (status.success(), String::from_utf8(stdout).unwrap())
}

#[tokio::test]
async fn a_receiver_by_settings_connects_and_reads_like_any_other() {
    let Receiver { network, app, folder: _folder } = Receiver::start().await;
    for path in ["/demo", "/demo/", "/sandbox/outcomes", "/sandbox/clock"] {
        assert_eq!(reqwest::get(format!("{}{path}", app.url)).await.unwrap().status(), 404, "{path}");
    }
    assert!(!app.data_dir().join("sandbox").exists(), "there is no network of our own");

    let link = Journey::connect(&app, &Person::RALPH).await;
    let deposits = format!("/api/accounts/?link={link}&category__in=CHECKING_ACCOUNT,SAVINGS_ACCOUNT");
    vinculo_testkit::eventually("accounts are there", || async {
        (app.get(&deposits).await["count"] == 2).then_some(())
    })
    .await;

    // A bank that wants a person is no bank for a probe; one that approves by itself is.
    let arguments = ["probe", "ofmockbank_br_retail", "--cpf", Person::RALPH.cpf, "--fetch", "accounts"];
    let (well, said) = output(&app, &arguments);
    assert!(!well && said.contains("shows a page"), "{said}");
    network.force(json!({"step": "authorize", "kind": "approved", "times": 1})).await;
    let (well, said) = output(&app, &arguments);
    assert!(well && said.contains("registered earlier"), "{said}");
}

#[tokio::test]
async fn doctor_sees_the_whole_of_it_and_names_each_mistake() {
    let mut receiver = Receiver::start().await;
    let (well, said) = output(&receiver.app, &["doctor"]);
    assert!(well, "{said}");
    let parts =
        ["data folder", "database", "transport certificate", "transport key", "authorities", "certificate and key"];
    let more =
        ["signing keys", "encryption keys", "directory", "clock", "participants", "software statement", "keystore"];
    for part in parts.iter().chain(&more) {
        assert!(said.contains(&format!("ok    {part}: ")), "{part}: {said}");
    }
    assert!(said.contains("warn  settings: `public_url`"), "{said}");

    let mistake = |change: &dyn Fn(String) -> String, failed: &str, advice: &str| {
        let path = receiver.file("receiver.toml");
        let before = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, change(before.clone())).unwrap();
        let (well, said) = output(&receiver.app, &["doctor"]);
        std::fs::write(&path, before).unwrap();
        let line = said.lines().find(|line| line.starts_with(&format!("FAIL  {failed}: ")));
        assert!(!well && line.is_some_and(|line| line.contains(advice)), "{failed}, {advice}: {said}");
    };
    let swap = |from: &'static str, to: &'static str| move |text: String| text.replace(from, to);
    mistake(&swap("transport.pem", "nowhere.pem"), "transport certificate", "cannot read");
    mistake(&swap("transport.pem", "ca.pem"), "transport certificate", "no UID");
    mistake(&swap("transport.key.pem", "signing.key.pem"), "certificate and key", "take the key");
    mistake(&swap("signing.key.pem", "transport.key.pem"), "keystore", "does not publish our key");
    mistake(&swap("signing.key.pem", "signing.key.pem#mine"), "keystore", "write #");
    mistake(&swap("encryption.key.pem", "ca.pem"), "encryption keys", "openssl pkcs8");
    mistake(&swap("/participants", "/participant"), "directory", "404");
    let other = |text: String| {
        let own = text.split("software_id = \"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        text.replace(&own, "00000000-0000-4000-8000-000000000000")
    };
    mistake(&other, "transport certificate", "`software_id` is 0000");
    let gone = |text: String| {
        text.lines().filter(|line| !line.starts_with("trust_anchor")).map(|line| format!("{line}\n")).collect()
    };
    mistake(&gone, "authorities", "`trust_anchor_files` is missing");
    let (_, said) = output_with(&receiver.app, &["doctor"], "VINCULO_PUBLIC_URL", "https://elsewhere.example");
    assert!(said.contains("FAIL  software statement: it lacks the redirect URI https://elsewhere.example/"), "{said}");

    let key = receiver.file("transport.key.pem");
    std::fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    let (_, said) = output(&receiver.app, &["doctor"]);
    assert!(said.contains("warn  transport key: others can read"), "{said}");
    receiver.network.kill();
    let (well, said) = output(&receiver.app, &["doctor"]);
    assert!(!well && said.contains("FAIL  directory"), "{said}");
}

fn output_with(app: &App, arguments: &[&str], name: &str, value: &str) -> (bool, String) {
    let Output { status, stdout, .. } = app.command(arguments).env(name, value).output().unwrap();
    (status.success(), String::from_utf8(stdout).unwrap())
}

#[tokio::test]
async fn an_institution_by_settings_works_beside_the_directory_and_without_it() {
    let mut receiver = Receiver::start().await;
    let made = receiver.app.run(&["registration", "update", "ofmockbank_br_retail"]);
    let client_id = made.split_whitespace().last().unwrap().to_owned();
    let bank = receiver.network.bank_url.clone();
    let api = receiver.api_of("mockbank").await;
    receiver.app.kill();
    receiver.edit(|text| {
        let table = format!(
            "directory = \"none\"\n{}\n[[institutions]]\ncode = \"ofmeu_br_retail\"\ndisplay_name = \"Banco meu\"\n\
             color = \"#1f3a8a\"\ndiscovery_url = \"{bank}/auth/mockbank/.well-known/openid-configuration\"\n\
             client_id = \"{client_id}\"\ntrust_anchor_files = [\"{}\"]\n[institutions.apis]\n",
            text.lines()
                .filter(|line| !line.starts_with("directory"))
                .map(|line| format!("{line}\n"))
                .collect::<String>(),
            receiver.file("ca.pem").display(),
        );
        let apis = ["consents/v3", "resources/v3", "accounts/v2", "customers/v2"];
        let api = |path: &&str| format!("{} = \"{api}/{path}\"\n", path.split('/').next().unwrap());
        table + &apis.iter().map(api).collect::<String>()
    });
    receiver.app.launch().await;
    let (well, said) = output(&receiver.app, &["doctor"]);
    assert!(well && said.contains("ok    institution ofmeu_br_retail: issuer"), "{said}");
    vinculo_testkit::eventually("the institution is listed", || async {
        let list = receiver.app.get("/api/institutions/").await;
        (list["count"] == 1 && list["results"][0]["display_name"] == "Banco meu").then_some(())
    })
    .await;
    receiver.network.force(json!({"step": "authorize", "kind": "approved", "times": 1})).await;
    let (well, said) = output(&receiver.app, &["probe", "ofmeu_br_retail", "--cpf", Person::RALPH.cpf]);
    assert!(well && said.contains("given by the settings"), "{said}");
}

/// Lets somebody else join the network, who is then known to the banks as `tester`, by settings alone. Returns the folder
/// with certificate and keys.
async fn tester(receiver: &mut Receiver, config: &Path) -> PathBuf {
    let folder = receiver.file("tester");
    let callback = format!("{}/api/consents/callback/", receiver.app.url);
    let mut arguments = vec!["sandbox", "issue-certificate", "--label", "tester", "--name", "Outra"];
    arguments.extend(["--redirect-uri", &callback, "--out", folder.to_str().unwrap()]);
    receiver.network.run(&arguments);
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let signing = SigningKey::from_pkcs8_pem(&read("signing.key.pem")).unwrap();
    let encryption = DecryptionKey::from_pkcs8_pem(&read("encryption.key.pem")).unwrap();
    let jwks = JwkSet::new([signing.public_jwk(), encryption.public_jwk()]).to_json();
    std::fs::write(folder.join("tester.jwks"), jwks).unwrap();
    let table = format!(
        "[[sandbox_clients]]\nclient_id = \"tester\"\nredirect_uris = [\"{callback}\"]\n\
         jwks_file = \"{0}/tester.jwks\"\ncertificate_file = \"{0}/transport.pem\"\n",
        folder.display()
    );
    std::fs::write(config, table).unwrap();
    receiver.network.kill();
    receiver.network.launch().await;
    folder
}

#[tokio::test]
async fn an_institution_with_a_certificate_and_keys_of_its_own_is_checked_shown_and_used() {
    let config = tempfile::NamedTempFile::new().unwrap();
    let path = config.path().to_str().unwrap().to_owned();
    let mut receiver = Receiver::start_beside(|network| network.variable("VINCULO_CONFIG", &path)).await;
    let own = tester(&mut receiver, config.path()).await;
    let (bank, api) = (receiver.network.bank_url.clone(), receiver.api_of("mockbank").await);
    receiver.edit(|text| {
        let table = format!(
            "{text}\n[[institutions]]\ncode = \"ofmeu_br_retail\"\ndisplay_name = \"Banco meu\"\n\
             discovery_url = \"{bank}/auth/mockbank/.well-known/openid-configuration\"\nclient_id = \"tester\"\n\
             transport_certificate_file = \"{0}/transport.pem\"\ntransport_key_file = \"{0}/transport.key.pem\"\n\
             signing_key_files = [\"{0}/signing.key.pem\"]\nencryption_key_files = [\"{0}/encryption.key.pem\"]\n\
             [institutions.apis]\n",
            own.display()
        );
        let apis = ["consents/v3", "resources/v3", "accounts/v2", "customers/v2"];
        let api = |path: &&str| format!("{} = \"{api}/{path}\"\n", path.split('/').next().unwrap());
        table + &apis.iter().map(api).collect::<String>()
    });
    let (well, said) = output(&receiver.app, &["doctor"]);
    for part in ["transport certificate", "transport key", "certificate and key", "signing keys", "encryption keys"] {
        assert!(said.contains(&format!("ok    ofmeu_br_retail {part}: ")), "{part}: {said}");
    }
    assert!(well && said.contains("ok    institution ofmeu_br_retail: issuer"), "{said}");

    let shown = receiver.app.run(&["jwks", "ofmeu_br_retail"]);
    let published = std::fs::read_to_string(own.join("tester.jwks")).unwrap();
    assert_eq!(shown.trim(), published, "the bank's own keys are shown, and no others");
    assert_ne!(receiver.app.run(&["jwks"]).trim(), published);

    for institution in ["ofmeu_br_retail", "ofmockbank_br_retail"] {
        receiver.network.force(json!({"step": "authorize", "kind": "approved", "times": 1})).await;
        let (well, said) = output(&receiver.app, &["probe", institution, "--cpf", Person::RALPH.cpf]);
        assert!(well, "{institution}: {said}");
    }

    let mistakes = [
        ("tester/transport.key.pem", "tester/signing.key.pem", "certificate and key", "take the key"),
        ("tester/transport.pem", "tester/nowhere.pem", "transport certificate", "cannot read"),
        ("tester/signing.key.pem", "tester/ca.pem", "signing keys", "openssl pkcs8"),
    ];
    for (right, wrong, failed, advice) in mistakes {
        let before = std::fs::read_to_string(receiver.file("receiver.toml")).unwrap();
        receiver.edit(|text| text.replace(right, wrong));
        let (well, said) = output(&receiver.app, &["doctor"]);
        std::fs::write(receiver.file("receiver.toml"), before).unwrap();
        let line = said.lines().find(|line| line.starts_with(&format!("FAIL  ofmeu_br_retail {failed}: ")));
        assert!(!well && line.is_some_and(|line| line.contains(advice)), "{failed}: {said}");
    }
}

impl Receiver {
    /// Base address of a brand's APIs, from the participants document.
    async fn api_of(&self, brand: &str) -> String {
        let client = reqwest::Client::builder().tls_danger_accept_invalid_certs(true).build().unwrap();
        let url = format!("{}/directory/participants", self.network.bank_url);
        let text = client.get(url).send().await.unwrap().text().await.unwrap();
        let at = text.find(&format!("/{brand}/open-banking/")).unwrap();
        let start = text[..at].rfind('"').unwrap() + 1;
        format!("{}/{brand}/open-banking", &text[start..at])
    }
}

#[tokio::test]
async fn what_is_missing_in_production_is_named() {
    let receiver = Receiver::start().await;
    let without = |name: &str| {
        let path = receiver.file("receiver.toml");
        let text = std::fs::read_to_string(path).unwrap();
        let rest: String =
            text.lines().filter(|line| !line.starts_with(name)).map(|line| format!("{line}\n")).collect();
        let other = receiver.file("less.toml");
        std::fs::write(&other, rest).unwrap();
        let output = receiver.app.command(&["worker"]).env("VINCULO_CONFIG", other).output().unwrap();
        assert!(!output.status.success());
        String::from_utf8(output.stderr).unwrap()
    };
    let all = ["transport_certificate_file", "transport_key_file", "signing_key_files", "encryption_key_files"];
    for name in all.into_iter().chain(["trust_anchor_files", "organisation_id", "software_id"]) {
        assert!(without(name).contains(&format!("setting `{name}` is missing")), "{name}: {}", without(name));
    }
    let refused = receiver.app.command(&["serve", "--only", "sandbox"]).output().unwrap();
    assert!(String::from_utf8(refused.stderr).unwrap().contains("no sandbox network in production"));
}

#[tokio::test]
async fn the_sandbox_environment_takes_institutions_beside_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("vinculo.toml");
    let table = "[[institutions]]\ncode = \"ofmeu_br_retail\"\ndisplay_name = \"Banco meu\"\n\
                 discovery_url = \"https://127.0.0.1:9/.well-known/openid-configuration\"\n[institutions.apis]\n\
                 consents = \"https://127.0.0.1:9/open-banking/consents/v3\"\n";
    std::fs::write(&config, table).unwrap();
    let app = App::builder(env!("CARGO_BIN_EXE_vinculo"));
    let app = app.variable("VINCULO_CONFIG", config.to_str().unwrap()).start().await.unwrap();
    vinculo_testkit::eventually("both are listed", || async {
        let own = app.get("/api/institutions/?name=ofmeu_br_retail").await["count"] == 1;
        let sandbox = app.get("/api/institutions/?name=ofmockbank_br_retail").await["count"] == 1;
        (own && sandbox).then_some(())
    })
    .await;
    let (well, said) = output(&app, &["doctor"]);
    assert!(!well && said.contains("FAIL  institution ofmeu_br_retail: the institution cannot be reached"), "{said}");
    assert!(said.contains("1 failed, 0 to look at."), "{said}");
}

#[tokio::test]
async fn newcomers_that_make_no_sense_are_refused() {
    let app = App::builder(env!("CARGO_BIN_EXE_vinculo")).start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    let empty = folder.path().join("empty.jwks");
    std::fs::write(&empty, "{\"keys\":[]}").unwrap();
    let said = |label: &str, more: &[&str]| {
        let base =
            ["sandbox", "issue-certificate", "--label", label, "--name", "X", "--redirect-uri", "https://x.example/"];
        let arguments = [base.as_slice(), &["--out", out], more].concat();
        let output = app.command(&arguments).output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
        (output.status.success(), said)
    };
    // Whoever reaches the network's pages must not get the keys of the receiver that it was started with.
    assert!(said("main", &[]).1.contains("that label is taken"));
    assert!(said("../etc", &[]).1.contains("lower-case letters"));
    assert!(said("b", &["--jwks", empty.to_str().unwrap()]).1.contains("no encryption key"));
    let (well, text) = said("b", &[]);
    assert!(well && text.contains("set sandbox_tls"), "{text}");
    for name in
        ["transport.pem", "transport.key.pem", "signing.key.pem", "encryption.key.pem", "ca.pem", "receiver.toml"]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(
            &std::fs::metadata(folder.path().join(name)).unwrap().permissions(),
        );
        assert_eq!(mode & 0o077, 0, "{name}");
    }
}
