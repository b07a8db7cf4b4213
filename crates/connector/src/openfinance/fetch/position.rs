//! Where a reading page by page stands: what a [`PageToken`] holds (section 7.3).

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use url::Url;

use super::data;
use super::pages::next_url;
use crate::openfinance::OpenFinance;
use crate::openfinance::map::{Counter, Occurrences};
use crate::openfinance::wire::envelope::Envelope;
use crate::{Access, ConnectorError, PageOf, PageToken, ProtocolError};

/// How many addresses of earlier pages a token remembers to notice a circle; longer ones end at the bound of pages.
const REMEMBERED_PAGES: usize = 32;

/// What a [`PageToken`] holds: everything needed to go on after a restart.
#[derive(Serialize, Deserialize)]
pub(super) struct Position {
    /// Address of the page.
    url: String,
    /// Pages read before it.
    read: u32,
    /// Short hashes of the last addresses.
    seen: Vec<u32>,
    /// Contents that came, for the keys of items without an identity.
    occurrences: Occurrences,
}

/// A page as the bank gave it.
pub(super) struct Turned<W> {
    /// What is on it: mostly a list.
    pub(super) items: W,
    /// Counts the contents of items without an identity, over the pages.
    pub(super) counter: Counter,
    position: Position,
    here: Url,
    next: Option<Url>,
}

impl OpenFinance {
    /// Reads the page that `next` points to, or the one at `first`.
    pub(super) async fn read_turn<W: DeserializeOwned>(
        &self,
        access: &Access,
        base: &Url,
        first: Url,
        next: Option<&PageToken>,
    ) -> Result<Turned<W>, ConnectorError> {
        let position = match next {
            Some(token) => read_token(token)?,
            None => Position::first(first),
        };
        let here = next_url(base, &position.url, base)?;
        let envelope: Envelope<W> = self.read_reply(access, &here).await?.json()?;
        let (items, next) = data(envelope)?;
        let next = next.map(|next| next_url(&here, &next, base)).transpose()?;
        Ok(Turned { items, counter: position.occurrences.counter(), position, here, next })
    }

    /// [`Self::read_turn`], and maps what is there.
    pub(super) async fn page_at<W: DeserializeOwned, D>(
        &self,
        access: &Access,
        base: &Url,
        first: Url,
        next: Option<&PageToken>,
        map: impl FnOnce(&W, &mut Counter) -> Result<Vec<D>, ProtocolError>,
    ) -> Result<PageOf<D>, ConnectorError> {
        let mut turned = self.read_turn::<W>(access, base, first, next).await?;
        let items = map(&turned.items, &mut turned.counter)?;
        Ok(PageOf { items, next: turned.token(self.http.limits.pages)? })
    }
}

impl<W> Turned<W> {
    /// Returns where it goes on; `None` on the last page.
    pub(super) fn token(self, most: u32) -> Result<Option<PageToken>, ConnectorError> {
        let Some(next) = self.next else { return Ok(None) };
        let position = self.position.step(&self.here, &next, self.counter.remember(), most)?;
        Ok(Some(position.token()?))
    }
}

impl Position {
    /// Starts at the first page.
    pub(super) fn first(url: Url) -> Self {
        Self { url: url.into(), read: 0, seen: Vec::new(), occurrences: Occurrences::default() }
    }

    /// Goes on to `next`, unless the bank sends us in circles or without end.
    fn step(mut self, here: &Url, next: &Url, occurrences: Occurrences, most: u32) -> Result<Self, ProtocolError> {
        self.read += 1;
        if self.read >= most {
            return Err(ProtocolError::TooManyPages { limit: most });
        }
        self.seen.push(short_hash(here));
        if self.seen.contains(&short_hash(next)) {
            return Err(ProtocolError::PageLoop);
        }
        let forget = self.seen.len().saturating_sub(REMEMBERED_PAGES);
        self.seen.drain(..forget);
        Ok(Self { url: next.to_string(), occurrences, ..self })
    }

    fn token(&self) -> Result<PageToken, ConnectorError> {
        let text = serde_json::to_string(self).map_err(|error| ConnectorError::Internal(error.to_string()))?;
        Ok(PageToken(text))
    }
}

fn read_token(token: &PageToken) -> Result<Position, ConnectorError> {
    serde_json::from_str(&token.0).map_err(|_| ConnectorError::Internal("unreadable page token".to_owned()))
}

fn short_hash(url: &Url) -> u32 {
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, url.as_str().as_bytes());
    hash.as_ref().iter().take(4).fold(0, |number, byte| (number << 8) | u32::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(page: u32) -> Url {
        Url::parse(&format!("https://b.br/open-banking/accounts/v2/accounts/1/transactions?page={page}")).unwrap()
    }

    #[test]
    fn a_circle_is_noticed_over_restarts() {
        let mut position = Position::first(url(1));
        for page in 1..10 {
            position = position.step(&url(page), &url(page + 1), Occurrences::default(), 1000).unwrap();
            position = read_token(&position.token().unwrap()).unwrap();
        }
        assert!(matches!(position.step(&url(10), &url(3), Occurrences::default(), 1000), Err(ProtocolError::PageLoop)));
    }

    #[test]
    fn pages_end_and_tokens_stay_small() {
        let mut position = Position::first(url(1));
        for page in 1..1000 {
            position = position.step(&url(page), &url(page + 1), Occurrences::default(), 1000).unwrap();
        }
        assert!(position.token().unwrap().as_str().len() < 1024);
        let end = position.step(&url(1000), &url(1001), Occurrences::default(), 1000);
        assert!(matches!(end, Err(ProtocolError::TooManyPages { limit: 1000 })));
    }

    #[test]
    fn a_token_of_nobodys_making_is_refused() {
        for text in ["", "{}", "https://b.br/", "null"] {
            assert!(read_token(&PageToken::from_text(text)).is_err(), "{text}");
        }
    }
}
