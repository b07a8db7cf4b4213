//! People of the sandbox network.

use serde_json::{Value, json};

/// A test person of the sandbox bank.
#[derive(Debug, Clone, Copy)]
pub struct Person {
    /// CPF.
    pub cpf: &'static str,
    /// Full name.
    pub name: &'static str,
    /// Login at the bank.
    pub login: &'static str,
    /// Company, when the company's data is shared: CNPJ and name.
    pub company: Option<(&'static str, &'static str)>,
}

impl Person {
    /// Ralph Bragg, the main test person.
    pub const RALPH: Self =
        Self { cpf: "76109277673", name: "Ralph Bragg", login: "ralph.bragg@gmail.com", company: None };
    /// Janice, who has more than 2,500 transactions on one account.
    pub const JANICE: Self =
        Self { cpf: "96644087000", name: "Janice Santana Matos", login: "janice.matos@email.com", company: None };
    /// Ralph for his company.
    pub const BRAGG_MECHANICS: Self = Self { company: Some(("50685362006773", "Bragg Mechanics")), ..Self::RALPH };
    /// Lauro, whom the bank has locked out.
    pub const LAURO: Self = Self::new("31120458749", "Lauro Trancoso", "lauro.trancoso@email.com");
    /// Olga, whose password is always wrong.
    pub const OLGA: Self = Self::new("40291573606", "Olga Esquecida", "olga.esquecida@email.com");
    /// Vânia, who has a session open elsewhere.
    pub const VANIA: Self = Self::new("51382609442", "Vânia Sessões", "vania.sessoes@email.com");
    /// Expedito, whose consent runs out at the bank.
    pub const EXPEDITO: Self = Self::new("62473018553", "Expedito Prazeres", "expedito.prazeres@email.com");
    /// Fausto, whose id_token must be refused.
    pub const FAUSTO: Self = Self::new("73564129006", "Fausto Falcão", "fausto.falcao@email.com");
    /// Nina, who has no account.
    pub const NINA: Self = Self::new("84655203137", "Nina Vazia", "nina.vazia@email.com");
    /// Ivo, whom the bank does not send back.
    pub const IVO: Self = Self::new("95746381209", "Ivo Semvolta", "ivo.semvolta@email.com");
    /// Paula, of whose accounts one cannot be read.
    pub const PAULA: Self = Self::new("16837492519", "Paula Metade", "paula.metade@email.com");
    /// Inácio, whose scope the bank refuses.
    pub const INACIO: Self = Self::new("27928503611", "Inácio Escopo", "inacio.escopo@email.com");
    /// Murilo, whom the bank's risk rules refuse.
    pub const MURILO: Self = Self::new("05117767055", "Murilo Azevedo", "murilo.azevedo@email.com");
    /// Gabriel, whose accounts wait for a second approver.
    pub const GABRIEL: Self = Self::new("87517400444", "Gabriel Nunes", "gabriel.nunes@email.com");

    const fn new(cpf: &'static str, name: &'static str, login: &'static str) -> Self {
        Self { cpf, name, login, company: None }
    }

    /// Returns `identification_info` of the token body.
    pub fn identification(&self) -> Value {
        let mut entries = vec![json!({"type": "CPF", "number": self.cpf, "name": self.name})];
        if let Some((cnpj, name)) = self.company {
            entries.push(json!({"type": "CNPJ", "number": cnpj, "name": name}));
        }
        Value::Array(entries)
    }

    /// Returns the main sandbox institution for this person.
    pub fn institution(&self) -> &'static str {
        if self.company.is_some() { "ofmockbank_br_business" } else { "ofmockbank_br_retail" }
    }
}
