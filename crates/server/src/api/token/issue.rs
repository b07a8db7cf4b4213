//! Making the pair of tokens and keeping what they stand for.

use jiff::SignedDuration;
use serde::Serialize;
use vinculo_domain::WidgetConfig;
use vinculo_store::Token;

use crate::api::auth::Caller;
use crate::api::error::{ApiError, ApiResult, Code};
use crate::state::AppState;
use crate::token::{Claims, LIFETIME, TokenType};

/// `exp − iat` of the published samples. Opening the widget is bounded by [`LIFETIME`], which is shorter.
const ACCESS: SignedDuration = SignedDuration::from_mins(20);
const REFRESH: SignedDuration = SignedDuration::from_hours(24 * 7_200);

/// The answer.
#[derive(Serialize)]
pub(super) struct Tokens {
    access: String,
    refresh: String,
}

/// Keeps the configuration under a fresh id and signs the pair.
pub(super) async fn issue(state: &AppState, caller: &Caller, config: WidgetConfig) -> ApiResult<Tokens> {
    if let Some(link) = config.link_id
        && state.store().link(caller.application(), link).await?.is_none()
    {
        let message = format!("Object with id={link} does not exist.");
        return Err(ApiError::field_with(Code::DoesNotExist, "link_id", message));
    }
    let jti = state.env().hex32();
    keep(state, caller, &config, &jti).await?;
    let sign = |kind, lives, jti| state.tokens().sign(&claims(state, caller, &config, kind, lives, jti));
    Ok(Tokens {
        refresh: sign(TokenType::Refresh, REFRESH, state.env().hex32()),
        access: sign(TokenType::Access, ACCESS, jti),
    })
}

async fn keep(state: &AppState, caller: &Caller, config: &WidgetConfig, jti: &str) -> ApiResult<()> {
    let now = state.env().now();
    let token = Token {
        jti: jti.to_owned(),
        application: caller.application(),
        key: Some(caller.0.key),
        feature: config.feature.as_str().to_owned(),
        config: Some(serde_json::to_string(config).map_err(ApiError::internal)?),
        created_at: now,
        expires_at: now + LIFETIME,
        used_at: None,
        link: config.link_id,
    };
    let mut tx = state.store().begin().await?;
    tx.insert_token(&token).await?;
    Ok(tx.commit().await?)
}

fn claims(
    state: &AppState,
    caller: &Caller,
    config: &WidgetConfig,
    token_type: TokenType,
    lives: SignedDuration,
    jti: String,
) -> Claims {
    let iat = state.env().now().as_second();
    let public = &state.settings().public_url;
    let host = public.split_once("://").map_or(public.as_str(), |(_, host)| host).to_owned();
    Claims {
        token_type,
        iat,
        exp: iat + lives.as_secs(),
        jti,
        // Not the key's id: that is half of the credentials, and people's browsers see this.
        user_id: caller.application().to_string(),
        organization_id: caller.application(),
        organization_name: caller.0.application.name.clone(),
        scopes: config.scopes.clone(),
        environment: state.settings().environment.as_str().to_owned(),
        api_url: host.clone(),
        iss: host,
        credentials_storage: "365d".to_owned(),
        stale_in: config.stale_in.to_string(),
        fetch_resources: config.fetch_resources.names().to_vec(),
    }
}
