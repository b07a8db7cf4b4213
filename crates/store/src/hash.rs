//! Keyed hashes (HMAC-SHA256): documents, `state`s and the banks' own keys are found by them and never stand in clear.
//!
//! The hash key is random, made with the database and sealed under the master key, so that replacing the master key
//! changes no hash.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretBox};
use vinculo_domain::{Document, InstitutionCode};

use crate::on::{On, exec, one, reads};
use crate::seal::Place;
use crate::{Result, StoreError};

const PLACE: Place<'static> = Place { table: "secrets", column: "wrapped", id: "hash" };

/// The hash key, borrowed from where it is kept.
#[derive(Clone, Copy)]
pub(crate) struct Hasher<'a>(&'a SecretBox<[u8; 32]>);

impl Hasher<'_> {
    /// Hashes the parts; `kind` keeps hashes of different kinds apart.
    pub(crate) fn full(&self, kind: &str, parts: &[&str]) -> [u8; 32] {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.0.expose_secret());
        let mut context = hmac::Context::with_key(&key);
        for part in [kind].iter().chain(parts) {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part.as_bytes());
        }
        let mut out = [0; 32];
        out.copy_from_slice(context.sign().as_ref());
        out
    }

    /// A full hash for a column.
    pub(crate) fn text(&self, kind: &str, parts: &[&str]) -> String {
        URL_SAFE_NO_PAD.encode(self.full(kind, parts))
    }

    /// The first 128 bits, where a collision within one account or link is all there is to fear.
    pub(crate) fn short(&self, kind: &str, parts: &[&str]) -> String {
        URL_SAFE_NO_PAD.encode(&self.full(kind, parts)[..16])
    }
}

impl<'a> On<'a> {
    /// The hash key, read once per process.
    pub(crate) async fn hasher(&mut self) -> Result<Hasher<'a>> {
        let shared = self.shared;
        if shared.hash_key.get().is_none() {
            let row = one!(self, (Vec<u8>,), "SELECT wrapped FROM secrets WHERE name = $1", PLACE.id)?;
            let (wrapped,) = row.ok_or(StoreError::NotFound)?;
            let plain = shared.master.open(PLACE, &wrapped)?;
            let bytes: [u8; 32] = plain.as_slice().try_into().map_err(|_| StoreError::Corrupt(PLACE.table))?;
            let _ = shared.hash_key.set(SecretBox::new(Box::new(bytes)));
        }
        shared.hash_key.get().map(Hasher).ok_or(StoreError::NotFound)
    }
}

/// Makes the hash key of a fresh database.
pub(crate) async fn make_key(on: &mut On<'_>) -> Result<()> {
    let wrapped = on.shared.master.seal(&on.shared.env, PLACE, &on.shared.env.bytes::<32>())?;
    exec!(on, "INSERT INTO secrets (name, wrapped) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING", PLACE.id, wrapped)?;
    Ok(())
}

reads! {
    /// Returns the `institution_user_id` of a document at an institution: 44 characters, the same for every link, and
    /// useless to anybody who does not have the hash key.
    fn institution_user_id(document: &Document, institution: &InstitutionCode) -> String = user_id;
}

async fn user_id(on: &mut On<'_>, document: &Document, institution: &InstitutionCode) -> Result<String> {
    Ok(URL_SAFE.encode(on.hasher().await?.full("institution_user_id", &[document.as_str(), institution.as_str()])))
}

pub(crate) async fn document_hash(on: &mut On<'_>, document: &Document) -> Result<String> {
    Ok(on.hasher().await?.text("document", &[document.as_str()]))
}
