//! Cutting lists into pages.

use std::ops::Range;

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use url::form_urlencoded;

use super::call::Call;
use super::reply::{Links, Problem};
use crate::{Access, Brand};

const DEFAULT_SIZE: usize = 25;
const MAX_SIZE: usize = 1000;
/// The least that a page holds, whatever is asked for.
const LEAST_SIZE: usize = 25;
/// A brand with smaller pages than the standard allows to ask for, and their size.
const SMALL_PAGES: (&str, usize) = ("ipe", 100);
/// How long a `pagination-key` lives.
const KEY_LIFE: SignedDuration = SignedDuration::from_mins(60);
/// Only there so that a key made up by a caller is noticed; it guards nothing.
const KEY_SECRET: &[u8] = b"vinculo sandbox pagination-key";

/// The page asked for.
#[derive(Debug)]
pub(super) struct Paging<'a> {
    call: &'a Call,
    path: String,
    page: usize,
    size: usize,
    /// The instant whose view all pages show. It is the instant of the first page, carried in the `pagination-key`, so
    /// that nothing moves across page borders while a caller reads on.
    pub(super) as_of: Timestamp,
}

impl<'a> Paging<'a> {
    /// Reads the parameters of paging for a list at `path`.
    pub(super) fn of(call: &'a Call, path: String) -> Result<Self, Problem> {
        let page = number(call, "page")?.unwrap_or(1);
        let size = number(call, "page-size")?.unwrap_or(DEFAULT_SIZE);
        if size > MAX_SIZE || size == 0 {
            return Err(Problem::OutOfBounds("page-size"));
        }
        if page == 0 {
            return Err(Problem::OutOfBounds("page"));
        }
        let size = size.clamp(LEAST_SIZE, most(call.access.brand));
        let key = call.parameter("pagination-key")?;
        let as_of = key.and_then(|key| read_key(&call.access, &path, key)).unwrap_or(call.access.now);
        Ok(Self { call, path, page, size, as_of })
    }

    /// The part of a list of `total` items that is on the page.
    pub(super) fn cut(&self, total: usize) -> Result<Range<usize>, Problem> {
        if self.page > self.pages(total) {
            return Err(Problem::PageNotFound);
        }
        let start = (self.page - 1) * self.size;
        Ok(start..total.min(start + self.size))
    }

    /// How many pages a list of `total` items has; the first always exists.
    pub(super) fn pages(&self, total: usize) -> usize {
        total.div_ceil(self.size).max(1)
    }

    /// The links of the page.
    pub(super) fn links(&self, total: usize) -> Links {
        let (page, pages) = (self.page, self.pages(total));
        let to = |wanted: bool, page: usize| wanted.then(|| self.address(page));
        Links {
            first: to(page > 1, 1),
            prev: to(page > 1, page.saturating_sub(1)),
            next: to(page < pages, page + 1),
            last: to(page < pages, pages),
            ..self.call.links(&self.path)
        }
    }

    fn address(&self, page: usize) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(self.call.filters());
        query.append_pair("page", &page.to_string()).append_pair("page-size", &self.size.to_string());
        query.append_pair("pagination-key", &make_key(&self.call.access, &self.path, self.as_of));
        format!("{}?{}", self.call.address(&self.path), query.finish())
    }
}

/// The most that a page of the brand holds.
fn most(brand: &Brand) -> usize {
    if brand.slug == SMALL_PAGES.0 { SMALL_PAGES.1 } else { MAX_SIZE }
}

fn number(call: &Call, name: &'static str) -> Result<Option<usize>, Problem> {
    let parse = |text: &str| text.parse::<u32>().ok().filter(|&n| n <= 2_147_483_647).map(|n| n as usize);
    call.parameter(name)?.map(|text| parse(text).ok_or(Problem::Malformed(name))).transpose()
}

/// Says whether a `pagination-key` is good for the list at `path`.
pub(super) fn is_alive(access: &Access, path: &str, key: &str) -> bool {
    read_key(access, path, key).is_some()
}

fn make_key(access: &Access, path: &str, at: Timestamp) -> String {
    let mut bytes = at.as_microsecond().to_be_bytes().to_vec();
    bytes.extend_from_slice(&tag(access, path, at).as_ref()[..16]);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The instant in a key, if this bank made it for this list and consent and it still lives.
fn read_key(access: &Access, path: &str, key: &str) -> Option<Timestamp> {
    let bytes = URL_SAFE_NO_PAD.decode(key).ok()?;
    let (micros, mark) = bytes.split_first_chunk::<8>()?;
    let at = Timestamp::from_microsecond(i64::from_be_bytes(*micros)).ok()?;
    let age = access.now.duration_since(at);
    let alive = (SignedDuration::ZERO..=KEY_LIFE).contains(&age);
    (alive && mark == &tag(access, path, at).as_ref()[..16]).then_some(at)
}

fn tag(access: &Access, path: &str, at: Timestamp) -> hmac::Tag {
    let text = format!("{}|{path}|{}", access.consent_id, at.as_microsecond());
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, KEY_SECRET), text.as_bytes())
}
