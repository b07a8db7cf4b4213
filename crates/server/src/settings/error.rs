use std::path::PathBuf;

/// Why the process cannot start as it is set.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file that was named cannot be read.
    #[error("cannot read the settings file {}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The file is no TOML.
    #[error("the settings file is not valid TOML: {0}")]
    Toml(String),
    /// A name that no setting has.
    #[error("unknown setting `{name}` in {origin}{}", .hint.as_ref().map(|h| format!("; did you mean `{h}`?")).unwrap_or_default())]
    Unknown {
        /// The name as written.
        name: String,
        /// Where it stands.
        origin: Origin,
        /// The nearest name that exists.
        hint: Option<&'static str>,
    },
    /// A value that the setting cannot take. The value itself is not repeated: it may be a secret.
    #[error("setting `{name}` ({origin}): {reason}")]
    Wrong {
        /// The setting.
        name: &'static str,
        /// Where the value stands.
        origin: Origin,
        /// What is wrong with it.
        reason: String,
    },
    /// A setting without a default is missing.
    #[error("setting `{name}` is missing: {reason}")]
    Missing {
        /// The setting.
        name: &'static str,
        /// Why it is needed.
        reason: &'static str,
    },
}

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// An environment variable.
    Variable(String),
    /// The settings file.
    File,
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Variable(name) => write!(f, "environment variable {name}"),
            Self::File => f.write_str("the settings file"),
        }
    }
}
