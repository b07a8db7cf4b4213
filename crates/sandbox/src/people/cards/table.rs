//! Who holds which card. Sections 19.1 and 19.2 of the reference say who has cards; the products are made up.

use jiff::civil::{Date, date};

use super::{CardAccount, CardPlan, Dice, Habit, Money, Plastic, Standing, opaque};
use crate::people::whose;

/// What a bank sells: its name, product type and network with their additions.
#[derive(Debug, Clone, Copy)]
struct Product {
    name: &'static str,
    kind: &'static str,
    kind_addition: Option<&'static str>,
    network: &'static str,
    network_addition: Option<&'static str>,
}

const fn product(name: &'static str, kind: &'static str, network: &'static str) -> Product {
    Product { name, kind, kind_addition: None, network, network_addition: None }
}

const INTERNATIONAL: Product = product("Mock Internacional", "STANDARD_INTERNACIONAL", "MASTERCARD");
const GOLD: Product = product("Mock Gold", "GOLD", "VISA");
const PLATINUM: Product = product("Mock Platinum", "PLATINUM", "VISA");
const BLACK: Product = product("Mock Black", "BLACK", "MASTERCARD");
const NANQUIM: Product = product("Mock Nanquim", "NANQUIM", "ELO");
const BUSINESS: Product = product("Mock Empresarial", "EMPRESARIAL", "VISA");
const AURORA: Product = product("Aurora Platinum", "PLATINUM", "AMERICAN_EXPRESS");
const IPE: Product = Product {
    kind_addition: Some("Cartão do cooperado"),
    network_addition: Some("Rede Ipê"),
    ..product("Ipê Cooperado", "OUTROS", "OUTRAS")
};

/// One card account.
#[derive(Debug, Clone, Copy)]
struct Holding {
    holder: &'static str,
    brand: &'static str,
    product: Product,
    /// The limit, in reais.
    limit: i64,
    flexible: bool,
    rate: u64,
    scale: i64,
    /// Monthly share of the annual fee, in cents.
    fee: i64,
    habit: Habit,
    due_day: i8,
    standing: Standing,
}

const MAIN: &str = "mockbank";

/// A card with a limit of so many reais, used `rate` times in a hundred days.
const fn holding(holder: &'static str, product: Product, limit: i64, rate: u64, scale: i64) -> Holding {
    Holding {
        holder,
        brand: MAIN,
        product,
        limit,
        flexible: false,
        rate,
        scale,
        fee: 0,
        habit: Habit::Full,
        due_day: 21,
        standing: Standing::OPEN,
    }
}

const fn cancelled(on: Date) -> Standing {
    Standing { closed: Some(on), ..Standing::OPEN }
}

const BLOCKED: Standing = Standing { blocked: true, ..Standing::OPEN };

/// Every card account.
static HOLDINGS: [Holding; 32] = [
    Holding { fee: 3_990, ..holding("76109277673", BLACK, 48_000, 60, 120) },
    Holding { brand: "aurora", ..holding("76109277673", AURORA, 6_000, 10, 50) },
    holding("96644087000", PLATINUM, 22_000, 190, 60),
    holding("08116143018", GOLD, 14_000, 42, 80),
    holding("21858449030", INTERNATIONAL, 7_500, 32, 60),
    Holding { fee: 2_990, due_day: 23, ..holding("61932335048", BLACK, 35_000, 45, 110) },
    Holding { habit: Habit::Minimum, ..holding("50681017023", INTERNATIONAL, 6_000, 30, 45) },
    Holding { habit: Habit::Late, due_day: 22, ..holding("66564659008", GOLD, 9_000, 34, 65) },
    Holding { flexible: true, ..holding("45789141005", NANQUIM, 30_000, 40, 90) },
    holding("14072766038", GOLD, 12_000, 36, 75),
    holding("77039495074", INTERNATIONAL, 4_000, 26, 40),
    Holding { due_day: 24, ..holding("49765577079", INTERNATIONAL, 6_500, 30, 50) },
    Holding { fee: 4_990, ..holding("57541317047", BLACK, 52_000, 50, 140) },
    holding("53580793004", GOLD, 8_000, 38, 60),
    holding("64258217018", INTERNATIONAL, 7_000, 28, 55),
    Holding { brand: "ipe", ..holding("64258217018", IPE, 2_500, 8, 40) },
    Holding { standing: cancelled(date(2026, 6, 30)), ..holding("64258217018", GOLD, 5_000, 12, 40) },
    holding("28728862813", GOLD, 9_500, 36, 60),
    Holding { standing: BLOCKED, ..holding("28728862813", INTERNATIONAL, 3_000, 14, 40) },
    Holding { standing: cancelled(date(2025, 8, 29)), ..holding("28728862813", NANQUIM, 4_000, 12, 40) },
    Holding { fee: 1_990, ..holding("84054560075", PLATINUM, 20_000, 44, 95) },
    Holding { standing: Standing { pending: true, ..Standing::OPEN }, ..holding("23824264030", GOLD, 7_000, 30, 60) },
    Holding { fee: 4_900, ..holding("50685362006773", BUSINESS, 60_000, 50, 160) },
    holding("50685362000673", BUSINESS, 20_000, 30, 120),
    holding("5W685362006744", BUSINESS, 18_000, 35, 110),
    holding("05830916000192", BUSINESS, 40_000, 48, 150),
    holding("37091138000153", BUSINESS, 16_000, 34, 120),
    holding("78152049000157", BUSINESS, 45_000, 40, 150),
    Holding { brand: "cardume", ..holding("12618299000121", BUSINESS, 30_000, 44, 130) },
    holding("12618299000121", BUSINESS, 38_000, 44, 150),
    Holding { habit: Habit::Late, ..holding("85443926000104", BUSINESS, 15_000, 34, 110) },
    holding("30867497000100", BUSINESS, 17_000, 36, 120),
];

/// The card accounts of `holder` at a brand.
pub(super) fn held(brand: &str, holder: &str) -> Vec<CardAccount> {
    let of_holder = HOLDINGS.iter().filter(|holding| holding.holder == holder);
    of_holder.enumerate().filter(|(_, holding)| holding.brand == brand).map(|(n, holding)| open(n, holding)).collect()
}

/// Opens the n-th card account of its holder.
fn open(n: usize, holding: &'static Holding) -> CardAccount {
    let Holding { holder, brand, product, .. } = *holding;
    let id = opaque(&format!("card|{brand}|{}|{n}|{}", whose(holder), product.name));
    let mut dice = Dice::of_text(&id);
    let seed = dice.next();
    let plastic = |dice: &mut Dice, multiple| Plastic { number: number(dice, holder.len() == 14), multiple };
    CardAccount {
        brand,
        holder,
        name: product.name,
        product: product.kind,
        product_addition: product.kind_addition,
        network: product.network,
        network_addition: product.network_addition,
        plastics: vec![plastic(&mut dice, true), plastic(&mut dice, false)],
        limit: Money::reais(holding.limit),
        flexible: holding.flexible,
        standing: holding.standing,
        plan: CardPlan {
            seed,
            due_day: holding.due_day,
            rate: holding.rate,
            scale: holding.scale,
            fee: Money::cents(holding.fee),
            habit: holding.habit,
        },
        id,
    }
}

/// The last four digits for a person, an id for a company.
fn number(dice: &mut Dice, company: bool) -> String {
    if company { format!("PJ-{:010x}", dice.next() >> 24) } else { format!("{:04}", dice.between(1, 9_999)) }
}
