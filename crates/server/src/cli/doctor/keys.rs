//! Signing and encryption keys: readable, and known to the keystore by the names that we use.

use std::io::Write;

use anyhow::Context as _;
use vinculo_fapi::jwks::{Jwk, JwkSet, KeyUse};

use super::open_to_others;
use super::report::{Found, Report};
use crate::process::receiver;
use crate::settings::{KeyFile, ReceiverSettings, missing};

/// Checks the files of the settings.
pub(super) fn of_files(receiver: &ReceiverSettings, report: &mut Report<'_, impl Write>) -> anyhow::Result<()> {
    let signing = files(&receiver.signing_keys, "signing_key_files", "every request is signed", receiver::signing_key);
    report.say("signing keys", signing)?;
    let encryption =
        files(&receiver.encryption_keys, "encryption_key_files", "id_tokens are encrypted", receiver::encryption_key);
    report.say("encryption keys", encryption)
}

/// Checks signing keys; `None` where there are none.
pub(super) fn signing(all: &[KeyFile]) -> Option<anyhow::Result<Found>> {
    (!all.is_empty()).then(|| files(all, "signing_key_files", "", receiver::signing_key))
}

/// Checks encryption keys; `None` where there are none.
pub(super) fn encryption(all: &[KeyFile]) -> Option<anyhow::Result<Found>> {
    (!all.is_empty()).then(|| files(all, "encryption_key_files", "", receiver::encryption_key))
}

fn files<T>(
    files: &[KeyFile],
    name: &'static str,
    why: &'static str,
    read: impl Fn(&KeyFile) -> anyhow::Result<(Jwk, T)>,
) -> anyhow::Result<Found> {
    anyhow::ensure!(!files.is_empty(), missing(name, why));
    let keys = files.iter().map(|file| Ok(read(file)?.0)).collect::<anyhow::Result<Vec<Jwk>>>()?;
    let kids: Vec<&str> = keys.iter().filter_map(Jwk::kid).collect();
    let doubts = files.iter().filter_map(|file| open_to_others(&file.path)).collect();
    Ok(Found::of(doubts, format!("{}; the first is the current one", kids.join(", "))))
}

/// Compares our keys with those that the keystore publishes.
pub(super) fn published(own: &JwkSet, published: &JwkSet) -> anyhow::Result<Found> {
    let mut doubts = Vec::new();
    for (i, key) in own.keys().iter().enumerate() {
        let current = own.keys()[..i].iter().all(|earlier| earlier.key_use() != key.key_use());
        match missing_from(key, published) {
            None => {}
            Some(said) if current => anyhow::bail!(said),
            Some(said) => {
                doubts.push(format!("{said} (an older key: take it out of the settings once no bank needs it)"))
            }
        }
    }
    let enc = published.encryption_key().context("it publishes no key for encryption: add one at the directory")?;
    anyhow::ensure!(
        holds(own, enc),
        "banks encrypt to {}, whose private key is not in `encryption_key_files`: add it, or retire it at the directory",
        enc.kid().unwrap_or_default()
    );
    let foreign = published.keys().iter().filter(|key| key.key_use() == Some(KeyUse::Enc) && !holds(own, key));
    doubts.extend(foreign.map(|key| {
        format!("banks may encrypt to {}, whose private key is not in the settings", key.kid().unwrap_or_default())
    }));
    Ok(Found::of(doubts, format!("publishes all {} keys under the names that we use", own.keys().len())))
}

fn holds(own: &JwkSet, wanted: &Jwk) -> bool {
    own.keys().iter().any(|key| key.thumbprint() == wanted.thumbprint())
}

/// Says what is wrong with a key of ours at the keystore.
fn missing_from(key: &Jwk, published: &JwkSet) -> Option<String> {
    let kid = key.kid().unwrap_or_default();
    let same: Vec<&Jwk> = published.keys().iter().filter(|there| there.thumbprint() == key.thumbprint()).collect();
    if same.iter().any(|there| there.kid() == Some(kid)) {
        return None;
    }
    Some(match same.first().and_then(|there| there.kid()) {
        Some(theirs) => format!("it knows our key {kid} as {theirs}: write #{theirs} behind the key's file"),
        None => format!("it does not publish our key {kid}: add it at the directory"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use vinculo_fapi::keys::{DecryptionKey, SigningKey};

    fn said(own: &[&Jwk], there: &[&Jwk]) -> String {
        let set = |keys: &[&Jwk]| JwkSet::new(keys.iter().map(|key| (*key).clone()));
        match published(&set(own), &set(there)) {
            Ok(Found::Well(said)) => format!("ok {said}"),
            Ok(Found::Doubt(said)) => format!("warn {said}"),
            Err(error) => format!("FAIL {error:#}"),
        }
    }

    #[test]
    fn our_keys_and_those_of_the_keystore_are_compared() {
        let sig = SigningKey::generate().unwrap();
        let old_sig = SigningKey::generate().unwrap().public_jwk();
        let named = sig.clone().with_kid("theirs").public_jwk();
        let (sig, enc) = (sig.public_jwk(), DecryptionKey::generate().unwrap().public_jwk());
        let foreign = DecryptionKey::generate().unwrap().public_jwk();
        assert!(said(&[&sig, &enc], &[&enc, &sig]).starts_with("ok"));
        assert!(said(&[&sig, &enc], &[&enc]).starts_with("FAIL it does not publish our key"));
        assert!(said(&[&sig, &enc], &[&named, &enc]).starts_with("FAIL it knows our key"));
        assert!(said(&[&sig, &enc], &[&named, &enc]).contains("write #theirs"));
        assert!(said(&[&sig, &enc], &[&sig]).starts_with("FAIL"));
        assert!(said(&[&sig, &enc], &[&sig, &foreign, &enc]).contains("not in `encryption_key_files`"));
        assert!(said(&[&sig, &enc], &[&sig, &enc, &foreign]).starts_with("warn banks may encrypt to"));
        assert!(said(&[&sig, &old_sig, &enc], &[&sig, &enc]).contains("an older key"));
    }
}
