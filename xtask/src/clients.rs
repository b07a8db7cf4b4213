//! Programs of others that ours must get on with: the public clients from PyPI and npm, and certified
//! counterparts of the security profile from npm.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::Result;

use crate::shell;

const PYTHON_CLIENT: &str = "belvo-python==0.39.1";
const JUDGE: &str = "schemathesis==4.32.5";
const NODE_CLIENT: &[&str] = &["belvo@0.28.0"];
const AXE: &[&str] = &["axe-core@4.14.1"];
const PEERS: &[&str] = &["oidc-provider@9.13.3", "openid-client@6.8.9", "jose@6.2.17", "undici@7.30.2"];

/// Where the clients are.
pub(crate) struct Clients {
    /// A Python that can import `belvo`.
    pub(crate) python: PathBuf,
    /// The program that judges the API by its document.
    pub(crate) schemathesis: PathBuf,
    /// A folder whose `node_modules` holds `belvo`.
    pub(crate) node: PathBuf,
    /// A folder whose `node_modules` holds `oidc-provider` and `openid-client`.
    pub(crate) peers: PathBuf,
    /// A folder whose `node_modules` holds `axe-core`.
    pub(crate) axe: PathBuf,
}

impl Clients {
    /// Installs them, each set in a folder of its own, unless an earlier run did.
    pub(crate) fn install() -> Result<Self> {
        let schemathesis = python("schemathesis", JUDGE, "schemathesis")?.with_file_name("schemathesis");
        let python = python("python", PYTHON_CLIENT, "belvo")?;
        Ok(Self { python, schemathesis, node: node("node", NODE_CLIENT)?, peers: peers()?, axe: axe()? })
    }
}

/// Installs the counterparts of the security profile.
pub(crate) fn peers() -> Result<PathBuf> {
    node("peers", PEERS)
}

/// Installs the program that knows the rules of accessibility.
pub(crate) fn axe() -> Result<PathBuf> {
    node("axe", AXE)
}

/// A Python of its own that has a package, in that version.
fn python(name: &str, package: &str, module: &str) -> Result<PathBuf> {
    let folder = shell::tools()?.join(name);
    let python = folder.join("bin").join("python");
    let (title, version) = package.split_once("==").unwrap_or((package, ""));
    let check = format!("import {module}, importlib.metadata as m; assert m.version('{title}') == '{version}'");
    if works(Command::new(&python).args(["-c", &check])) {
        return Ok(python);
    }
    shell::say(&format!("installing {package}"));
    if !works(Command::new("python3").args(["-c", "import venv, ensurepip"])) {
        shell::apt_install(&["python3", "python3-venv"])?;
    }
    shell::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    shell::run(Command::new(&python).args(["-m", "pip", "install", "--quiet", package]))?;
    Ok(python)
}

fn node(name: &str, packages: &[&str]) -> Result<PathBuf> {
    let folder = shell::tools()?.join(name);
    let wanted = packages.join("\n");
    let stamp = folder.join("installed");
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(folder);
    }
    shell::say(&format!("installing {}", packages.join(", ")));
    if shell::find("node").is_none() || shell::find("npm").is_none() {
        shell::apt_install(&["nodejs", "npm"])?;
    }
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("package.json"), "{\"private\":true}\n")?;
    let mut npm = Command::new("npm");
    npm.args(["install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]).args(packages);
    shell::run(npm.current_dir(&folder).stdout(Stdio::null()))?;
    std::fs::write(stamp, wanted)?;
    Ok(folder)
}

fn works(command: &mut Command) -> bool {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|s| s.success())
}
