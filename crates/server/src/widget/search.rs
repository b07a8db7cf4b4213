//! Finding an institution by what a person types: without accents, by any word, with or without spaces, and with
//! letters wrong.
//!
//! Ranks, best first: the whole brand, its beginning, then the words: whole, begun, inside, nearly; then the same in
//! the name of the participant behind the brand. Popular ones come first within a rank. The script ranks by the same
//! rules, so that both ways of searching show the same.

use vinculo_domain::fold;

/// Longest query that is looked at, in characters.
pub(crate) const MAX_QUERY: usize = 80;

/// Words that are looked at.
const MAX_WORDS: usize = 8;

/// What separates a brand from its participant in what is searched.
const BEHIND: char = '|';

/// What is searched of an institution: `brand|participant`, folded, without punctuation.
pub(crate) fn searched(brand: &str, participant: &str) -> String {
    let own = plain(brand);
    let behind = plain(participant);
    let more: Vec<&str> = behind.split(' ').filter(|word| own.split(' ').all(|known| known != *word)).collect();
    if more.concat().is_empty() { own } else { format!("{own}{BEHIND}{}", more.join(" ")) }
}

/// Folds, and turns everything that is neither letter nor digit into spaces.
fn plain(text: &str) -> String {
    let spaced: String = fold(text).chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a person typed.
#[derive(Debug, Clone)]
pub(crate) struct Query(Vec<Vec<char>>);

impl Query {
    /// Reads a query; `None` when it holds no word.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let cut: String = text.chars().take(MAX_QUERY).collect();
        let plain = plain(&cut);
        let words = plain.split(' ').filter(|word| !word.is_empty()).take(MAX_WORDS);
        let words: Vec<Vec<char>> = words.map(|word| word.chars().collect()).collect();
        (!words.is_empty()).then_some(Self(words))
    }

    /// Ranks what [`searched`] wrote, 0 best; `None` when it does not fit.
    pub(crate) fn rank(&self, text: &str) -> Option<u8> {
        let (brand, behind) = text.split_once(BEHIND).unwrap_or((text, ""));
        let whole: String = self.0.concat().into_iter().collect();
        let squeezed = brand.replace(' ', "");
        if squeezed == whole {
            return Some(0);
        }
        if squeezed.starts_with(&whole) {
            return Some(1);
        }
        let best = |token: &Vec<char>| {
            let own = brand.split(' ').filter_map(|word| rank_word(token, word)).min();
            let others = behind.split(' ').filter_map(|word| rank_word(token, word)).min();
            own.map(|rank| rank + 2).or(others.map(|rank| rank + 6))
        };
        self.0.iter().map(best).try_fold(0, |worst, rank| rank.map(|rank| worst.max(rank)))
    }
}

/// Ranks a word: 0 the same, 1 begins with the token, 2 holds it, 3 nearly begins with it.
fn rank_word(token: &[char], word: &str) -> Option<u8> {
    let word: Vec<char> = word.chars().collect();
    if word == token {
        return Some(0);
    }
    if word.starts_with(token) {
        return Some(1);
    }
    let inside = token.len() >= 2 && word.windows(token.len()).any(|part| part == token);
    if inside { Some(2) } else { nearly(token, &word).then_some(3) }
}

/// How many letters may be wrong.
fn tolerance(letters: usize) -> usize {
    match letters {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    }
}

/// Tells whether the word begins with the token, give or take a few letters: one more, less, other, or two neighbours
/// swapped. Short tokens would fit everything; two wrong letters are forgiven when the first one is right.
fn nearly(token: &[char], word: &[char]) -> bool {
    let most = tolerance(token.len());
    if most == 0 || word.len() + most < token.len() {
        return false;
    }
    let away = distance(token, word.get(..token.len() + most).unwrap_or(word));
    away <= most && (away < 2 || token.first() == word.first())
}

/// The least number of edits that turn the token into a beginning of the word.
fn distance(token: &[char], word: &[char]) -> usize {
    let mut earlier: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=word.len()).collect();
    for (i, a) in token.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in word.iter().enumerate() {
            let mut least = (above[j] + usize::from(a != b)).min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == word[j - 1] && token[i - 1] == *b {
                least = least.min(earlier[j - 1] + 1);
            }
            row.push(least);
        }
        earlier = std::mem::replace(&mut above, row);
    }
    above.into_iter().min().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rank(query: &str, name: &str) -> Option<u8> {
        Query::parse(query)?.rank(&searched(name, ""))
    }

    #[test]
    fn accents_parts_and_typos_are_found() {
        for (query, name) in [
            ("sicob", "Sicoob Credimepi"),
            ("aracaria", "Cooperativa Araucária"),
            ("sao joao", "Banco São João da Boa Vista"),
            ("pantnal", "Sicredi Pantanal"),
            ("nubakn", "Nubank"),
            ("nu bank", "Nubank"),
            ("bancodobrasil", "Banco do Brasil"),
            ("cooprativa", "Cooperativa Ipê"),
            ("coperativva", "Cooperativa Ipê"),
            ("99pay", "99 Pay"),
            ("azul s.a.", "Banco Azul S.A."),
        ] {
            assert!(rank(query, name).is_some(), "{query}");
        }
        for (query, name) in
            [("nabuk", "Nubank"), ("ipo", "Ipê"), ("zooperattva", "Cooperativa"), ("banco sol", "Banco Lua")]
        {
            assert_eq!(rank(query, name), None, "{query}");
        }
    }

    #[test]
    fn better_fits_rank_first() {
        for (query, expected) in [
            ("mock bank", 0),
            ("mock", 1),
            ("mo", 1),
            ("bank", 2),
            ("ban", 3),
            ("ock", 4),
            ("bamk", 5),
            ("sandbox", 6),
            ("sand", 7),
            ("andbo", 8),
            ("snadbox", 9),
            ("mock sandbox", 6),
        ] {
            let found = Query::parse(query).unwrap().rank(&searched("Mock Bank", "Mock Sandbox S.A."));
            assert_eq!(found, Some(expected), "{query}");
        }
    }

    #[test]
    fn every_word_must_fit() {
        assert_eq!(rank("mock nada", "OF Mock Bank"), None);
        assert_eq!(rank("xyz", "OF Mock Bank"), None);
        for nothing in ["  ", "", "!?", "|"] {
            assert!(Query::parse(nothing).is_none(), "{nothing}");
        }
    }

    #[test]
    fn long_and_strange_queries_are_handled() {
        assert!(rank(&"a".repeat(10_000), "Banco").is_none());
        assert!(rank("💰💰💰💰", "Banco").is_none());
        assert!(rank("ÇÃO", "Ação").is_some());
        assert!(rank("ba|ca", "Banco Casa").is_some(), "what separates is no letter");
    }

    proptest! {
        #[test]
        fn a_brand_is_found_by_its_name_its_beginning_and_each_of_its_words(
            name in "[A-Za-zÀ-ÖÙ-öù-ý0-9]{1,12}( [A-Za-zà-öù-ý0-9]{1,12}){0,3}",
        ) {
            prop_assert_eq!(rank(&name, &name), Some(0));
            prop_assert_eq!(rank(&fold(&name), &name), Some(0));
            prop_assert_eq!(rank(&name.replace(' ', ""), &name), Some(0));
            for word in name.split(' ') {
                prop_assert!(rank(word, &name).is_some_and(|rank| rank <= 2));
            }
        }

        #[test]
        fn one_wrong_letter_still_finds(
            word in "[a-z]{5,12}",
            at in 0_usize..4,
            other in proptest::char::range('a', 'z'),
            kind in 0_u8..4,
        ) {
            let mut typed: Vec<char> = word.chars().collect();
            match kind {
                0 => typed[at] = other,
                1 => { typed.remove(at); }
                2 => typed.insert(at, other),
                _ => typed.swap(at, at + 1),
            }
            let typed: String = typed.into_iter().collect();
            prop_assert!(rank(&typed, &format!("Banco {word}")).is_some(), "{} {}", typed, word);
        }

        #[test]
        fn nothing_that_is_typed_or_listed_breaks_it(query in ".{0,100}", brand in ".{0,60}", behind in ".{0,60}") {
            if let Some(query) = Query::parse(&query) {
                let rank = query.rank(&searched(&brand, &behind));
                prop_assert!(rank.is_none_or(|rank| rank <= 9));
            }
        }
    }
}
