//! The cookies of one visit: pages of banks hand a visitor on from step to step by them (RFC 6265, as much as that takes).

use jiff::Timestamp;
use url::Url;

/// How many cookies one visit keeps.
const MOST: usize = 50;
/// The longest cookie kept, in bytes of name and value.
const LONGEST: usize = 4096;

/// Cookies that pages have set. They last as long as the visit.
#[derive(Default)]
pub(super) struct Cookies(Vec<Cookie>);

struct Cookie {
    name: String,
    value: String,
    domain: String,
    /// Whether hosts below the domain get it, too.
    below: bool,
    path: String,
    secure: bool,
}

impl Cookies {
    /// Takes a `Set-Cookie` header of an answer from `url`. What makes no sense, or is for somebody else, is left out.
    pub(super) fn take(&mut self, url: &Url, header: &str, now: Timestamp) {
        let Some((cookie, over)) = read(url, header, now) else { return };
        self.0.retain(|kept| (&kept.name, &kept.domain, &kept.path) != (&cookie.name, &cookie.domain, &cookie.path));
        if !over && self.0.len() < MOST {
            self.0.push(cookie);
        }
    }

    /// Returns the `Cookie` header of a request to `url`: the most particular paths first.
    pub(super) fn header(&self, url: &Url) -> Option<String> {
        let mut fit: Vec<&Cookie> = self.0.iter().filter(|cookie| cookie.is_for(url)).collect();
        fit.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        let pairs: Vec<String> = fit.iter().map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }
}

impl Cookie {
    fn is_for(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        let here = host == self.domain || (self.below && is_below(host, &self.domain));
        here && is_within(url.path(), &self.path) && (!self.secure || url.scheme() == "https")
    }
}

/// Reads a header: the cookie, and whether it is over already, which takes an earlier one away.
fn read(url: &Url, header: &str, now: Timestamp) -> Option<(Cookie, bool)> {
    let host = url.host_str()?;
    let mut parts = header.split(';').map(str::trim);
    let (name, value) = parts.next()?.split_once('=')?;
    let (name, value) = (name.trim(), value.trim());
    if name.is_empty() || name.len() + value.len() > LONGEST {
        return None;
    }
    let (mut domain, mut below, mut path, mut secure) = (host.to_owned(), false, default_path(url), false);
    let (mut max_age, mut expires) = (None, None);
    for part in parts {
        let (attribute, text) = part.split_once('=').unwrap_or((part, ""));
        match attribute.trim().to_ascii_lowercase().as_str() {
            "domain" if !text.trim().is_empty() => {
                domain = text.trim().trim_start_matches('.').to_ascii_lowercase();
                below = true;
            }
            "path" if text.trim().starts_with('/') => path = text.trim().to_owned(),
            "max-age" => max_age = text.trim().parse::<i64>().ok(),
            "expires" => expires = date(text),
            "secure" => secure = true,
            _ => {}
        }
    }
    // A site may speak for itself and for what is above it, and never for a whole top-level domain.
    let own = domain == host || (is_below(host, &domain) && domain.contains('.'));
    let over = max_age.map_or_else(|| expires.is_some_and(|end| end <= now), |age| age <= 0);
    own.then(|| (Cookie { name: name.to_owned(), value: value.to_owned(), domain, below, path, secure }, over))
}

/// Reads a date; some servers still write hyphens.
fn date(text: &str) -> Option<Timestamp> {
    jiff::fmt::rfc2822::parse(&text.trim().replace('-', " ")).ok().map(|date| date.timestamp())
}

/// Says whether `host` lies below `domain`; addresses of machines lie below nothing.
fn is_below(host: &str, domain: &str) -> bool {
    let name = host.parse::<std::net::IpAddr>().is_err() && !host.starts_with('[');
    name && host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
}

/// Says whether `path` is `of` or lies within it.
fn is_within(path: &str, of: &str) -> bool {
    path.strip_prefix(of).is_some_and(|rest| rest.is_empty() || of.ends_with('/') || rest.starts_with('/'))
}

/// The folder of an address: what a cookie without a path is for.
fn default_path(url: &Url) -> String {
    match url.path().rsplit_once('/') {
        Some((folder, _)) if !folder.is_empty() => folder.to_owned(),
        _ => "/".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: &str = "https://auth.bank.example/auth/authorize?x=1";

    /// What a visitor who was given `cookies` at [`HERE`] shows elsewhere.
    fn shown(cookies: &[&str], at: &str) -> Option<String> {
        let now = "2026-11-25T12:00:00Z".parse().unwrap();
        let mut jar = Cookies::default();
        cookies.iter().for_each(|cookie| jar.take(&Url::parse(HERE).unwrap(), cookie, now));
        jar.header(&Url::parse(at).unwrap())
    }

    #[test]
    fn a_cookie_goes_back_to_where_it_came_from() {
        let next = "https://auth.bank.example/auth/login";
        assert_eq!(shown(&["a=1; HttpOnly; SameSite=Lax", "b=x=y"], next).as_deref(), Some("a=1; b=x=y"));
        assert_eq!(shown(&["a=1", "a=2"], next).as_deref(), Some("a=2"));
        assert_eq!(shown(&["a=1; Path=/", "b=2; path=/auth/login"], next).as_deref(), Some("b=2; a=1"));
        assert_eq!(shown(&["a=1; Path=relative"], next).as_deref(), Some("a=1"));
    }

    #[test]
    fn it_goes_nowhere_else() {
        for elsewhere in
            ["https://other.example/auth/login", "https://bank.example/auth/", "https://auth.bank.example/"]
        {
            assert_eq!(shown(&["a=1"], elsewhere), None, "{elsewhere}");
        }
        assert_eq!(shown(&["a=1; Path=/auth/log"], "https://auth.bank.example/auth/login"), None);
        assert_eq!(shown(&["a=1; Secure; Path=/"], "http://auth.bank.example/"), None);
    }

    #[test]
    fn a_site_speaks_for_its_own_domain_only() {
        let sister = "https://login.bank.example/auth/";
        assert_eq!(shown(&["a=1; Domain=.bank.example; Path=/"], sister).as_deref(), Some("a=1"));
        for foreign in [
            "a=1; Domain=example",
            "a=1; Domain=other.example",
            "a=1; Domain=h.bank.example",
            "a=1; Domain=ank.example",
        ] {
            assert_eq!(shown(&[foreign], "https://login.ank.example/auth/"), None, "{foreign}");
            assert_eq!(shown(&[foreign], sister), None, "{foreign}");
        }
    }

    #[test]
    fn what_is_over_is_taken_away() {
        let next = "https://auth.bank.example/auth/login";
        let ends = [
            "a=; Max-Age=0",
            "a=; max-age=-1",
            "a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
            "a=; expires=Thu, 01-Jan-1970 00:00:00 GMT",
        ];
        for end in ends {
            assert_eq!(shown(&["a=1", end], next), None, "{end}");
        }
        for lasts in ["a=2; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "a=2; Expires=soon"] {
            assert_eq!(shown(&["a=1", lasts], next).as_deref(), Some("a=2"), "{lasts}");
        }
    }

    #[test]
    fn there_are_bounds() {
        let next = "https://auth.bank.example/auth/login";
        assert_eq!(shown(&[&format!("a={}", "x".repeat(LONGEST))], next), None);
        let many: Vec<String> = (0..MOST + 10).map(|i| format!("c{i}=1")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(shown(&many, next).unwrap().split("; ").count(), MOST);
        for nonsense in ["", "=", "=1", "a", ";a=1", "; Path=/"] {
            assert_eq!(shown(&[nonsense], next), None, "{nonsense}");
        }
    }
}
