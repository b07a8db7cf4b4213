//! The page of everything that is over: left, expired, never begun.

use askama::Template;

use super::shell::Shell;

/// Says what happened, with at most one way on.
#[derive(Debug, Template)]
#[template(path = "widget/over.html")]
pub(crate) struct OverPage {
    shell: Shell,
    text: String,
    /// Something went wrong, and the page says so aloud.
    alarm: bool,
    /// Where the one button leads.
    finish: Option<String>,
    /// What it says.
    label: String,
}

impl OverPage {
    /// Makes a page that leads nowhere.
    pub(crate) fn saying(shell: Shell, text: &str) -> Self {
        let text = shell.say(text);
        let label = shell.return_to_app();
        Self { shell, text, alarm: true, finish: None, label }
    }

    /// Adds the way back to the app.
    pub(crate) fn leading_to(mut self, url: String) -> Self {
        self.finish = Some(url);
        self
    }

    /// Adds another way on, with its own words.
    pub(crate) fn going_on(mut self, url: String, label: &str) -> Self {
        label.clone_into(&mut self.label);
        self.leading_to(url)
    }

    /// Says it without alarm.
    pub(crate) fn calm(mut self) -> Self {
        self.alarm = false;
        self
    }
}
