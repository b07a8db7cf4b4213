//! Every screen against the rules of WCAG 2.0, 2.1 and 2.2 (A and AA), as axe-core checks them: light and dark, 320 px wide, and
//! with text twice as large; and nothing ever scrolls sideways.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use serde_json::json;
use vinculo_testkit::{Browser, Look, Tour, need, setting};

/// The rules: everything that axe-core knows of the standard's levels A and AA.
const RULES: [&str; 5] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/// Controls below 48 px on either side. A box to tick is as large as its label; links within a sentence are text.
const SMALL: &str = "return [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, summary')]
    .filter(e => e.checkVisibility({visibilityProperty: true, opacityProperty: true}) && !e.closest('.out, p:not(:has(> :only-child))'))
    .map(e => [e, (e.type === 'checkbox' && e.closest('label') || e).getBoundingClientRect()])
    .filter(([e, r]) => r.width < 47.5 || r.height < 47.5)
    .map(([e, r]) => (e.id || e.outerHTML.slice(0, 60)) + ' ' + r.width.toFixed() + ' by ' + r.height.toFixed())";

/// What was found on one screen, looked at in one way.
struct Finding {
    screen: String,
    look: &'static str,
    passed: u64,
    violations: Vec<String>,
    /// What the program cannot decide, by rule.
    undecided: Vec<String>,
}

/// The checker, and what it has found.
struct Checker {
    program: String,
    findings: Vec<Finding>,
}

impl Checker {
    /// Reads axe-core; `None` when it is missing (said loudly).
    fn new() -> Option<Self> {
        let folder = need("VINCULO_TEST_AXE_FOLDER", "axe-core from npm")?;
        let file = Path::new(&folder).join("node_modules/axe-core/axe.min.js");
        Some(Self { program: std::fs::read_to_string(file).unwrap(), findings: Vec::new() })
    }

    async fn check(&mut self, browser: &Browser, screen: &str) {
        browser.evaluate(&self.program).await;
        // The veil above the bar of actions is a gradient, in front of which no program can tell what colour lies behind words.
        let bare = "[...document.styleSheets].forEach(s => { try {
            s.insertRule('.actions::before { content: none !important }', s.cssRules.length) } catch {} })";
        browser.script(bare).await;
        for look in &Look::ALL {
            browser.look(look).await;
            let mut finding = self.ask(browser, screen, look.name).await;
            let over = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
            let wide = browser.script(over).await;
            if wide != json!(0) {
                finding.violations.push(format!("the page scrolls sideways by {wide} px"));
            }
            let small = browser.script(SMALL).await;
            let small = small.as_array().unwrap().iter();
            finding.violations.extend(small.map(|target| format!("a target below 48 px: {target}")));
            self.findings.push(finding);
        }
        browser.look(&Look::LIGHT).await;
    }

    async fn ask(&self, browser: &Browser, screen: &str, look: &'static str) -> Finding {
        let run = format!(
            "return axe.run(document, {{runOnly: {}, resultTypes: ['violations', 'incomplete']}}).then(found => {{
                const nodes = all => all.flatMap(rule => rule.nodes.map(node =>
                    rule.id + ' at ' + node.target.join(' ') + ': ' + (node.failureSummary || '').replace(/\\s+/g, ' ')));
                return {{passed: found.passes.length, violations: nodes(found.violations), undecided: nodes(found.incomplete)}};
            }})",
            json!(RULES)
        );
        let found = browser.script(&run).await;
        let texts = |name: &str| {
            let all = found[name].as_array().unwrap();
            all.iter().map(|text| text.as_str().unwrap().to_owned()).collect()
        };
        Finding {
            screen: screen.to_owned(),
            look,
            passed: found["passed"].as_u64().unwrap(),
            violations: texts("violations"),
            undecided: texts("undecided"),
        }
    }

    fn version(&self) -> &str {
        let after = self.program.split("axe v").nth(1).unwrap_or_default();
        after.split_whitespace().next().unwrap_or("?")
    }

    fn violations(&self) -> Vec<String> {
        let of = |finding: &Finding| {
            let place = format!("{} ({})", finding.screen, finding.look);
            finding.violations.iter().map(|violation| format!("{place}: {violation}")).collect::<Vec<_>>()
        };
        self.findings.iter().flat_map(of).collect()
    }

    /// The document of `docs/`.
    fn report(&self) -> String {
        let mut text = include_str!("accessibility.md").to_owned();
        let screens = self.findings.len() / Look::ALL.len();
        let _ = writeln!(
            text,
            "axe-core {}, rules {}: {screens} screens, each looked at in {} ways, **{} violations**.\n",
            self.version(),
            RULES.map(|rule| format!("`{rule}`")).join(", "),
            Look::ALL.len(),
            self.violations().len()
        );
        text.push_str(&self.table());
        text.push_str(&self.undecided());
        text
    }

    fn table(&self) -> String {
        let mut rows: BTreeMap<&str, String> = BTreeMap::new();
        let mut order = Vec::new();
        for finding in &self.findings {
            if !rows.contains_key(finding.screen.as_str()) {
                order.push(finding.screen.as_str());
            }
            let row = rows.entry(&finding.screen).or_default();
            let _ = write!(row, " {} / {} |", finding.violations.len(), finding.passed);
        }
        let heads: String = Look::ALL.map(|look| format!(" {} |", look.name)).concat();
        let mut table = format!("| Screen |{heads}\n|---|{}\n", "---|".repeat(Look::ALL.len()));
        for screen in order {
            let _ = writeln!(table, "| `{screen}` |{}", rows[screen]);
        }
        table.push_str("\nViolations / rules passed.\n");
        table
    }

    /// What a person has to look at: by rule and place, with the number of times.
    fn undecided(&self) -> String {
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        for text in self.findings.iter().flat_map(|finding| &finding.undecided) {
            *places.entry(text.split(": ").next().unwrap_or_default()).or_default() += 1;
        }
        let mut text = "\n## What the program could not decide\n\n".to_owned();
        if places.is_empty() {
            text.push_str("Nothing.\n");
        }
        for (place, times) in places {
            let _ = writeln!(text, "* `{place}` ({times} times)");
        }
        text
    }
}

#[tokio::test]
async fn every_screen_keeps_the_rules_in_every_look() {
    let Some(mut checker) = Checker::new() else { return };
    let Some(browser) = Browser::start().await else { return };
    let Some(app) = Tour::app(env!("CARGO_BIN_EXE_vinculo")).start().await else { return };
    let tour = Tour::begin(&app, &browser, "pt").await;
    tour.walk(&mut async |screen: &str| checker.check(&browser, screen).await).await;
    browser.quit().await;
    if let Some(file) = setting("VINCULO_TEST_AXE_REPORT") {
        std::fs::write(file, checker.report()).unwrap();
    }
    assert!(checker.findings.iter().all(|finding| finding.passed > 5), "the rules were applied");
    let violations = checker.violations();
    assert!(violations.is_empty(), "{} violations:\n{}", violations.len(), violations.join("\n"));
}
