//! What a person can share, in the regulator's permissions and groups (Consents v3) and in the API's categories.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Invalid;

macro_rules! permissions {
    ($($variant:ident = $text:literal,)*) => {
        /// A permission of Consents v3. The names are the standard's own, misspellings included.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[expect(missing_docs, reason = "the variants are the standard's names, word for word")]
        pub enum Permission {
            $(#[serde(rename = $text)] $variant,)*
        }

        impl Permission {
            /// All permissions of the standard.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Returns the name on the wire.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }
    };
}

permissions! {
    ResourcesRead = "RESOURCES_READ",
    CustomersPersonalIdentificationsRead = "CUSTOMERS_PERSONAL_IDENTIFICATIONS_READ",
    CustomersPersonalAdittionalinfoRead = "CUSTOMERS_PERSONAL_ADITTIONALINFO_READ",
    CustomersBusinessIdentificationsRead = "CUSTOMERS_BUSINESS_IDENTIFICATIONS_READ",
    CustomersBusinessAdittionalinfoRead = "CUSTOMERS_BUSINESS_ADITTIONALINFO_READ",
    AccountsRead = "ACCOUNTS_READ",
    AccountsBalancesRead = "ACCOUNTS_BALANCES_READ",
    AccountsTransactionsRead = "ACCOUNTS_TRANSACTIONS_READ",
    AccountsOverdraftLimitsRead = "ACCOUNTS_OVERDRAFT_LIMITS_READ",
    CreditCardsAccountsRead = "CREDIT_CARDS_ACCOUNTS_READ",
    CreditCardsAccountsLimitsRead = "CREDIT_CARDS_ACCOUNTS_LIMITS_READ",
    CreditCardsAccountsBillsRead = "CREDIT_CARDS_ACCOUNTS_BILLS_READ",
    CreditCardsAccountsTransactionsRead = "CREDIT_CARDS_ACCOUNTS_TRANSACTIONS_READ",
    CreditCardsAccountsBillsTransactionsRead = "CREDIT_CARDS_ACCOUNTS_BILLS_TRANSACTIONS_READ",
    LoansRead = "LOANS_READ",
    LoansWarrantiesRead = "LOANS_WARRANTIES_READ",
    LoansScheduledInstalmentsRead = "LOANS_SCHEDULED_INSTALMENTS_READ",
    LoansPaymentsRead = "LOANS_PAYMENTS_READ",
    FinancingsRead = "FINANCINGS_READ",
    FinancingsWarrantiesRead = "FINANCINGS_WARRANTIES_READ",
    FinancingsScheduledInstalmentsRead = "FINANCINGS_SCHEDULED_INSTALMENTS_READ",
    FinancingsPaymentsRead = "FINANCINGS_PAYMENTS_READ",
    UnarrangedAccountsOverdraftRead = "UNARRANGED_ACCOUNTS_OVERDRAFT_READ",
    UnarrangedAccountsOverdraftWarrantiesRead = "UNARRANGED_ACCOUNTS_OVERDRAFT_WARRANTIES_READ",
    UnarrangedAccountsOverdraftScheduledInstalmentsRead = "UNARRANGED_ACCOUNTS_OVERDRAFT_SCHEDULED_INSTALMENTS_READ",
    UnarrangedAccountsOverdraftPaymentsRead = "UNARRANGED_ACCOUNTS_OVERDRAFT_PAYMENTS_READ",
    InvoiceFinancingsRead = "INVOICE_FINANCINGS_READ",
    InvoiceFinancingsWarrantiesRead = "INVOICE_FINANCINGS_WARRANTIES_READ",
    InvoiceFinancingsScheduledInstalmentsRead = "INVOICE_FINANCINGS_SCHEDULED_INSTALMENTS_READ",
    InvoiceFinancingsPaymentsRead = "INVOICE_FINANCINGS_PAYMENTS_READ",
    BankFixedIncomesRead = "BANK_FIXED_INCOMES_READ",
    CreditFixedIncomesRead = "CREDIT_FIXED_INCOMES_READ",
    FundsRead = "FUNDS_READ",
    VariableIncomesRead = "VARIABLE_INCOMES_READ",
    TreasureTitlesRead = "TREASURE_TITLES_READ",
    ExchangesRead = "EXCHANGES_READ",
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Permission {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::ALL.iter().copied().find(|p| p.as_str() == text).ok_or_else(|| Invalid::choice(text))
    }
}

/// A category of data, as the API's callers and its consent objects name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Category {
    /// Registration data of the person or company.
    Register,
    /// Deposit, savings and prepaid accounts.
    Accounts,
    /// Credit cards, their bills and transactions.
    CreditCards,
    /// Loans, financings, overdraft advances, discounted receivables.
    CreditOperations,
    /// Fixed income, treasury, funds, shares.
    Investments,
    /// Foreign exchange.
    Exchanges,
}

impl Category {
    /// All categories, in the order in which people see them.
    pub const ALL: [Self; 6] =
        [Self::Register, Self::Accounts, Self::CreditCards, Self::CreditOperations, Self::Investments, Self::Exchanges];

    /// The four that a token asks for when it names none.
    pub const DEFAULT: [Self; 4] = [Self::Register, Self::Accounts, Self::CreditCards, Self::CreditOperations];

    /// Returns the name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Register => "REGISTER",
            Self::Accounts => "ACCOUNTS",
            Self::CreditCards => "CREDIT_CARDS",
            Self::CreditOperations => "CREDIT_OPERATIONS",
            Self::Investments => "INVESTMENTS",
            Self::Exchanges => "EXCHANGES",
        }
    }

    /// Returns the official Portuguese name that the user must see (Tabela de Dados).
    pub fn official_name(self) -> &'static str {
        match self {
            Self::Register => "Dados cadastrais",
            Self::Accounts => "Dados da conta",
            Self::CreditCards => "Dados do Cartão de Crédito",
            Self::CreditOperations => "Dados de Operação de Crédito",
            Self::Investments => "Investimentos",
            Self::Exchanges => "Operações de Câmbio",
        }
    }

    /// Returns the permissions of this category for a person (`business` false) or a company.
    pub fn permissions(self, business: bool) -> &'static [Permission] {
        use Permission as P;
        match (self, business) {
            (Self::Register, false) => {
                &[P::CustomersPersonalIdentificationsRead, P::CustomersPersonalAdittionalinfoRead]
            }
            (Self::Register, true) => {
                &[P::CustomersBusinessIdentificationsRead, P::CustomersBusinessAdittionalinfoRead]
            }
            (Self::Accounts, _) => {
                &[P::AccountsRead, P::AccountsBalancesRead, P::AccountsTransactionsRead, P::AccountsOverdraftLimitsRead]
            }
            (Self::CreditCards, _) => &[
                P::CreditCardsAccountsRead,
                P::CreditCardsAccountsLimitsRead,
                P::CreditCardsAccountsBillsRead,
                P::CreditCardsAccountsTransactionsRead,
                P::CreditCardsAccountsBillsTransactionsRead,
            ],
            (Self::CreditOperations, _) => &[
                P::LoansRead,
                P::LoansWarrantiesRead,
                P::LoansScheduledInstalmentsRead,
                P::LoansPaymentsRead,
                P::FinancingsRead,
                P::FinancingsWarrantiesRead,
                P::FinancingsScheduledInstalmentsRead,
                P::FinancingsPaymentsRead,
                P::UnarrangedAccountsOverdraftRead,
                P::UnarrangedAccountsOverdraftWarrantiesRead,
                P::UnarrangedAccountsOverdraftScheduledInstalmentsRead,
                P::UnarrangedAccountsOverdraftPaymentsRead,
                P::InvoiceFinancingsRead,
                P::InvoiceFinancingsWarrantiesRead,
                P::InvoiceFinancingsScheduledInstalmentsRead,
                P::InvoiceFinancingsPaymentsRead,
            ],
            (Self::Investments, _) => &[
                P::BankFixedIncomesRead,
                P::CreditFixedIncomesRead,
                P::FundsRead,
                P::VariableIncomesRead,
                P::TreasureTitlesRead,
            ],
            (Self::Exchanges, _) => &[P::ExchangesRead],
        }
    }

    /// Returns the groupings that the user may open inside this category (Tabela de Dados).
    pub fn groupings(self, business: bool) -> &'static [Grouping] {
        match (self, business) {
            (Self::Register, false) => &PERSON,
            (Self::Register, true) => &COMPANY,
            (Self::Accounts, _) => &ACCOUNTS,
            (Self::CreditCards, _) => &CARDS,
            (Self::CreditOperations, _) => &CREDIT,
            (Self::Investments, _) => &INVESTMENTS,
            (Self::Exchanges, _) => &EXCHANGES,
        }
    }
}

impl FromStr for Category {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::ALL.into_iter().find(|c| c.as_str() == text).ok_or_else(|| Invalid::choice(text))
    }
}

/// A grouping inside a category: its official name and description, in Portuguese by rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grouping {
    /// Official name.
    pub name: &'static str,
    /// Official description.
    pub description: &'static str,
}

const fn grouping(name: &'static str, description: &'static str) -> Grouping {
    Grouping { name, description }
}

static PERSON: [Grouping; 2] = [
    grouping(
        "Dados cadastrais",
        "Nome completo e nome social, endereço completo, CPF, passaporte, telefone, e-mail, documento de identificação, filiação, data de nascimento, estado civil, sexo, nacionalidade, residência brasileira, documento estrangeiro.",
    ),
    grouping(
        "Informações complementares",
        "Renda, profissão, patrimônio, informações de cônjuge, produtos contratados, representantes, informações do empregador de conta salário e portabilidade.",
    ),
];
static COMPANY: [Grouping; 2] = [
    grouping(
        "Dados cadastrais",
        "Razão social, endereço completo, CNPJ, número de registro no país de origem, telefone, e-mail, data de abertura da empresa, informações de sócios e administradores.",
    ),
    grouping(
        "Informações complementares",
        "Faturamento, valor patrimonial, ramo de atuação, data de início de relacionamento, produtos contratados, representantes.",
    ),
];
static ACCOUNTS: [Grouping; 3] = [
    grouping("Saldo", "Informações da conta, saldo disponível, saldo bloqueado, outros saldos."),
    grouping("Limites", "Informações da conta, limite utilizado, limite contratado de cheque especial."),
    grouping("Extratos", "Informações da conta, detalhes da transação."),
];
static CARDS: [Grouping; 3] = [
    grouping(
        "Limite",
        "Informações do cartão, informações sobre o limite do cartão, limite total, limite utilizado, limite disponível, limite por tipo de crédito.",
    ),
    grouping(
        "Transações",
        "Informações do cartão, identificação de transação, valor da transação, datas, identificação do estabelecimento.",
    ),
    grouping(
        "Faturas",
        "Informações do cartão, bandeira do cartão, informações da fatura, encargos e formas de pagamento.",
    ),
];
static CREDIT: [Grouping; 1] = [grouping(
    "Contratos de Crédito",
    "Dados do contrato, data da contratação, data do recebimento do crédito, valor do crédito, data de vencimento, datas de pagamento das parcelas, período recorrente dos pagamentos, datas de vencimento de cada parcela, data de vencimento da primeira parcela, saldo devedor, prazo total, prazo remanescente, quantidade de prestações, prestações, taxas de juros, Custo Efetivo Total, sistema de amortização, tarifas, sigla identificadora da tarifa, valor da tarifa, moeda, data da cobrança de tarifa, encargos, garantias, número do documento da Instituição consignante.",
)];
static INVESTMENTS: [Grouping; 1] = [grouping(
    "Operações de Investimentos",
    "As operações referem-se a contratos de renda fixa, renda variável, tesouro direto e fundos de investimentos. São informações como: identificação do produto, informações de remuneração, data de emissão, vencimento, aquisição, data fim da carência, saldo bloqueado, líquido e bruto, quantidade de títulos, preço unitário, impostos provisionados, multa e mora, indexadores, código ISIN, Classificação ANBIMA, Classe e Subclasse.",
)];
static EXCHANGES: [Grouping; 1] = [grouping(
    "Operações de Câmbio",
    "Identificação da operação, data do fechamento do contrato de câmbio, data em que a operação (compra ou venda) está prevista para ser liquidada, valor da taxa de câmbio aplicada ao contrato, valor do saldo da operação a liquidar, percentual do valor concedido ao usuário antecipadamente, natureza fato do fechamento da operação e relação de vínculo entre o usuário e o pagador/Recebedor no exterior.",
)];

/// A set of permissions without duplicates, in the standard's order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PermissionSet(BTreeSet<Permission>);

impl PermissionSet {
    /// Collects what the categories need, `RESOURCES_READ` always included.
    pub fn for_categories(categories: &[Category], business: bool) -> Self {
        let all = categories.iter().flat_map(|category| category.permissions(business)).copied();
        Self(all.chain([Permission::ResourcesRead]).collect())
    }

    /// Collects what says who somebody is, and nothing else: *Dados cadastrais*, with `RESOURCES_READ` as its grouping demands.
    pub fn identity(business: bool) -> Self {
        let who = if business {
            Permission::CustomersBusinessIdentificationsRead
        } else {
            Permission::CustomersPersonalIdentificationsRead
        };
        [who, Permission::ResourcesRead].into_iter().collect()
    }

    /// Tells whether `permission` is in the set.
    pub fn contains(&self, permission: Permission) -> bool {
        self.0.contains(&permission)
    }

    /// Goes through the permissions in the standard's order.
    pub fn iter(&self) -> impl Iterator<Item = Permission> + '_ {
        self.0.iter().copied()
    }

    /// Tells whether nothing is in the set.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the categories that have at least one permission in the set.
    pub fn categories(&self) -> Vec<Category> {
        let has = |category: &Category| {
            [false, true].iter().any(|business| category.permissions(*business).iter().any(|p| self.contains(*p)))
        };
        Category::ALL.into_iter().filter(has).collect()
    }

    /// Returns the permissions of the set that belong to `category`.
    pub fn of(&self, category: Category) -> Vec<Permission> {
        let both = category.permissions(false).iter().chain(category.permissions(true));
        let wanted: BTreeSet<Permission> = both.copied().filter(|p| self.contains(*p)).collect();
        wanted.into_iter().collect()
    }
}

impl FromIterator<Permission> for PermissionSet {
    fn from_iter<T: IntoIterator<Item = Permission>>(iter: T) -> Self {
        Self(iter.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standard_has_36_permissions_and_the_full_personal_set_34() {
        assert_eq!(Permission::ALL.len(), 36);
        assert_eq!(PermissionSet::for_categories(&Category::ALL, false).iter().count(), 34);
    }

    #[test]
    fn names_read_back() {
        for permission in Permission::ALL {
            assert_eq!(permission.as_str().parse::<Permission>().unwrap(), *permission);
        }
        assert!("ACCOUNTS".parse::<Permission>().is_err());
    }

    #[test]
    fn a_company_never_gets_personal_permissions() {
        let set = PermissionSet::for_categories(&Category::DEFAULT, true);
        assert!(set.contains(Permission::CustomersBusinessIdentificationsRead));
        assert!(!set.contains(Permission::CustomersPersonalIdentificationsRead));
        assert_eq!(set.categories(), Category::DEFAULT);
    }
}
