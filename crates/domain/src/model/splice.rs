//! Putting the account into a stored record that belongs to one, as text.

/// Puts `"account":…` into the stored text of a transaction, behind `internal_identification`, without parsing it.
///
/// `account` is the JSON of the account, or `None` for `null`. A text of another shape gets the key in front.
pub fn splice_account(body: &str, account: Option<&str>) -> String {
    let account = account.unwrap_or("null");
    let mut text = String::with_capacity(body.len() + account.len() + 12);
    match after_identification(body) {
        Some(at) => {
            text.push_str(&body[..at]);
            text.push_str(",\"account\":");
            text.push_str(account);
            text.push_str(&body[at..]);
        }
        None => {
            let rest = body.strip_prefix('{').unwrap_or(body);
            text.push_str("{\"account\":");
            text.push_str(account);
            if !rest.starts_with('}') {
                text.push(',');
            }
            text.push_str(rest);
        }
    }
    text
}

/// Finds the end of the value of `internal_identification`, which is the second key of every stored transaction.
fn after_identification(body: &str) -> Option<usize> {
    const KEY: &str = "\",\"internal_identification\":\"";
    let key = body.strip_prefix("{\"id\":\"")?.find(KEY)? + "{\"id\":\"".len();
    if key > 64 {
        return None;
    }
    let start = key + KEY.len();
    let mut escaped = false;
    for (at, byte) in body.bytes().enumerate().skip(start) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// The same for a bill, whose account stands before `internal_identification`. What comes before that are ids and
/// times, so the first place where the key stands is the right one.
pub fn splice_account_of_bill(body: &str, account: Option<&str>) -> String {
    const KEY: &str = ",\"internal_identification\":";
    let account = account.unwrap_or("null");
    match body.find(KEY) {
        Some(at) => [&body[..at], ",\"account\":", account, &body[at..]].concat(),
        None => splice_account(body, Some(account)),
    }
}
