//! What people see: pictures of every screen, accessibility, speed.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::browser::Driver;
use crate::{clients, shell};

/// Pictures that stand in `docs/gallery/`: by screen, language and look.
const KEPT: [&str; 16] = [
    "start.pt.light",
    "start.pt.dark",
    "institutions.pt.light",
    "institutions.pt.dark",
    "consent.pt.light",
    "consent.en.light",
    "consent.pt.320",
    "handover.pt.light",
    "handover.pt.desktop",
    "bank-login.pt.light",
    "bank-confirm.pt.light",
    "connecting.pt.dark",
    "done.pt.light",
    "done.es.light",
    "failed-denied.pt.light",
    "start.pt.200",
];

/// Between these stands the table of `docs/performance.md` that [`speed`] writes.
const BEGIN: &str = "<!-- speed -->";
const END: &str = "<!-- /speed -->";

/// Takes a picture of every screen in every look and language: `target/gallery/index.html` shows all of them.
pub(crate) fn gallery() -> Result<()> {
    let folder = shell::root().join("target").join("gallery");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    let driver = Driver::start()?;
    shell::run(in_browser(&driver, "gallery::").env("VINCULO_TEST_GALLERY_FOLDER", &folder))?;
    let mut pictures = names(&folder)?;
    pictures.sort();
    std::fs::write(folder.join("index.html"), index(&pictures))?;
    keep(&folder, &pictures)?;
    shell::say(&format!("{} pictures: {}", pictures.len(), folder.join("index.html").display()));
    Ok(())
}

/// Holds every screen against the rules of WCAG and writes `docs/accessibility.md`.
pub(crate) fn axe() -> Result<()> {
    let driver = Driver::start()?;
    let mut tests = in_browser(&driver, "accessibility::every_screen");
    tests.env("VINCULO_TEST_AXE_FOLDER", clients::axe()?);
    shell::run(tests.env("VINCULO_TEST_AXE_REPORT", shell::root().join("docs/accessibility.md")))
}

/// Measures every screen on a slow phone (release build) and writes the table into `docs/performance.md`.
pub(crate) fn speed() -> Result<()> {
    let driver = Driver::start()?;
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(shell::root()).args(["bench", "--package", "vinculo-server", "--bench", "widget"]);
    cargo.env("VINCULO_TEST_REQUIRE_ALL", "1");
    cargo.env("VINCULO_TEST_WEBDRIVER_URL", &driver.url).env("VINCULO_TEST_BROWSER", &driver.browser);
    let output = cargo.stderr(Stdio::inherit()).output().context("cargo cannot be started")?;
    if !output.status.success() {
        bail!("the measurement ended with {}", output.status);
    }
    let printed = String::from_utf8(output.stdout)?;
    let table: String = printed.lines().filter(|line| line.starts_with('|')).map(|line| format!("{line}\n")).collect();
    shell::say(&format!("the screens on a slow phone:\n{table}"));
    let file = shell::root().join("docs/performance.md");
    let text = std::fs::read_to_string(&file)?;
    let (before, rest) = text.split_once(BEGIN).context("docs/performance.md has lost its marks")?;
    let (_, after) = rest.split_once(END).context("docs/performance.md has lost its marks")?;
    std::fs::write(file, format!("{before}{BEGIN}\n{table}{END}{after}"))?;
    Ok(())
}

fn in_browser(driver: &Driver, filter: &str) -> Command {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(shell::root()).args(["test", "--package", "vinculo-server", "--test", "browser", filter]);
    cargo.env("VINCULO_TEST_REQUIRE_ALL", "1");
    cargo.env("VINCULO_TEST_WEBDRIVER_URL", &driver.url).env("VINCULO_TEST_BROWSER", &driver.browser);
    cargo
}

fn names(folder: &Path) -> Result<Vec<String>> {
    let entries = std::fs::read_dir(folder)?.collect::<std::io::Result<Vec<_>>>()?;
    let names = entries.into_iter().filter_map(|entry| entry.file_name().into_string().ok());
    Ok(names.filter(|name| name.ends_with(".webp")).collect())
}

/// One page with all pictures, a row for each screen.
fn index(pictures: &[String]) -> String {
    let mut page = "<!doctype html><meta charset=utf-8><title>Gallery</title><style>body{font:14px sans-serif;background:#ddd}\
        h2{margin:2rem 0 .5rem}div{display:flex;flex-wrap:wrap;gap:1rem}figure{margin:0}img{height:30rem;display:block}</style>\n"
        .to_owned();
    let mut screen = "";
    for picture in pictures {
        let name = picture.split('.').next().unwrap_or_default();
        if name != screen {
            let close = if screen.is_empty() { "" } else { "</div>\n" };
            let _ = write!(page, "{close}<h2>{name}</h2><div>");
            screen = name;
        }
        let caption = picture.trim_start_matches(name).trim_matches('.').trim_end_matches(".webp");
        let _ = write!(
            page,
            "<figure><figcaption>{caption}</figcaption><img src=\"{picture}\" loading=lazy alt=\"\"></figure>"
        );
    }
    page.push_str("</div>\n");
    page
}

/// Copies the chosen few, named without their numbers.
fn keep(folder: &Path, pictures: &[String]) -> Result<()> {
    let kept: PathBuf = shell::root().join("docs").join("gallery");
    std::fs::create_dir_all(&kept)?;
    for wanted in KEPT {
        let name = format!("{wanted}.webp");
        let numbered = pictures.iter().find(|picture| picture.split_once('-').is_some_and(|(_, rest)| rest == name));
        let numbered = numbered.with_context(|| format!("there is no picture of {wanted}"))?;
        std::fs::copy(folder.join(numbered), kept.join(name))?;
    }
    Ok(())
}
