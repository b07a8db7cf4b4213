//! What the money of a person or company does; the input of the histories.

use super::history::Money;

/// A person's money. Rates are times per hundred days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PersonMoney {
    /// Net salary.
    pub(crate) salary: Money,
    /// Rent; zero for those who own their home.
    pub(crate) rent: Money,
    /// Purchases by debit card.
    pub(crate) cards: u64,
    /// Pix to people.
    pub(crate) pix_out: u64,
    /// Pix from people.
    pub(crate) pix_in: u64,
    /// What the current account holds when a month begins; zero = six tenths of the salary.
    pub(crate) opening: Money,
    /// Money in the current account that is never available.
    pub(crate) blocked: Money,
    /// Money invested by itself beside the current account.
    pub(crate) invested: Money,
    /// Contracted overdraft.
    pub(crate) overdraft: Money,
    /// What the savings account holds when a year begins; zero = no savings account.
    pub(crate) savings: Money,
    /// What goes to savings every month.
    pub(crate) saved_monthly: Money,
    /// Money in the savings account that is never available.
    pub(crate) savings_blocked: Money,
    /// Holds a prepaid account at the main brand too.
    pub(crate) prepaid: bool,
    /// Keeps a "caixinha": reserved money inside the current account.
    pub(crate) reserve: bool,
    /// The salary arrives from another bank by portability.
    pub(crate) portability: bool,
    /// Pays the published 771.52 by card now and then.
    pub(crate) published_payment: bool,
    /// The current account starts every month at the same amount.
    pub(crate) steady: bool,
}

impl PersonMoney {
    /// The money of somebody who earns `salary` a month and lives by it.
    pub(crate) const fn earning(salary: i64) -> Self {
        Self {
            salary: Money::reais(salary),
            rent: Money::reais(salary / 4),
            cards: 95,
            pix_out: 28,
            pix_in: 16,
            opening: Money::ZERO,
            blocked: Money::ZERO,
            invested: Money::ZERO,
            overdraft: Money::reais(1_000),
            savings: Money::ZERO,
            saved_monthly: Money::ZERO,
            savings_blocked: Money::ZERO,
            prepaid: false,
            reserve: false,
            portability: false,
            published_payment: false,
            steady: false,
        }
    }

    /// The same, with `savings` put aside and something added to it every month.
    pub(crate) const fn saving(salary: i64, savings: i64) -> Self {
        let mut money = Self::earning(salary);
        money.savings = Money::reais(savings);
        money.saved_monthly = Money::reais(salary / 20);
        money
    }
}

/// A company's money. Rates are times per hundred working days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CompanyMoney {
    /// Receipts in a month, roughly.
    pub(crate) revenue: Money,
    /// Receipts by Pix.
    pub(crate) receipts: u64,
    /// How many people it pays.
    pub(crate) staff: u64,
}

impl CompanyMoney {
    /// The money of a company with these receipts a month, from `receipts` Pix in a hundred working days.
    pub(crate) const fn earning(revenue: i64, receipts: u64, staff: u64) -> Self {
        Self { revenue: Money::reais(revenue), receipts, staff }
    }
}

/// What moves an account.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Life {
    /// The account that the salary arrives on.
    Salaried(PersonMoney),
    /// A second account at another bank, fed from the first.
    Side(PersonMoney),
    /// Savings beside a current account.
    Savings(PersonMoney),
    /// A payment account, fed by Pix.
    Prepaid(PersonMoney),
    /// A company's account.
    Business(CompanyMoney),
}

/// One account's money.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// Key of all chance in the account's history.
    pub(crate) seed: u64,
    /// What moves it.
    pub(crate) life: Life,
    /// What it holds when a month begins, give or take.
    pub(crate) opening: Money,
    /// What of it is never available.
    pub(crate) blocked: Money,
    /// Money invested by itself beside it.
    pub(crate) invested: Money,
    /// Contracted overdraft.
    pub(crate) overdraft: Money,
    /// The holder's other account at the same brand: savings of a current account and the other way round.
    pub(crate) sibling: Option<super::history::Place>,
}
