use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::time::{micros, seconds};
use super::words::words;
use super::{Ids, Record};
use crate::{Amount, ExchangeEventId, ExchangeId, LinkId, Rate};

/// A foreign exchange operation (`belvo-api.md`, 10.11).
pub type Exchange = Record<ExchangeHead, ExchangeContent>;

/// One event in the life of an [`Exchange`] (`ExchangeHistory`).
pub type ExchangeEvent = Record<ExchangeEventHead, ExchangeEventContent>;

/// Ids and times of an [`Exchange`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ExchangeHead {
    /// Our id.
    pub id: ExchangeId,
    /// Link that the operation belongs to.
    pub link: Option<LinkId>,
    /// When the record was first stored.
    #[serde(with = "micros")]
    #[schemars(with = "Timestamp")]
    pub created_at: Timestamp,
    /// When the institution gave this reading.
    #[serde(with = "micros")]
    #[schemars(with = "Timestamp")]
    pub collected_at: Timestamp,
}

/// Ids and times of an [`ExchangeEvent`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ExchangeEventHead {
    /// Our id.
    pub id: ExchangeEventId,
    /// Link that the operation belongs to.
    pub link: Option<LinkId>,
    /// The operation.
    pub exchange_id: ExchangeId,
    /// When the record was first stored.
    #[serde(with = "micros")]
    #[schemars(with = "Timestamp")]
    pub created_at: Timestamp,
    /// When the institution gave this reading.
    #[serde(with = "micros")]
    #[schemars(with = "Timestamp")]
    pub collected_at: Timestamp,
}

words! {
    /// What the client does with foreign currency.
    ExchangeType { Purchase = "COMPRA", Sale = "VENDA" }

    /// How foreign currency is handed over, by the code of the central bank.
    SettlementMethod {
        SightCredit = "CARTA_CREDITO_A_VISTA",
        TermCredit = "CARTA_CREDITO_A_PRAZO",
        Deposit = "CONTA_DEPOSITO",
        ForeignDeposit = "CONTA_DEPOSITO_MOEDA_ESTRANGEIRA_PAIS",
        ExporterAbroad = "CONTA_DEPOSITO_EXPORTADOR_MANTIDA_NO_EXTERIOR",
        ExporterPayment = "CONTA_DEPOSITO_OU_PAGAMENTO_EXPORTADOR_INSTITUICAO_EXTERIOR",
        Reciprocal = "CONVENIO_PAGAMENTOS_E_CREDITOS_RECIPROCOS",
        Cheque = "CHEQUE",
        Cash = "ESPECIE_CHEQUES_VIAGEM",
        PrepaidCard = "CARTAO_PREPAGO",
        Transfer = "TELETRANSMISSAO",
        Securities = "TITULOS_VALORES",
        Symbolic = "SIMBOLICA",
        NoMovement = "SEM_MOVIMENTACAO_VALORES",
        Others = "DEMAIS",
        Unmapped = "OUTRO_NAO_MAPEADO_OFB",
    }
}

impl SettlementMethod {
    /// Reads a value of the network; one that the API does not know counts as not mapped.
    pub fn from_network(text: &str) -> Self {
        serde_json::from_value(serde_json::Value::String(text.to_owned())).unwrap_or(Self::Unmapped)
    }
}

/// What happened to an operation: the code of the central bank, a number on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ExchangeEventKind {
    /// 1.
    Contract,
    /// 2.
    Change,
    /// 3.
    Cancellation,
    /// 4.
    Settlement,
    /// 5.
    WriteOff,
    /// 6.
    Reinstatement,
    /// 9.
    Nullification,
}

impl ExchangeEventKind {
    /// All kinds.
    pub const ALL: [Self; 7] = [
        Self::Contract,
        Self::Change,
        Self::Cancellation,
        Self::Settlement,
        Self::WriteOff,
        Self::Reinstatement,
        Self::Nullification,
    ];

    /// Returns the code.
    pub fn code(self) -> u8 {
        match self {
            Self::Contract => 1,
            Self::Change => 2,
            Self::Cancellation => 3,
            Self::Settlement => 4,
            Self::WriteOff => 5,
            Self::Reinstatement => 6,
            Self::Nullification => 9,
        }
    }

    /// Reads a code.
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

impl Serialize for ExchangeEventKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(self.code())
    }
}

impl schemars::JsonSchema for ExchangeEventKind {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ExchangeEventKind".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "integer", "enum": Self::ALL.map(Self::code).to_vec() })
    }
}

impl<'de> Deserialize<'de> for ExchangeEventKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_code(u8::deserialize(deserializer)?).ok_or_else(|| serde::de::Error::custom("no event type"))
    }
}

/// A CNPJ where the API wants a number. One with letters, which no number can hold, is written as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(untagged)]
pub enum CompanyNumber {
    /// Digits only; leading zeros are lost.
    Digits(u64),
    /// With letters.
    Letters(String),
}

impl CompanyNumber {
    /// Takes a CNPJ without punctuation.
    pub fn new(cnpj: &str) -> Self {
        let digits = cnpj.len() <= 14 && cnpj.bytes().all(|byte| byte.is_ascii_digit());
        match cnpj.parse() {
            Ok(number) if digits => Self::Digits(number),
            _ => Self::Letters(cnpj.to_owned()),
        }
    }
}

/// What the institution said about an operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ExchangeContent {
    /// Identifier at the institution.
    pub operation_identifier: String,
    /// Number at the central bank, once registered.
    pub operation_number: Option<String>,
    /// Purchase or sale.
    pub operation_type: ExchangeType,
    /// When it was asked for.
    #[serde(with = "seconds")]
    #[schemars(with = "Timestamp")]
    pub operation_requested_at: Timestamp,
    /// CNPJ of the institution that may trade currency.
    pub authorized_institution_identifier: CompanyNumber,
    /// Its name.
    pub authorized_institution_name: String,
    /// CNPJ of the one between.
    pub intermediary_institution_identifier: Option<CompanyNumber>,
    /// Its name.
    pub intermediary_institution_name: Option<String>,
    /// When it falls due.
    pub operation_due_date: Date,
    /// The rate.
    pub local_operation_tax_amount: Rate,
    /// Its currency.
    pub local_operation_tax_currency: String,
    /// Value in local currency.
    pub local_operation_value_amount: Amount,
    /// Its currency.
    pub local_operation_value_currency: String,
    /// Value in foreign currency.
    pub foreign_operation_value_amount: Amount,
    /// Its currency.
    pub foreign_operation_value_currency: String,
    /// Still to be settled.
    pub operation_outstanding_balance_amount: Option<Amount>,
    /// Its currency.
    pub operation_outstanding_balance_currency: Option<String>,
    /// All-in cost (VET).
    pub tev_amount_amount: Option<Rate>,
    /// Its currency.
    pub tev_amount_currency: Option<String>,
    /// Share of local currency paid in advance.
    pub local_currency_advance_percentage: Option<Rate>,
    /// How the foreign currency is handed over.
    pub settlement_method: Option<SettlementMethod>,
    /// Nature of the operation at the central bank.
    pub operation_category_code: String,
}

/// What the institution said about an event: what changed, and nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ExchangeEventContent {
    /// Identifier of the operation at the institution.
    pub operation_identifier: String,
    /// Sequence number at the central bank.
    pub event_sequence_number: String,
    /// What happened.
    pub event_type: ExchangeEventKind,
    /// When.
    #[serde(with = "seconds")]
    #[schemars(with = "Timestamp")]
    pub event_created_at: Timestamp,
    /// When the operation falls due from now on.
    pub operation_due_date: Option<Date>,
    /// The rate.
    pub local_operation_tax_amount: Option<Rate>,
    /// Its currency.
    pub local_operation_tax_currency: Option<String>,
    /// Value in local currency.
    pub local_operation_value_amount: Option<Amount>,
    /// Its currency.
    pub local_operation_value_currency: Option<String>,
    /// Value in foreign currency.
    pub foreign_operation_value_amount: Option<Amount>,
    /// Its currency.
    pub foreign_operation_value_currency: Option<String>,
    /// Still to be settled.
    pub operation_outstanding_balance_amount: Option<Amount>,
    /// Its currency.
    pub operation_outstanding_balance_currency: Option<String>,
    /// All-in cost (VET).
    pub tev_amount_amount: Option<Rate>,
    /// Its currency.
    pub tev_amount_currency: Option<String>,
    /// Share of local currency paid in advance.
    pub local_currency_advance_percentage: Option<Rate>,
    /// How the foreign currency is handed over.
    pub settlement_method: Option<SettlementMethod>,
    /// Nature of the operation at the central bank.
    pub operation_category_code: Option<String>,
    /// Relation to the party abroad.
    pub foreign_partie_relationship_code: Option<String>,
    /// Its name.
    pub foreign_partie_name: Option<String>,
    /// Its country, two letters.
    pub foreign_partie_country_code: Option<String>,
}

/// An operation as the institution gave it, with its history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExchangeDraft {
    /// What it said.
    pub content: ExchangeContent,
    /// What happened to it.
    pub events: Vec<ExchangeEventDraft>,
}

/// An event as the institution gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExchangeEventDraft {
    /// What it said.
    pub content: ExchangeEventContent,
}

impl ExchangeDraft {
    /// Returns the identity at the institution, for ids that stay the same when it is read again.
    pub fn bank_key(&self) -> &str {
        &self.content.operation_identifier
    }

    /// Adds what is ours.
    pub fn with_ids(self, ids: Ids<ExchangeId>) -> Exchange {
        let Ids { id, link, collected_at, created_at } = ids;
        Record { head: ExchangeHead { id, link, created_at, collected_at }, content: self.content }
    }
}

impl ExchangeEventDraft {
    /// Returns the identity within the operation. The sequence number alone would do; some banks number anew for each
    /// kind of event.
    pub fn bank_key(&self) -> String {
        format!("{}:{}", self.content.event_sequence_number, self.content.event_type.code())
    }

    /// Adds what is ours.
    pub fn with_ids(self, ids: Ids<ExchangeEventId>, exchange_id: ExchangeId) -> ExchangeEvent {
        let Ids { id, link, collected_at, created_at } = ids;
        Record { head: ExchangeEventHead { id, link, exchange_id, created_at, collected_at }, content: self.content }
    }
}
