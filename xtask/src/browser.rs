//! Chromium and its driver.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::shell;

/// A running WebDriver server; dropping it stops it.
pub(crate) struct Driver {
    child: Child,
    /// Address of the WebDriver endpoint.
    pub(crate) url: String,
    /// The browser's program.
    pub(crate) browser: PathBuf,
}

impl Driver {
    /// Starts chromedriver on a free port, installing browser and driver when they are missing.
    pub(crate) fn start() -> Result<Self> {
        if browser().is_none() || shell::find("chromedriver").is_none() {
            shell::apt_install(&["chromium", "chromium-driver"])?;
        }
        let browser = browser().context("Chromium is still missing after its installation")?;
        let driver = shell::find("chromedriver").context("chromedriver is still missing after its installation")?;
        shell::say("starting chromedriver");
        let mut child = Command::new(driver).arg("--port=0").stdout(Stdio::piped()).stdin(Stdio::null()).spawn()?;
        let output = child.stdout.take().context("chromedriver has no output")?;
        let port = announced_port(BufReader::new(output));
        let mut driver = Self { child, url: String::new(), browser };
        driver.url = format!("http://127.0.0.1:{}", port?);
        Ok(driver)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        if self.child.kill().is_ok() {
            let _ = self.child.wait();
        }
    }
}

fn browser() -> Option<PathBuf> {
    ["chromium", "chromium-browser", "google-chrome"].iter().find_map(|name| shell::find(name))
}

/// Reads "ChromeDriver was started successfully on port 12345." and goes on emptying the pipe.
fn announced_port(mut output: impl BufRead + Send + 'static) -> Result<u16> {
    let mut line = String::new();
    while output.read_line(&mut line)? > 0 {
        if let Some(rest) = line.split("on port ").nth(1).filter(|_| line.contains("success")) {
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            std::thread::spawn(move || std::io::copy(&mut output, &mut std::io::sink()));
            return digits.parse().context("chromedriver's port cannot be read");
        }
        line.clear();
    }
    bail!("chromedriver ended without naming its port")
}
