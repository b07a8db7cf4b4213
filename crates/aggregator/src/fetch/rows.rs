//! From drafts to rows: our ids and times are added, the body is written once, as the API serves it.

use jiff::Timestamp;
use serde::Serialize;
use vinculo_connector::AccountReading;
use vinculo_domain::model::{AccountDraft, BalanceDraft, BillDraft, Ids, OwnerContent, OwnerDraft, TransactionDraft};
use vinculo_domain::{AccountId, BalanceId, BillId, LinkId, OwnerId, TransactionId};
use vinculo_store::{Known, Link, NewAccount, NewBalance, NewBill, NewOwner, NewTransaction};

use crate::Error;

pub(super) fn ids<T>(known: Known<T>, link: LinkId, collected_at: Timestamp) -> Ids<T> {
    Ids { id: known.id, link: Some(link), collected_at, created_at: known.created_at }
}

pub(super) fn body(record: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(record).map_err(|_| Error::Corrupt("record"))
}

/// A word of the API as text.
pub(super) fn word(value: &impl Serialize) -> Option<String> {
    serde_json::to_value(value).ok()?.as_str().map(str::to_owned)
}

pub(crate) fn owner_row(
    draft: OwnerDraft,
    known: Known<OwnerId>,
    link: &Link,
    now: Timestamp,
) -> Result<NewOwner, Error> {
    let email = match &draft.content {
        OwnerContent::Individual(owner) => owner.email.clone(),
        OwnerContent::Business(owner) => owner.email.clone(),
    };
    let bank_key = draft.bank_key().to_owned();
    let record = draft.with_ids(ids(known, link.id, now));
    Ok(NewOwner {
        id: known.id,
        bank_key,
        email,
        created_at: known.created_at,
        collected_at: now,
        body: body(&record)?,
    })
}

pub(crate) fn account_row(
    draft: AccountDraft,
    known: Known<AccountId>,
    link: &Link,
    now: Timestamp,
) -> Result<NewAccount, Error> {
    let record = draft.clone().with_ids(ids(known, link.id, now), link.institution.clone(), Some(now));
    Ok(NewAccount {
        id: known.id,
        bank_key: draft.bank_key().to_owned(),
        institution: link.institution.clone(),
        category: draft.category.as_ref().and_then(word),
        kind: draft.kind.clone(),
        currency: Some(draft.currency.clone()),
        number: draft.number.clone(),
        public_identification_name: draft.public_identification_name.clone(),
        public_identification_value: draft.public_identification_value.clone(),
        balance_current: draft.balance.current,
        balance_available: draft.balance.available,
        created_at: known.created_at,
        collected_at: now,
        body: body(&record)?,
    })
}

pub(crate) fn balance_row(
    draft: BalanceDraft,
    known: Known<BalanceId>,
    account: AccountId,
    link: &Link,
    now: Timestamp,
) -> Result<NewBalance, Error> {
    let record = draft.with_ids(ids(known, link.id, now), account);
    Ok(NewBalance { id: known.id, account, created_at: known.created_at, collected_at: now, body: body(&record)? })
}

pub(crate) fn bill_row(draft: BillDraft, known: Known<BillId>, link: &Link, now: Timestamp) -> Result<NewBill, Error> {
    let (bank_key, due_date) = (draft.bank_key().to_owned(), draft.due_date);
    let record = draft.with_ids(ids(known, link.id, now));
    Ok(NewBill {
        id: known.id,
        bank_key,
        due_date,
        created_at: known.created_at,
        collected_at: now,
        body: body(&record)?,
    })
}

pub(crate) fn transaction_row(
    draft: TransactionDraft,
    known: Known<TransactionId>,
    link: &Link,
    now: Timestamp,
) -> Result<NewTransaction, Error> {
    let content = &draft.content;
    let bill_name = content.credit_card_data.as_ref().and_then(|card| card.bill_name.clone());
    let mut row = NewTransaction {
        id: known.id,
        bank_key: draft.bank_key.clone(),
        value_date: content.value_date,
        accounting_date: content.accounting_date,
        amount: content.amount,
        currency: content.currency.clone(),
        kind: content.direction.as_ref().and_then(word),
        status: content.status.as_ref().and_then(word),
        reference: content.reference.clone(),
        bill_name,
        provisional: !draft.is_final,
        created_at: known.created_at,
        collected_at: now,
        body: String::new(),
    };
    row.body = body(&draft.with_ids(ids(known, link.id, now)))?;
    Ok(row)
}

/// The keys of a reading, for looking up what is known.
pub(crate) fn account_keys(readings: &[AccountReading]) -> Vec<&str> {
    readings.iter().map(|reading| reading.account.bank_key()).collect()
}
