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
    /// It passes: the page can be asked for again.
    again: bool,
    /// What is posted to the callback again; nothing where loading the page is enough.
    kept: Vec<(String, String)>,
}

impl OverPage {
    /// Makes a page that leads nowhere.
    pub(crate) fn saying(shell: Shell, text: &str) -> Self {
        let text = shell.say(text);
        let label = shell.return_to_app();
        Self { shell, text, alarm: true, finish: None, label, again: false, kept: Vec::new() }
    }

    /// Adds the way back to the app.
    pub(crate) fn leading_to(mut self, url: String) -> Self {
        self.finish = Some(url);
        self
    }

    /// Adds a way to ask again, at the same address.
    pub(crate) fn again(mut self) -> Self {
        self.again = true;
        self
    }

    /// Posts this to the callback when it is asked again: nobody else has the bank's answer.
    pub(crate) fn keeping(mut self, answer: Vec<(String, String)>) -> Self {
        self.kept = answer;
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
