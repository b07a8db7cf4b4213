//! Finding an institution by what a person types: without accents, by any word, and with one letter wrong.
//!
//! Ranks, best first: the whole name, a whole word, the beginning of a word, anywhere in a word, one letter off. The
//! script ranks by the same rules, so that both ways of searching show the same.

use vinculo_domain::fold;

/// Longest query that is looked at, in characters.
pub(crate) const MAX_QUERY: usize = 80;

/// What a person typed.
#[derive(Debug, Clone)]
pub(crate) struct Query(Vec<String>);

impl Query {
    /// Reads a query; `None` when it holds no word.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let cut: String = text.chars().take(MAX_QUERY).collect();
        let tokens: Vec<String> = fold(&cut).split(' ').filter(|token| !token.is_empty()).map(str::to_owned).collect();
        (!tokens.is_empty()).then_some(Self(tokens))
    }

    /// Ranks a folded text, 0 best; `None` when it does not fit.
    pub(crate) fn rank(&self, text: &str) -> Option<u8> {
        if text == self.0.join(" ") {
            return Some(0);
        }
        let best = |token: &String| text.split(' ').filter_map(|word| rank_word(token, word)).min();
        self.0.iter().map(best).try_fold(0, |worst, rank| rank.map(|rank| worst.max(rank)))
    }
}

fn rank_word(token: &str, word: &str) -> Option<u8> {
    match word.find(token) {
        _ if word == token => Some(1),
        Some(0) => Some(2),
        Some(_) => Some(3),
        None => nearly(token, word).then_some(4),
    }
}

/// Tells whether the word begins with the token, give or take one letter. Short tokens would fit everything.
fn nearly(token: &str, word: &str) -> bool {
    let (token, word): (Vec<char>, Vec<char>) = (token.chars().collect(), word.chars().collect());
    token.len() >= 4
        && (token.len() - 1..=token.len() + 1).any(|size| one_off(&token, word.get(..size).unwrap_or(&word)))
}

/// One letter more, less, other, or two neighbours swapped.
fn one_off(a: &[char], b: &[char]) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let same = short.iter().zip(long).take_while(|(x, y)| x == y).count();
    match long.len() - short.len() {
        0 => {
            let rest = |from: usize| (short.get(from..), long.get(from..));
            let (x, y) = rest(same + 1);
            let (p, q) = rest(same + 2);
            let swapped = short.get(same) == long.get(same + 1) && short.get(same + 1) == long.get(same) && p == q;
            x == y || swapped
        }
        1 => short.get(same..) == long.get(same + 1..),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rank(query: &str, name: &str) -> Option<u8> {
        Query::parse(query).unwrap().rank(&fold(name))
    }

    #[test]
    fn accents_parts_and_typos_are_found() {
        assert!(rank("sicob", "Sicoob Credimepi").is_some());
        assert!(rank("aracaria", "Cooperativa Araucária").is_some());
        assert!(rank("sao joao", "Banco São João da Boa Vista").is_some());
        assert!(rank("pantnal", "Sicredi Pantanal").is_some());
        assert!(rank("nabuk", "Nubank").is_none());
        assert!(rank("nubakn", "Nubank").is_some());
    }

    #[test]
    fn better_fits_rank_first() {
        assert_eq!(rank("mock bank", "Mock Bank"), Some(0));
        assert_eq!(rank("mock", "OF Mock Bank"), Some(1));
        assert_eq!(rank("mo", "OF Mock Bank"), Some(2));
        assert_eq!(rank("ock", "OF Mock Bank"), Some(3));
        assert_eq!(rank("mocl", "OF Mock Bank"), Some(4));
    }

    #[test]
    fn every_word_must_fit() {
        assert_eq!(rank("mock nada", "OF Mock Bank"), None);
        assert_eq!(rank("xyz", "OF Mock Bank"), None);
        assert!(Query::parse("  ").is_none());
    }

    #[test]
    fn long_and_strange_queries_are_handled() {
        assert!(rank(&"a".repeat(10_000), "Banco").is_none());
        assert!(rank("💰💰💰💰", "Banco").is_none());
        assert!(rank("ÇÃO", "Ação").is_some());
    }
}
