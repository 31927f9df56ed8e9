//! Common mistakes in YAML, in plain words. The parser says where it stopped; the mistake is often
//! earlier.

use std::ops::Range;

/// A mistake, its place, and how to fix it.
pub(crate) struct Advice {
    pub place: Range<usize>,
    pub message: String,
    pub help: String,
    /// The place of a value, and the value in quotes.
    pub quoted: Option<(Range<usize>, String)>,
}

/// The mistake that stopped the parser at a byte of the text, or `None` if it is none of the common
/// ones. `info` is the message of the parser.
pub(crate) fn advice(text: &str, stopped: usize, info: &str) -> Option<Advice> {
    let start = text[..stopped].rfind('\n').map_or(0, |newline| newline + 1);
    let here = Line::at(text, start);
    let after = &text[(here.end() + 1).min(text.len())..];
    let blank = after.split_inclusive('\n').take_while(|line| line.trim().is_empty()).map(str::len).sum::<usize>();
    let next = Line::at(text, text.len() - after.len() + blank);
    let above = || lines_above(text, start).find(|line| !line.is_blank());
    // A line of a block scalar can look like anything, so the parser's message says where to look.
    let about = |words: &str| info.contains(words);
    tab(&here)
        .or_else(|| tab(&next))
        .filter(|_| about("tab"))
        .or_else(|| open_quote(text, stopped).filter(|_| about("quoted")))
        .or_else(|| comma(&here))
        .or_else(|| text_without_quotes(&here, stopped))
        .or_else(|| above().and_then(|line| unindented(&here, &line)).filter(|_| about("simple key")))
        .or_else(|| no_colon(&here).filter(|_| about("simple key")))
        .or_else(|| above().filter(|line| line.level() == here.level()).and_then(|line| no_colon(&line)))
        .or_else(|| continued_text(&here, &above()?).filter(|_| about("mapping values")))
        .or_else(|| bracket(text, stopped).filter(|_| about("flow")))
        .or_else(|| no_space(&here).filter(|_| about("mapping values")))
        .or_else(|| above().and_then(|line| no_space(&line)).filter(|_| about("mapping values")))
        .or_else(|| indentation(text, &here))
}

/// A line, without its line break.
struct Line<'a> {
    start: usize,
    text: &'a str,
}

impl<'a> Line<'a> {
    fn at(text: &'a str, start: usize) -> Self {
        Line { start, text: text[start..].split(['\n', '\r']).next().unwrap_or_default() }
    }

    fn end(&self) -> usize {
        self.start + self.text.len()
    }

    fn indent(&self) -> usize {
        self.text.len() - self.text.trim_start_matches(' ').len()
    }

    /// The column of the key, after the `- ` of a list.
    fn level(&self) -> usize {
        let text = self.text.trim_start_matches(' ');
        let item = text.strip_prefix("- ").map_or(text, |item| item.trim_start_matches(' '));
        self.text.len() - item.len()
    }

    /// Whether the line has no key and no value.
    fn is_blank(&self) -> bool {
        let text = self.text.trim();
        text.is_empty() || text.starts_with('#')
    }

    /// The key of a block mapping, after the `- ` of a list.
    fn key(&self) -> Option<&'a str> {
        let text = self.text.trim_start_matches([' ', '-']);
        let (key, rest) = text.split_once(':')?;
        let is_word = key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '$'));
        (is_word && !key.is_empty() && (rest.is_empty() || rest.starts_with(' '))).then_some(key)
    }

    /// The value after the key, and its place.
    fn value(&self) -> Option<(&'a str, Range<usize>)> {
        let key = self.key()?;
        let after = self.text.len() - self.text.trim_start_matches([' ', '-']).len() + key.len() + 1;
        // A comment begins after a space.
        let end = self.text[after..].find(" #").map_or(self.text.len(), |comment| after + comment);
        let value = self.text[after..end].trim();
        let start = self.text.len() - self.text[after..].trim_start().len();
        (!value.is_empty()).then(|| (value, self.start + start..self.start + start + value.len()))
    }
}

/// The lines above a line, the nearest first.
fn lines_above(text: &str, start: usize) -> impl Iterator<Item = Line<'_>> {
    let mut end = start;
    std::iter::from_fn(move || {
        let before = text[..end].strip_suffix('\n')?;
        end = before.rfind('\n').map_or(0, |newline| newline + 1);
        Some(Line::at(text, end))
    })
}

fn tab(line: &Line<'_>) -> Option<Advice> {
    let blank = line.text.len() - line.text.trim_start_matches([' ', '\t']).len();
    let at = line.start + line.text[..blank].find('\t')?;
    Some(Advice {
        place: at..at + 1,
        message: "a tab in the indentation".to_owned(),
        help: "Use spaces: YAML does not allow tabs in the indentation.".to_owned(),
        quoted: None,
    })
}

/// A quoted value that no later line closes. The parser stops at the first line that is indented
/// too little.
fn open_quote(text: &str, stopped: usize) -> Option<Advice> {
    let start = text[..stopped].rfind('\n').map_or(0, |newline| newline + 1);
    let above = lines_above(text, start).find(|line| line.value().is_some())?;
    let (value, place) = above.value()?;
    let quote = value.chars().next().filter(|first| matches!(first, '"' | '\''))?;
    let is_closed = text[place.start + 1..stopped].contains(quote);
    (!is_closed).then(|| Advice {
        place: place.start..place.start + 1,
        message: "the quotes are not closed".to_owned(),
        help: format!("Add the closing `{quote}`."),
        quoted: None,
    })
}

/// A comma after a quoted value or a flow collection, as in JSON.
fn comma(line: &Line<'_>) -> Option<Advice> {
    let (value, place) = line.value()?;
    let before = value.strip_suffix(',')?.trim_end();
    let is_closed = matches!(before.chars().next_back(), Some('"' | '\'' | '}' | ']'));
    is_closed.then(|| Advice {
        place: place.end - 1..place.end,
        message: "a comma after the value".to_owned(),
        help: "Remove the comma: a block mapping has a line for each key.".to_owned(),
        quoted: None,
    })
}

/// A text that needs quotes, for what it contains or begins with.
fn text_without_quotes(line: &Line<'_>, stopped: usize) -> Option<Advice> {
    let (value, place) = line.value()?;
    let first = value.chars().next()?;
    let inside = &value[first.len_utf8()..];
    let after_bracket = |close: char| inside.rfind(close).map(|at| inside[at + 1..].trim());
    let after_quote = || inside.replace("\\\"", "xx").find(first).map(|at| inside[at + 1..].trim());
    let is_text = |rest: &str| rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | ',' | ':' | '-'));
    let message = match first {
        '`' | '@' | '%' | '*' | '&' | '!' => format!("a text without quotes cannot begin with `{first}`"),
        '-' | '?' if inside.starts_with(' ') => format!("a text without quotes cannot begin with `{first} `"),
        '"' | '\'' if after_quote().is_some_and(is_text) => format!("the text goes on after the closing `{first}`"),
        '{' if after_bracket('}').is_some_and(is_text) => "a text without quotes cannot begin with `{`".to_owned(),
        '[' if after_bracket(']').is_some_and(is_text) => "a text without quotes cannot begin with `[`".to_owned(),
        '{' | '[' | '"' | '\'' | '|' | '>' => return None,
        _ if stopped >= place.start && value.contains(": ") => "a text without quotes cannot contain `: `".to_owned(),
        _ => return None,
    };
    // Quotes around the whole text were meant as such.
    let inner = |quote: char| value.strip_prefix(quote).and_then(|text| text.strip_suffix(quote));
    let text = inner('\'').or_else(|| inner('"')).unwrap_or(value);
    let quoted = format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    let help = format!("Put the text in quotes: {quoted}");
    Some(Advice { place: place.clone(), message, help, quoted: Some((place, quoted)) })
}

/// A further line of a text without quotes.
fn continued_text(line: &Line<'_>, above: &Line<'_>) -> Option<Advice> {
    let (value, _) = above.value()?;
    let is_continued = line.indent() > above.indent() && line.key().is_none();
    let is_plain = !value.starts_with(['{', '[', '"', '\'', '|', '>']);
    (is_continued && is_plain && line.text.contains(": ")).then(|| Advice {
        place: line.start + line.indent()..line.end(),
        message: "a text without quotes cannot contain `: `".to_owned(),
        help: "Put the whole text in quotes.".to_owned(),
        quoted: None,
    })
}

/// A bracket that is not closed, or not open.
fn bracket(text: &str, stopped: usize) -> Option<Advice> {
    let from = lines_above(text, text[..stopped].rfind('\n').map_or(0, |newline| newline + 1))
        .take_while(|line| line.indent() > 0)
        .map(|line| line.start)
        .last()
        .unwrap_or(0);
    let mut open = Vec::new();
    let mut closed = None;
    let mut quote = None;
    for (at, c) in text[from..stopped].char_indices() {
        match c {
            _ if quote == Some(c) => quote = None,
            _ if quote.is_some() => {}
            '"' => quote = Some(c),
            '{' | '[' => open.push((from + at, c)),
            '}' | ']' => closed = Some((open.pop()?.0, from + at, c)),
            _ if c.is_whitespace() => {}
            _ => closed = None,
        }
    }
    if let Some((start, end, close)) = closed
        && text[stopped..].starts_with(char::is_alphanumeric)
    {
        return Some(Advice {
            place: start..end + 1,
            message: format!("the text goes on after `{close}`"),
            help: "Put a text that begins with a bracket in quotes.".to_owned(),
            quoted: None,
        });
    }
    let (at, bracket) = open.pop()?;
    Some(Advice {
        place: at..at + 1,
        message: format!("`{bracket}` is not closed, or a comma is missing"),
        help: "Close the bracket, add the comma, or put a text with brackets or `: ` in quotes.".to_owned(),
        quoted: None,
    })
}

/// `status:409`, which YAML reads as one text.
fn no_space(line: &Line<'_>) -> Option<Advice> {
    let text = line.text.trim_start_matches([' ', '-']);
    let (key, value) = text.split_once(':')?;
    let is_word = key.chars().all(|c| c.is_ascii_lowercase() || c == '_') && !key.is_empty();
    (is_word && !value.is_empty() && !value.starts_with([' ', '/'])).then(|| {
        let colon = line.end() - value.len() - 1;
        Advice {
            place: colon..colon + 1,
            message: format!("no space after `{key}:`"),
            help: "Add a space after the colon.".to_owned(),
            quoted: None,
        }
    })
}

/// `status 409`, a key and a value without a colon.
fn no_colon(line: &Line<'_>) -> Option<Advice> {
    let text = line.text.trim();
    let key = text.trim_start_matches("- ").split(' ').next()?;
    let is_key = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    (is_key && !text.contains(':') && line.text.starts_with([' ', '-'])).then(|| {
        let start = line.start + line.level();
        Advice {
            place: start..start + key.len(),
            message: format!("no colon after `{key}`"),
            help: "Write a key, a colon, a space and a value. A text of several lines needs quotes.".to_owned(),
            quoted: None,
        }
    })
}

/// The text of a block scalar that is not indented below its key.
fn unindented(line: &Line<'_>, above: &Line<'_>) -> Option<Advice> {
    let (value, _) = above.value()?;
    let key = above.key().filter(|_| value.starts_with(['|', '>']) && line.indent() <= above.level())?;
    Some(Advice {
        place: line.start + line.indent()..line.end(),
        message: format!("the text of `{key}` is not indented"),
        help: format!("Indent it by more than {} {}.", above.level(), spaces(above.level())),
        quoted: None,
    })
}

/// A key that is not aligned with the key above it.
fn indentation(text: &str, line: &Line<'_>) -> Option<Advice> {
    let (key, indent) = (line.key()?, line.level());
    // The indentation of the mappings and lists around the line.
    let mut open: Vec<(usize, Line<'_>)> = Vec::new();
    for above in lines_above(text, line.start).filter(|line| !line.is_blank()) {
        let level = above.level();
        if open.last().is_none_or(|(least, _)| level < *least) {
            open.push((level, above));
        }
    }
    let place = line.start..line.start + indent + key.len();
    let (nearest, above) = open.first()?;
    let (message, help) = if indent > *nearest {
        let (above_key, (value, _)) = (above.key()?, above.value()?);
        let message = format!("`{key}` is indented below `{above_key}`, which has a value");
        let help =
            format!("Indent `{key}` by {nearest} {}, or put the text of `{above_key}` in quotes.", spaces(*nearest));
        if value.starts_with(['{', '[', '"', '\'']) {
            (message, format!("Indent `{key}` by {nearest} {}.", spaces(*nearest)))
        } else {
            (message, help)
        }
    } else {
        if open.iter().any(|(level, _)| *level == indent) {
            return None;
        }
        let larger = open.iter().rev().find(|(level, _)| *level > indent)?.0;
        let smaller = open.iter().find(|(level, _)| *level < indent).map(|(level, _)| *level);
        let message = format!("the indentation of `{key}` fits no mapping above it");
        let or = smaller.map_or(String::new(), |level| format!("{level} or "));
        (message, format!("Indent it by {or}{larger} spaces instead of {indent}."))
    };
    Some(Advice { place: place.end - key.len()..place.end, message, help, quoted: None })
}

fn spaces(count: usize) -> &'static str {
    if count == 1 { "space" } else { "spaces" }
}
