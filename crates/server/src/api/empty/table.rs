/// A resource that holds nothing.
#[derive(Debug)]
pub(super) struct Resource {
    /// Address.
    pub(super) path: &'static str,
    /// Parameters of its list.
    pub(super) filters: &'static [Filter],
    /// What a POST does.
    pub(super) post: Post,
}

/// A parameter of a list, to be checked like any other.
#[derive(Debug)]
pub(super) enum Filter {
    /// `link` must be there.
    RequiredLink,
    /// UUID, with `__in`.
    Id(&'static str),
    /// Day, with comparisons.
    Day(&'static str),
    /// Time, with comparisons.
    Instant(&'static str),
}

/// What a POST does with a body that is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Post {
    /// The link has nothing of it: an empty array.
    Nothing,
    /// 400 `unsupported_operation`.
    Unsupported,
}

use Filter::{Day, Id, Instant, RequiredLink};

const LINK: Filter = Id("link");
const ACCOUNT: Filter = Id("account");
const ID: Filter = Id("id");
const CREATED: Filter = Instant("created_at");
const COLLECTED: Filter = Instant("collected_at");

const fn resource(path: &'static str, filters: &'static [Filter], post: Post) -> Resource {
    Resource { path, filters, post }
}

const fn foreign(path: &'static str) -> Resource {
    resource(path, &[], Post::Unsupported)
}

pub(super) static ALL: &[Resource] = &[
    resource("/api/bills", &[RequiredLink, LINK, ID, ACCOUNT, Day("due_date"), COLLECTED, CREATED], Post::Nothing),
    resource("/api/incomes", &[LINK, ACCOUNT], Post::Unsupported),
    resource("/api/recurring-expenses", &[LINK, ACCOUNT, ID], Post::Unsupported),
    resource("/api/risk-insights", &[LINK, ACCOUNT, ID], Post::Unsupported),
    foreign("/api/invoices"),
    foreign("/api/statements"),
    foreign("/api/tax-returns"),
    foreign("/api/tax-declarations"),
    foreign("/api/tax-status"),
    foreign("/api/tax-compliance-status"),
    foreign("/api/tax-retentions"),
    foreign("/api/employment-records"),
];
