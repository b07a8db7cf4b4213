//! Made-up institutions in any number, for lists that are as long as the real network's.

use std::fmt::Write as _;

const KINDS: [&str; 10] = [
    "Banco",
    "Cooperativa",
    "Banco Digital",
    "Financeira",
    "Pagamentos",
    "Caixa",
    "Crédito",
    "Conta",
    "Investimentos",
    "Sicoop",
];
const NAMES: [&str; 25] = [
    "Araucária",
    "São João",
    "Pantanal",
    "Jequitibá",
    "Mantiqueira",
    "Guarani",
    "Ipanema",
    "Sertão Veredas",
    "Maracujá",
    "Açaí",
    "Três Rios",
    "Serra Azul",
    "Capivara",
    "Tucano",
    "Ouro Fino",
    "Lençóis",
    "Cajueiro",
    "Boa Esperança",
    "Jangada",
    "Chapada",
    "Amazonas",
    "Pampa",
    "Caatinga",
    "Itaguaré",
    "Vitória-Régia",
];
const SUFFIXES: [&str; 5] = ["", " Mais", " Brasil", " União", " Já"];

/// Writes `[[institutions]]` of a settings file for `count` institutions for persons, every name another one. Nobody answers at
/// their addresses.
pub fn institutions(count: usize) -> String {
    let mut file = String::new();
    for at in 0..count {
        let kind = KINDS[at % KINDS.len()];
        let name = NAMES[(at / KINDS.len() + at * 7) % NAMES.len()];
        let suffix = SUFFIXES[at / (KINDS.len() * NAMES.len()) % SUFFIXES.len()];
        let _ = write!(
            file,
            "[[institutions]]\ncode = \"of{at}_br_retail\"\ndisplay_name = \"{kind} {name}{suffix}\"\ncolor = \"#{:06x}\"\n\
             discovery_url = \"https://banco{at}.invalid/.well-known/openid-configuration\"\nclient_id = \"vinculo\"\n\
             [institutions.apis]\nconsents = \"https://banco{at}.invalid/open-banking/consents/v3\"\n\n",
            (at * 0x4f_1b_37 + 0x20_40_60) & 0x00ff_ffff,
        );
    }
    file
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::institutions;

    #[test]
    fn a_thousand_brands_have_a_thousand_names() {
        let file = institutions(1_000);
        let names: BTreeSet<&str> = file.lines().filter(|line| line.starts_with("display_name")).collect();
        assert_eq!(names.len(), 1_000);
    }
}
