//! The body of a POST that fetches at the institution (reference, belvo-api 4.2 and 5).

use axum::response::Response;
use http::StatusCode;
use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Map, Value};
use vinculo_aggregator::links;
use vinculo_aggregator::retrieve::Retrieve;
use vinculo_connector::Window;
use vinculo_domain::{AccountId, ApplicationId, LinkId, LinkStatus, Resource};
use vinculo_store::Link;

use super::accepted::accepted;
use super::auth::Caller;
use super::body::{Form, Problems};
use super::error::{ApiError, ApiResult, Code, Problem};
use super::query::date;
use super::resume::no_link;
use crate::state::AppState;

/// Longest period of one call.
const MAX_DAYS: i32 = 365;

/// Whether a body names a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Period {
    /// It does not.
    None,
    /// It may; both dates default.
    Optional,
    /// It must.
    Required,
}

/// A body that is right, for a link that can be used.
#[derive(Debug, Clone)]
pub(super) struct Request {
    pub(super) link: Link,
    pub(super) save_data: bool,
    /// The account that `account` or `account_id` names, which belongs to the link.
    pub(super) account: Option<AccountId>,
    /// First and last day, when both are named.
    pub(super) days: Option<(Date, Date)>,
    /// First and last day, each when it is named.
    named: (Option<Date>, Option<Date>),
    application: ApplicationId,
}

impl Request {
    /// Reads a body and finds what it names.
    ///
    /// # Errors
    /// Everything that is wrong with it, or that the link cannot be used.
    pub(super) async fn read(
        state: &AppState,
        caller: &Caller,
        body: &Map<String, Value>,
        period: Period,
    ) -> ApiResult<Self> {
        let (form, mut problems) = (Form::new(body), Problems::default());
        let link =
            form.require(&mut problems, "link").and_then(|_| form.parsed(&mut problems, "link", str::parse::<LinkId>));
        let save_data = form.truth(&mut problems, "save_data").unwrap_or(true);
        form.text(&mut problems, "token", 200);
        let account = form.parsed(&mut problems, "account", str::parse::<AccountId>);
        let account = account.or(form.parsed(&mut problems, "account_id", str::parse::<AccountId>));
        let (from, to) = dates(form, &mut problems, period, state);
        problems.finish()?;
        let id = link.ok_or(Code::Required)?;
        let link = usable(state.store().link(caller.application(), id).await?.ok_or_else(|| no_link(id))?)?;
        if let Some(account) = account {
            find(state, caller, &link, account, body).await?;
        }
        Ok(Self { link, save_data, account, days: from.zip(to), named: (from, to), application: caller.application() })
    }

    /// What the aggregator is to read.
    pub(super) fn what(&self) -> Retrieve {
        Retrieve { application: self.application, link: self.link.id, save: self.save_data }
    }

    /// The days that are named; without a last day up to today, without a first one the year before the last.
    ///
    /// # Errors
    /// [`Code::Invalid`] and [`Code::ValidationError`] as for a body that names both.
    pub(super) fn window_or_last_year(&self, state: &AppState) -> ApiResult<Window> {
        let to = self.named.1.unwrap_or_else(|| state.env().now().to_zoned(TimeZone::UTC).date());
        let from = self.named.0.unwrap_or_else(|| to.checked_sub(MAX_DAYS.days()).unwrap_or(to));
        let mut problems = Problems::default();
        order(from, to, &mut problems);
        problems.finish()?;
        Ok(Window { from, to })
    }

    /// Has it read in the background and answers 202.
    pub(super) async fn later(&self, state: &AppState, resource: Resource) -> ApiResult<Response> {
        let resources = Some(vec![resource]);
        let link = self.link.id;
        let request = links::fetch_later(state.aggregator(), self.application, link, resources, self.days).await?;
        accepted(request)
    }

    /// 201 when the data is kept, 200 when it is only returned.
    pub(super) fn status(&self) -> StatusCode {
        if self.save_data { StatusCode::CREATED } else { StatusCode::OK }
    }
}

fn usable(link: Link) -> ApiResult<Link> {
    match link.status {
        LinkStatus::Valid => Ok(link),
        LinkStatus::Unconfirmed => Err(Code::UnconfirmedLink.into()),
        LinkStatus::Invalid | LinkStatus::TokenRequired => Err(Code::InvalidLink.into()),
    }
}

async fn find(
    state: &AppState,
    caller: &Caller,
    link: &Link,
    id: AccountId,
    body: &Map<String, Value>,
) -> ApiResult<()> {
    let account = state.store().account(caller.application(), id).await?;
    if account.is_some_and(|account| account.link == link.id) {
        return Ok(());
    }
    let field = if body.contains_key("account") { "account" } else { "account_id" };
    let message = format!("Object with id={id} does not exist.");
    Err(ApiError::field_with(Code::DoesNotExist, field, message))
}

fn dates(form: Form<'_>, problems: &mut Problems, period: Period, state: &AppState) -> (Option<Date>, Option<Date>) {
    let mut day = |name| {
        if period == Period::Required {
            form.require(problems, name)?;
        }
        form.parsed(problems, name, date)
    };
    let (from, to) = (day("date_from"), day("date_to"));
    // Somewhere it is already tomorrow.
    let today = state.env().now().to_zoned(TimeZone::UTC).date();
    let latest = today.tomorrow().unwrap_or(today);
    if to.is_some_and(|to| to > latest) {
        problems.add(Problem::field_with(Code::Invalid, "date_to", "The date must not be in the future."));
    } else if let (Some(from), Some(to)) = (from, to) {
        order(from, to, problems);
    }
    (from, to)
}

fn order(from: Date, to: Date, problems: &mut Problems) {
    if from > to {
        problems.add(Problem::field_with(Code::Invalid, "date_from", "date_from must not be after date_to."));
    } else if from.until(to).is_ok_and(|span| span.get_days() > MAX_DAYS) {
        let message = format!("Bad request: the period must not exceed {MAX_DAYS} days.");
        problems.add(Problem::field_with(Code::ValidationError, "date_from", message));
    }
}
