//! What lists filter on.

use crate::openapi::shape::Operators::{Bare, Compare, Contains, In, Only, OnlyList};
use crate::openapi::shape::{Filter, Kind, Operators};

pub(super) const fn filter(name: &'static str, kind: Kind, operators: Operators) -> Filter {
    Filter { name, kind, operators, required: false }
}

pub(super) const LINK: Filter = filter("link", Kind::Uuid, In);
pub(super) const REQUIRED_LINK: Filter = Filter { required: true, ..LINK };
pub(super) const ID: Filter = filter("id", Kind::Uuid, In);
pub(super) const ACCOUNT: Filter = filter("account", Kind::Uuid, In);
pub(super) const CREATED: Filter = filter("created_at", Kind::Moment, Compare);
pub(super) const COLLECTED: Filter = filter("collected_at", Kind::Moment, Compare);
pub(super) const VALUE_DATE: Filter = filter("value_date", Kind::Day, Compare);
pub(super) const EXTERNAL_ID: Filter = filter("external_id", Kind::Text, In);
pub(super) const INSTITUTION: Filter = filter("institution", Kind::Institution, In);
pub(super) const CURRENCY: Filter = filter("currency", Kind::Currency, In);

pub(super) const SYNC: &[Filter] = &[
    Filter { operators: Bare, ..REQUIRED_LINK },
    filter("cursor", Kind::Cursor, Bare),
    filter("page_size", Kind::Count, Bare),
];

pub(super) const INSTITUTIONS: &[Filter] = &[
    filter("name", Kind::Institution, In),
    filter("display_name", Kind::Text, Bare),
    filter("website", Kind::Text, Bare),
    filter("status", Kind::Choice(&["healthy", "down"]), In),
    filter("country_code", Kind::Country, In),
    filter("type", Kind::Choice(&["bank", "fiscal", "employment", "retail", "business"]), In),
    filter("resources", Kind::Word, OnlyList("__allin")),
];

pub(super) const LINKS: &[Filter] = &[
    ID,
    INSTITUTION,
    filter("access_mode", Kind::Choice(&["single", "recurrent"]), Bare),
    CREATED,
    filter("created_by", Kind::Uuid, OnlyList("__not_in")),
    EXTERNAL_ID,
    filter("institution_user_id", Kind::Text, In),
    filter("refresh_rate", Kind::Choice(&["6h", "12h", "24h", "7d", "30d"]), Bare),
    filter("status", Kind::Choice(&["valid", "invalid", "unconfirmed", "token_required"]), In),
];

pub(in crate::openapi) const CONSENT_STATUSES: &[&str] =
    &["AWAITING_AUTHORISATION", "AWAITING_AUTHORISATION_CONFIRMATION", "AUTHORISED", "REJECTED", "EXPIRED"];

pub(super) const CONSENTS: &[Filter] = &[
    filter("user_document", Kind::Document, Bare),
    filter("document_number", Kind::Document, Bare),
    LINK,
    filter("link_id", Kind::Uuid, In),
    filter("status", Kind::Choice(CONSENT_STATUSES), In),
];

pub(super) const OWNERS: &[Filter] =
    &[LINK, ID, CREATED, filter("email", Kind::Email, Bare), filter("display_name", Kind::Text, Only("__icontains"))];

pub(super) const ACCOUNTS: &[Filter] = &[
    LINK,
    ID,
    filter("balance__available", Kind::Money, Compare),
    filter("balance__current", Kind::Money, Compare),
    filter("category", Kind::Choice(CATEGORIES), In),
    CREATED,
    CURRENCY,
    INSTITUTION,
    filter("name", Kind::Text, Contains),
    filter("number", Kind::Text, In),
    filter("public_identification_name", Kind::Text, Bare),
    filter("public_identification_value", Kind::Text, Bare),
    filter("type", Kind::Text, In),
];

pub(super) const CATEGORIES: &[&str] = &[
    "ADVANCE_DEPOSIT_ACCOUNT",
    "CHECKING_ACCOUNT",
    "CREDIT_CARD",
    "FINANCING_ACCOUNT",
    "INVESTMENT_ACCOUNT",
    "INVOICE_FINANCING_ACCOUNT",
    "LOAN_ACCOUNT",
    "PENSION_FUND_ACCOUNT",
    "SAVINGS_ACCOUNT",
    "UNCATEGORIZED",
];

pub(super) const BALANCES: &[Filter] = &[REQUIRED_LINK, ACCOUNT, ID, COLLECTED, CREATED];

pub(super) const BILLS: &[Filter] =
    &[REQUIRED_LINK, ID, ACCOUNT, filter("due_date", Kind::Day, Compare), COLLECTED, CREATED];

pub(super) const TRANSACTIONS: &[Filter] = &[
    REQUIRED_LINK,
    ID,
    ACCOUNT,
    filter("account__balance__available", Kind::Money, Compare),
    filter("account__balance__current", Kind::Money, Compare),
    filter("account_type", Kind::Text, In),
    filter("accounting_date", Kind::Day, Compare),
    filter("amount", Kind::Money, Compare),
    COLLECTED,
    CREATED,
    CURRENCY,
    filter("credit_card_data__bill_name", Kind::Text, In),
    filter("reference", Kind::Text, In),
    filter("status", Kind::Choice(&["PENDING", "PROCESSED", "UNCATEGORIZED"]), In),
    filter("type", Kind::Choice(&["INFLOW", "OUTFLOW"]), In),
    VALUE_DATE,
];

/// The values of the field, and the names that Belvo's description has for the filter.
pub(super) const KINDS: &[&str] = &[
    "FIXED_INCOME_BANKING",
    "FIXED_INCOME_CREDIT",
    "VARIABLE_INCOME",
    "INVESTMENT_FUND",
    "TREASURY_BOND",
    "BANCARIA",
    "CREDITO",
    "VARIABLE",
    "FUND",
    "BOND",
];

pub(super) const MOVEMENTS: &[&str] = &[
    "INFLOW",
    "OUTFLOW",
    "FIXED_INCOME_BANKING",
    "FIXED_INCOME_CREDIT",
    "VARIABLE_INCOME",
    "INVESTMENT_FUND",
    "TREASURY_BOND",
    "BANCARIA",
    "CREDITO",
    "VARIABLE",
    "FUND",
    "BOND",
];

pub(super) const INVESTMENTS: &[Filter] =
    &[REQUIRED_LINK, ID, filter("type", Kind::Choice(KINDS), In), CREATED, COLLECTED];
pub(super) const PORTFOLIOS: &[Filter] = &[LINK, ID, filter("type", Kind::Choice(KINDS), In), CREATED, COLLECTED];
pub(super) const INVESTMENT_TRANSACTIONS: &[Filter] =
    &[REQUIRED_LINK, ID, filter("type", Kind::Choice(MOVEMENTS), In), VALUE_DATE, CREATED, COLLECTED];
pub(super) const EXCHANGES: &[Filter] = &[REQUIRED_LINK, ID, COLLECTED, CREATED];

pub(in crate::openapi) const DELIVERY_STATUSES: &[&str] = &["pending", "delivered", "failed", "held"];

pub(super) const DELIVERIES: &[Filter] = &[
    filter("webhook_id", Kind::Event, In),
    filter("status", Kind::Choice(DELIVERY_STATUSES), In),
    filter("webhook_type", Kind::EventType, In),
    LINK,
    CREATED,
];

pub(super) const SESSIONS: &[Filter] =
    &[filter("status", Kind::Choice(&["open", "success", "exited", "expired"]), In), EXTERNAL_ID, LINK, CREATED];
