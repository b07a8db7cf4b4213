//! The brands of the sandbox network.

use crate::troubled::{self, Health};

/// A bank as people know it: a name, a colour, a logo, and whom it serves.
#[derive(Debug, PartialEq, Eq)]
pub struct Brand {
    /// Name in addresses and consent ids, such as `mockbank`.
    pub slug: &'static str,
    /// Name that people see.
    pub name: &'static str,
    /// One sentence about the bank.
    pub description: &'static str,
    /// Organisation id in the directory.
    pub organisation_id: &'static str,
    /// Authorization server id in the directory.
    pub authorisation_server_id: &'static str,
    /// Registered name of the company behind the brand.
    pub legal_name: &'static str,
    /// The company's CNPJ.
    pub cnpj: &'static str,
    /// Clearing code (COMPE) of the bank, three digits.
    pub compe: &'static str,
    /// ISPB of the bank, eight digits.
    pub ispb: &'static str,
    /// The name is a feminine one: *a* Cooperativa, not *o* Banco.
    pub feminine: bool,
    /// Main colour, `#rrggbb`, dark enough for white text.
    pub colour: &'static str,
    /// The mark inside the logo: an SVG path on a 512 × 512 canvas, drawn in white on the brand's colour.
    pub mark: &'static str,
    /// Persons can hold accounts here.
    pub persons: bool,
    /// Companies can hold accounts here.
    pub companies: bool,
    /// Gives credit: cards, loans and the like.
    pub credit: bool,
    /// How it is doing.
    pub health: Health,
}

/// Every brand, in the order of the directory.
pub static BRANDS: [Brand; 11] = [
    Brand {
        slug: "mockbank",
        name: "Mock Bank",
        description: "O banco de testes da rede de simulação.",
        organisation_id: "b961c4eb-509d-4edf-afeb-35642b38185d",
        authorisation_server_id: "7844e311-aa1f-4f67-9475-cbd989310b3e",
        legal_name: "Mock Bank Sandbox S.A.",
        cnpj: "98765432000198",
        compe: "901",
        ispb: "98765432",
        feminine: false,
        colour: "#1f3a8a",
        mark: "M136 352V160h48l72 104 72-104h48v192h-52V246l-68 96-68-96v106z",
        persons: true,
        companies: true,
        credit: true,
        health: Health::Good,
    },
    Brand {
        slug: "aurora",
        name: "Banco Aurora",
        description: "Conta digital completa, da primeira luz do dia em diante.",
        organisation_id: "3c2f0a6e-6f0c-4f43-9f5b-6c1a5b1d7a01",
        authorisation_server_id: "0f0b8a52-4c8e-4f0e-a9a5-1f6f6a1f2b01",
        legal_name: "Banco Aurora Simulado S.A.",
        cnpj: "41372608000124",
        compe: "902",
        ispb: "41372608",
        feminine: false,
        colour: "#9d2449",
        mark: "M112 328a144 144 0 0 1 288 0h-52a92 92 0 0 0-184 0zM96 352h320v40H96zM236 104h40v56h-40z",
        persons: true,
        companies: true,
        credit: true,
        health: Health::Good,
    },
    Brand {
        slug: "ipe",
        name: "Cooperativa Ipê",
        description: "Crédito e poupança de quem planta junto.",
        organisation_id: "3c2f0a6e-6f0c-4f43-9f5b-6c1a5b1d7a02",
        authorisation_server_id: "0f0b8a52-4c8e-4f0e-a9a5-1f6f6a1f2b02",
        legal_name: "Cooperativa de Crédito Ipê Simulada",
        cnpj: "58214937000140",
        compe: "903",
        ispb: "58214937",
        feminine: true,
        colour: "#1c6b3c",
        mark: "M256 112c62 40 96 88 96 144a96 96 0 0 1-72 93v51h-48v-51a96 96 0 0 1-72-93c0-56 34-104 96-144z",
        persons: true,
        companies: true,
        credit: true,
        health: Health::Good,
    },
    Brand {
        slug: "girassol",
        name: "Girassol Pagamentos",
        description: "Conta de pagamento para o dia a dia.",
        organisation_id: "3c2f0a6e-6f0c-4f43-9f5b-6c1a5b1d7a03",
        authorisation_server_id: "0f0b8a52-4c8e-4f0e-a9a5-1f6f6a1f2b03",
        legal_name: "Girassol Instituição de Pagamento Simulada S.A.",
        cnpj: "67430185000145",
        compe: "904",
        ispb: "67430185",
        feminine: true,
        colour: "#8a4b08",
        mark: "M256 176a80 80 0 1 1 0 160 80 80 0 0 1 0-160zM236 96h40v56h-40zM236 360h40v56h-40zM96 236h56v40H96zM360 236h56v40h-56z",
        persons: true,
        companies: false,
        credit: false,
        health: Health::Good,
    },
    Brand {
        slug: "cardume",
        name: "Cardume Empresas",
        description: "Banco só de empresas, das pequenas às médias.",
        organisation_id: "3c2f0a6e-6f0c-4f43-9f5b-6c1a5b1d7a04",
        authorisation_server_id: "0f0b8a52-4c8e-4f0e-a9a5-1f6f6a1f2b04",
        legal_name: "Banco Cardume Simulado S.A.",
        cnpj: "72951364000168",
        compe: "905",
        ispb: "72951364",
        feminine: true,
        colour: "#0b5c73",
        mark: "M112 256c48-64 128-80 192-32l64-48v160l-64-48c-64 48-144 32-192-32z",
        persons: false,
        companies: true,
        credit: true,
        health: Health::Good,
    },
    troubled::ECLIPSE,
    troubled::GAROA,
    troubled::NEBLINA,
    troubled::POENTE,
    troubled::JABUTI,
    troubled::SILENCIO,
];

impl Brand {
    /// Finds a brand by its slug.
    pub fn find(slug: &str) -> Option<&'static Self> {
        BRANDS.iter().find(|brand| brand.slug == slug)
    }

    /// `no Mock Bank`, `na Cooperativa Ipê`.
    pub fn within(&self) -> String {
        format!("n{} {}", self.article(), self.name)
    }

    /// `do Mock Bank`, `da Cooperativa Ipê`.
    pub fn of(&self) -> String {
        format!("d{} {}", self.article(), self.name)
    }

    fn article(&self) -> char {
        if self.feminine { 'a' } else { 'o' }
    }

    /// The company's CNPJ as it is written: `98.765.432/0001-98`.
    pub fn written_cnpj(&self) -> String {
        let part = |range: std::ops::Range<usize>| self.cnpj.get(range).unwrap_or_default();
        format!("{}.{}.{}/{}-{}", part(0..2), part(2..5), part(5..8), part(8..12), part(12..14))
    }

    /// The brand's logo as an SVG document: square, without raster images.
    pub fn logo(&self) -> String {
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 512 512\" width=\"512\" height=\"512\" role=\"img\" \
             aria-label=\"{}\"><rect width=\"512\" height=\"512\" rx=\"96\" fill=\"{}\"/><path d=\"{}\" fill=\"#fff\"/></svg>",
            self.name, self.colour, self.mark
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Check digits of a CNPJ, character value = ASCII − 48.
    fn check_digits_match(cnpj: &str) -> bool {
        let digits: Vec<u32> = cnpj.bytes().map(|byte| u32::from(byte) - 48).collect();
        let digit = |upto: usize| {
            let sum: u32 = (0..upto).map(|i| digits[i] * (((upto - 1 - i) % 8) as u32 + 2)).sum();
            match sum % 11 {
                0 | 1 => 0,
                rest => 11 - rest,
            }
        };
        digits.len() == 14 && digit(12) == digits[12] && digit(13) == digits[13]
    }

    #[test]
    fn every_brand_has_a_valid_cnpj() {
        for brand in &BRANDS {
            assert!(check_digits_match(brand.cnpj), "{}", brand.name);
        }
    }

    #[test]
    fn names_stand_in_sentences() {
        assert_eq!(BRANDS[0].within(), "no Mock Bank");
        assert_eq!(BRANDS[2].of(), "da Cooperativa Ipê");
        assert_eq!(BRANDS[0].written_cnpj(), "98.765.432/0001-98");
    }

    #[test]
    fn no_two_brands_share_an_id() {
        for (i, one) in BRANDS.iter().enumerate() {
            for other in &BRANDS[i + 1..] {
                assert_ne!(one.slug, other.slug);
                assert_ne!(one.organisation_id, other.organisation_id);
                assert_ne!(one.authorisation_server_id, other.authorisation_server_id);
            }
        }
    }
}
