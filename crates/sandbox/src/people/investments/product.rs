//! The papers with fixed income that people buy, and when they do.

use jiff::civil::Date;

use super::decimal::Precise;
use super::rates::Yield;
use crate::people::document::cnpj_of;
use crate::people::history::{Month, on_or_after, plus};

/// The family of APIs that a paper belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Family {
    /// `bank-fixed-incomes`
    Bank,
    /// `credit-fixed-incomes`
    Credit,
    /// `treasure-titles`
    Treasure,
}

/// Who stands behind a paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Issuer {
    /// The bank that sold it.
    Seller,
    /// A company or another bank: the first twelve characters of its CNPJ, and its name.
    Other(&'static str, &'static str),
}

/// A paper, and the habit of buying it.
#[derive(Debug, PartialEq, Eq)]
pub struct Product {
    /// Its family.
    pub family: Family,
    /// What ids are made of.
    pub(crate) slug: &'static str,
    /// The type as the standard spells it; the name of titles of the treasury, without the year.
    pub kind: &'static str,
    /// What statements call it.
    pub label: &'static str,
    /// Who issues it.
    pub issuer: Issuer,
    /// Who owes the money behind it, for securitised papers.
    pub debtor: Option<Issuer>,
    /// How it earns.
    pub earns: Yield,
    /// The price of one at the issue.
    pub face: Precise,
    /// The least that can be bought.
    pub(crate) step: Precise,
    /// Earnings of persons are not taxed.
    pub exempt: bool,
    /// Months between payments of interest.
    pub coupon_months: Option<i64>,
    /// Months from one purchase to the next.
    pub(crate) every: i64,
    /// The working day of the month on which it is bought.
    pub(crate) working_day: usize,
    /// How old the paper is when it is bought, in months.
    pub(crate) aged: i64,
    /// How long it still runs then, in months.
    pub(crate) term: i64,
    /// Days after the purchase before which it cannot be given back; the whole term where there are none.
    pub(crate) grace_days: Option<i64>,
    /// What of it is given back after so many days, per mille of what was bought; 1000 is all that is left.
    pub(crate) exits: &'static [(i64, i64)],
    /// How much is bought, per mille of a month's income.
    pub(crate) share: i64,
}

const HUNDREDTH: Precise = Precise::hundredths(1);
const THOUSAND: Precise = Precise::whole(1_000);

impl Product {
    /// When the paper bought on a day was issued.
    pub(crate) fn issued(&self, bought: Date) -> Date {
        match self.aged {
            0 => bought,
            months => on_or_after(Month::of(bought).back(months).day(self.due(bought).day())),
        }
    }

    /// When the paper bought on a day ends: on a working day.
    pub(crate) fn due(&self, bought: Date) -> Date {
        let month = Month::of(bought).ahead(self.term);
        on_or_after(if self.family == Family::Bank { month.day(bought.day()) } else { month.day(15) })
    }

    /// Until when the paper bought on a day cannot be given back.
    pub(crate) fn grace(&self, bought: Date) -> Date {
        self.grace_days.map_or_else(|| self.due(bought), |days| plus(bought, days))
    }

    /// The name with the year of the end, as the treasury writes it.
    pub fn name(&self, due: Date) -> String {
        format!("{} {}", self.kind, due.year())
    }
}

impl Issuer {
    /// The issuer's CNPJ, for papers sold by the bank with this one.
    pub fn cnpj(self, seller: &str) -> String {
        match self {
            Self::Seller => seller.to_owned(),
            Self::Other(root, _) => cnpj_of(root),
        }
    }

    /// The issuer's name; the bank's own papers say none.
    pub fn name(self) -> &'static str {
        match self {
            Self::Seller => "",
            Self::Other(_, name) => name,
        }
    }
}

const CDB: Product = Product {
    family: Family::Bank,
    slug: "cdb",
    kind: "CDB",
    label: "CDB",
    issuer: Issuer::Seller,
    debtor: None,
    earns: Yield::Cdi(11_000),
    face: THOUSAND,
    step: Precise::whole(1),
    exempt: false,
    coupon_months: None,
    every: 12,
    working_day: 8,
    aged: 0,
    term: 24,
    grace_days: None,
    exits: &[],
    share: 600,
};

const DEBENTURE: Product = Product {
    family: Family::Credit,
    kind: "DEBENTURES",
    working_day: 10,
    coupon_months: Some(6),
    every: 18,
    aged: 7,
    term: 32,
    ..CDB
};

const TITLE: Product = Product {
    family: Family::Treasure,
    working_day: 11,
    step: HUNDREDTH,
    aged: 11,
    every: 12,
    term: 36,
    issuer: Issuer::Other("003944600001", "Tesouro Nacional"),
    ..CDB
};

/// Everything on offer. What everybody buys comes first in its family.
pub(crate) static PRODUCTS: [Product; 13] = [
    // Given back in part while the IOF still bites, and wholly after ten weeks.
    Product {
        slug: "cdb-liquidez",
        label: "CDB Liquidez Diária",
        earns: Yield::Cdi(10_200),
        face: Precise::whole(1),
        every: 2,
        working_day: 7,
        grace_days: Some(0),
        exits: &[(17, 300), (72, 1000)],
        share: 120,
        ..CDB
    },
    Product { slug: "cdb-110", label: "CDB 110% CDI", grace_days: Some(180), exits: &[(400, 350)], ..CDB },
    Product {
        slug: "lci-94",
        kind: "LCI",
        label: "LCI 94% CDI",
        earns: Yield::Cdi(9_400),
        face: THOUSAND,
        exempt: true,
        every: 9,
        working_day: 9,
        term: 12,
        grace_days: Some(270),
        exits: &[(290, 500)],
        ..CDB
    },
    Product {
        slug: "lca-prefixada",
        kind: "LCA",
        label: "LCA Prefixada",
        earns: Yield::Prefixed(1_175),
        exempt: true,
        working_day: 12,
        term: 9,
        share: 450,
        ..CDB
    },
    Product {
        slug: "rdb-prefixado",
        kind: "RDB",
        label: "RDB Prefixado",
        earns: Yield::Prefixed(1_390),
        issuer: Issuer::Other("414263180001", "Financeira Pitangueira S.A."),
        every: 18,
        term: 36,
        ..CDB
    },
    Product {
        slug: "cdb-ipca",
        label: "CDB IPCA + 7%",
        earns: Yield::Ipca(705),
        every: 20,
        term: 36,
        share: 800,
        ..CDB
    },
    Product {
        slug: "debenture-incentivada",
        label: "Debênture Energias do Litoral",
        issuer: Issuer::Other("287150930001", "Energias do Litoral S.A."),
        earns: Yield::Ipca(690),
        exempt: true,
        ..DEBENTURE
    },
    Product {
        slug: "debenture-cdi",
        label: "Debênture Rodovias Serranas",
        issuer: Issuer::Other("319042760001", "Rodovias Serranas S.A."),
        earns: Yield::CdiPlus(185),
        exits: &[(430, 500)],
        every: 24,
        ..DEBENTURE
    },
    Product {
        slug: "cri-ipca",
        kind: "CRI",
        label: "CRI Galpões do Cerrado",
        issuer: Issuer::Other("226813470001", "Securitizadora Ponte Alta S.A."),
        debtor: Some(Issuer::Other("345107820001", "Galpões do Cerrado Empreendimentos Ltda")),
        earns: Yield::Ipca(820),
        exempt: true,
        coupon_months: Some(3),
        every: 30,
        ..DEBENTURE
    },
    Product {
        slug: "cra-prefixado",
        kind: "CRA",
        label: "CRA Usina Rio Manso",
        issuer: Issuer::Other("226813470001", "Securitizadora Ponte Alta S.A."),
        debtor: Some(Issuer::Other("178820540001", "Usina Rio Manso S.A.")),
        earns: Yield::Prefixed(1_320),
        exempt: true,
        coupon_months: None,
        every: 27,
        term: 26,
        exits: &[(500, 400)],
        ..DEBENTURE
    },
    Product {
        slug: "tesouro-selic",
        kind: "Tesouro Selic",
        label: "Tesouro Selic",
        earns: Yield::Selic(8),
        face: Precise::hundredths(1_512_340),
        exits: &[(190, 250), (560, 500)],
        every: 8,
        ..TITLE
    },
    Product {
        slug: "tesouro-ipca",
        kind: "Tesouro IPCA+",
        label: "Tesouro IPCA+",
        earns: Yield::Ipca(735),
        face: Precise::hundredths(312_477),
        every: 16,
        term: 60,
        exits: &[(900, 1000)],
        ..TITLE
    },
    Product {
        slug: "tesouro-juros",
        kind: "Tesouro Prefixado com Juros Semestrais",
        label: "Tesouro Prefixado com Juros Semestrais",
        earns: Yield::Prefixed(1_000),
        face: THOUSAND,
        coupon_months: Some(6),
        every: 24,
        term: 40,
        exits: &[(1_100, 1000)],
        share: 700,
        ..TITLE
    },
];
