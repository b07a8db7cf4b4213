//! The data categories by their official names (Tabela de Dados).

/// A category with the groupings that the consent holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Category {
    pub(super) name: &'static str,
    pub(super) groupings: Vec<Grouping>,
}

/// A grouping and what it covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Grouping {
    pub(super) name: &'static str,
    pub(super) text: &'static str,
}

/// The permission that stands for a grouping, its category, and the words.
type Line = (&'static str, &'static str, Grouping);

const CUSTOMER: &str = "Dados cadastrais";
const ACCOUNT: &str = "Dados da conta";
const CARD: &str = "Dados do Cartão de Crédito";
const CREDIT: &str = "Dados de Operação de Crédito";
const INVESTMENT: &str = "Investimentos";
const EXCHANGE: &str = "Operações de Câmbio";

const LINES: [Line; 13] = [
    (
        "CUSTOMERS_PERSONAL_IDENTIFICATIONS_READ",
        CUSTOMER,
        Grouping {
            name: "Dados cadastrais",
            text: "Nome completo e nome social, endereço completo, CPF, passaporte, telefone, e-mail, documento de \
                   identificação, filiação, data de nascimento, estado civil, sexo, nacionalidade, residência \
                   brasileira, documento estrangeiro.",
        },
    ),
    (
        "CUSTOMERS_PERSONAL_ADITTIONALINFO_READ",
        CUSTOMER,
        Grouping {
            name: "Informações complementares",
            text: "Renda, profissão, patrimônio, informações de cônjuge, produtos contratados, representantes, \
                   informações do empregador de conta salário e portabilidade.",
        },
    ),
    (
        "CUSTOMERS_BUSINESS_IDENTIFICATIONS_READ",
        CUSTOMER,
        Grouping {
            name: "Dados cadastrais",
            text: "Razão social, endereço completo, CNPJ, número de registro no país de origem, telefone, e-mail, \
                   data de abertura da empresa, informações de sócios e administradores.",
        },
    ),
    (
        "CUSTOMERS_BUSINESS_ADITTIONALINFO_READ",
        CUSTOMER,
        Grouping {
            name: "Informações complementares",
            text: "Faturamento, valor patrimonial, ramo de atuação, data de início de relacionamento, produtos \
                   contratados, representantes.",
        },
    ),
    (
        "ACCOUNTS_BALANCES_READ",
        ACCOUNT,
        Grouping { name: "Saldo", text: "Informações da conta, saldo disponível, saldo bloqueado, outros saldos." },
    ),
    (
        "ACCOUNTS_OVERDRAFT_LIMITS_READ",
        ACCOUNT,
        Grouping {
            name: "Limites",
            text: "Informações da conta, limite utilizado, limite contratado de cheque especial.",
        },
    ),
    (
        "ACCOUNTS_TRANSACTIONS_READ",
        ACCOUNT,
        Grouping { name: "Extratos", text: "Informações da conta, detalhes da transação." },
    ),
    (
        "CREDIT_CARDS_ACCOUNTS_LIMITS_READ",
        CARD,
        Grouping {
            name: "Limite",
            text: "Informações do cartão, informações sobre o limite do cartão, limite total, limite utilizado, \
                   limite disponível, limite por tipo de crédito.",
        },
    ),
    (
        "CREDIT_CARDS_ACCOUNTS_TRANSACTIONS_READ",
        CARD,
        Grouping {
            name: "Transações",
            text: "Informações do cartão, identificação de transação, valor da transação, datas, identificação do \
                   estabelecimento.",
        },
    ),
    (
        "CREDIT_CARDS_ACCOUNTS_BILLS_READ",
        CARD,
        Grouping {
            name: "Faturas",
            text: "Informações do cartão, bandeira do cartão, informações da fatura, encargos e formas de pagamento.",
        },
    ),
    (
        "LOANS_READ",
        CREDIT,
        Grouping {
            name: "Contratos de Crédito",
            text: "Dados do contrato, data da contratação, data do recebimento do crédito, valor do crédito, data de \
                   vencimento, datas de pagamento das parcelas, período recorrente dos pagamentos, datas de \
                   vencimento de cada parcela, data de vencimento da primeira parcela, saldo devedor, prazo total, \
                   prazo remanescente, quantidade de prestações, prestações, taxas de juros, Custo Efetivo Total, \
                   sistema de amortização, tarifas, sigla identificadora da tarifa, valor da tarifa, moeda, data da \
                   cobrança de tarifa, encargos, garantias, número do documento da Instituição consignante.",
        },
    ),
    (
        "BANK_FIXED_INCOMES_READ",
        INVESTMENT,
        Grouping {
            name: "Operações de Investimentos",
            text: "As operações referem-se a contratos de renda fixa, renda variável, tesouro direto e fundos de \
                   investimentos. São informações como: identificação do produto, informações de remuneração, data \
                   de emissão, vencimento, aquisição, data fim da carência, saldo bloqueado, líquido e bruto, \
                   quantidade de títulos, preço unitário, impostos provisionados, multa e mora, indexadores, código \
                   ISIN, Classificação ANBIMA, Classe e Subclasse.",
        },
    ),
    (
        "EXCHANGES_READ",
        EXCHANGE,
        Grouping {
            name: "Operações de Câmbio",
            text: "Identificação da operação, data do fechamento do contrato de câmbio, data em que a operação \
                   (compra ou venda) está prevista para ser liquidada, valor da taxa de câmbio aplicada ao contrato, \
                   valor do saldo da operação a liquidar, percentual do valor concedido ao usuário antecipadamente, \
                   natureza fato do fechamento da operação e relação de vínculo entre o usuário e o \
                   pagador/Recebedor no exterior.",
        },
    ),
];

/// The categories that these permissions open, in the order of the standard.
pub(super) fn of(permissions: &[String]) -> Vec<Category> {
    let mut categories: Vec<Category> = Vec::new();
    for (permission, name, grouping) in LINES {
        if !permissions.iter().any(|held| held == permission) {
            continue;
        }
        match categories.last_mut().filter(|last| last.name == name) {
            Some(last) => last.groupings.push(grouping),
            None => categories.push(Category { name, groupings: vec![grouping] }),
        }
    }
    categories
}

/// The categories whose operations are shared without being chosen: those of today and those to come.
pub(super) fn joining(permissions: &[String]) -> Vec<&'static str> {
    let categories = of(permissions).into_iter().map(|category| category.name);
    categories.filter(|name| [CREDIT, INVESTMENT, EXCHANGE].contains(name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(permissions: &[&str]) -> Vec<(&'static str, Vec<&'static str>)> {
        let held: Vec<String> = permissions.iter().map(|permission| (*permission).to_owned()).collect();
        let named = |category: Category| (category.name, category.groupings.iter().map(|line| line.name).collect());
        of(&held).into_iter().map(named).collect()
    }

    #[test]
    fn only_what_is_shared_is_shown() {
        assert_eq!(
            names(&["RESOURCES_READ", "ACCOUNTS_READ", "ACCOUNTS_TRANSACTIONS_READ", "ACCOUNTS_BALANCES_READ"]),
            [(ACCOUNT, vec!["Saldo", "Extratos"])]
        );
        assert_eq!(names(&["RESOURCES_READ"]), []);
    }

    #[test]
    fn operations_that_join_by_themselves_are_named() {
        let held = ["EXCHANGES_READ".to_owned(), "ACCOUNTS_BALANCES_READ".to_owned()];
        assert_eq!(joining(&held), [EXCHANGE]);
    }
}
