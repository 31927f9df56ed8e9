//! Reads errors from the tables of a page. The headings give the role of each column.

use serde_json::json;

use super::Place;
use super::block::{Cell, Row, words};
use super::body::{context_name, is_code};
use super::draft::{Code, Draft, Entry, Field, Group, Retry, add_field};

/// The role of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Code,
    Status,
    Title,
    Message,
    Description,
    Cause,
    Fix,
    Retry,
    Refund,
    Headers,
}

impl Role {
    /// The key in `columns`; `None` for headers.
    fn key(self) -> Option<&'static str> {
        Some(match self {
            Role::Code => "code",
            Role::Status => "status",
            Role::Title => "title",
            Role::Message => "message",
            Role::Description => "description",
            Role::Cause => "cause",
            Role::Fix => "fix",
            Role::Retry => "retry",
            Role::Refund => "refund",
            Role::Headers => return None,
        })
    }
}

/// The headings of columns, which are also the labels before a colon.
pub(super) const WORDS: &[(&str, Role)] = &[
    ("code", Role::Code),
    ("error code", Role::Code),
    ("error", Role::Code),
    ("error type", Role::Code),
    ("error name", Role::Code),
    ("error id", Role::Code),
    ("identifier", Role::Code),
    ("api code", Role::Code),
    ("status", Role::Status),
    ("http", Role::Status),
    ("http status", Role::Status),
    ("http code", Role::Status),
    ("http status code", Role::Status),
    ("status code", Role::Status),
    ("response code", Role::Status),
    ("title", Role::Title),
    ("symptom", Role::Title),
    ("message", Role::Message),
    ("error message", Role::Message),
    ("description", Role::Description),
    ("meaning", Role::Description),
    ("what it means", Role::Description),
    ("explanation", Role::Description),
    ("when", Role::Description),
    ("when it fires", Role::Description),
    ("when it occurs", Role::Description),
    ("when it happens", Role::Description),
    ("cause", Role::Cause),
    ("causes", Role::Cause),
    ("common cause", Role::Cause),
    ("common causes", Role::Cause),
    ("possible cause", Role::Cause),
    ("likely cause", Role::Cause),
    ("why", Role::Cause),
    ("reason", Role::Cause),
    ("fix", Role::Fix),
    ("how to fix", Role::Fix),
    ("action", Role::Fix),
    ("recommended action", Role::Fix),
    ("what to do", Role::Fix),
    ("how to handle", Role::Fix),
    ("how to resolve", Role::Fix),
    ("solution", Role::Fix),
    ("resolution", Role::Fix),
    ("remedy", Role::Fix),
    ("recovery", Role::Fix),
    ("retry", Role::Retry),
    ("retryable", Role::Retry),
    ("retriable", Role::Retry),
    ("can retry", Role::Retry),
    ("safe to retry", Role::Retry),
    ("retry after", Role::Retry),
    ("refund", Role::Refund),
    ("refunded", Role::Refund),
    ("charged", Role::Refund),
    ("headers", Role::Headers),
    ("header", Role::Headers),
];

/// The role of a heading.
pub(super) fn role(heading: &str) -> Option<Role> {
    let heading: String = heading.chars().filter(|c| c.is_alphanumeric() || *c == ' ' || *c == '-').collect();
    let heading = words(&heading.replace('-', " ")).to_lowercase();
    WORDS.iter().find(|(words, _)| *words == heading).map(|(_, role)| *role)
}

/// The roles of the columns, by their headings and then by their cells; `None` if it is not a table
/// of errors.
fn roles(head: &[Cell], rows: &[Row]) -> Option<Vec<Option<Role>>> {
    let mut roles: Vec<Option<Role>> = head.iter().map(|cell| role(&cell.plain)).collect();
    let values =
        |column: usize| rows.iter().filter_map(move |row| row.cells.get(column)).map(|cell| cell.plain.as_str());
    let has = |roles: &[Option<Role>], role| roles.contains(&Some(role));
    for column in 0..roles.len() {
        if roles[column] != Some(Role::Code) {
            continue;
        }
        let are_statuses = values(column).all(|value| !statuses(value).is_empty());
        if are_statuses && !has(&roles, Role::Status) && !rows.is_empty() {
            roles[column] = Some(Role::Status);
        } else if values(column).filter(|value| value.contains(' ') && codes(value).is_empty()).count() * 2 > rows.len()
        {
            // "Error" is also the heading of messages and titles.
            let are_sentences = values(column).any(|value| value.ends_with(['.', '!']));
            roles[column] = Some(if are_sentences { Role::Message } else { Role::Title });
        }
    }
    // The second column with a role would hide the first.
    for column in 1..roles.len() {
        if roles[..column].contains(&roles[column]) {
            roles[column] = None;
        }
    }
    let is_named = [Role::Code, Role::Status, Role::Message, Role::Title].iter().any(|role| has(&roles, *role));
    // `Header | Description` is a table of headers.
    let is_about_headers = roles.first() == Some(&Some(Role::Headers));
    (is_named && !is_about_headers && roles.iter().flatten().count() > 1).then_some(roles)
}

/// Reads a table into the draft.
pub(super) fn read(draft: &mut Draft, head: &[Cell], rows: &[Row], line: usize, heading: Option<&str>) {
    let shown: Vec<&str> = head.iter().map(|cell| cell.plain.as_str()).collect();
    let table = format!("the table \"{}\"", shown.join(" | "));
    let Some(roles) = roles(head, rows) else {
        let why = "it needs two known columns: a code, status, message or symptom, and a description of it";
        draft.left(&Place::Line(line), table, why);
        return;
    };
    for (cell, role) in head.iter().zip(&roles) {
        if role.is_none() && !cell.plain.is_empty() {
            draft.left(&Place::Line(line), format!("the column \"{}\"", cell.plain), "unknown column name");
        }
    }
    let columns = head.iter().zip(&roles).filter_map(|(cell, role)| Some((role.as_ref()?.key()?, cell.plain.clone())));
    let columns = columns.filter(|(_, heading)| !heading.is_empty()).collect();
    // A table without descriptions adds to the errors of another table.
    let adds = !roles.iter().flatten().any(|role| {
        matches!(role, Role::Description | Role::Cause | Role::Fix | Role::Message | Role::Code | Role::Title)
    });
    draft.groups.push(Group { title: heading.unwrap_or("Errors").to_owned(), columns });
    let group = draft.groups.len() - 1;
    for row in rows {
        draft.report.read += 1;
        let place = Place::Line(row.line);
        match entries(draft, &roles, row, &place) {
            Ok(entries) => {
                draft.report.carried += 1;
                for entry in entries {
                    let known: Vec<usize> = if adds {
                        let shares =
                            |known: &Entry| entry.statuses.iter().any(|status| known.statuses.contains(status));
                        (0..draft.entries.len()).filter(|at| shares(&draft.entries[*at])).collect()
                    } else {
                        Vec::new()
                    };
                    if known.is_empty() {
                        draft.add(Entry { group: Some(group), ..entry }, &place);
                    } else {
                        for at in known {
                            draft.entries[at].take(entry.clone_of_advice());
                        }
                    }
                }
            }
            Err(why) => {
                let cells: Vec<&str> = row.cells.iter().map(|cell| cell.plain.as_str()).collect();
                let shown: String = cells.join(" | ").chars().take(60).collect();
                draft.left(&place, format!("the row \"{shown}\""), why);
            }
        }
    }
}

/// The errors of a row: one for each code in its code cell.
fn entries(draft: &mut Draft, roles: &[Option<Role>], row: &Row, place: &Place) -> Result<Vec<Entry>, String> {
    let mut entry = Entry::default();
    let mut several = Vec::new();
    for (cell, role) in row.cells.iter().zip(roles) {
        let Some(role) = *role else { continue };
        if role == Role::Headers {
            for (name, value) in header_values(&cell.plain) {
                header(draft, &mut entry, &name, &value);
            }
            continue;
        }
        let found = codes(&cell.plain);
        if role == Role::Code && found.len() > 1 {
            several = found;
        } else if let Err(why) = put(&mut entry, role, cell) {
            // The row is still useful without this cell if another cell identifies it.
            draft.left(place, format!("the cell \"{}\"", cell.plain), why);
        }
    }
    for text in [&entry.description, &entry.fix].map(Clone::clone).into_iter().flatten() {
        for (name, value) in header_values(&text) {
            header(draft, &mut entry, &name, &value);
        }
    }
    let has_status = roles.contains(&Some(Role::Status));
    // If only the status identifies errors, a dash separates a name from its meaning.
    if entry.code.is_none()
        && entry.title.is_none()
        && let Some(text) = &entry.description
        && let Some((title, rest)) = [" -- ", " — ", " – "].iter().find_map(|dash| text.split_once(dash))
        && title.split_whitespace().count() <= 5
    {
        (entry.title, entry.description) = (Some(title.to_owned()), Some(rest.to_owned()));
    }
    let is_known = entry.code.is_some()
        || !entry.statuses.is_empty()
        || entry.message.is_some()
        || entry.title.is_some()
        || !several.is_empty();
    if !is_known {
        return Err("it has no code, status, message or symptom".to_owned());
    }
    entry.is_symptom = !has_status && entry.code.is_none() && entry.message.is_none();
    if several.is_empty() {
        return Ok(vec![entry]);
    }
    Ok(several.into_iter().map(|code| Entry { code: Some(code), ..entry.copied() }).collect())
}

impl Entry {
    /// A copy of the error with another code.
    fn copied(&self) -> Entry {
        Entry {
            statuses: self.statuses.clone(),
            title: None,
            message: self.message.clone(),
            description: self.description.clone(),
            cause: self.cause.clone(),
            fix: self.fix.clone(),
            headers: self.headers.clone(),
            ..self.clone_of_advice()
        }
    }

    /// A copy with only the values of a table of advice.
    fn clone_of_advice(&self) -> Entry {
        Entry {
            retry: self.retry.clone(),
            refund: self.refund.clone(),
            headers: self.headers.clone(),
            ..Entry::default()
        }
    }
}

/// Sets the value of a cell or label. On failure returns the reason.
pub(super) fn put(entry: &mut Entry, role: Role, cell: &Cell) -> Result<(), String> {
    let plain = cell.plain.as_str();
    if matches!(plain.to_lowercase().as_str(), "" | "-" | "–" | "—" | "n/a" | "none") {
        return Ok(());
    }
    let markdown = Some(cell.markdown.clone());
    match role {
        Role::Code => {
            // `404 Not found` in one cell.
            if let Some((first, rest)) = plain.split_once(' ')
                && let [status] = statuses(first)[..]
            {
                entry.statuses = vec![status];
                if is_code(rest) && rest.contains('_') {
                    entry.code = Some(Code::Text(rest.to_owned()));
                } else {
                    entry.title = Some(rest.to_owned());
                }
                return Ok(());
            }
            entry.code = Some(match plain.parse() {
                Ok(number) => Code::Number(number),
                Err(_) => codes(plain).into_iter().next().unwrap_or_else(|| Code::Text(plain.to_owned())),
            });
        }
        Role::Status => {
            entry.statuses = statuses(plain);
            if entry.statuses.is_empty() {
                return Err(format!("`{plain}` contains no status"));
            }
            let words = plain.trim_start_matches(|c: char| c.is_ascii_digit() || c.is_whitespace());
            if entry.title.is_none()
                && entry.statuses.len() == 1
                && words.len() > 3
                && words.starts_with(char::is_alphabetic)
            {
                entry.title = Some(words.to_owned());
            }
        }
        Role::Title => entry.title = Some(plain.to_owned()),
        Role::Message => {
            entry.message = Some(plain.trim_matches('"').trim().to_owned()).filter(|text| !text.is_empty());
        }
        Role::Description => entry.description = markdown,
        Role::Cause => entry.cause = markdown,
        Role::Fix => entry.fix = markdown,
        Role::Retry => entry.retry = Some(retry(plain).ok_or(format!("`{plain}` is not yes or no"))?),
        Role::Refund => {
            let refund = refund(plain, &cell.markdown)
                .ok_or(format!("`{plain}` does not say whether the request is charged"))?;
            entry.refund = Some(refund);
        }
        Role::Headers => {}
    }
    Ok(())
}

/// The distinct statuses in a text such as `502 / 503`.
pub(super) fn statuses(text: &str) -> Vec<u16> {
    let mut found = Vec::new();
    for word in text.split(|c: char| !c.is_ascii_alphanumeric()) {
        if let Ok(status) = word.parse::<u16>()
            && word.len() == 3
            && (100..=599).contains(&status)
            && !found.contains(&status)
        {
            found.push(status);
        }
    }
    found
}

/// The codes of a cell: one, or several separated by commas or slashes. Empty for other texts.
fn codes(text: &str) -> Vec<Code> {
    let parts: Vec<&str> = text.split([',', '/']).map(str::trim).collect();
    let parts = if parts.len() > 1 && parts.iter().all(|part| is_code(part)) && text.contains([',', ' ']) {
        parts
    } else {
        vec![text.trim()]
    };
    parts.into_iter().filter(|part| is_code(part)).map(|part| Code::Text(part.to_owned())).collect()
}

fn retry(text: &str) -> Option<Retry> {
    let lower = text.to_lowercase();
    let first =
        lower.split(|c: char| c.is_whitespace() || matches!(c, ',' | '.' | ';' | ':' | '(')).next().unwrap_or("");
    let says_no = matches!(first, "no" | "false" | "never" | "don't" | "❌" | "✗" | "✘" | "not" | "n")
        || lower.starts_with("do not");
    if says_no {
        return Some(Retry::Said(json!(false)));
    }
    if lower.contains("idempotent") {
        return Some(Retry::Said(json!("idempotent")));
    }
    let seconds = lower.split_whitespace().find_map(|word| {
        let word = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let unit = &word[digits.len()..];
        matches!(unit, "s" | "sec" | "seconds").then(|| digits.parse::<u32>().ok()).flatten()
    });
    let says_yes =
        matches!(first, "yes" | "true" | "✅" | "✓" | "✔" | "retry" | "always" | "y" | "after" | "wait" | "safe");
    match seconds.filter(|seconds| (1..=86_400).contains(seconds)) {
        _ if lower.contains("retry-after") => Some(Retry::After("Retry-After".to_owned())),
        Some(seconds) => Some(Retry::Seconds(seconds)),
        None => says_yes.then(|| Retry::Said(json!(true))),
    }
}

fn refund(text: &str, markdown: &str) -> Option<serde_json::Value> {
    let lower = text.to_lowercase();
    let first = lower.split(|c: char| !c.is_alphanumeric() && c != '✅' && c != '❌').next().unwrap_or("");
    Some(match first {
        "yes" | "true" | "✅" | "refunded" if lower.split_whitespace().count() < 3 => json!(true),
        "no" | "false" | "❌" if lower.split_whitespace().count() < 2 => json!(false),
        "not" | "never" if lower.contains("charged") => json!("not_charged"),
        "free" => json!("not_charged"),
        _ if lower.contains(" if ") || lower.contains("when ") || lower.starts_with("if ") => {
            json!({ "when": markdown })
        }
        _ => return None,
    })
}

/// The headers in a text, with their values: `Retry-After: 30`.
fn header_values(text: &str) -> Vec<(String, String)> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let bare =
        |word: &str| word.trim_matches(|c: char| matches!(c, '`' | '.' | ',' | ';' | '(' | ')' | '*')).to_owned();
    let mut found = Vec::new();
    for pair in words.windows(2) {
        let Some(name) = pair[0].trim_matches(['`', '(', '*']).strip_suffix(':') else { continue };
        let is_known = matches!(name, "Retry-After" | "Allow" | "WWW-Authenticate") || name.starts_with("X-");
        let value = bare(pair[1]);
        if is_known && !value.is_empty() && !value.contains(['<', '{']) {
            found.push((name.to_owned(), value));
        }
    }
    found
}

/// Adds a header: a constant, or a context field if the value is unknown.
pub(super) fn header(draft: &mut Draft, entry: &mut Entry, name: &str, value: &str) {
    let value = if value.is_empty() {
        let Some(context_key) = context_name(name) else { return };
        let is_number = context_key == "retry_after" || context_key.contains("limit");
        let example = if is_number { json!(30) } else { json!("TODO") };
        if !add_field(&mut draft.context, Field::of(context_key.clone(), &example)) {
            return;
        }
        format!("{{context.{context_key}}}")
    } else {
        super::draft::literal(value)
    };
    entry.header(name, value);
    if name.eq_ignore_ascii_case("retry-after") && entry.retry.is_none() {
        entry.retry = Some(Retry::After("Retry-After".to_owned()));
    }
}
