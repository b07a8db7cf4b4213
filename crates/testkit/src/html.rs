//! Just enough HTML to fill in a form as a browser without script does.

use std::collections::BTreeMap;

/// A form found on a page.
#[derive(Debug, Clone, Default)]
pub struct Form {
    /// Where it goes; empty for the page's own address.
    pub action: String,
    /// Fields with the values that a browser would send if nothing were touched.
    pub fields: Vec<(String, String)>,
    /// The whole markup.
    pub markup: String,
}

impl Form {
    /// Sets a field, replacing all its values.
    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(known, _)| known != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }
}

/// Finds the form that holds `marker` (an `id="…"`, a `name="…"`), or the form with that id.
pub fn form(page: &str, marker: &str) -> Option<Form> {
    page.match_indices("<form").find_map(|(start, _)| {
        let end = page[start..].find("</form>")? + start;
        let markup = &page[start..end];
        markup.contains(marker).then(|| read(markup))
    })
}

fn read(markup: &str) -> Form {
    let mut form = Form { markup: markup.to_owned(), ..Form::default() };
    let mut select = None;
    for tag in tags(markup) {
        let attributes = attributes(tag);
        let get = |name: &str| attributes.get(name).cloned();
        let name = get("name").filter(|n| !n.is_empty());
        match tag.split(|c: char| c.is_whitespace() || c == '>').next().unwrap_or_default() {
            "form" => form.action = get("action").unwrap_or_default(),
            "input" => {
                let kind = get("type").unwrap_or_default();
                let ticked = attributes.contains_key("checked");
                let sent = match kind.as_str() {
                    "checkbox" | "radio" => ticked,
                    "submit" | "button" | "reset" => false,
                    _ => true,
                };
                if let Some(name) = name.filter(|_| sent && !attributes.contains_key("disabled")) {
                    form.fields.push((name, get("value").unwrap_or_default()));
                }
            }
            "select" => select = name,
            "option" if attributes.contains_key("selected") => {
                if let Some(name) = &select {
                    form.fields.push((name.clone(), get("value").unwrap_or_default()));
                }
            }
            _ => {}
        }
    }
    form
}

fn tags(markup: &str) -> impl Iterator<Item = &str> {
    markup.split('<').skip(1).map(|rest| rest.split_once('>').map_or(rest, |(tag, _)| tag))
}

fn attributes(tag: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut rest = tag.split_once(char::is_whitespace).map_or("", |(_, rest)| rest).trim();
    while !rest.is_empty() && rest != "/" {
        let name_end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let name = rest[..name_end].to_owned();
        rest = rest[name_end..].trim_start();
        let mut value = String::new();
        if let Some(after) = rest.strip_prefix('=') {
            let after = after.trim_start();
            if let Some(quoted) = after.strip_prefix('"') {
                let end = quoted.find('"').unwrap_or(quoted.len());
                value = unescape(&quoted[..end]);
                rest = quoted.get(end + 1..).unwrap_or_default();
            } else {
                let end = after.find(char::is_whitespace).unwrap_or(after.len());
                value = unescape(&after[..end]);
                rest = &after[end..];
            }
        }
        found.insert(name, value);
        rest = rest.trim_start();
    }
    found
}

fn unescape(text: &str) -> String {
    [
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&lt;", "<"),
        ("&#60;", "<"),
        ("&gt;", ">"),
        ("&#62;", ">"),
        ("&#38;", "&"),
        ("&amp;", "&"),
    ]
    .iter()
    .fold(text.to_owned(), |text, (escaped, plain)| text.replace(escaped, plain))
}

/// Returns what stands between two marks.
pub fn text_between<'a>(page: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let start = page.find(before)? + before.len();
    let end = page[start..].find(after)? + start;
    Some(&page[start..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_sends_what_a_browser_would() {
        let page = r#"<form id="x" action="/a?b=1&amp;c=2" method="post"><input type="hidden" name="h" value="&quot;1">
            <input type="checkbox" name="r" value="1" checked><input type="checkbox" name="r" value="2">
            <select name="d"><option value="a">A</option><option selected value="b">B</option></select>
            <button id="go" name="ignored" value="1">Go</button></form>"#;
        let form = form(page, "id=\"go\"").unwrap();
        assert_eq!(form.action, "/a?b=1&c=2");
        let sent: Vec<_> = form.fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        assert_eq!(sent, [("h", "\"1"), ("r", "1"), ("d", "b")]);
    }
}
