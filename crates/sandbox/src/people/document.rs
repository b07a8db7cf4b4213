//! Check digits of CPF and CNPJ, for the documents that the histories make up.

/// The CPF whose first nine digits are `number`.
pub(crate) fn cpf_of(number: u64) -> String {
    let mut text = format!("{:09}", number % 1_000_000_000);
    for length in [9_u32, 10] {
        let sum: u32 = text.bytes().zip(0..length).map(|(byte, i)| value(byte) * (length + 1 - i)).sum();
        text.push(digit(sum));
    }
    text
}

/// The CNPJ whose first twelve characters are `root`; letters count as their ASCII code less 48.
pub(crate) fn cnpj_of(root: &str) -> String {
    let mut text = root.to_owned();
    for _ in 0..2 {
        let sum: u32 = text.bytes().rev().zip((2..=9).cycle()).map(|(byte, weight)| value(byte) * weight).sum();
        text.push(digit(sum));
    }
    text
}

fn value(byte: u8) -> u32 {
    u32::from(byte) - 48
}

fn digit(sum: u32) -> char {
    match sum % 11 {
        0 | 1 => '0',
        rest => char::from_digit(11 - rest, 10).unwrap_or('0'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makes_the_published_documents() {
        for cpf in ["76109277673", "96644087000", "08116143018", "87517400444"] {
            assert_eq!(cpf_of(cpf[..9].parse().unwrap()), cpf);
        }
        for cnpj in ["43053510000130", "5W685362006744", "40156018000100"] {
            assert_eq!(cnpj_of(&cnpj[..12]), cnpj);
        }
    }
}
