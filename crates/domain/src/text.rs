use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Folds a name for search: lower case, no accents, single spaces. "São  João" becomes "sao joao".
pub fn fold(text: &str) -> String {
    let plain: String = text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Hides the outer parts of a CPF or CNPJ given without punctuation; anything else is hidden whole.
pub fn mask_document(bare: &str) -> String {
    match (bare.len(), bare.is_ascii()) {
        (11, true) => format!("***.{}.{}-**", &bare[3..6], &bare[6..9]),
        (14, true) => format!("**.{}.{}/{}-**", &bare[2..5], &bare[5..8], &bare[8..12]),
        _ => "***".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_case_and_spaces_fold() {
        assert_eq!(fold("  São   João da Araçária "), "sao joao da aracaria");
    }

    #[test]
    fn what_is_no_document_is_hidden_whole() {
        assert_eq!(mask_document("ção"), "***");
        assert_eq!(mask_document("123"), "***");
    }
}
