//! The sandbox's people whom the demo offers, with what each of them shows.

use serde_json::{Value, json};
use vinculo_sandbox::people::{PASSWORD, People};

/// Somebody to connect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Somebody {
    /// Name of the choice in the form.
    pub(super) key: &'static str,
    /// Whose data is shared: the person's name, or the company's.
    pub(super) name: &'static str,
    /// What connecting them shows.
    pub(super) shows: &'static str,
    /// Login at the bank.
    pub(super) login: &'static str,
    /// CPF of the person.
    pub(super) cpf: &'static str,
    /// Name of the person who logs in.
    pub(super) person: &'static str,
    /// CNPJ of the company, when the company's data is shared.
    pub(super) cnpj: Option<&'static str>,
}

/// CPF, company, and what connecting them shows. The first one is chosen at first.
const MAIN: [(&str, &str, Option<&str>, &str); 7] = [
    ("ralph", "76109277673", None, "Conta corrente e poupança, com um ano de salário, aluguel, Pix e cartão"),
    ("janice", "96644087000", None, "Mais de 2.500 transações em uma conta: bom para testar paginação"),
    ("bragg", "76109277673", Some("50685362006773"), "Conta de empresa: CPF de quem acessa e CNPJ"),
    ("alice", "08116143018", Some("5W685362006744"), "Empresa com CNPJ alfanumérico"),
    ("lilian", "37964623168", Some("43053510000130"), "Empresa em que cinco pessoas podem autorizar"),
    ("gabriel", "87517400444", None, "Conta conjunta: falta a autorização do outro titular"),
    ("recusa", "05117767055", None, "O banco recusa o consentimento depois da confirmação"),
];

/// The password of everybody in the sandbox.
pub(super) const LOGIN_PASSWORD: &str = PASSWORD;

/// Lists the people.
pub(super) fn all() -> Vec<Somebody> {
    let people = People::new();
    let find = |(key, cpf, cnpj, shows): (&'static str, &'static str, Option<&'static str>, &'static str)| {
        let person = people.by_document(cpf)?;
        let name = match cnpj {
            Some(cnpj) => people.company(cnpj)?.trade_name,
            None => person.name,
        };
        Some(Somebody { key, name, shows, login: person.login, cpf: person.cpf, person: person.name, cnpj })
    };
    MAIN.into_iter().filter_map(find).collect()
}

impl Somebody {
    /// `identification_info` of the token's body.
    pub(super) fn identification(&self) -> Value {
        let person = json!({"type": "CPF", "number": self.cpf, "name": self.person});
        match self.cnpj {
            Some(cnpj) => json!([person, {"type": "CNPJ", "number": cnpj, "name": self.name}]),
            None => json!([person]),
        }
    }

    /// Two letters for the picture.
    pub(super) fn initials(&self) -> String {
        self.name.split(' ').filter_map(|word| word.chars().next()).take(2).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_exists_in_the_sandbox() {
        let all = all();
        assert_eq!(all.len(), MAIN.len());
        assert_eq!((all[0].login, all[0].name), ("ralph.bragg@gmail.com", "Ralph Bragg"));
        assert!(all.iter().all(|somebody| somebody.initials().chars().count() == 2));
    }

    #[test]
    fn companies_are_identified_by_both_documents() {
        let bragg = all().into_iter().find(|somebody| somebody.key == "bragg").unwrap();
        assert_eq!(bragg.identification()[1]["number"], "50685362006773");
    }
}
