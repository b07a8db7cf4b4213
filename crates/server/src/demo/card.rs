//! What the demo shows of the data, in words and numbers that people read.

use serde_json::Value;

/// One account with its balance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AccountCard {
    pub(super) name: String,
    pub(super) place: String,
    pub(super) balance: String,
    pub(super) more: String,
}

/// One transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TransactionRow {
    pub(super) date: String,
    pub(super) text: String,
    pub(super) hint: String,
    pub(super) amount: String,
    pub(super) income: bool,
}

/// One owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OwnerCard {
    pub(super) name: String,
    pub(super) document: String,
    pub(super) contact: String,
}

/// Returns the text of a field; empty when it is missing or null.
pub(super) fn text<'a>(record: &'a Value, field: &str) -> &'a str {
    record.pointer(field).and_then(Value::as_str).unwrap_or_default()
}

fn joined(parts: &[&str], between: &str) -> String {
    parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(between)
}

impl AccountCard {
    /// Reads an account of the API.
    pub(super) fn read(record: &Value) -> Self {
        let name = joined(&[text(record, "/name")], "");
        let kind = text(record, "/category");
        let digit = text(record, "/check_digit");
        let number = joined(&[text(record, "/number"), digit], "-");
        let agency = text(record, "/agency");
        let agency = if agency.is_empty() { String::new() } else { format!("Agência {agency}") };
        let amount = |field: &str| record.pointer(field).and_then(money);
        let blocked = amount("/balance/blocked").filter(|text| text != "R$ 0,00");
        let invested = amount("/balance/automatically_invested").filter(|text| text != "R$ 0,00");
        Self {
            name: if name.is_empty() { kind_name(kind).to_owned() } else { name },
            place: joined(&[&agency, &number], " · "),
            balance: amount("/balance/available").or_else(|| amount("/balance/current")).unwrap_or_else(|| "–".into()),
            more: joined(
                &[
                    &blocked.map(|text| format!("{text} bloqueados")).unwrap_or_default(),
                    &invested.map(|text| format!("{text} aplicados")).unwrap_or_default(),
                ],
                " · ",
            ),
        }
    }
}

fn kind_name(category: &str) -> &'static str {
    match category {
        "CHECKING_ACCOUNT" => "Conta corrente",
        "SAVINGS_ACCOUNT" => "Poupança",
        "CREDIT_CARD" => "Cartão de crédito",
        "LOAN_ACCOUNT" => "Empréstimo",
        _ => "Conta",
    }
}

impl TransactionRow {
    /// Reads a transaction of the API.
    pub(super) fn read(record: &Value) -> Self {
        let income = text(record, "/type") == "INFLOW";
        let amount = record.pointer("/amount").and_then(money).unwrap_or_default();
        let sign = if income { "+" } else { "−" };
        let description = text(record, "/description");
        Self {
            date: short_date(text(record, "/value_date")),
            text: if description.is_empty() { "Transação".to_owned() } else { description.to_owned() },
            hint: joined(&[operation(text(record, "/operation_type")), pending(text(record, "/status"))], " · "),
            amount: format!("{sign} {}", amount.trim_start_matches('-')),
            income,
        }
    }
}

/// What the network's code for an operation means; an unknown code says nothing to people.
fn operation(code: &str) -> &'static str {
    match code {
        "TED" => "TED",
        "DOC" => "DOC",
        "PIX" => "Pix",
        "TRANSFERENCIA_MESMA_INSTITUICAO" => "Transferência entre contas",
        "BOLETO" => "Boleto",
        "CONVENIO_ARRECADACAO" => "Conta de consumo ou tributo",
        "PACOTE_TARIFA_SERVICOS" | "TARIFA_SERVICOS_AVULSOS" => "Tarifa",
        "FOLHA_PAGAMENTO" => "Folha de pagamento",
        "DEPOSITO" => "Depósito",
        "SAQUE" => "Saque",
        "CARTAO" => "Cartão",
        "ENCARGOS_JUROS_CHEQUE_ESPECIAL" => "Juros do cheque especial",
        "RENDIMENTO_APLIC_FINANCEIRA" => "Rendimento",
        "PORTABILIDADE_SALARIO" => "Portabilidade de salário",
        "RESGATE_APLIC_FINANCEIRA" => "Resgate",
        "OPERACAO_CREDITO" => "Operação de crédito",
        _ => "",
    }
}

fn pending(status: &str) -> &str {
    if status == "PENDING" { "a confirmar" } else { "" }
}

impl OwnerCard {
    /// Reads an owner of the API, person or company.
    pub(super) fn read(record: &Value) -> Self {
        let first_of = |fields: &[&str]| {
            fields.iter().map(|field| text(record, field)).find(|text| !text.is_empty()).unwrap_or_default().to_owned()
        };
        let number = first_of(&["/document_id/document_number", "/documents/0/document_number", "/tax_id"]);
        Self {
            name: first_of(&["/display_name", "/trade_name", "/company_name", "/first_name"]),
            document: vinculo_domain::mask_document(&number),
            contact: joined(&[text(record, "/email"), text(record, "/phone_number")], " · "),
        }
    }
}

/// Writes an amount: `R$ 1.234,56`.
pub(super) fn money(value: &Value) -> Option<String> {
    let amount = value.as_f64()?;
    let cents = format!("{:.2}", amount.abs());
    let (whole, fraction) = cents.split_once('.')?;
    let mut grouped = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place) % 3 == 0 {
            grouped.push('.');
        }
        grouped.push(digit);
    }
    let sign = if amount < 0.0 { "-" } else { "" };
    Some(format!("{sign}R$ {grouped},{fraction}"))
}

/// Writes a day: `22 nov`.
fn short_date(iso: &str) -> String {
    const MONTHS: [&str; 12] = ["jan", "fev", "mar", "abr", "mai", "jun", "jul", "ago", "set", "out", "nov", "dez"];
    let mut parts = iso.split('-').skip(1);
    let month =
        parts.next().and_then(|month| month.parse::<usize>().ok()).and_then(|month| MONTHS.get(month.wrapping_sub(1)));
    match (month, parts.next()) {
        (Some(month), Some(day)) => format!("{day} {month}"),
        _ => iso.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn amounts_and_days_read_as_in_brazil() {
        assert_eq!(money(&json!(1234567.5)).unwrap(), "R$ 1.234.567,50");
        assert_eq!(money(&json!(-0.07)).unwrap(), "-R$ 0,07");
        assert_eq!(money(&json!(100)).unwrap(), "R$ 100,00");
        assert_eq!(money(&json!(null)), None);
        assert_eq!(short_date("2026-11-22"), "22 nov");
        assert_eq!(short_date("2026-13-22"), "2026-13-22");
    }

    #[test]
    fn records_with_nothing_in_them_are_shown_all_the_same() {
        assert_eq!(AccountCard::read(&json!({})).balance, "–");
        assert_eq!(TransactionRow::read(&json!({"amount": -3.5})).amount, "− R$ 3,50");
        assert_eq!(OwnerCard::read(&json!({})).document, "***");
    }

    #[test]
    fn an_account_names_its_place_and_what_is_held_back() {
        let card = AccountCard::read(&json!({
            "category": "CHECKING_ACCOUNT", "agency": "6272", "number": "94088392", "check_digit": "4",
            "balance": {"current": 10.0, "available": 9.5, "blocked": 0.5, "automatically_invested": 0.0},
        }));
        assert_eq!(card.name, "Conta corrente");
        assert_eq!(card.place, "Agência 6272 · 94088392-4");
        assert_eq!((card.balance.as_str(), card.more.as_str()), ("R$ 9,50", "R$ 0,50 bloqueados"));
    }
}
