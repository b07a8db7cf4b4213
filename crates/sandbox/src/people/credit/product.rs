//! What banks lend, in the words of the standard.

use super::schedule::System;

/// The four families of credit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Family {
    /// `loans`
    Loan,
    /// `financings`
    Financing,
    /// `unarranged-accounts-overdraft`
    Overdraft,
    /// `invoice-financings`
    Invoice,
}

impl Family {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Loan, Self::Financing, Self::Overdraft, Self::Invoice];

    /// The type of its resources.
    pub fn resource(self) -> &'static str {
        match self {
            Self::Loan => "LOAN",
            Self::Financing => "FINANCING",
            Self::Overdraft => "UNARRANGED_ACCOUNT_OVERDRAFT",
            Self::Invoice => "INVOICE_FINANCING",
        }
    }
}

/// A warranty: its type and subtype, and how much of the contract it covers, per mille.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Warranty {
    /// Its type as the standard spells it.
    pub kind: &'static str,
    /// Its subtype as the standard spells it.
    pub sub_kind: &'static str,
    /// What it is worth, per mille of the contract.
    pub per_mille: i64,
}

/// What a bank lends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Product {
    /// Its family.
    pub family: Family,
    /// What the bank calls it.
    pub name: &'static str,
    /// Product type as the standard spells it.
    pub kind: &'static str,
    /// Product subtype as the standard spells it.
    pub sub_kind: &'static str,
    /// Four digits of the central bank's table of modalities, for the IPOC.
    pub modality: &'static str,
    /// A personal loan without any security (`CREDITO_PESSOAL_CLEAN`).
    pub clean: bool,
    /// The employer keeps the parts back from the salary (`consignado`).
    pub payroll: bool,
    /// How it is paid back.
    pub system: System,
    /// In how many parts.
    pub parts: u16,
    /// So many months lie between two parts.
    pub step: u16,
    /// Interest for each part, in millionths.
    pub rate: i64,
    /// The reference rate is added to the interest (`TR`).
    pub indexed: bool,
    /// Fee when the contract is made, in cents.
    pub fee: i64,
    /// Fee with each part, in cents.
    pub part_fee: i64,
    /// What secures it.
    pub warranty: Option<Warranty>,
}

const fn warranty(kind: &'static str, sub_kind: &'static str, per_mille: i64) -> Option<Warranty> {
    Some(Warranty { kind, sub_kind, per_mille })
}

const LOAN: Product = Product {
    family: Family::Loan,
    name: "",
    kind: "EMPRESTIMOS",
    sub_kind: "",
    modality: "0203",
    clean: false,
    payroll: false,
    system: System::Price,
    parts: 24,
    step: 1,
    rate: 24_900,
    indexed: false,
    fee: 0,
    part_fee: 0,
    warranty: None,
};

pub(super) const PERSONAL: Product =
    Product { name: "Crédito pessoal", sub_kind: "CREDITO_PESSOAL_SEM_CONSIGNACAO", clean: true, fee: 9_900, ..LOAN };

pub(super) const PAYROLL: Product = Product {
    name: "Crédito consignado",
    sub_kind: "CREDITO_PESSOAL_COM_CONSIGNACAO",
    modality: "0202",
    payroll: true,
    parts: 36,
    rate: 15_900,
    ..LOAN
};

pub(super) const MICRO: Product = Product {
    name: "Microcrédito produtivo",
    sub_kind: "MICROCREDITO_PRODUTIVO_ORIENTADO",
    modality: "0212",
    parts: 12,
    rate: 31_000,
    fee: 4_900,
    warranty: warranty("GARANTIA_FIDEJUSSORIA", "PESSOA_FISICA", 0),
    ..LOAN
};

pub(super) const WORKING: Product = Product {
    name: "Capital de giro",
    sub_kind: "CAPITAL_GIRO_PRAZO_VENCIMENTO_SUPERIOR_365_DIAS",
    modality: "0216",
    system: System::Sac,
    rate: 17_500,
    fee: 49_900,
    part_fee: 1_900,
    warranty: warranty("GARANTIA_FIDEJUSSORIA", "PESSOA_FISICA", 1_000),
    ..LOAN
};

pub(super) const HOME_EQUITY: Product = Product {
    name: "Crédito com garantia de imóvel",
    sub_kind: "HOME_EQUITY",
    modality: "0207",
    system: System::Sac,
    parts: 120,
    rate: 10_900,
    part_fee: 2_500,
    warranty: warranty("HIPOTECA", "IMOVEIS", 2_400),
    ..LOAN
};

const FINANCING: Product = Product {
    family: Family::Financing,
    kind: "FINANCIAMENTOS",
    sub_kind: "AQUISICAO_BENS_VEICULOS_AUTOMOTORES",
    modality: "0401",
    ..LOAN
};

pub(super) const CAR: Product = Product {
    name: "Financiamento de veículo",
    parts: 48,
    rate: 15_400,
    fee: 79_900,
    warranty: warranty("ALIENACAO_FIDUCIARIA", "VEICULOS_AUTOMOTORES", 1_300),
    ..FINANCING
};

pub(super) const GOODS: Product = Product {
    name: "Financiamento de bens",
    sub_kind: "AQUISICAO_BENS_OUTROS_BENS",
    modality: "0402",
    parts: 12,
    rate: 21_000,
    warranty: warranty("ALIENACAO_FIDUCIARIA", "EQUIPAMENTOS", 1_000),
    ..FINANCING
};

pub(super) const HOME: Product = Product {
    name: "Financiamento imobiliário SFH",
    kind: "FINANCIAMENTOS_IMOBILIARIOS",
    sub_kind: "FINANCIAMENTO_HABITACIONAL_SFH",
    modality: "0902",
    system: System::Sac,
    parts: 360,
    rate: 7_200,
    indexed: true,
    part_fee: 2_500,
    warranty: warranty("ALIENACAO_FIDUCIARIA", "IMOVEIS_RESIDENCIAIS", 1_400),
    ..FINANCING
};

pub(super) const RURAL: Product = Product {
    name: "Custeio agrícola",
    kind: "FINANCIAMENTOS_RURAIS",
    sub_kind: "CUSTEIO",
    modality: "0801",
    system: System::Sac,
    parts: 3,
    step: 12,
    rate: 82_000,
    warranty: warranty("PENHOR", "PRODUTOS_AGROPECUARIOS_SEM_WARRANT", 1_100),
    ..FINANCING
};

pub(super) const ADVANCE: Product = Product {
    family: Family::Overdraft,
    name: "Adiantamento a depositante",
    kind: "ADIANTAMENTO_A_DEPOSITANTES",
    sub_kind: "ADIANTAMENTO_A_DEPOSITANTES",
    modality: "0101",
    system: System::Single,
    parts: 1,
    rate: 149_000,
    fee: 1_990,
    ..LOAN
};

const INVOICE: Product = Product {
    family: Family::Invoice,
    kind: "DIREITOS_CREDITORIOS_DESCONTADOS",
    modality: "0301",
    rate: 19_000,
    ..LOAN
};

pub(super) const BILLS_OF_TRADE: Product = Product {
    name: "Desconto de duplicatas",
    sub_kind: "DESCONTO_DUPLICATAS",
    parts: 3,
    fee: 3_500,
    warranty: warranty("CESSAO_DIREITOS_CREDITORIOS", "DUPLICATAS", 1_050),
    ..INVOICE
};

pub(super) const RECEIVABLES: Product = Product {
    name: "Antecipação de recebíveis de cartão",
    sub_kind: "ANTECIPACAO_FATURA_CARTAO_CREDITO",
    modality: "0303",
    parts: 6,
    warranty: warranty("CESSAO_DIREITOS_CREDITORIOS", "FATURA_CARTAO_CREDITO", 1_100),
    ..INVOICE
};
