//! The data of the sandbox's people.

use std::collections::HashSet;

use vinculo_connector::{Connector, SharedResourceStatus};
use vinculo_domain::model::{AccountCategory, Direction, OwnerContent};

use super::network::{ALICE, JANICE, Network, RALPH, Visit, as_json, find, year};

#[tokio::test]
async fn a_persons_data() {
    let network = Network::start().await;
    let connector = network.connector();
    let institution = find(&connector, "ofmockbank_br_retail").await;
    let visit = Visit { connector: &connector, institution: institution.clone(), who: RALPH };
    let (consent, tokens) = visit.connect().await;
    let access = visit.access(&consent, &tokens);

    let resources = connector.resources(&access).await.unwrap();
    assert!(!resources.is_empty());
    assert!(resources.iter().all(|resource| resource.status == SharedResourceStatus::Available));

    let owners = connector.owners(&access).await.unwrap();
    assert_eq!(owners.len(), 1);
    let OwnerContent::Individual(owner) = &owners[0].content else { panic!("a person") };
    assert_eq!(owner.display_name, "Ralph Bragg");
    assert_eq!(owner.document_id.document_number, RALPH.cpf);
    assert!(owner.financial_profile.is_some() && owner.financial_relation.is_some());
    assert!(owner.email.is_some() && owner.address.is_some() && owner.phone_number.is_some());

    let readings = connector.accounts(&access).await.unwrap();
    assert_eq!(readings.len(), resources.iter().filter(|resource| resource.kind == "ACCOUNT").count());
    let checking = readings.iter().find(|r| r.account.category == Some(AccountCategory::Checking)).unwrap();
    assert_eq!(checking.account.public_identification_value.as_deref(), Some("6272/94088392-4"));
    assert!(checking.account.overdraft.is_some());
    let balance = checking.balance.as_ref().unwrap();
    assert_eq!(Some(balance.content.available), checking.account.balance.available);
    let alone = connector.balance(&access, &checking.account.internal_identification).await.unwrap();
    assert_eq!(alone.content.available, balance.content.available);

    let page =
        connector.transactions_page(&access, &checking.account.internal_identification, year(), None).await.unwrap();
    assert!(page.items.len() > 25, "{}", page.items.len());
    assert!(page.items.iter().any(|item| item.content.direction == Some(Direction::Inflow)));
    assert!(page.items.iter().any(|item| item.content.counterparty.is_some()));
    for item in &page.items {
        let json = as_json(&item.content);
        assert!(json["amount"].as_f64().unwrap() >= 0.0);
        assert!(json["description"].is_string() && json["operation_type"].is_string());
    }
}

#[tokio::test]
async fn twenty_five_hundred_transactions_come_once_each() {
    let network = Network::start().await;
    let connector = network.connector();
    let institution = find(&connector, "ofmockbank_br_retail").await;
    let visit = Visit { connector: &connector, institution, who: JANICE };
    let (consent, tokens) = visit.connect().await;
    let access = visit.access(&consent, &tokens);
    let readings = connector.accounts(&access).await.unwrap();
    let account = readings.iter().find(|r| r.account.category == Some(AccountCategory::Checking)).unwrap();
    let id = &account.account.internal_identification;
    let (mut keys, mut pages, mut count, mut next) = (HashSet::new(), 0, 0, None);
    loop {
        let page = connector.transactions_page(&access, id, year(), next.as_ref()).await.unwrap();
        pages += 1;
        count += page.items.len();
        keys.extend(page.items.into_iter().map(|item| item.bank_key));
        next = page.next;
        if next.is_none() {
            break;
        }
    }
    assert!(count >= 2500, "{count}");
    assert!(pages >= 6, "{pages}");
    assert_eq!(keys.len(), count);
}

#[tokio::test]
async fn a_companys_data_with_letters_in_the_cnpj() {
    let network = Network::start().await;
    let connector = network.connector();
    let institution = find(&connector, "ofmockbank_br_business").await;
    let visit = Visit { connector: &connector, institution, who: ALICE };
    let (consent, tokens) = visit.connect().await;
    let access = visit.access(&consent, &tokens);
    let owners = connector.owners(&access).await.unwrap();
    let OwnerContent::Business(owner) = &owners[0].content else { panic!("a company") };
    assert_eq!(owner.document_id.document_number, "5W685362006744");
    assert!(!owner.parties.is_empty() && owner.financial_profile.is_some());
    assert!(!connector.accounts(&access).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_refreshed_token_reads_on() {
    let network = Network::start().await;
    let connector = network.connector();
    let institution = find(&connector, "ofmockbank_br_retail").await;
    let visit = Visit { connector: &connector, institution: institution.clone(), who: RALPH };
    let (consent, tokens) = visit.connect().await;
    let refresh = tokens.refresh_token.clone().unwrap();
    let fresh = connector.refresh(&institution, &refresh).await.unwrap();
    assert!(fresh.refresh_token.is_some());
    connector.accounts(&visit.access(&consent, &fresh)).await.unwrap();
}
