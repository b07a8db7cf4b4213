//! The public clients that must work unmodified: belvo-python from PyPI, belvo from npm.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Result, bail};

use crate::shell;

const PYTHON_CLIENT: &str = "belvo-python==0.39.1";
const NODE_CLIENT: &str = "belvo@0.28.0";

/// Where the clients are.
pub(crate) struct Clients {
    /// A Python that can import `belvo`.
    pub(crate) python: PathBuf,
    /// A folder whose `node_modules` holds `belvo`.
    pub(crate) node: PathBuf,
}

impl Clients {
    /// Installs both clients, each in a folder of its own, unless an earlier run did.
    pub(crate) fn install() -> Result<Self> {
        Ok(Self { python: python()?, node: node()? })
    }
}

fn python() -> Result<PathBuf> {
    let folder = shell::tools()?.join("python");
    let python = folder.join("bin").join("python");
    if works(Command::new(&python).args(["-c", "import belvo"])) {
        return Ok(python);
    }
    shell::say(&format!("installing {PYTHON_CLIENT}"));
    if !works(Command::new("python3").args(["-c", "import venv, ensurepip"])) {
        shell::apt_install(&["python3", "python3-venv"])?;
    }
    shell::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    shell::run(Command::new(&python).args(["-m", "pip", "install", "--quiet", PYTHON_CLIENT]))?;
    Ok(python)
}

fn node() -> Result<PathBuf> {
    let folder = shell::tools()?.join("node");
    if folder.join("node_modules").join("belvo").is_dir() {
        return Ok(folder);
    }
    shell::say(&format!("installing {NODE_CLIENT}"));
    if shell::find("node").is_none() || shell::find("npm").is_none() {
        shell::apt_install(&["nodejs", "npm"])?;
    }
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("package.json"), "{\"private\":true}\n")?;
    let mut npm = Command::new("npm");
    npm.args(["install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", NODE_CLIENT]);
    shell::run(npm.current_dir(&folder).stdout(Stdio::null()))?;
    if !folder.join("node_modules").join("belvo").is_dir() {
        bail!("npm did not install {NODE_CLIENT}");
    }
    Ok(folder)
}

fn works(command: &mut Command) -> bool {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|s| s.success())
}
