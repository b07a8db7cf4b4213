//! What a webhook says (reference: belvo-api 11.2 and 11.3): eight keys, always all of them, in this order. Counts and
//! ids, never records.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;
use vinculo_domain::{EventCode, EventType, LinkId, ProcessType, Resource};

/// The body of a webhook.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Payload {
    /// 32 lower-case hex characters; the same in every attempt to deliver.
    pub webhook_id: String,
    /// What it is about.
    pub webhook_type: &'static str,
    /// The first pull or a scheduled one.
    pub process_type: &'static str,
    /// What happened.
    pub webhook_code: &'static str,
    /// The link; `null` for a widget session that made none.
    pub link_id: Option<LinkId>,
    /// Dashed UUID of the request or round that led to the event.
    pub request_id: Uuid,
    /// The application's own name for the user, where the link has one.
    pub external_id: Option<String>,
    /// Counts and ids.
    pub data: Map<String, Value>,
}

impl Payload {
    /// Puts a body together.
    pub fn new(webhook_id: String, kind: EventType, code: EventCode, process: ProcessType) -> Self {
        Self {
            webhook_id,
            webhook_type: kind.as_str(),
            process_type: process.as_str(),
            webhook_code: code.as_str(),
            link_id: None,
            request_id: Uuid::nil(),
            external_id: None,
            data: Map::new(),
        }
    }
}

/// What a round found of one resource.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counts {
    /// Records that the round found.
    pub total: u64,
    /// Those of them that brought money in.
    pub inflow: u64,
    /// Those of them that took money out.
    pub outflow: u64,
    /// Day of the oldest one.
    pub first: Option<Date>,
    /// Day of the newest one.
    pub last: Option<Date>,
}

/// Why a resource could not be had, as `data.errors` says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResourceError {
    /// Public code, as in the API's errors.
    pub code: String,
    /// Text for the application.
    pub message: String,
}

/// Returns `data` of a `historical_update`. `errors` appears only where something failed.
pub fn historical(resource: Resource, counts: &Counts, errors: &[ResourceError]) -> Map<String, Value> {
    let mut data = Map::new();
    data.insert(total_key(resource).to_owned(), json!(counts.total));
    if matches!(resource, Resource::Transactions | Resource::InvestmentTransactions) {
        data.insert("total_inflow_transactions".to_owned(), json!(counts.inflow));
        data.insert("total_outflow_transactions".to_owned(), json!(counts.outflow));
        data.insert("first_transaction_date".to_owned(), json!(counts.first.map(|day| day.to_string())));
        data.insert("last_transaction_date".to_owned(), json!(counts.last.map(|day| day.to_string())));
    }
    if !errors.is_empty() {
        data.insert("errors".to_owned(), json!(errors));
    }
    data
}

/// Returns `data` of a `new_…_available`: how many are new.
pub fn recurrent(resource: Resource, new: i64) -> Map<String, Value> {
    let mut data = Map::new();
    data.insert(format!("new_{}", resource.as_str().to_lowercase()), json!(new));
    data
}

fn total_key(resource: Resource) -> &'static str {
    match resource {
        Resource::Owners => "total_owners",
        Resource::Accounts => "total_accounts",
        Resource::Balances => "total_balances",
        Resource::Transactions | Resource::InvestmentTransactions => "total_transactions",
        Resource::Bills => "total_bills",
        Resource::Investments => "total_investments",
        Resource::Exchanges => "total_exchanges",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_has_its_eight_keys_in_order() {
        let mut payload = Payload::new(
            "aadf41a1fc8e4f79a49f7f04027ac999".into(),
            EventType::Resource(Resource::Transactions),
            EventCode::HistoricalUpdate,
            ProcessType::HistoricalUpdate,
        );
        payload.link_id = Some("2f8ca7a1-c28f-46f2-bb41-21633099a280".parse().unwrap());
        payload.request_id = "4363b08b-51eb-4350-9c74-5df5ac92a7f6".parse().unwrap();
        payload.external_id = Some("your_external_id".into());
        let counts = Counts {
            total: 19,
            inflow: 10,
            outflow: 9,
            first: Some("2017-01-03".parse().unwrap()),
            last: Some("2020-03-25".parse().unwrap()),
        };
        payload.data = historical(Resource::Transactions, &counts, &[]);
        assert_eq!(
            serde_json::to_string(&payload).unwrap(),
            r#"{"webhook_id":"aadf41a1fc8e4f79a49f7f04027ac999","webhook_type":"TRANSACTIONS","process_type":"historical_update","webhook_code":"historical_update","link_id":"2f8ca7a1-c28f-46f2-bb41-21633099a280","request_id":"4363b08b-51eb-4350-9c74-5df5ac92a7f6","external_id":"your_external_id","data":{"total_transactions":19,"total_inflow_transactions":10,"total_outflow_transactions":9,"first_transaction_date":"2017-01-03","last_transaction_date":"2020-03-25"}}"#
        );
    }

    #[test]
    fn absent_values_are_null_and_never_left_out() {
        let payload = Payload::new("a".into(), EventType::Link, EventCode::LinkDeleted, ProcessType::HistoricalUpdate);
        let value = serde_json::to_value(&payload).unwrap();
        assert_eq!(value["link_id"], Value::Null);
        assert_eq!(value["external_id"], Value::Null);
        assert_eq!(value["data"], json!({}));
        assert_eq!(value.as_object().unwrap().len(), 8);
    }

    #[test]
    fn every_resource_names_its_total_and_errors_show_only_on_failure() {
        let keys: Vec<String> = Resource::ALL
            .into_iter()
            .map(|resource| historical(resource, &Counts::default(), &[]).keys().next().unwrap().clone())
            .collect();
        assert_eq!(
            keys,
            [
                "total_owners",
                "total_accounts",
                "total_balances",
                "total_bills",
                "total_transactions",
                "total_investments",
                "total_transactions",
                "total_exchanges"
            ]
        );
        let error = ResourceError { code: "institution_down".into(), message: "x".into() };
        let failed = historical(Resource::Owners, &Counts::default(), &[error]);
        assert_eq!(
            Value::Object(failed),
            json!({"total_owners": 0, "errors": [{"code": "institution_down", "message": "x"}]})
        );
    }
}
