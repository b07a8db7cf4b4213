//! The records of the API: owners, accounts, balances, bills, transactions, investments and their movements, exchanges.
//!
//! Every struct here is what stands in the API's JSON (`belvo-api.md`, section 10): same keys, same order, every
//! required key present, `null` written out. A record is a [`Record`] of a *head* (our ids and times) and a
//! *content* (what the institution said). A connector hands out drafts: contents without a head. Whoever stores
//! them adds the head with `with_ids`, serialises once, and serves the text ever after.

mod account;
mod balance;
mod bill;
mod credit;
mod exchange;
mod investment;
mod investment_transaction;
mod loan;
mod owner;
mod record;
mod splice;
mod time;
mod transaction;
mod words;

pub use account::{
    Account, AccountCategory, AccountContent, AccountDraft, AccountHead, AccountInstitution, BalanceType, Balances,
    Overdraft,
};
pub use balance::{Balance, BalanceContent, BalanceDraft, BalanceHead};
pub use bill::{
    Bill, BillCharge, BillChargeType, BillContent, BillDraft, BillHead, BillPayment, BillPaymentMode, BillPaymentType,
};
pub use credit::{CardLimit, CardLimitType, CardNetwork, CardNumber, CreditData};
pub use exchange::{
    CompanyNumber, Exchange, ExchangeContent, ExchangeDraft, ExchangeEvent, ExchangeEventContent, ExchangeEventDraft,
    ExchangeEventHead, ExchangeEventKind, ExchangeHead, ExchangeType, SettlementMethod,
};
pub use investment::{
    Classification, Debtor, Investment, InvestmentBalance, InvestmentContent, InvestmentDraft, InvestmentHead,
    InvestmentType, Remuneration, VoucherPayment,
};
pub use investment_transaction::{
    BrokerNote, InvestmentTransaction, InvestmentTransactionContent, InvestmentTransactionDraft,
    InvestmentTransactionHead, splice_investment,
};
pub use loan::{
    BalloonPayment, Collateral, ContractFrequency, ContractedCharge, ContractedChargeType, FeeCharge, FeeChargeType,
    InstallmentFrequency, InterestRate, InterestRateData, LoanData, LoanFee, LoanFeeType, RateIndex, RatePeriod,
    RateType, TaxType,
};
pub use owner::{
    AdditionalDocument, Address, BusinessFinancialProfile, BusinessFinancialRelation, BusinessOwner, BusinessPatrimony,
    BusinessProduct, DocumentId, DocumentKind, EconomicActivity, Email, Filiation, FiliationType, Frequency, Gender,
    IndividualFinancialProfile, IndividualFinancialRelation, IndividualOwner, IndividualPatrimony, IndividualProduct,
    InformedIncome, InformedRevenue, MaritalStatus, Nationality, NationalityDocument, OccupationCode, Owner,
    OwnerContent, OwnerDraft, OwnerHead, Party, PartyDocumentType, PartyType, PayrollAccount, PersonType, PhoneNumber,
    PhoneType, Procurator, ProcuratorType, ProductType, SalaryPortabilityRequest,
};
pub use record::{Ids, Record};
pub use splice::{splice_account, splice_account_of_bill};
pub use transaction::{
    BillReference, CardBill, CardCreditsType, CardFeeType, Counterparty, Direction, Merchant, PaymentType, Transaction,
    TransactionCardData, TransactionContent, TransactionDraft, TransactionHead, TransactionLoanCharge,
    TransactionLoanData, TransactionLoanFee, TransactionStatus,
};
