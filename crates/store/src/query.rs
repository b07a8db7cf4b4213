//! Lists: pages, filters, and the building of their statements. Values are always bound.

use jiff::Timestamp;
use jiff::civil::Date;
use vinculo_domain::Amount;

use crate::Result;
use crate::column::{scaled, us};
use crate::on::{On, sql};

/// Which page of a list, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paging {
    /// Page, from 1; 0 is taken as 1.
    pub page: u32,
    /// Records per page; held between 1 and 1000.
    pub size: u32,
}

impl Default for Paging {
    fn default() -> Self {
        Self { page: 1, size: 100 }
    }
}

impl Paging {
    /// Largest page.
    pub const MAX_SIZE: u32 = 1_000;

    pub(crate) fn limit(self) -> i64 {
        i64::from(self.size.clamp(1, Self::MAX_SIZE))
    }

    pub(crate) fn offset(self) -> i64 {
        i64::from(self.page.max(1) - 1) * self.limit()
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// Records over all pages.
    pub count: i64,
    /// Records of this page.
    pub items: Vec<T>,
}

/// A stored record: the body is the JSON text that the API serves.
#[derive(Clone, PartialEq, Eq)]
pub struct Stored<Id> {
    /// Id; also in the body.
    pub id: Id,
    /// Link that it belongs to.
    pub link: vinculo_domain::LinkId,
    /// JSON text, ready to be served.
    pub body: String,
}

impl<Id: std::fmt::Debug> std::fmt::Debug for Stored<Id> {
    // The body is personal.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stored").field("id", &self.id).field("link", &self.link).finish_non_exhaustive()
    }
}

/// The comparisons that `__gt`, `__gte`, `__lt`, `__lte`, `__range` and the bare name ask for; all must hold. For
/// dates against times the caller turns a day into its first and its last instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compare<T> {
    /// Equal.
    pub eq: Option<T>,
    /// Greater.
    pub gt: Option<T>,
    /// Greater or equal.
    pub gte: Option<T>,
    /// Less.
    pub lt: Option<T>,
    /// Less or equal.
    pub lte: Option<T>,
    /// From and to, both included.
    pub range: Option<(T, T)>,
}

impl<T> Default for Compare<T> {
    fn default() -> Self {
        Self { eq: None, gt: None, gte: None, lt: None, lte: None, range: None }
    }
}

impl<T> Compare<T> {
    /// Tells whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        let Self { eq, gt, gte, lt, lte, range } = self;
        [eq, gt, gte, lt, lte].iter().all(|v| v.is_none()) && range.is_none()
    }
}

/// The values of the bare name or of `__in`: `None` filters nothing, an empty list matches nothing.
pub type OneOf<T> = Option<Vec<T>>;

/// A value that a statement can bind.
pub(crate) trait Value {
    fn part(&self) -> Part;
}

/// A piece of a statement.
#[derive(Clone)]
pub(crate) enum Part {
    Sql(&'static str),
    Text(String),
    Int(i64),
}

impl Value for Timestamp {
    fn part(&self) -> Part {
        Part::Int(us(*self))
    }
}

impl Value for Date {
    fn part(&self) -> Part {
        Part::Text(self.to_string())
    }
}

impl Value for Amount {
    fn part(&self) -> Part {
        Part::Int(scaled(*self))
    }
}

impl Value for String {
    fn part(&self) -> Part {
        Part::Text(self.clone())
    }
}

macro_rules! shown {
    ($($ty:ty),*) => {$(
        impl Value for $ty {
            fn part(&self) -> Part {
                Part::Text(self.to_string())
            }
        }
    )*};
}

shown!(
    vinculo_domain::LinkId,
    vinculo_domain::AccountId,
    vinculo_domain::OwnerId,
    vinculo_domain::BalanceId,
    vinculo_domain::BillId,
    vinculo_domain::TransactionId,
    vinculo_domain::InvestmentId,
    vinculo_domain::InvestmentTransactionId,
    vinculo_domain::ExchangeId,
    vinculo_domain::ApplicationId,
    vinculo_domain::EventId,
    vinculo_domain::EndpointId,
    vinculo_domain::ConsentId,
    vinculo_domain::InstitutionCode
);

macro_rules! words {
    ($($ty:ty),*) => {$(
        impl Value for $ty {
            fn part(&self) -> Part {
                Part::Text(self.as_str().to_owned())
            }
        }
    )*};
}

words!(
    vinculo_domain::model::InvestmentType,
    vinculo_domain::LinkStatus,
    vinculo_domain::AccessMode,
    vinculo_domain::RefreshRate,
    vinculo_domain::ConsentStatus,
    vinculo_domain::SessionStatus,
    vinculo_domain::EventType
);

/// The `FROM` and `WHERE` of a list, built once and used for the count and for the page.
#[derive(Clone)]
pub(crate) struct Select {
    parts: Vec<Part>,
    conditions: usize,
}

impl Select {
    pub(crate) fn from(table: &'static str) -> Self {
        Self { parts: vec![Part::Sql(table)], conditions: 0 }
    }

    /// Starts a condition.
    pub(crate) fn and(&mut self, column: &'static str) -> &mut Self {
        self.parts.push(Part::Sql(if self.conditions > 0 { " AND " } else { " WHERE " }));
        self.conditions += 1;
        self.sql(column)
    }

    pub(crate) fn sql(&mut self, text: &'static str) -> &mut Self {
        self.parts.push(Part::Sql(text));
        self
    }

    pub(crate) fn bind(&mut self, value: &impl Value) -> &mut Self {
        self.parts.push(value.part());
        self
    }

    pub(crate) fn eq(&mut self, column: &'static str, value: &impl Value) -> &mut Self {
        self.and(column).sql(" = ").bind(value)
    }

    pub(crate) fn eq_opt(&mut self, column: &'static str, value: Option<&impl Value>) {
        if let Some(value) = value {
            self.eq(column, value);
        }
    }

    pub(crate) fn one_of<T: Value>(&mut self, column: &'static str, values: &OneOf<T>) {
        match values.as_deref() {
            None => {}
            Some([]) => {
                self.and("1 = 0");
            }
            // One value as an equality: the planner then follows the order of the index.
            Some([one]) => {
                self.eq(column, one);
            }
            Some(values) => {
                self.and(column).sql(" IN (").list(values).sql(")");
            }
        }
    }

    pub(crate) fn list<T: Value>(&mut self, values: &[T]) -> &mut Self {
        for (at, value) in values.iter().enumerate() {
            if at > 0 {
                self.sql(", ");
            }
            self.bind(value);
        }
        self
    }

    pub(crate) fn compare<T: Value>(&mut self, column: &'static str, compare: &Compare<T>) {
        let Compare { eq, gt, gte, lt, lte, range } = compare;
        let (from, to) = range.as_ref().map_or((None, None), |(from, to)| (Some(from), Some(to)));
        let all = [
            (" = ", eq.as_ref()),
            (" > ", gt.as_ref()),
            (" >= ", gte.as_ref()),
            (" < ", lt.as_ref()),
            (" <= ", lte.as_ref()),
            (" >= ", from),
            (" <= ", to),
        ];
        for (operator, value) in all {
            if let Some(value) = value {
                self.and(column).sql(operator).bind(value);
            }
        }
    }

    /// How many conditions there are.
    pub(crate) fn conditions(&self) -> usize {
        self.conditions
    }

    /// Runs `SELECT count(*)`.
    pub(crate) async fn count(&self, on: &mut On<'_>) -> Result<i64> {
        let (count,): (i64,) = sql!(on, DB, conn => {
            let mut query = sqlx::QueryBuilder::<DB>::new("SELECT count(*) FROM ");
            fill!(query, self.parts.clone());
            query.build_query_as().fetch_one(conn).await
        })?;
        Ok(count)
    }

    /// Adds the order and the window of a page.
    pub(crate) fn page(mut self, order: &'static str, paging: Paging) -> Self {
        self.sql(order).sql(" LIMIT ");
        self.parts.push(Part::Int(paging.limit()));
        self.sql(" OFFSET ");
        self.parts.push(Part::Int(paging.offset()));
        self
    }

    pub(crate) fn parts(&self) -> Vec<Part> {
        self.parts.clone()
    }
}

/// Puts parts into a `QueryBuilder`.
macro_rules! fill {
    ($query:ident, $parts:expr) => {
        for part in $parts {
            match part {
                $crate::query::Part::Sql(text) => $query.push(text),
                $crate::query::Part::Text(text) => $query.push_bind(text),
                $crate::query::Part::Int(number) => $query.push_bind(number),
            };
        }
    };
}

/// Reads the rows of a [`Select`].
macro_rules! rows {
    ($on:expr, $row:ty, $columns:expr, $select:expr) => {
        $crate::on::sql!($on, DB, conn => {
            let mut query = ::sqlx::QueryBuilder::<DB>::new($columns);
            $crate::query::fill!(query, $select.parts());
            query.build_query_as::<$row>().fetch_all(conn).await
        })
        .map_err($crate::StoreError::from)
    };
}

pub(crate) use {fill, rows};
