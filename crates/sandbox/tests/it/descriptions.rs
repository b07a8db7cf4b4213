//! Consents and resources of everybody, against the official descriptions. The data families are checked in the crate, beside
//! the code that serves them.

#[path = "../../src/data/tests/permissions.rs"]
mod permissions;
#[expect(clippy::print_stdout, reason = "a test says what it skips")]
#[path = "../../src/data/tests/schema.rs"]
mod schema;

use reqwest::Method;
use serde_json::{Value, json};
use vinculo_sandbox::people::{Company, Conduct, People, Person};

use self::permissions::PERMISSIONS;
use self::schema::Description;
use crate::support::{Receiver, answer, shared};

const SCOPES: &str = "openid resources customers accounts credit-cards-accounts loans financings \
    unarranged-accounts-overdraft invoice-financings bank-fixed-incomes credit-fixed-incomes treasure-titles funds \
    variable-incomes exchanges";

/// Who gets as far as a consent that is authorised.
fn arrives(person: &Person) -> bool {
    !matches!(
        person.conduct,
        Conduct::LockedOut
            | Conduct::ForgotPassword
            | Conduct::LoggedInElsewhere
            | Conduct::RunsOutOfTime
            | Conduct::NeverReturns
            | Conduct::ScopeRefused
            | Conduct::RefusesConsent
    )
}

struct Judge {
    consents: Description,
    resources: Description,
    faults: Vec<String>,
}

impl Judge {
    fn read() -> Option<Self> {
        let (consents, resources) =
            (Description::read("consents-3.3.1.yml")?, Description::read("resources-3.1.0.yml")?);
        Some(Self { consents, resources, faults: Vec::new() })
    }

    fn consent(&mut self, who: &str, verb: &str, path: &str, (status, body): &(u16, Value)) {
        let found = self.consents.faults_of(verb, path, *status, body);
        self.faults.extend(found.into_iter().map(|fault| format!("{who}: {verb} {path}: {fault}")));
    }

    fn resources(&mut self, who: &str, (status, body): &(u16, Value)) {
        // A bank that still gathers says nothing but 202, which the description has forgotten.
        if *status == 202 {
            assert!(body.is_null(), "{who}: {body}");
            return;
        }
        let found = self.resources.faults("/resources", *status, body);
        self.faults.extend(found.into_iter().map(|fault| format!("{who}: resources: {fault}")));
    }
}

fn body(person: &Person, company: Option<&Company>) -> Value {
    let other = format!("CUSTOMERS_{}_", if company.is_some() { "PERSONAL" } else { "BUSINESS" });
    let own = PERMISSIONS.into_iter().filter(|permission| !permission.starts_with(&other));
    let permissions: Vec<&str> = own.chain(["RESOURCES_READ"]).collect();
    let mut data = json!({
        "loggedUser": {"document": {"identification": person.cpf, "rel": "CPF"}},
        "permissions": permissions,
        "expirationDateTime": "2027-06-22T11:00:00Z",
    });
    if let Some(company) = company {
        data["businessEntity"] = json!({"document": {"identification": company.cnpj, "rel": "CNPJ"}});
    }
    json!({"data": data})
}

/// One consent from its making to its end, and what it lets see.
async fn live(receiver: &Receiver<'_>, judge: &mut Judge, person: &Person, company: Option<&Company>) {
    let who = person.name;
    let made = receiver.post_consent(&body(person, company)).await;
    judge.consent(who, "post", "/consents", &made);
    assert_eq!(made.0, 201, "{who}: {}", made.1);
    let id = made.1["data"]["consentId"].as_str().unwrap().to_owned();
    let own = receiver.client_token().await;
    let path = format!("consents/v3/consents/{id}");
    judge.consent(who, "get", "/consents/{consentId}", &receiver.get(&path, &own).await);

    let mut asked = receiver.asked(&id);
    asked.claims["scope"] = json!(format!("{SCOPES} consent:{id}"));
    let tokens = receiver.tokens(&receiver.approved_as(&id, asked, person.login).await).await;
    judge.consent(who, "get", "/consents/{consentId}", &receiver.get(&path, &own).await);
    let mut next = Some("resources/v3/resources?page-size=25".to_owned());
    while let Some(page) = next {
        let answer = receiver.get(&page, &tokens.access).await;
        judge.resources(who, &answer);
        let more = answer.1["links"]["next"].as_str();
        next = more.map(|url| url[url.find("resources/v3").unwrap()..].to_owned());
    }
    let extensions = receiver.get(&format!("{path}/extensions"), &own).await;
    judge.consent(who, "get", "/consents/{consentId}/extensions", &extensions);
    let ended = receiver.call(Method::DELETE, &path, &own, None).await;
    assert_eq!(ended.status(), 204, "{who}");
    let after = receiver.get(&path, &own).await;
    assert_eq!(after.1["data"]["status"], "REJECTED", "{who}");
    judge.consent(who, "get", "/consents/{consentId}", &after);
}

#[tokio::test]
async fn consents_and_resources_of_everybody_look_as_described() {
    let Some(mut judge) = Judge::read() else { return };
    let receiver = shared().receiver().await;
    let people = People::new();
    let mut lived = 0;
    for person in people.all().into_iter().filter(|person| arrives(person)) {
        live(&receiver, &mut judge, person, None).await;
        for company in people.companies_of(person) {
            live(&receiver, &mut judge, person, Some(company)).await;
        }
        lived += 1;
    }
    assert!(lived > 40, "only {lived} people");
    assert!(judge.faults.is_empty(), "{} faults:\n{}", judge.faults.len(), judge.faults.join("\n"));
}

#[tokio::test]
async fn refusals_of_consents_and_resources_look_as_described() {
    let Some(mut judge) = Judge::read() else { return };
    let receiver = shared().receiver().await;
    let own = receiver.client_token().await;
    let mut wrong = receiver.consent_body();
    wrong["data"]["permissions"] = json!(["RESOURCES_READ", "ACCOUNTS_READ"]);
    let combination = receiver.post_consent(&wrong).await;
    wrong["data"]["permissions"] = json!([]);
    let none = receiver.post_consent(&wrong).await;
    let unknown = "consents/v3/consents/urn:mockbank:nobody";
    let stranger = receiver.get(unknown, &own).await;
    let anonymous = receiver.get(unknown, "nothing").await;
    let deleting = answer(receiver.call(Method::DELETE, unknown, &own, None).await).await;
    assert_eq!([combination.0, none.0, stranger.0, anonymous.0, deleting.0], [422, 400, 404, 401, 404]);
    for (verb, path, refusal) in [
        ("post", "/consents", &combination),
        ("post", "/consents", &none),
        ("get", "/consents/{consentId}", &stranger),
        ("get", "/consents/{consentId}", &anonymous),
        ("delete", "/consents/{consentId}", &deleting),
    ] {
        judge.consent("refusal", verb, path, refusal);
    }
    judge.resources("anonymous", &receiver.get("resources/v3/resources", "nothing").await);
    judge.resources("no consent", &receiver.get("resources/v3/resources", &own).await);
    assert!(judge.faults.is_empty(), "{} faults:\n{}", judge.faults.len(), judge.faults.join("\n"));
}
