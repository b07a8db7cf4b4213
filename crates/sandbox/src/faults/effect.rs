//! What a fault does.

use serde::{Deserialize, Serialize};

/// The longest delay in real time, in seconds.
const LONGEST_DELAY: u32 = 120;
/// The longest delay on the clock, in seconds: 31 days.
const LONGEST_SHIFT: u32 = 31 * 24 * 60 * 60;
/// The longest `Retry-After`, in seconds: 31 days.
const LONGEST_RETRY: u32 = 31 * 24 * 60 * 60;
/// The most records that one strike adds or takes away on a page.
const MOST_RECORDS: u16 = 1_000;
/// The longest error code, in bytes.
const LONGEST_CODE: usize = 100;

/// What a fault does where it strikes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Effect {
    /// An error, in the words of the place: the standard's envelope at an API, an OAuth error at an authorization server,
    /// a page where people are.
    Status {
        /// 400 to 599.
        status: u16,
        /// Seconds of `Retry-After`; 60 at 429, 503 and 529 unless told otherwise, else none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after: Option<u32>,
        /// The error's code in place of the usual one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<String>,
        /// The work is done first, and only its answer is lost.
        #[serde(default)]
        after: bool,
    },
    /// The right answer, late.
    Delay {
        /// By so many seconds of real time.
        #[serde(default)]
        seconds: u32,
        /// By so many seconds of the network's clock, which is moved.
        #[serde(default)]
        clock_seconds: u32,
    },
    /// The connection breaks without an answer.
    Drop {
        /// The work is done first.
        #[serde(default)]
        after: bool,
    },
    /// A 200 that cannot be read.
    Garbage {},
    /// The right answer, only the first half of it.
    Truncate {},
    /// The id_token, or the directory's statement, signed with another key.
    WrongSignature {},
    /// An id_token that says something else than it should.
    WrongIdToken {
        /// What is wrong.
        claim: Claim,
    },
    /// The consent's time is over: it ends at the bank, and the call meets that.
    ExpireConsent {},
    /// The person ends the consent at the bank, and the call meets that.
    RevokeConsent {},
    /// Records of a list come twice.
    Duplicate {
        /// So many of a page; all, unless told otherwise.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        records: Option<u16>,
    },
    /// Records of a list are missing, and the totals know nothing of them.
    Vanish {
        /// So many of a page; one, unless told otherwise.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        records: Option<u16>,
    },
    /// `links.next` leads to the same page again.
    PageLoop {},
    /// `links.next` always leads to one more page.
    EndlessPages {},
}

/// What is wrong with an id_token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Claim {
    /// The signature: another key, by the same name. The effect `wrong_signature`.
    Signature,
    /// The nonce.
    Nonce,
    /// The issuer.
    Issuer,
    /// The audience.
    Audience,
    /// It has run out.
    Expired,
    /// The hash of the code (`c_hash`).
    CodeHash,
    /// The hash of the state (`s_hash`).
    StateHash,
}

impl Effect {
    /// Says what is out of bounds, if anything.
    pub(super) fn check(&self) -> Result<(), String> {
        let within = |what: &str, value: u32, least: u32, most: u32| {
            let fits = (least..=most).contains(&value);
            fits.then_some(()).ok_or_else(|| format!("{what} goes from {least} to {most}"))
        };
        match self {
            Self::Status { status, retry_after, code, .. } => {
                within("status", u32::from(*status), 400, 599)?;
                retry_after.map_or(Ok(()), |wait| within("retry_after", wait, 0, LONGEST_RETRY))?;
                let is_code = |code: &String| {
                    let fits = (1..=LONGEST_CODE).contains(&code.len());
                    fits && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
                };
                if code.as_ref().is_none_or(is_code) {
                    return Ok(());
                }
                Err(format!("code has 1 to {LONGEST_CODE} letters, digits and underscores"))
            }
            Self::Delay { seconds, clock_seconds } => {
                within("seconds", *seconds, 0, LONGEST_DELAY)?;
                within("clock_seconds", *clock_seconds, 0, LONGEST_SHIFT)?;
                let is_any = *seconds + *clock_seconds > 0;
                is_any.then_some(()).ok_or_else(|| "a delay has seconds or clock_seconds".to_owned())
            }
            Self::Duplicate { records: Some(records) } | Self::Vanish { records: Some(records) } => {
                within("records", u32::from(*records), 1, u32::from(MOST_RECORDS))
            }
            Self::WrongIdToken { claim: Claim::Signature } => Err("a wrong signature is a kind of its own".to_owned()),
            _ => Ok(()),
        }
    }
}
