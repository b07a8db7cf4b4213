//! The sandbox's people, from the bank's JSON over mTLS to the API: every answer fits the API's description, and what is
//! served equals what the bank has, to the cent.

use std::collections::BTreeSet;

mod bank;
#[path = "../../../../connector/tests/it/journey/browser.rs"]
mod browser;
mod chain;
#[path = "../../../../domain/tests/it/description.rs"]
mod description;
mod shape;
mod sums;

/// What the browser looks for.
mod network {
    pub(super) const CALLBACK: &str = super::CALLBACK;
}

const CALLBACK: &str = "https://receiver.test/api/consents/callback/";

/// Somebody to share: CPF and login, and a company's CNPJ.
#[derive(Debug, Clone, Copy)]
struct Who {
    cpf: &'static str,
    login: &'static str,
    cnpj: Option<&'static str>,
}

const fn person(cpf: &'static str, login: &'static str) -> Who {
    Who { cpf, login, cnpj: None }
}

const fn company(cnpj: &'static str, who: Who) -> Who {
    Who { cnpj: Some(cnpj), ..who }
}

const RALPH: Who = person("76109277673", "ralph.bragg@gmail.com");
const ALICE: Who = person("08116143018", "alice.silva@email.com");
const LILIAN: Who = person("37964623168", "lilian.psicologia@email.com");

/// The people of the network's table (open-finance-brasil 19.1), companies included. Gabriel's accounts wait for a second
/// approver and cannot be read.
const PEOPLE: [Who; 16] = [
    RALPH,
    company("50685362006773", RALPH),
    person("96644087000", "janice.matos@email.com"),
    company("43053510000130", LILIAN),
    company("5W685362006744", ALICE),
    ALICE,
    person("21858449030", "bruno.souza@email.com"),
    person("61932335048", "carolina.oliveira@email.com"),
    person("50681017023", "diego.santos@email.com"),
    person("66564659008", "fernanda.lima@hotmail.com"),
    person("45789141005", "gustavo.ferreira@email.com"),
    person("14072766038", "helena.costa@yahoo.com"),
    person("77039495074", "igor.rodrigues@email.com"),
    person("49765577079", "juliana.alves@email.com"),
    person("57541317047", "lucas.pereira@email.com"),
    LILIAN,
];

#[tokio::test]
async fn what_is_served_fits_its_description_and_equals_what_the_bank_has() {
    let chain = chain::Chain::start().await;
    let mut wrong = BTreeSet::new();
    for who in PEOPLE {
        let link = chain.connect(who).await;
        wrong.extend(shape::check(&chain, link, who).await);
        sums::check(&chain, link, who).await;
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
