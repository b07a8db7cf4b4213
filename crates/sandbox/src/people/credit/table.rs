//! Who borrows what. Sections 19.1 and 19.2 of the reference say who has which family; the contracts are made up.

use super::Standing;
use super::product::{
    ADVANCE, BILLS_OF_TRADE, CAR, GOODS, HOME, HOME_EQUITY, MICRO, PAYROLL, PERSONAL, Product, RECEIVABLES, RURAL,
    WORKING,
};

/// Contracts of one product that follow each other for ever: whoever has paid one back takes the next.
#[derive(Debug, Clone, Copy)]
pub(super) struct Series {
    pub(super) holder: &'static str,
    pub(super) brand: &'static str,
    pub(super) product: Product,
    /// How much, in reais.
    pub(super) amount: i64,
    /// A contract is made every so many months.
    pub(super) every: u16,
    /// So many contracts of this kind stand side by side.
    pub(super) copies: u16,
    /// Parts are paid four days late now and then.
    pub(super) late: bool,
    pub(super) standing: Standing,
}

const fn series(holder: &'static str, product: Product, amount: i64) -> Series {
    let every = product.parts * product.step;
    Series { holder, brand: "mockbank", product, amount, every, copies: 1, late: false, standing: Standing::OPEN }
}

const BLOCKED: Standing = Standing { blocked: true, ..Standing::OPEN };
const PENDING: Standing = Standing { pending: true, ..Standing::OPEN };

/// What those have who have everything: one contract of each family.
const fn everything(holder: &'static str, size: i64) -> [Series; 4] {
    [
        series(holder, PERSONAL, 60 * size),
        series(holder, CAR, 150 * size),
        Series { every: 6, ..series(holder, ADVANCE, 3 * size) },
        series(holder, RECEIVABLES, 20 * size),
    ]
}

/// The same for a company.
const fn everything_for_company(holder: &'static str, size: i64) -> [Series; 4] {
    [
        series(holder, WORKING, 400 * size),
        series(holder, CAR, 600 * size),
        Series { every: 6, ..series(holder, ADVANCE, 20 * size) },
        series(holder, BILLS_OF_TRADE, 150 * size),
    ]
}

/// Everybody who has one contract of each family.
static EVERYTHING: [[Series; 4]; 17] = [
    everything("76109277673", 200),
    everything("08116143018", 100),
    everything("21858449030", 70),
    everything("61932335048", 120),
    everything("50681017023", 50),
    everything("66564659008", 80),
    everything("45789141005", 110),
    everything("14072766038", 90),
    everything("77039495074", 45),
    everything("49765577079", 60),
    everything("57541317047", 150),
    everything("84054560075", 110),
    everything_for_company("50685362006773", 120),
    everything_for_company("50685362000673", 50),
    everything_for_company("5W685362006744", 50),
    everything_for_company("05830916000192", 110),
    everything_for_company("43053510000130", 40),
];

/// Everything else.
static MORE: [Series; 30] = [
    series("76109277673", HOME, 280_000),
    series("61932335048", HOME, 180_000),
    series("57541317047", HOME, 240_000),
    series("76109277673", PAYROLL, 24_000),
    Series { late: true, ..series("66564659008", PAYROLL, 7_000) },
    Series { brand: "aurora", ..series("76109277673", GOODS, 2_400) },
    series("96644087000", CAR, 16_000),
    Series { copies: 8, ..series("96644087000", BILLS_OF_TRADE, 300) },
    series("10117409073", GOODS, 3_000),
    Series { late: true, ..series("10117409073", CAR, 12_000) },
    series("15719158502", PERSONAL, 4_000),
    Series { standing: BLOCKED, ..series("15719158502", MICRO, 1_500) },
    series("33582750787", HOME, 60_000),
    series("64258217018", CAR, 14_000),
    Series { brand: "ipe", ..series("64258217018", GOODS, 1_200) },
    series("84154817728", MICRO, 2_500),
    series("28728862813", PERSONAL, 5_000),
    series("28728862813", GOODS, 2_800),
    Series { standing: PENDING, ..series("23824264030", PERSONAL, 5_500) },
    Series { every: 6, ..series("00416968000101", ADVANCE, 4_000) },
    series("34541366000190", CAR, 45_000),
    series("37091138000153", BILLS_OF_TRADE, 9_000),
    series("12618299000121", CAR, 160_000),
    Series { every: 6, ..series("07123288000130", ADVANCE, 5_000) },
    series("80326748000118", RURAL, 90_000),
    series("80326748000118", WORKING, 60_000),
    Series { late: true, ..series("85443926000104", GOODS, 12_000) },
    series("60667129000180", WORKING, 30_000),
    series("30867497000100", HOME_EQUITY, 70_000),
    Series { brand: "cardume", ..series("12618299000121", WORKING, 35_000) },
];

/// Every series of `holder` at a brand, with its number among all.
pub(super) fn of(brand: &str, holder: &str) -> impl Iterator<Item = (usize, &'static Series)> {
    let all = EVERYTHING.iter().flatten().chain(&MORE).enumerate();
    all.filter(move |(_, series)| series.brand == brand && series.holder == holder)
}

/// Every series there is.
#[cfg(test)]
pub(super) fn all() -> impl Iterator<Item = &'static Series> {
    EVERYTHING.iter().flatten().chain(&MORE)
}
