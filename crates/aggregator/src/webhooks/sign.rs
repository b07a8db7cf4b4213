//! The signature of a webhook (Standard Webhooks 1.0, symmetric): HMAC-SHA256 over id, time and body, once per secret
//! that counts.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use vinculo_store::SigningSecrets;

/// Returns the value of `webhook-signature`: one `v1,…` per secret, apart by spaces, the newest first. `None` when no
/// secret can be read.
pub(crate) fn signature(secrets: &SigningSecrets, id: &str, at: Timestamp, body: &str) -> Option<String> {
    let signed: Vec<String> = secrets.at(at).filter_map(|secret| sign(secret, id, at, body)).collect();
    (!signed.is_empty()).then(|| signed.join(" "))
}

fn sign(secret: &SecretString, id: &str, at: Timestamp, body: &str) -> Option<String> {
    let key = STANDARD.decode(secret.expose_secret().strip_prefix("whsec_")?).ok()?;
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, &key));
    for part in [id, ".", &at.as_second().to_string(), ".", body] {
        context.update(part.as_bytes());
    }
    Some(format!("v1,{}", STANDARD.encode(context.sign().as_ref())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(text: &str) -> SigningSecrets {
        SigningSecrets { current: SecretString::from(text), previous: None }
    }

    #[test]
    fn the_example_of_the_standard_comes_out() {
        let secrets = secrets("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD");
        let at = Timestamp::from_second(1_649_367_553).unwrap();
        let body = r#"{"email":"test@example.com","username":"test_user"}"#;
        let signed = signature(&secrets, "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk", at, body);
        assert_eq!(signed.as_deref(), Some("v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw="));
    }

    #[test]
    fn what_is_no_secret_signs_nothing() {
        for text in ["", "C2FVsBQIhrscChlQIMV", "whsec_***"] {
            assert_eq!(signature(&secrets(text), "a", Timestamp::UNIX_EPOCH, "{}"), None, "{text}");
        }
    }
}
