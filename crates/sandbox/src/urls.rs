//! Where everything is found from outside.

use crate::brand::Brand;
use crate::troubled::{Health, NOBODY_THERE};

/// The public addresses of both listeners, without a slash at the end.
#[derive(Debug, Clone)]
pub(crate) struct Urls {
    /// People-facing pages and open documents.
    pub(crate) people: String,
    /// The mTLS listener.
    pub(crate) mtls: String,
}

impl Urls {
    /// Takes both addresses; a slash at the end is dropped.
    pub(crate) fn new(people: &str, mtls: &str) -> Self {
        Self { people: people.trim_end_matches('/').to_owned(), mtls: mtls.trim_end_matches('/').to_owned() }
    }

    /// Scheme, host and port of the people-facing pages, as browsers name them.
    pub(crate) fn people_origin(&self) -> &str {
        let host = self.people.find("://").map_or(0, |at| at + 3);
        let end = self.people[host..].find('/').map_or(self.people.len(), |at| host + at);
        &self.people[..end]
    }

    /// The issuer of a brand.
    pub(crate) fn issuer(&self, brand: &Brand) -> String {
        format!("{}/auth/{}", self.people, brand.slug)
    }

    /// An endpoint of a brand's authorization server on the mTLS listener.
    pub(crate) fn endpoint(&self, brand: &Brand, name: &str) -> String {
        format!("{}/auth/{}/{name}", self.machines(brand), brand.slug)
    }

    /// The base of a brand's APIs.
    pub(crate) fn api(&self, brand: &Brand) -> String {
        format!("{}/{}/open-banking", self.machines(brand), brand.slug)
    }

    /// Where a brand's machine interfaces are.
    fn machines(&self, brand: &Brand) -> &str {
        if brand.health == Health::Unreachable { NOBODY_THERE } else { &self.mtls }
    }

    /// A brand's logo.
    pub(crate) fn logo(&self, brand: &Brand) -> String {
        format!("{}/assets/{}/logo.svg", self.people, brand.slug)
    }

    /// The keystore's base.
    pub(crate) fn keystore(&self) -> String {
        format!("{}/keystore", self.people)
    }

    /// The keys of a software statement.
    pub(crate) fn software_jwks(&self, organisation: &str, software: &str) -> String {
        format!("{}/{organisation}/{software}/application.jwks", self.keystore())
    }

    /// The transport keys of a software statement.
    pub(crate) fn transport_jwks(&self, organisation: &str, software: &str) -> String {
        format!("{}/{organisation}/{software}/transport.jwks", self.keystore())
    }

    /// The directory's issuer.
    pub(crate) fn directory(&self) -> String {
        format!("{}/directory", self.people)
    }

    /// The directory's token endpoint.
    pub(crate) fn directory_token(&self) -> String {
        format!("{}/directory/token", self.mtls)
    }

    /// Where a software statement assertion is fetched.
    pub(crate) fn assertion(&self, organisation: &str, software: &str) -> String {
        format!("{}/directory/organisations/{organisation}/softwarestatements/{software}/assertion", self.mtls)
    }
}
