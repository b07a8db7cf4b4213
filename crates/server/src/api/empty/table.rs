/// A resource that holds nothing.
#[derive(Debug)]
pub(crate) struct Resource {
    /// Address.
    pub(crate) path: &'static str,
    /// Parameters of its list, to be checked like any other: UUIDs, with `__in`.
    pub(crate) filters: &'static [&'static str],
}

const fn resource(path: &'static str, filters: &'static [&'static str]) -> Resource {
    Resource { path, filters }
}

const fn foreign(path: &'static str) -> Resource {
    resource(path, &[])
}

pub(crate) static ALL: &[Resource] = &[
    resource("/api/incomes", &["link", "account"]),
    resource("/api/recurring-expenses", &["link", "account", "id"]),
    resource("/api/risk-insights", &["link", "account", "id"]),
    foreign("/api/invoices"),
    foreign("/api/statements"),
    foreign("/api/tax-returns"),
    foreign("/api/tax-declarations"),
    foreign("/api/tax-status"),
    foreign("/api/tax-compliance-status"),
    foreign("/api/tax-retentions"),
    foreign("/api/employment-records"),
];
