//! Rules of the house that the compiler does not keep.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests may fail the test")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Who may use whom (docs/architecture.md).
const DIRECTIONS: [(&str, &[&str]); 8] = [
    ("vinculo-domain", &[]),
    ("vinculo-fapi", &[]),
    ("vinculo-store", &["vinculo-domain"]),
    ("vinculo-connector", &["vinculo-domain", "vinculo-fapi"]),
    ("vinculo-sandbox", &["vinculo-fapi"]),
    ("vinculo-aggregator", &["vinculo-domain", "vinculo-store", "vinculo-connector"]),
    (
        "vinculo-server",
        &[
            "vinculo-domain",
            "vinculo-fapi",
            "vinculo-store",
            "vinculo-connector",
            "vinculo-sandbox",
            "vinculo-aggregator",
        ],
    ),
    ("vinculo-testkit", &[]),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

#[test]
fn crates_use_each_other_in_one_direction() {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    for (name, allowed) in DIRECTIONS {
        let package = metadata["packages"].as_array().unwrap().iter().find(|p| p["name"] == name).unwrap();
        let used: BTreeSet<&str> = package["dependencies"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|d| d["kind"].is_null())
            .map(|d| d["name"].as_str().unwrap())
            .filter(|d| d.starts_with("vinculo-"))
            .collect();
        let allowed: BTreeSet<&str> = allowed.iter().copied().collect();
        assert!(used.is_subset(&allowed), "{name} uses {:?}", used.difference(&allowed));
    }
}

#[test]
fn sql_stands_in_store_only() {
    for file in sources("crates").into_iter().filter(|f| {
        let path = f.to_string_lossy();
        !path.contains("/store/")
            && !path.contains("/testkit/")
            && !path.contains("/tests/")
            && !path.contains("/benches/")
    }) {
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(!text.contains("sqlx::"), "{} speaks SQL", file.display());
    }
}

#[test]
fn every_test_that_a_document_names_is_there() {
    let page = std::fs::read_to_string(root().join("docs/security-profile.md")).unwrap();
    let named: Vec<(&str, &str)> = page.split('`').filter_map(|text| text.split_once(".rs::")).collect();
    assert!(named.len() > 100, "the page names its tests as `crate/file.rs::test`");
    for (file, test) in named {
        let path = root().join("crates").join(format!("{file}.rs"));
        let text = std::fs::read_to_string(&path).unwrap_or_else(|_| panic!("{} is gone", path.display()));
        let at = text.find(&format!("fn {test}("));
        let before = at.map(|at| &text[at.saturating_sub(200)..at]);
        assert!(before.is_some_and(|before| before.contains("test")), "{}: no test {test}", path.display());
    }
}

fn sources(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![root().join(folder)];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(path);
            }
        }
    }
    found
}
