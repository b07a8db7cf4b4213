//! The query string as the API understands it (reference, belvo-api 3.1 to 3.4).
//!
//! An array arrives in four spellings (`a__in=x,y`, `a__in=x&a__in=y`, `a__in[]=x`, `a__in%5B%5D=x`) and is one
//! thing here. Unknown parameters are ignored; empty values count as absent.

use std::str::FromStr;

use axum::extract::FromRequestParts;
use http::request::Parts;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use percent_encoding::percent_decode_str;
use vinculo_domain::{Amount, Invalid};
use vinculo_store::{Compare, OneOf, Paging};

use super::error::{ApiError, Code, Problem};

/// Most parameters that are looked at, and most values of one array.
const MAX_PARAMETERS: usize = 200;
const MAX_VALUES: usize = 1_000;

/// Longest text that a filter compares with.
const MAX_TEXT: usize = 500;

/// The parameters of a request, decoded, in the client's order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Query {
    raw: String,
    pairs: Vec<(String, String)>,
}

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        Self::parse(parts.uri.query().unwrap_or_default())
    }
}

impl Query {
    /// Decodes a query string.
    pub(crate) fn parse(raw: &str) -> Result<Self, ApiError> {
        let mut pairs = Vec::new();
        for part in raw.split('&').filter(|part| !part.is_empty()) {
            let (name, value) = decoded_pair(part)?;
            pairs.push((name.trim_end_matches("[]").to_owned(), value));
        }
        if pairs.len() > MAX_PARAMETERS {
            return Err(ApiError::with(Code::ValidationError, "Too many query parameters."));
        }
        Ok(Self { raw: raw.to_owned(), pairs })
    }

    /// Returns the last value of a parameter.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.pairs.iter().rev().find(|(n, value)| n == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    /// Returns the values of an array in whichever spelling.
    pub(crate) fn list(&self, name: &str) -> Vec<&str> {
        let values = self.pairs.iter().filter(|(n, _)| n == name).flat_map(|(_, value)| value.split(','));
        values.map(str::trim).filter(|value| !value.is_empty()).collect()
    }

    /// Returns the query string as the client wrote it, with another `page`.
    pub(crate) fn with_page(&self, page: u32) -> String {
        let is_page = |part: &&str| matches!(part.split('=').next(), Some("page" | "page%5B%5D" | "page[]"));
        let kept = self.raw.split('&').filter(|part| !part.is_empty() && !is_page(part));
        let parts: Vec<String> = kept.map(str::to_owned).chain([format!("page={page}")]).collect();
        parts.join("&")
    }
}

fn decoded_pair(part: &str) -> Result<(String, String), ApiError> {
    let (name, value) = part.split_once('=').unwrap_or((part, ""));
    let name =
        decode(name).ok_or_else(|| ApiError::with(Code::ValidationError, "A parameter's name cannot be read."))?;
    let value = decode(value).filter(|value| !value.contains('\0'));
    match value {
        Some(value) => Ok((name, value)),
        None => Err(ApiError::field(Code::Invalid, name.trim_end_matches("[]").to_owned())),
    }
}

fn decode(text: &str) -> Option<String> {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8().ok().map(|text| text.into_owned())
}

/// Reads filters one by one and collects everything that is wrong with them.
pub(crate) struct Filters<'q> {
    query: &'q Query,
    problems: Vec<Problem>,
}

impl<'q> Filters<'q> {
    /// Starts reading.
    pub(crate) fn new(query: &'q Query) -> Self {
        Self { query, problems: Vec::new() }
    }

    fn take<T>(&mut self, name: &str, text: &str, read: impl Fn(&str) -> Result<T, Invalid>) -> Option<T> {
        read(text).map_err(|invalid| self.problems.push(Problem::invalid(name, invalid))).ok()
    }

    /// Complains about a parameter that must be there.
    pub(crate) fn require(&mut self, name: &str, alternatives: &[&str]) {
        let present = alternatives.iter().chain([&name]).any(|name| !self.query.list(name).is_empty());
        if !present {
            self.problems.push(Problem::field(Code::Required, name));
        }
    }

    /// Reads a single value.
    pub(crate) fn one<T>(&mut self, name: &str, read: impl Fn(&str) -> Result<T, Invalid>) -> Option<T> {
        let text = self.query.get(name)?;
        self.take(name, text, read)
    }

    /// Reads an array.
    pub(crate) fn many<T>(&mut self, name: &str, read: impl Fn(&str) -> Result<T, Invalid>) -> Option<Vec<T>> {
        let texts = self.query.list(name);
        if texts.len() > MAX_VALUES {
            self.problems.push(Problem::field_with(Code::Invalid, name, "Too many values."));
            return None;
        }
        let values: Vec<T> = texts.iter().filter_map(|text| self.take(name, text, &read)).collect();
        (!texts.is_empty()).then_some(values)
    }

    /// Reads `name` and `name__in`; both together must hold.
    pub(crate) fn one_of<T: PartialEq>(&mut self, name: &str, read: impl Fn(&str) -> Result<T, Invalid>) -> OneOf<T> {
        let one = self.one(name, &read);
        let many = self.many(&format!("{name}__in"), &read);
        match (one, many) {
            (Some(one), Some(many)) => Some(if many.contains(&one) { vec![one] } else { Vec::new() }),
            (Some(one), None) => Some(vec![one]),
            (None, many) => many,
        }
    }

    /// Reads `name` and its `__gt`, `__gte`, `__lt`, `__lte` and `__range`.
    pub(crate) fn compare<T>(&mut self, name: &str, read: impl Fn(&str) -> Result<T, Invalid>) -> Compare<T> {
        let mut suffixed = |suffix: &str| self.one(&format!("{name}{suffix}"), &read);
        let (eq, gt, gte) = (suffixed(""), suffixed("__gt"), suffixed("__gte"));
        let (lt, lte) = (suffixed("__lt"), suffixed("__lte"));
        let range = self.range(&format!("{name}__range"), read);
        Compare { eq, gt, gte, lt, lte, range }
    }

    fn range<T>(&mut self, name: &str, read: impl Fn(&str) -> Result<T, Invalid>) -> Option<(T, T)> {
        let count = self.query.list(name).len();
        if !matches!(count, 0 | 2) {
            self.problems.push(Problem::field_with(Code::Invalid, name, "Range query expects two values."));
            return None;
        }
        let mut values = self.many(name, read)?.into_iter();
        values.next().zip(values.next())
    }

    /// Reads comparisons with a time: a date stands for its whole day, a timestamp for itself.
    pub(crate) fn instants(&mut self, name: &str) -> Compare<Timestamp> {
        let days = self.compare(name, when);
        let mut compare = Compare {
            eq: None,
            gt: days.gt.map(|when| when.last),
            gte: days.gte.map(|when| when.first),
            lt: days.lt.map(|when| when.first),
            lte: days.lte.map(|when| when.last),
            range: days.range.map(|(from, to)| (from.first, to.last)),
        };
        if let Some(day) = days.eq {
            // Both bounds of the day, without taking the place of a range that was asked for too.
            compare.gte = Some(compare.gte.map_or(day.first, |at| at.max(day.first)));
            compare.lte = Some(compare.lte.map_or(day.last, |at| at.min(day.last)));
        }
        compare
    }

    /// Reads `page` and `page_size`. A size beyond the largest is cut to it; what is no size is refused.
    pub(crate) fn paging(&mut self) -> Paging {
        let page = self.one("page", |text| match text.parse::<u32>() {
            Ok(page) if page > 0 => Ok(page),
            _ => Err(Invalid::new("A valid page number is required.")),
        });
        Paging { page: page.unwrap_or(Paging::default().page), size: self.page_size() }
    }

    /// Reads `page_size` alone.
    pub(crate) fn page_size(&mut self) -> u32 {
        self.one("page_size", page_size).unwrap_or(Paging::default().size)
    }

    /// Ends reading.
    ///
    /// # Errors
    /// Everything that was wrong.
    pub(crate) fn finish(self) -> Result<(), ApiError> {
        if self.problems.is_empty() { Ok(()) } else { Err(ApiError::problems(self.problems)) }
    }
}

/// The first and the last instant that a value stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct When {
    first: Timestamp,
    last: Timestamp,
}

/// Reads the size of a page: a whole number from 1, cut to the largest that is served.
fn page_size(text: &str) -> Result<u32, Invalid> {
    let digits = text.trim_start_matches('0');
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Invalid::new("A valid page size is required."));
    }
    // More digits than a number holds are simply a lot.
    Ok(digits.parse().unwrap_or(u32::MAX).min(Paging::MAX_SIZE))
}

/// Reads an id or a word of the domain.
pub(crate) fn word<T: FromStr<Err = Invalid>>(text: &str) -> Result<T, Invalid> {
    text.parse()
}

/// Reads free text.
pub(crate) fn text(text: &str) -> Result<String, Invalid> {
    let good = text.chars().count() <= MAX_TEXT && !text.chars().any(char::is_control);
    if good { Ok(text.to_owned()) } else { Err(Invalid::new("Enter a valid value.")) }
}

/// Reads one of `choices`.
pub(crate) fn choice(choices: &'static [&'static str]) -> impl Fn(&str) -> Result<String, Invalid> {
    move |text| if choices.contains(&text) { Ok(text.to_owned()) } else { Err(Invalid::choice(text)) }
}

/// Reads a currency of ISO 4217.
pub(crate) fn currency(text: &str) -> Result<String, Invalid> {
    let good = text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase());
    if good { Ok(text.to_owned()) } else { Err(Invalid::choice(text)) }
}

/// Reads an e-mail address, as far as a filter needs it. An unencoded `+` arrived as a space.
pub(crate) fn email(address: &str) -> Result<String, Invalid> {
    let address = text(&address.replace(' ', "+"))?;
    let parts = address.split_once('@').filter(|(name, host)| !name.is_empty() && !host.is_empty());
    if parts.is_some() { Ok(address) } else { Err(Invalid::new("Enter a valid email address.")) }
}

/// Reads a day.
pub(crate) fn date(text: &str) -> Result<Date, Invalid> {
    let wrong = || Invalid::new("Date has wrong format. Use one of these formats instead: YYYY-MM-DD.");
    if text.len() != 10 {
        return Err(wrong());
    }
    text.parse().map_err(|_| wrong())
}

/// Reads money.
pub(crate) fn amount(text: &str) -> Result<Amount, Invalid> {
    text.parse().map_err(|_| Invalid::new("Enter a number."))
}

/// Reads an instant; a date stands for its beginning.
pub(crate) fn instant(text: &str) -> Result<Timestamp, Invalid> {
    when(text).map(|when| when.first)
}

fn when(text: &str) -> Result<When, Invalid> {
    let wrong = || {
        Invalid::new(
            "Datetime has wrong format. Use one of these formats instead: YYYY-MM-DD, YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].",
        )
    };
    if let Ok(day) = date(text) {
        // The last days of the calendar, which mean "for ever", lie behind the last instant.
        let first = utc(day.into());
        let last = first.checked_add(SignedDuration::from_hours(24) - SignedDuration::from_micros(1));
        return Ok(When { first, last: last.unwrap_or(Timestamp::MAX) });
    }
    // An unencoded `+` of an offset arrives as a space.
    let text = text.replace(' ', "+");
    let instant = text.parse::<Timestamp>().ok().or_else(|| local(&text)).ok_or_else(wrong)?;
    Ok(When { first: instant, last: instant })
}

/// A time without an offset is UTC.
fn local(text: &str) -> Option<Timestamp> {
    let text = text.strip_suffix('Z').unwrap_or(text);
    text.contains('T').then(|| text.parse().ok()).flatten().map(utc)
}

/// The instant of a time in UTC, held at the ends of time: the calendar goes on for some hours beyond them.
fn utc(at: DateTime) -> Timestamp {
    let end = if at.year() < 0 { Timestamp::MIN } else { Timestamp::MAX };
    at.to_zoned(TimeZone::UTC).map_or(end, |at| at.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use vinculo_domain::{LinkId, LinkStatus};

    fn query(text: &str) -> Query {
        Query::parse(text).unwrap()
    }

    fn fields(error: &ApiError) -> String {
        error
            .to_json("id")
            .as_array()
            .unwrap()
            .iter()
            .map(|e| e["field"].as_str().unwrap_or("-"))
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn four_spellings_of_an_array_are_one() {
        for text in
            ["a__in=x,y", "a__in=x&a__in=y", "a__in[]=x&a__in[]=y", "a__in%5B%5D=x&a__in%5B%5D=y", "a__in=x%2Cy"]
        {
            assert_eq!(query(text).list("a__in"), ["x", "y"], "{text}");
        }
    }

    #[test]
    fn next_keeps_every_parameter_as_it_was_written() {
        let q = query("link=a%20b&page=2&x__in[]=1&x__in[]=2&page_size=10");
        assert_eq!(q.with_page(3), "link=a%20b&x__in[]=1&x__in[]=2&page_size=10&page=3");
        assert_eq!(query("").with_page(2), "page=2");
    }

    #[test]
    fn both_forms_of_a_word_must_hold() {
        let q = query("status=valid&status__in=valid,invalid");
        assert_eq!(Filters::new(&q).one_of::<LinkStatus>("status", word), Some(vec![LinkStatus::Valid]));
        let q = query("status=valid&status__in=invalid");
        assert_eq!(Filters::new(&q).one_of::<LinkStatus>("status", word), Some(vec![]));
        let q = query("status=&other=1");
        assert_eq!(Filters::new(&q).one_of::<LinkStatus>("status", word), None);
    }

    #[test]
    fn a_day_stands_for_all_its_instants() {
        let q = query("t__gt=2024-01-01&t__lt=2024-01-03&t__gte=2024-01-01T10:00:00Z");
        let compare = Filters::new(&q).instants("t");
        assert_eq!(compare.gt.unwrap().to_string(), "2024-01-01T23:59:59.999999Z");
        assert_eq!(compare.lt.unwrap().to_string(), "2024-01-03T00:00:00Z");
        assert_eq!(compare.gte.unwrap().to_string(), "2024-01-01T10:00:00Z");
        let q = query("t=2024-01-01");
        let compare = Filters::new(&q).instants("t");
        assert_eq!(compare.gte.unwrap().to_string(), "2024-01-01T00:00:00Z");
        assert_eq!(compare.lte.unwrap().to_string(), "2024-01-01T23:59:59.999999Z");
    }

    #[test]
    fn the_last_days_of_the_calendar_stand_for_the_end_of_time() {
        for text in ["9999-12-31", "9999-12-30", "9999-12-31T23:59:59.999999", "9999-12-31T23:59:59Z"] {
            let q = query(&format!("t__lte={text}&t__gte=-009999-01-01T00:00:00"));
            let mut filters = Filters::new(&q);
            let compare = filters.instants("t");
            assert!(filters.finish().is_ok(), "{text}");
            assert_eq!((compare.gte.unwrap(), compare.lte.unwrap()), (Timestamp::MIN, Timestamp::MAX), "{text}");
        }
    }

    #[test]
    fn offsets_arrive_encoded_or_not() {
        for text in
            ["t__gte=2024-01-01T10:00:00%2B00:00", "t__gte=2024-01-01T10:00:00+00:00", "t__gte=2024-01-01T10:00:00"]
        {
            let q = query(text);
            assert_eq!(Filters::new(&q).instants("t").gte.unwrap().to_string(), "2024-01-01T10:00:00Z", "{text}");
        }
    }

    #[test]
    fn everything_wrong_is_reported_under_its_name() {
        let q =
            query("link=x&status__in[]=valid&status__in[]=no&d__gte=2024-13-01&d__range=2024-01-01&n__lt=abc&page=0");
        let mut filters = Filters::new(&q);
        filters.require("account", &[]);
        filters.one_of::<LinkId>("link", word);
        filters.one_of::<LinkStatus>("status", word);
        filters.compare("d", date);
        filters.compare("n", amount);
        filters.paging();
        let error = filters.finish().unwrap_err();
        assert_eq!(fields(&error), "account link status__in d__gte d__range n__lt page");
    }

    #[test]
    fn sizes_are_cut_to_the_largest_and_nonsense_is_refused() {
        for (text, size) in
            [("page_size=5", 5), ("page_size=5000", 1000), ("page_size=99999999999999999999", 1000), ("", 100)]
        {
            let query = query(text);
            let mut filters = Filters::new(&query);
            assert_eq!(filters.paging().size, size, "{text}");
            assert!(filters.finish().is_ok(), "{text}");
        }
        for text in ["page_size=0", "page_size=x", "page_size=-1", "page_size=1.5", "page_size=%2B1", "page_size=٣"] {
            let query = query(text);
            let mut filters = Filters::new(&query);
            filters.paging();
            assert_eq!(fields(&filters.finish().unwrap_err()), "page_size", "{text}");
        }
    }

    #[test]
    fn what_no_database_can_hold_is_refused() {
        for text in ["name=%00", "name=a%00b", "name=%FF"] {
            assert_eq!(fields(&Query::parse(text).unwrap_err()), "name");
        }
        assert!(Query::parse(&"a=1&".repeat(201)).is_err());
        let long = format!("name={}", "x".repeat(501));
        let q = query(&long);
        let mut filters = Filters::new(&q);
        filters.one("name", text);
        assert!(filters.finish().is_err());
    }

    #[test]
    fn loose_dates_are_no_dates() {
        for text in ["2024-1-1", "20240101", "2024-02-30", "01/02/2024", "2024-01-01T", "+024-01-01", "today"] {
            assert!(date(text).is_err(), "{text}");
        }
    }
}
