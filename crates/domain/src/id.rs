use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Env, Invalid};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
        #[serde(transparent)]
        #[schemars(inline)]
        pub struct $name(Uuid);

        impl $name {
            /// Makes a fresh id.
            pub fn new(env: &Env) -> Self {
                Self(env.uuid())
            }

            /// Returns the id as a UUID.
            pub fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = Invalid;

            fn from_str(text: &str) -> Result<Self, Invalid> {
                Uuid::parse_str(text).map(Self).map_err(|_| {
                    let shown: String = text.chars().take(40).collect();
                    Invalid::new(format!("“{shown}” is not a valid UUID."))
                })
            }
        }
    )*};
}

impl ApplicationId {
    /// The one that sign-ins to the portal belong to. It is nobody's: it has no keys, and no list shows it.
    pub const PORTAL: Self = Self(Uuid::from_u128(0x0000_0000_0000_7000_8000_706f_7274_616c));
}

ids! {
    /// An application: the customer of the API.
    ApplicationId;
    /// A pair of API keys of an application; shown as the secret id.
    KeyId;
    /// A consent, one to one with a link.
    ConsentId;
    /// A link: one person or company at one institution, for one application.
    LinkId;
    /// An owner record.
    OwnerId;
    /// An account record.
    AccountId;
    /// A balance record.
    BalanceId;
    /// A transaction record.
    TransactionId;
    /// An investment record.
    InvestmentId;
    /// A movement of an investment.
    InvestmentTransactionId;
    /// A foreign exchange operation.
    ExchangeId;
    /// An event in the life of a foreign exchange operation.
    ExchangeEventId;
    /// A bill record.
    BillId;
    /// A job of the queue.
    JobId;
    /// A webhook endpoint of an application.
    EndpointId;
    /// An event that webhooks carry.
    EventId;
    /// One event on its way to one endpoint.
    DeliveryId;
    /// An entry of the audit log.
    AuditId;
}

/// A widget session: 160 random bits as 40 lower-case hex characters. Whoever holds it may go on with the session.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
#[schemars(inline)]
pub struct SessionId(String);

impl SessionId {
    /// Makes a fresh id.
    pub fn new(env: &Env) -> Self {
        let bytes = env.bytes::<20>();
        Self(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// Returns the id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for SessionId {
    // A session id is a capability: logs show only enough of it to tell two sessions apart.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionId({}…)", &self.0[..8])
    }
}

impl FromStr for SessionId {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let valid = text.len() == 40 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        if valid { Ok(Self(text.to_owned())) } else { Err(Invalid::new("Not a session id.")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_id_reads_back_and_hides_in_logs() {
        let id = SessionId::new(&Env::system());
        assert_eq!(id.as_str().parse::<SessionId>().unwrap(), id);
        assert!(!format!("{id:?}").contains(id.as_str()));
    }

    #[test]
    fn other_shapes_are_no_session_ids() {
        for text in ["", "abc", &"g".repeat(40), &"A".repeat(40), &"a".repeat(41)] {
            assert!(text.parse::<SessionId>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_wrong_uuid_names_the_value() {
        let error = "nonsense".parse::<LinkId>().unwrap_err();
        assert_eq!(error.message, "“nonsense” is not a valid UUID.");
    }
}
