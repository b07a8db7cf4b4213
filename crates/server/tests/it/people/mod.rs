//! The sandbox's people, from the bank's JSON over mTLS to the API: every answer fits the API's description, and what is
//! served equals what the bank has, to the cent.

use std::collections::BTreeSet;

mod bank;
#[path = "../../../../connector/tests/it/journey/browser.rs"]
mod browser;
mod chain;
#[path = "../../../../domain/tests/it/description.rs"]
mod description;
mod holdings;
mod identity;
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
const MARTA: Who = person("24184276504", "marta.braga@email.com");
const TANIA: Who = person("84054560075", "tania.dias@email.com");
const MAURO: Who = person("80908253036", "mauro.nascimento@email.com");
const RODRIGO: Who = person("83181022071", "rodrigo.correa@email.com");
const NATALI: Who = person("37581505073", "natali.fontes@email.com");
const SONIA: Who = person("17408474072", "sonia.bittencourt@email.com");
const RENATO: Who = person("57428506034", "renato.valadares@email.com");
const IVONE: Who = person("34083740078", "ivone.sampaio@email.com");
const CLAUDIO: Who = person("39199643065", "claudio.menezes@email.com");
const BERENICE: Who = person("94478415030", "berenice.campos@email.com");
const OTAVIO: Who = person("24974145053", "otavio.prates@email.com");
const LIVIA: Who = person("70127551050", "livia.cordeiro@email.com");

/// Everybody of the sandbox, companies included, but for those who cannot come to a link whose data is there: the accounts
/// of Gabriel and Regina wait for a second approver, Murilo refuses, and Sarah's bank gathers for half a minute of real time.
const PEOPLE: [Who; 53] = [
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
    company("50685362000673", RALPH),
    person("74930176972", "bruno.psicologia@email.com"),
    person("85631619709", "carlos.psicologia@email.com"),
    person("07423913537", "lucas.psicologia@email.com"),
    person("36095824990", "jorge.psicologia@email.com"),
    person("53580793004", "tatiana.galvao@email.com"),
    person("10117409073", "eliane.melo@email.com"),
    MARTA,
    company("00416968000101", MARTA),
    person("15719158502", "deise.henrique@email.com"),
    person("33582750787", "estevao.ribas@email.com"),
    person("64258217018", "adriano.angelim@email.com"),
    person("28728862813", "carla.rios@email.com"),
    TANIA,
    company("05830916000192", TANIA),
    MAURO,
    company("74899188000198", MAURO),
    RODRIGO,
    company("34541366000190", RODRIGO),
    NATALI,
    company("37091138000153", NATALI),
    SONIA,
    company("78152049000157", SONIA),
    RENATO,
    company("12618299000121", RENATO),
    IVONE,
    company("07123288000130", IVONE),
    CLAUDIO,
    company("80326748000118", CLAUDIO),
    BERENICE,
    company("85443926000104", BERENICE),
    OTAVIO,
    company("60667129000180", OTAVIO),
    LIVIA,
    company("30867497000100", LIVIA),
    person("96362357086", "alice.prado@email.com"),
    person("78628584099", "roberto.prado@email.com"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_served_fits_its_description_and_equals_what_the_bank_has() {
    // Each half at a bank and a receiver of its own, side by side.
    let halves = [0, 1].map(|half| tokio::spawn(half_of_them(half)));
    let (mut wrong, mut held) = (BTreeSet::new(), 0);
    for half in halves {
        let (faults, seen) = half.await.unwrap();
        wrong.extend(faults);
        held += seen;
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(held > 500, "investments, movements, exchanges: {held}");
}

async fn half_of_them(half: usize) -> (BTreeSet<String>, usize) {
    let chain = chain::Chain::start().await;
    let (mut wrong, mut held) = (BTreeSet::new(), 0);
    for who in PEOPLE.into_iter().skip(half).step_by(2) {
        let link = chain.connect(who).await;
        wrong.extend(shape::check(&chain, link, who).await);
        identity::check(&chain, link, who).await;
        sums::check(&chain, link, who).await;
        held += holdings::check(&chain, link, who).await;
    }
    (wrong, held)
}
