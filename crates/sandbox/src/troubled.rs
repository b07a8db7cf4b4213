//! Brands that are never quite well: each shows one state of a bank without any control call.

use crate::brand::Brand;
use crate::state::OutcomeKind;

/// How a brand is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// As it should.
    Good,
    /// The directory says that it is not active.
    Away,
    /// The directory says that one of its APIs is not active; the others work.
    Shaky,
    /// The directory names it, and nobody answers at its addresses.
    Unreachable,
    /// Closes whenever somebody asks for a consent: 503, and not to come back for a quarter of an hour.
    Closing,
    /// Takes its time to make a consent.
    Slow,
    /// Never answers when a consent is asked for.
    Silent,
}

impl Health {
    /// What happens at one of `steps`, whenever somebody comes by.
    pub(crate) fn strikes(self, steps: &[&str]) -> Option<OutcomeKind> {
        if !steps.contains(&"consents:create") {
            return None;
        }
        match self {
            Self::Closing => Some(OutcomeKind::Closed),
            Self::Slow => Some(OutcomeKind::Slow),
            Self::Silent => Some(OutcomeKind::Hang),
            Self::Good | Self::Away | Self::Shaky | Self::Unreachable => None,
        }
    }
}

/// An address at which nobody ever answers.
pub(crate) const NOBODY_THERE: &str = "https://127.0.0.1:1";

const ORDINARY: Brand = Brand {
    slug: "",
    name: "",
    description: "",
    organisation_id: "",
    authorisation_server_id: "",
    legal_name: "",
    cnpj: "",
    compe: "",
    ispb: "",
    feminine: false,
    colour: "#3d4a5c",
    mark: "",
    persons: true,
    companies: false,
    credit: false,
    health: Health::Good,
};

/// Not active in the directory.
pub(crate) const ECLIPSE: Brand = Brand {
    slug: "eclipse",
    name: "Banco Eclipse",
    description: "Fora do ar: o diretório diz que não está ativo.",
    organisation_id: "3c2f0a6e-6f0c-4f43-9f5b-6c1a5b1d7a11",
    authorisation_server_id: "0f0b8a52-4c8e-4f0e-a9a5-1f6f6a1f2b11",
    legal_name: "Banco Eclipse Simulado S.A.",
    cnpj: "83051724000191",
    compe: "911",
    ispb: "83051724",
    colour: "#2b2d42",
    mark: "M256 112a144 144 0 1 0 144 144 112 112 0 0 1-144-144z",
    health: Health::Away,
    ..ORDINARY
};

/// One API not active in the directory.
pub(crate) const GAROA: Brand = Brand {
    slug: "garoa",
    name: "Banco Garoa",
    description: "Instável: o diretório diz que uma de suas APIs não está ativa.",
    organisation_id: "3c2f0a6e-6f0c-4f43-9f5b-6c1a5b1d7a12",
    authorisation_server_id: "0f0b8a52-4c8e-4f0e-a9a5-1f6f6a1f2b12",
    legal_name: "Banco Garoa Simulado S.A.",
    cnpj: "91462835000119",
    compe: "912",
    ispb: "91462835",
    colour: "#3a5a78",
    mark: "M176 120h40l-32 112h-40zM272 120h40l-32 112h-40zM368 120h40l-32 112h-40zM176 280h40l-32 112h-40zM272 280h40l-32 112h-40zM368 280h40l-32 112h-40z",
    health: Health::Shaky,
    ..ORDINARY
};

/// Nobody answers.
pub(crate) const NEBLINA: Brand = Brand {
    slug: "neblina",
    name: "Banco Neblina",
    description: "Inacessível: ninguém responde em seus endereços.",
    organisation_id: "3c2f0a6e-6f0c-4f43-9f5b-6c1a5b1d7a13",
    authorisation_server_id: "0f0b8a52-4c8e-4f0e-a9a5-1f6f6a1f2b13",
    legal_name: "Banco Neblina Simulado S.A.",
    cnpj: "20573946000154",
    compe: "913",
    ispb: "20573946",
    colour: "#4f5d6b",
    mark: "M112 176h288v40H112zM144 240h256v40H144zM112 304h224v40H112z",
    health: Health::Unreachable,
    ..ORDINARY
};

/// Closes when it is asked for a consent.
pub(crate) const POENTE: Brand = Brand {
    slug: "poente",
    name: "Banco Poente",
    description: "Fecha quando alguém pede um consentimento, e volta depois de quinze minutos.",
    organisation_id: "3c2f0a6e-6f0c-4f43-9f5b-6c1a5b1d7a14",
    authorisation_server_id: "0f0b8a52-4c8e-4f0e-a9a5-1f6f6a1f2b14",
    legal_name: "Banco Poente Simulado S.A.",
    cnpj: "31684057000180",
    compe: "914",
    ispb: "31684057",
    colour: "#a2401f",
    mark: "M112 300a144 144 0 0 1 288 0zM80 324h352v36H80z",
    health: Health::Closing,
    ..ORDINARY
};

/// Slow.
pub(crate) const JABUTI: Brand = Brand {
    slug: "jabuti",
    name: "Cooperativa Jabuti",
    description: "Devagar e sempre: leva alguns segundos para responder.",
    organisation_id: "3c2f0a6e-6f0c-4f43-9f5b-6c1a5b1d7a15",
    authorisation_server_id: "0f0b8a52-4c8e-4f0e-a9a5-1f6f6a1f2b15",
    legal_name: "Cooperativa de Crédito Jabuti Simulada",
    cnpj: "42795168000180",
    compe: "915",
    ispb: "42795168",
    feminine: true,
    colour: "#4b6b1c",
    mark: "M128 304a128 112 0 0 1 256 0zM152 320h40v48h-40zM320 320h40v48h-40zM384 264h48v40h-48z",
    health: Health::Slow,
    ..ORDINARY
};

/// Never answers.
pub(crate) const SILENCIO: Brand = Brand {
    slug: "silencio",
    name: "Banco Silêncio",
    description: "Nunca responde quando alguém pede um consentimento.",
    organisation_id: "3c2f0a6e-6f0c-4f43-9f5b-6c1a5b1d7a16",
    authorisation_server_id: "0f0b8a52-4c8e-4f0e-a9a5-1f6f6a1f2b16",
    legal_name: "Banco Silêncio Simulado S.A.",
    cnpj: "53806279000161",
    compe: "916",
    ispb: "53806279",
    colour: "#5b2a86",
    mark: "M176 232h160v48H176z",
    health: Health::Silent,
    ..ORDINARY
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_creation_of_a_consent_is_struck() {
        let all = [Health::Closing, Health::Slow, Health::Silent];
        assert!(all.iter().all(|health| health.strikes(&["consents", "consents:create"]).is_some()));
        assert!(all.iter().all(|health| health.strikes(&["consents", "consents:read"]).is_none()));
        assert_eq!(Health::Good.strikes(&["consents:create"]), None);
    }
}
