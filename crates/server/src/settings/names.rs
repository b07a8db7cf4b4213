/// Every setting, in the order in which `config print` shows them.
pub(super) const NAMES: &[&str] = &[
    "environment",
    "listen",
    "public_url",
    "data_dir",
    "database_url",
    "database_connections",
    "master_key",
    "sandbox_listen",
    "sandbox_public_url",
    "sandbox_mtls_listen",
    "sandbox_mtls_url",
    "sandbox_tls",
    "sandbox_tls_certificate_file",
    "sandbox_tls_key_file",
    "log",
    "log_format",
    "trust_forwarded",
    "request_timeout_seconds",
    "body_limit_bytes",
    "shutdown_seconds",
    "worker_jobs",
    "job_attempts",
    "bank_timeout_seconds",
    "webhook_timeout_seconds",
    "webhook_pause_days",
    "events_kept",
    "link_deletions_per_minute",
    "portal_sign_ins",
    "webhook_private_networks",
    "receiver_name",
    "directory",
    "directory_participants_url",
    "directory_authorization_url",
    "directory_api_url",
    "organisation_id",
    "software_id",
    "transport_certificate_file",
    "transport_key_file",
    "signing_key_files",
    "encryption_key_files",
    "trust_anchor_files",
];

/// Prefix of the variables.
pub(super) const PREFIX: &str = "VINCULO_";

/// Variables with the prefix that are no settings: the file's place, and what only tests read.
pub(super) fn is_reserved(variable: &str) -> bool {
    variable == "VINCULO_CONFIG" || variable.starts_with("VINCULO_TEST_")
}

/// Finds the name that `wrong` was probably meant to be.
pub(super) fn nearest(wrong: &str) -> Option<&'static str> {
    NAMES.iter().copied().map(|name| (distance(wrong, name), name)).filter(|(d, _)| *d <= 3).min().map(|(_, n)| n)
}

/// Levenshtein distance of two short names.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let change = corner + usize::from(x != *y);
            corner = row[j + 1];
            row[j + 1] = change.min(corner + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}
