//! The exchange of an authorization code.

use axum::response::Response;
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};
use vinculo_fapi::id_token::NewIdToken;
use vinculo_fapi::oauth_error::code;
use vinculo_fapi::{pkce, random};

use super::{More, answer, documents, fresh};
use crate::auth::OAuthFailure;
use crate::auth::client::Caller;
use crate::chance;
use crate::network::{Bank, Failure};
use crate::state::{CODES, CONSENTS, Code, GRANTS, Grant, REFRESH, StateError, Status, TOKENS, Tx};

/// How long an id_token is good.
const ID_TOKEN_LIFETIME: SignedDuration = SignedDuration::from_mins(5);

/// What the client presents.
pub(super) struct Presented {
    pub(super) code: SecretString,
    pub(super) redirect_uri: Option<String>,
    pub(super) code_verifier: Option<SecretString>,
}

/// Exchanges a code, once.
pub(super) async fn exchange(bank: &Bank, caller: Caller, presented: Presented) -> Result<Response, OAuthFailure> {
    let key = chance::hash(presented.code.expose_secret());
    let grant_id = bank.net.db.get(&CODES, &key)?.map(|code| code.grant).unwrap_or_default();
    let grant = bank.net.db.get(&GRANTS, &grant_id)?.filter(|grant| owns(bank, &caller, grant));
    let grant = grant.ok_or_else(|| invalid("the code is unknown"))?;
    if let Some(forced) = bank.strike(&["token", "token:authorization_code"], &documents(&grant)).await {
        return Ok(forced);
    }
    let fresh = fresh(bank, &caller, Some(grant_id.clone()), grant.scopes.clone());
    let refresh = random::token();
    let tokens = Tokens { access: (fresh.key, fresh.record), refresh: chance::hash(&refresh), grant: grant_id };
    let id_token = id_token(bank, &caller, &grant, &presented.code, &fresh.token)?;
    let now = bank.now();
    let done = bank.net.db.write(move |tx| spend(tx, &key, &presented, &tokens, now)).await?;
    done.map_err(invalid)?;
    let more = More { refresh_token: Some(SecretString::from(refresh)), id_token: Some(SecretString::from(id_token)) };
    Ok(answer(fresh.token, &grant.scopes, more))
}

fn owns(bank: &Bank, caller: &Caller, grant: &Grant) -> bool {
    grant.brand == bank.brand.slug && grant.client_id == caller.client.id
}

fn invalid(text: &str) -> OAuthFailure {
    OAuthFailure::refused(code::INVALID_GRANT, text)
}

/// The tokens about to be issued.
struct Tokens {
    access: (String, crate::state::AccessToken),
    refresh: String,
    grant: String,
}

/// In one transaction: checks the code, marks it used, and keeps the tokens. A code that comes again kills its grant,
/// and with it every token that was issued from it.
fn spend(
    tx: &Tx,
    key: &str,
    presented: &Presented,
    tokens: &Tokens,
    now: Timestamp,
) -> Result<Result<(), &'static str>, StateError> {
    let Some(mut kept) = tx.get(&CODES, key)? else { return Ok(Err("the code is unknown")) };
    let Some(mut grant) = tx.get(&GRANTS, &kept.grant)? else { return Ok(Err("the code is unknown")) };
    if kept.used {
        grant.revoked = true;
        tx.put(&GRANTS, &kept.grant, &grant)?;
        return Ok(Err("the code was used before"));
    }
    let consent = tx.get(&CONSENTS, &grant.consent_id)?.map(|consent| consent.at(now));
    if consent.is_none_or(|consent| consent.status != Status::Authorised) {
        return Ok(Err("the consent is not in force"));
    }
    if let Err(reason) = fits(&kept, presented, now) {
        return Ok(Err(reason));
    }
    kept.used = true;
    tx.put(&CODES, key, &kept)?;
    tx.put(&TOKENS, &tokens.access.0, &tokens.access.1)?;
    tx.put(&REFRESH, &tokens.refresh, &tokens.grant)?;
    Ok(Ok(()))
}

/// Checks time, redirect URI and PKCE.
fn fits(kept: &Code, presented: &Presented, now: Timestamp) -> Result<(), &'static str> {
    if kept.expires_at <= now {
        return Err("the code has expired");
    }
    if presented.redirect_uri.as_deref() != Some(kept.redirect_uri.as_str()) {
        return Err("the redirect_uri is not the one of the request");
    }
    let verifier = presented.code_verifier.as_ref().ok_or("the code_verifier is missing")?;
    if !pkce::matches(verifier.expose_secret(), &kept.code_challenge) {
        return Err("the code_verifier is wrong");
    }
    Ok(())
}

fn id_token(
    bank: &Bank,
    caller: &Caller,
    grant: &Grant,
    code: &SecretString,
    access_token: &SecretString,
) -> Result<String, OAuthFailure> {
    let recipient = caller.keys.encryption_key().ok_or(Failure::Message("no encryption key"))?;
    let new = NewIdToken {
        issuer: &bank.issuer(),
        subject: &bank.subject(&grant.person),
        client_id: &caller.client.id,
        nonce: &grant.nonce,
        acr: &grant.acr,
        auth_time: grant.authenticated_at,
        state: None,
        code: Some(code.expose_secret()),
        access_token: Some(access_token.expose_secret()),
        lifetime: ID_TOKEN_LIFETIME,
    };
    Ok(bank.id_token(recipient, &new)?)
}
