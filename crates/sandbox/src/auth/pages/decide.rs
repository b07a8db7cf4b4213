//! The decisions of a person, each in one transaction.

use jiff::{SignedDuration, Timestamp};
use vinculo_fapi::random;

use super::pending::Pending;
use super::view::PageError;
use crate::chance;
use crate::network::Bank;
use crate::people::history::local_date;
use crate::people::{Conduct, ResourceStatus};
use crate::state::{
    CODES, CONSENTS, Code, Consent, GRANTS, Grant, INTERACTIONS, Interaction, PUSHED, Pushed, Refusal, RejectedBy,
    RejectionCode, StateError, Status, Tx, Used,
};

/// How long the confirmation page waits.
const PAGE_LIFETIME: SignedDuration = SignedDuration::from_mins(15);
/// How long a code is good.
const CODE_LIFETIME: SignedDuration = SignedDuration::from_secs(60);

/// The code of an interaction: derived, so that it need not be kept to be shown again.
pub(super) fn code(bank: &Bank, interaction: &str) -> String {
    bank.net.keys.deriver().derive("code", interaction)
}

/// An account or a card that can be shared.
pub(super) struct Offer {
    /// Id of the resource.
    pub(super) id: String,
    /// How people recognise it.
    pub(super) label: String,
    /// It awaits another holder's approval.
    pub(super) pending: bool,
    /// It is a card.
    pub(super) card: bool,
}

/// What `person` can choose to share under `consent`: accounts, then cards; not what was closed too long ago.
pub(super) fn offers(bank: &Bank, person: &str, consent: &Consent) -> Vec<Offer> {
    let people = &bank.net.people;
    let today = local_date(bank.now());
    let company = consent.business.as_deref().and_then(|cnpj| people.company(cnpj));
    let Some(person) = people.by_document(person) else { return Vec::new() };
    let mut offers = Vec::new();
    let mut offer = |id: &str, label: String, status: ResourceStatus, card: bool| {
        if status != ResourceStatus::Unavailable {
            let pending = status == ResourceStatus::PendingAuthorisation;
            offers.push(Offer { id: id.to_owned(), label, pending, card });
        }
    };
    if consent.holds("ACCOUNTS_READ") {
        let accounts = people.accounts_of(bank.brand, person, company);
        accounts.into_iter().for_each(|one| offer(&one.id, one.to_string(), one.status(today), false));
    }
    if consent.holds("CREDIT_CARDS_ACCOUNTS_READ") {
        let cards = people.cards_of(bank.brand, person, company);
        cards.iter().for_each(|one| offer(&one.id, one.to_string(), one.status(today), true));
    }
    offers
}

/// A person has logged in: uses the pushed request up and returns the interaction's id. `None` where somebody was
/// faster.
pub(super) async fn begin(
    bank: &Bank,
    pending: &Pending,
    person: &str,
    refusal: Option<Refusal>,
) -> Result<Option<String>, PageError> {
    let now = bank.now();
    let id = random::token();
    let interaction = Interaction {
        brand: bank.brand.slug.to_owned(),
        request_uri: pending.request_uri.clone(),
        person: person.to_owned(),
        authenticated_at: now,
        expires_at: now + PAGE_LIFETIME,
        used: refusal.map(|_| Used::Refused),
        refusal,
    };
    let begun = bank.net.db.write(move |tx| {
        let Some(mut pushed) = tx.get(&PUSHED, &interaction.request_uri)? else { return Ok(None) };
        if pushed.interaction.is_some() || pushed.expires_at <= now {
            return Ok(None);
        }
        pushed.interaction = Some(id.clone());
        tx.put(&PUSHED, &interaction.request_uri, &pushed)?;
        tx.put(&INTERACTIONS, &id, &interaction)?;
        Ok::<_, StateError>(Some(id))
    });
    Ok(begun.await?)
}

/// Counts a wrong password, and returns how many there were for this request.
pub(super) async fn count_wrong(bank: &Bank, pending: &Pending) -> Result<u8, PageError> {
    let key = pending.request_uri.clone();
    let counted = bank.net.db.write(move |tx| {
        let Some(mut pushed) = tx.get(&PUSHED, &key)? else { return Ok(0) };
        pushed.wrong_passwords = pushed.wrong_passwords.saturating_add(1);
        tx.put(&PUSHED, &key, &pushed)?;
        Ok::<_, StateError>(pushed.wrong_passwords)
    });
    Ok(counted.await?)
}

/// What is open about an interaction: itself, its request and its consent.
struct Open {
    interaction: Interaction,
    pushed: Pushed,
    consent: Consent,
}

/// Reads an interaction that has not been answered.
fn open(tx: &Tx, id: &str, now: Timestamp) -> Result<Option<Open>, StateError> {
    let Some(interaction) = tx.get(&INTERACTIONS, id)?.filter(|found| found.used.is_none()) else { return Ok(None) };
    let Some(pushed) = tx.get(&PUSHED, &interaction.request_uri)? else { return Ok(None) };
    let Some(consent) = tx.get(&CONSENTS, &pushed.consent_id)? else { return Ok(None) };
    Ok(Some(Open { interaction, pushed, consent: consent.at(now) }))
}

/// The person confirmed with these accounts. Answering twice changes nothing.
pub(super) async fn approve(bank: &Bank, id: &str, accounts: Vec<String>) -> Result<(), PageError> {
    let now = bank.now();
    let key = chance::hash(&code(bank, id));
    let id = id.to_owned();
    let people = bank.net.people.clone();
    let done = bank.net.db.write(move |tx| {
        let Some(mut open) = open(tx, &id, now)? else { return Ok::<_, StateError>(()) };
        let waiting = open.consent.status == Status::AwaitingAuthorisation && open.interaction.expires_at > now;
        let conduct = people.by_document(&open.interaction.person).map(|person| person.conduct);
        if let Some(refusal) = refused(conduct, waiting) {
            let end = match refusal {
                Refusal::Risk => Some((RejectedBy::Aspsp, RejectionCode::InternalSecurityReason)),
                Refusal::TimeIsOver => Some((RejectedBy::User, RejectionCode::ConsentExpired)),
                _ => None,
            };
            if let Some((by, code)) = end {
                open.consent.end(now, by, code);
                tx.put(&CONSENTS, &open.consent.id, &open.consent)?;
            }
            let interaction = Interaction { refusal: Some(refusal), ..open.interaction };
            return finish(tx, &id, interaction, Used::Refused);
        }
        open.consent.authorise(now, accounts);
        tx.put(&CONSENTS, &open.consent.id, &open.consent)?;
        grant(tx, &key, &open, now)?;
        finish(tx, &id, open.interaction, Used::Approved)
    });
    Ok(done.await?)
}

/// Why the bank does not take a confirmation; `None` where it does.
fn refused(conduct: Option<Conduct>, waiting: bool) -> Option<Refusal> {
    match conduct {
        _ if !waiting => Some(Refusal::Over),
        None | Some(Conduct::RefusesConsent) => Some(Refusal::Risk),
        Some(Conduct::RunsOutOfTime) => Some(Refusal::TimeIsOver),
        Some(_) => None,
    }
}

/// The person cancelled: the consent is over. Answering twice changes nothing.
pub(super) async fn deny(bank: &Bank, id: &str) -> Result<(), PageError> {
    let now = bank.now();
    let id = id.to_owned();
    let done = bank.net.db.write(move |tx| {
        let Some(mut open) = open(tx, &id, now)? else { return Ok::<_, StateError>(()) };
        if open.consent.status == Status::AwaitingAuthorisation {
            open.consent.end(now, RejectedBy::User, RejectionCode::CustomerManuallyRejected);
            tx.put(&CONSENTS, &open.consent.id, &open.consent)?;
        }
        finish(tx, &id, open.interaction, Used::Denied)
    });
    Ok(done.await?)
}

fn finish(tx: &Tx, id: &str, interaction: Interaction, used: Used) -> Result<(), StateError> {
    tx.put(&INTERACTIONS, id, &Interaction { used: Some(used), ..interaction })
}

/// Keeps the grant and the code that stands for it.
fn grant(tx: &Tx, key: &str, open: &Open, now: Timestamp) -> Result<(), StateError> {
    let id = chance::uuid();
    let grant = Grant {
        brand: open.pushed.brand.clone(),
        client_id: open.pushed.client_id.clone(),
        person: open.interaction.person.clone(),
        company: open.consent.business.clone(),
        consent_id: open.consent.id.clone(),
        scopes: open.pushed.scopes.clone(),
        nonce: open.pushed.nonce.clone(),
        acr: open.pushed.acr.clone(),
        authenticated_at: open.interaction.authenticated_at,
        revoked: false,
    };
    tx.put(&GRANTS, &id, &grant)?;
    let code = Code {
        grant: id,
        redirect_uri: open.pushed.redirect_uri.clone(),
        code_challenge: open.pushed.code_challenge.clone(),
        expires_at: now + CODE_LIFETIME,
        used: false,
    };
    tx.put(&CODES, key, &code)
}
