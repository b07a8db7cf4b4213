//! Which addresses a webhook may reach.
//!
//! An application chooses the address, so the address may not lead into the operator's own network: not by a literal,
//! not by a name, not by a name that changes between the check and the connection. Literals are checked before a
//! request is made; names are resolved by [`GuardedResolver`], and only what it lets through is connected to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use super::names::Names;

/// What may be reached beyond public addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AddressPolicy {
    /// This machine itself: `127.0.0.0/8` and `::1`. The sandbox environment allows it.
    pub allow_loopback: bool,
    /// Private networks (RFC 1918, RFC 4193, RFC 6598): for receivers in the operator's own network. Link-local
    /// addresses, where clouds keep their metadata, stay closed even then.
    pub allow_private: bool,
}

/// The address is not one that a webhook may reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the address is not public")]
pub struct Refused;

impl AddressPolicy {
    /// Tells whether a connection to `ip` may be made.
    pub fn allows(self, ip: IpAddr) -> bool {
        match ip {
            IpAddr::V4(ip) => self.allows_v4(ip),
            IpAddr::V6(ip) => self.allows_v6(ip),
        }
    }

    /// Checks what can be checked before a name is resolved: the scheme, user names, literal addresses.
    ///
    /// # Errors
    /// Anything but http and https, an address with a user name, a literal that the policy closes.
    pub fn check(self, url: &Url) -> Result<(), Refused> {
        if !matches!(url.scheme(), "http" | "https") || !url.username().is_empty() || url.password().is_some() {
            return Err(Refused);
        }
        let open = match url.host() {
            Some(Host::Ipv4(ip)) => self.allows_v4(ip),
            Some(Host::Ipv6(ip)) => self.allows_v6(ip),
            Some(Host::Domain(name)) => !name.is_empty(),
            None => false,
        };
        if open { Ok(()) } else { Err(Refused) }
    }

    fn allows_v4(self, ip: Ipv4Addr) -> bool {
        if ip.is_loopback() {
            return self.allow_loopback;
        }
        let [a, b, c, _] = ip.octets();
        if ip.is_private() || (a == 100 && (64..128).contains(&b)) {
            return self.allow_private;
        }
        let special = a == 0
            || a >= 224
            || ip.is_link_local()
            || ip.is_documentation()
            || (a == 192 && b == 0 && c == 0)
            || (a == 192 && b == 88 && c == 99)
            || (a == 198 && (18..20).contains(&b));
        !special
    }

    fn allows_v6(self, ip: Ipv6Addr) -> bool {
        if ip == Ipv6Addr::LOCALHOST {
            return self.allow_loopback;
        }
        if let Some(inner) = embedded_v4(ip) {
            return self.allows_v4(inner);
        }
        let [first, second, ..] = ip.segments();
        if first & 0xfe00 == 0xfc00 {
            // The metadata service of one cloud lives among the unique local addresses.
            return self.allow_private && ip.segments() != [0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254];
        }
        let global = first & 0xe000 == 0x2000;
        let special = first == 0x2001 && (second < 0x200 || second == 0xdb8) || first == 0x3fff && second < 0x1000;
        global && !special
    }
}

/// The IPv4 address that an IPv6 address stands for: mapped and compatible (RFC 4291), NAT64 (RFC 6052), 6to4 (RFC 3056).
fn embedded_v4(ip: Ipv6Addr) -> Option<Ipv4Addr> {
    let s = ip.segments();
    let from = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match s {
        [0, 0, 0, 0, 0, 0xffff | 0, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => Some(from(high, low)),
        [0x2002, high, low, ..] => Some(from(high, low)),
        _ => None,
    }
}

/// Resolves names, and lets only open addresses through.
#[derive(Debug, Clone)]
pub(crate) struct GuardedResolver {
    policy: AddressPolicy,
    names: Arc<dyn Names>,
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let Self { policy, names } = self.clone();
        Box::pin(async move {
            let found = names.lookup(name.as_str()).await?;
            let open: Vec<SocketAddr> =
                found.into_iter().filter(|ip| policy.allows(*ip)).map(|ip| SocketAddr::new(ip, 0)).collect();
            if open.is_empty() {
                return Err(Refused.into());
            }
            Ok(Box::new(open.into_iter()) as Addrs)
        })
    }
}

impl GuardedResolver {
    pub(crate) fn shared(policy: AddressPolicy, names: Arc<dyn Names>) -> Arc<dyn Resolve> {
        Arc::new(Self { policy, names })
    }
}

#[cfg(test)]
mod tests {
    use super::super::names::SystemNames;
    use super::*;

    const CLOSED: [&str; 41] = [
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "10.255.255.255",
        "100.64.0.1",
        "100.127.255.254",
        "127.0.0.1",
        "127.255.0.3",
        "169.254.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:10.1.2.3",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fec0::1",
        "ff02::1",
    ];

    const OPEN: [&str; 9] = [
        "1.1.1.1",
        "8.8.8.8",
        "100.63.255.255",
        "100.128.0.1",
        "172.32.0.1",
        "192.0.1.1",
        "2606:4700:4700::1111",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
    ];

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn nothing_but_public_addresses_is_open_by_default() {
        for text in CLOSED {
            assert!(!AddressPolicy::default().allows(ip(text)), "{text}");
        }
        for text in OPEN {
            assert!(AddressPolicy::default().allows(ip(text)), "{text}");
        }
    }

    #[test]
    fn the_sandbox_opens_loopback_and_nothing_else() {
        let policy = AddressPolicy { allow_loopback: true, allow_private: false };
        let opened: Vec<_> = CLOSED.into_iter().filter(|text| policy.allows(ip(text))).collect();
        assert_eq!(
            opened,
            ["127.0.0.1", "127.255.0.3", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"]
        );
    }

    #[test]
    fn private_networks_never_open_metadata() {
        let policy = AddressPolicy { allow_loopback: false, allow_private: true };
        for text in ["10.0.0.1", "192.168.1.1", "100.64.0.1", "fc00::1", "::ffff:10.1.2.3"] {
            assert!(policy.allows(ip(text)), "{text}");
        }
        for text in ["169.254.169.254", "fd00:ec2::254", "fe80::1", "127.0.0.1", "::ffff:169.254.169.254"] {
            assert!(!policy.allows(ip(text)), "{text}");
        }
    }

    #[test]
    fn literals_are_seen_through_every_disguise() {
        let refused = [
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://0177.0.0.1/",
            "http://127.1/",
            "http://[::1]/",
            "http://[::ffff:7f00:1]/",
            "http://169.254.169.254/latest/meta-data/",
            "http://10.0.0.1:8080/",
            "ftp://example.com/",
            "file:///etc/passwd",
            "https://user:secret@example.com/",
        ];
        for text in refused {
            assert_eq!(AddressPolicy::default().check(&Url::parse(text).unwrap()), Err(Refused), "{text}");
        }
        for text in ["https://example.com/hooks", "http://8.8.8.8/"] {
            assert_eq!(AddressPolicy::default().check(&Url::parse(text).unwrap()), Ok(()), "{text}");
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_refused_at_resolution() {
        let guarded = |policy| GuardedResolver { policy, names: Arc::new(SystemNames) };
        let resolver = guarded(AddressPolicy::default());
        let error = resolver.resolve("localhost".parse().unwrap()).await.err().unwrap();
        assert!(error.downcast_ref::<Refused>().is_some());
        let open = guarded(AddressPolicy { allow_loopback: true, allow_private: false });
        assert!(open.resolve("localhost".parse().unwrap()).await.is_ok());
    }
}
