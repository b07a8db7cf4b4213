use std::io::Write as _;

/// Returns the value of a variable that names a tool, or says loudly that the test is skipped.
///
/// # Panics
/// When `VINCULO_TEST_REQUIRE_ALL` is set and the tool is missing: a complete run skips nothing.
pub fn need(variable: &str, what: &str) -> Option<String> {
    match std::env::var(variable) {
        Ok(value) if !value.is_empty() => Some(value),
        _ if std::env::var_os("VINCULO_TEST_REQUIRE_ALL").is_some() => panic!("{what} is missing: set {variable}"),
        _ => {
            // Not by a macro: the test runner would swallow it.
            let line = format!("SKIPPED: {what} is missing (set {variable}, or run `cargo xtask test`)\n");
            let _ = std::io::stderr().write_all(line.as_bytes());
            None
        }
    }
}

/// Returns the value of a variable that asks for more than the test itself, such as a report.
pub fn setting(variable: &str) -> Option<String> {
    std::env::var(variable).ok().filter(|value| !value.is_empty())
}
