use axum::extract::State;
use vinculo_domain::{Institution, InstitutionCode, Invalid};
use vinculo_store::{InstitutionFilter, Page, Paging};

use super::view;
use crate::api::answer::List;
use crate::api::auth::Caller;
use crate::api::error::ApiResult;
use crate::api::query::{Filters, Query, choice, text, word};
use crate::http::origin::ClientAddress;
use crate::state::AppState;

/// `GET /api/institutions/`.
pub(super) async fn institutions(
    State(state): State<AppState>,
    _: Caller,
    address: ClientAddress,
    query: Query,
) -> ApiResult {
    let mut filters = Filters::new(&query);
    let paging = filters.paging();
    let filter = InstitutionFilter {
        code: filters.one_of::<InstitutionCode>("name", word),
        display_name: filters.one("display_name", text),
        status: filters.one_of("status", choice(&["healthy", "down"])),
        website: filters.one("website", text),
    };
    let fixed = Fixed {
        country: filters.one_of("country_code", country),
        kind: filters.one_of("type", choice(&["bank", "fiscal", "employment", "retail", "business"])),
        resources: filters.many("resources__allin", resource).unwrap_or_default(),
    };
    filters.finish()?;
    let page = if fixed.is_empty() {
        state.store().institutions(&filter, paging).await?
    } else {
        narrow(state.store().institutions(&filter, Paging { page: 1, size: Paging::MAX_SIZE }).await?, &fixed, paging)
    };
    let items = page.items.iter().map(view::body).collect::<ApiResult<_>>()?;
    List { address: &address, query: &query, paging }.answer(Page { count: page.count, items })
}

/// Filters on what the store does not know; there are a few hundred institutions at most.
struct Fixed {
    country: Option<Vec<String>>,
    kind: Option<Vec<String>>,
    resources: Vec<String>,
}

impl Fixed {
    fn is_empty(&self) -> bool {
        self.country.is_none() && self.kind.is_none() && self.resources.is_empty()
    }

    fn keeps(&self, institution: &Institution) -> bool {
        let country = self.country.as_ref().is_none_or(|all| all.iter().any(|code| code == view::COUNTRY));
        let is_kind = |name: &String| name == view::TYPE || name == institution.kind.as_str();
        let kind = self.kind.as_ref().is_none_or(|all| all.iter().any(is_kind));
        let offered = view::resources(institution);
        country && kind && self.resources.iter().all(|name| offered.contains(&name.as_str()))
    }
}

fn narrow(all: Page<Institution>, fixed: &Fixed, paging: Paging) -> Page<Institution> {
    let kept: Vec<Institution> = all.items.into_iter().filter(|institution| fixed.keeps(institution)).collect();
    let skip = (paging.page as usize - 1).saturating_mul(paging.size as usize);
    let count = i64::try_from(kept.len()).unwrap_or(i64::MAX);
    Page { count, items: kept.into_iter().skip(skip).take(paging.size as usize).collect() }
}

fn country(text: &str) -> Result<String, Invalid> {
    let good = text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase());
    if good { Ok(text.to_owned()) } else { Err(Invalid::choice(text)) }
}

/// A name of the reference's list; offered by nobody or not, it is a name.
fn resource(text: &str) -> Result<String, Invalid> {
    let good = (1..=40).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
    if good { Ok(text.to_owned()) } else { Err(Invalid::choice(text)) }
}
