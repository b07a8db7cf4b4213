//! Which calls of the data APIs count (section 8.1).

use url::Url;
use vinculo_domain::Institution;

use crate::Call;
use crate::meter::Endpoint;

/// What carries a page on without counting.
const PAGINATION_KEY: &str = "pagination-key";

/// Returns the call that an address is; `None` for what has no monthly limit, and for further pages.
pub(super) fn counted(institution: &Institution, url: &Url) -> Option<Call> {
    if url.query_pairs().any(|(name, _)| name == PAGINATION_KEY) {
        return None;
    }
    Endpoint::families().find_map(|(family, major)| {
        let base = Url::parse(institution.api_base(family, major)?).ok()?;
        let below = (base.origin() == url.origin()).then(|| url.path().strip_prefix(base.path()))??;
        let (endpoint, resource) = Endpoint::find(family, below.strip_prefix('/')?)?;
        Some(Call { endpoint, resource: resource.to_owned() })
    })
}
