//! Where people and companies live. The towns are real, the streets are made up.

use super::history::Dice;
use super::person::{Address, Company, Person};

/// The published address of the main person.
const PUBLISHED: (&str, Address) = (
    "76109277673",
    Address {
        street: "Rua Laguna, 129",
        district: "Jardim Itu",
        town: "Porto Alegre",
        ibge: "4314902",
        state: "RS",
        post_code: "91210260",
        area: "51",
    },
);

const fn at(
    street: &'static str,
    district: &'static str,
    town: &'static str,
    ibge: &'static str,
    state: &'static str,
    post_code: &'static str,
    area: &'static str,
) -> Address {
    Address { street, district, town, ibge, state, post_code, area }
}

static ADDRESSES: [Address; 12] = [
    at("Rua das Paineiras Altas, 412", "Vila Mariana", "São Paulo", "3550308", "SP", "04101300", "11"),
    at("Avenida do Porto Velho, 87", "Botafogo", "Rio de Janeiro", "3304557", "RJ", "22250040", "21"),
    at("Rua Serra do Curral Novo, 1530", "Savassi", "Belo Horizonte", "3106200", "MG", "30130170", "31"),
    at("Alameda dos Pinheirais, 66", "Batel", "Curitiba", "4106902", "PR", "80420090", "41"),
    at("Ladeira da Boa Fé, 23", "Barra", "Salvador", "2927408", "BA", "40140110", "71"),
    at("Rua do Coqueiral, 908", "Boa Viagem", "Recife", "2611606", "PE", "51020010", "81"),
    at("Avenida das Jangadas, 2210", "Meireles", "Fortaleza", "2304400", "CE", "60160230", "85"),
    at("Quadra 310 Bloco K", "Asa Norte", "Brasília", "5300108", "DF", "70756110", "61"),
    at("Rua do Cafezal, 345", "Cambuí", "Campinas", "3509502", "SP", "13024200", "19"),
    at("Servidão das Gaivotas, 18", "Campeche", "Florianópolis", "4205407", "SC", "88063100", "48"),
    at("Rua dos Buritis, 701", "Setor Bueno", "Goiânia", "5208707", "GO", "74230010", "62"),
    at("Travessa do Açaizal, 55", "Nazaré", "Belém", "1501402", "PA", "66035170", "91"),
];

impl Person {
    /// Where the person lives.
    pub fn address(&self) -> &'static Address {
        if self.cpf == PUBLISHED.0 { &PUBLISHED.1 } else { thrown(self.login) }
    }
}

impl Company {
    /// Where the company has its seat.
    pub fn address(&self) -> &'static Address {
        thrown(self.cnpj)
    }
}

fn thrown(key: &str) -> &'static Address {
    Dice::of_text(key).pick(&ADDRESSES)
}
