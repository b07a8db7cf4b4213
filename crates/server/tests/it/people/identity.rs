//! Who somebody is: the bank's identification beside the owner that the API serves.

use serde_json::Value;
use vinculo_domain::LinkId;

use super::Who;
use super::bank::Bank;
use super::chain::Chain;

pub(super) async fn check(chain: &Chain, link: LinkId, who: Who) {
    let bank = Bank::of(chain, link).await;
    let owners = chain.client.every(&format!("/api/owners/?link={link}")).await;
    let (family, path) = match who.cnpj {
        Some(_) => ("customers-business", "/business/identifications"),
        None => ("customers-personal", "/personal/identifications"),
    };
    let identified = bank.every(family, 2, path).await;
    assert_eq!(owners.len(), identified.len(), "{who:?}");
    let key = if who.cnpj.is_some() { "businessId" } else { "personalId" };
    for theirs in &identified {
        let own = owners.iter().find(|own| own["internal_identification"] == theirs[key]);
        one(own.unwrap_or_else(|| panic!("{who:?}: no owner {}", theirs[key])), theirs, who);
    }
}

fn one(own: &Value, theirs: &Value, who: Who) {
    let (name, document, number) = match who.cnpj {
        Some(cnpj) => (&theirs["companyName"], &theirs["cnpjNumber"], cnpj),
        None => (&theirs["civilName"], &theirs["documents"]["cpfNumber"], who.cpf),
    };
    assert_eq!(&own["display_name"], name, "{who:?}");
    assert_eq!(&own["document_id"]["document_number"], document, "{who:?}");
    assert_eq!(document, number, "{who:?}");
    let contacts = &theirs["contacts"];
    for (ours, key, theirs) in [
        (&own["emails"], "email", &contacts["emails"]),
        (&own["phone_numbers"], "number", &contacts["phones"]),
        (&own["addresses"], "address", &contacts["postalAddresses"]),
    ] {
        let count = |list: &Value| list.as_array().map_or(0, Vec::len);
        assert_eq!(count(ours), count(theirs), "{who:?} {key}");
        if key != "number" {
            let texts = |list: &Value| -> Vec<Value> {
                list.as_array().into_iter().flatten().map(|i| i[key].clone()).collect()
            };
            assert_eq!(texts(ours), texts(theirs), "{who:?} {key}");
        }
    }
    assert!(own["financial_profile"].is_object() && own["financial_relation"].is_object(), "{who:?}");
}
