//! Hands and eyes for a browser whose pages run no script. The driver's own commands run scripts in the page, so these
//! use the developer tools instead.

use serde_json::{Value, json};

use crate::Browser;

/// Finds an element and returns its node id.
pub(crate) async fn find(browser: &Browser, css: &str) -> Option<i64> {
    let document = browser.try_devtools("DOM.getDocument", json!({})).await?;
    let root = document["root"]["nodeId"].clone();
    let found = browser.try_devtools("DOM.querySelector", json!({"nodeId": root, "selector": css})).await?;
    found["nodeId"].as_i64().filter(|id| *id != 0)
}

/// Clicks in the middle of an element.
pub(crate) async fn click(browser: &Browser, node: i64) {
    browser.devtools("DOM.scrollIntoViewIfNeeded", json!({"nodeId": node})).await;
    let model = browser.devtools("DOM.getBoxModel", json!({"nodeId": node})).await;
    let corners: Vec<f64> = model["model"]["content"].as_array().unwrap().iter().filter_map(Value::as_f64).collect();
    let (x, y) = ((corners[0] + corners[4]) / 2.0, (corners[1] + corners[5]) / 2.0);
    for kind in ["mousePressed", "mouseReleased"] {
        let event = json!({"type": kind, "x": x, "y": y, "button": "left", "clickCount": 1});
        browser.devtools("Input.dispatchMouseEvent", event).await;
    }
}

/// Types into a field; a line break presses Enter.
pub(crate) async fn write(browser: &Browser, node: i64, text: &str) {
    browser.devtools("DOM.focus", json!({"nodeId": node})).await;
    browser.devtools("Input.insertText", json!({"text": text.trim_end_matches('\n')})).await;
    if text.ends_with('\n') {
        for kind in ["keyDown", "keyUp"] {
            let event =
                json!({"type": kind, "key": "Enter", "code": "Enter", "text": "\r", "windowsVirtualKeyCode": 13});
            browser.devtools("Input.dispatchKeyEvent", event).await;
        }
    }
}

/// Empties a field.
pub(crate) async fn clear(browser: &Browser, node: i64) {
    browser.devtools("DOM.focus", json!({"nodeId": node})).await;
    for command in ["selectAll", "delete"] {
        browser.devtools("Input.dispatchKeyEvent", json!({"type": "rawKeyDown", "commands": [command]})).await;
    }
}

/// Returns the current address.
pub(crate) async fn address(browser: &Browser) -> String {
    // Between two pages there is no answer.
    let history = || browser.try_devtools("Page.getNavigationHistory", json!({}));
    let history = crate::eventually("an address", history).await;
    let at = history["currentIndex"].as_u64().unwrap_or_default() as usize;
    history["entries"][at]["url"].as_str().unwrap_or_default().to_owned()
}
