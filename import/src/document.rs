//! Parses YAML and JSON documents to a JSON tree. Unlike a catalog, they may have anchors.

use granit_parser::{Event, Options, Parser, ScalarStyle, StrInput};
use serde_json::{Map, Value as Json, json};

use super::ImportError;

const DEPTH: usize = 100;
/// The maximum number of values in a document, with aliases expanded.
const VALUES: usize = 2_000_000;

/// Parses a document.
pub(super) fn read(text: &str) -> Result<Json, ImportError> {
    // YAML forbids the tabs that JSON may be indented with.
    if text.trim_start().starts_with('{')
        && let Ok(json) = serde_json::from_str(text)
    {
        return Ok(json);
    }
    let mut options = Options::default();
    options.set_emit_comments(false);
    let mut reader =
        Reader { parser: Parser::new_from_str_with_options(text, options), anchors: Vec::new(), values: 0 };
    loop {
        match reader.next()? {
            Event::StreamStart | Event::DocumentStart(..) | Event::DocumentEnd => {}
            Event::StreamEnd => return Ok(Json::Null),
            event => return reader.value(event, DEPTH),
        }
    }
}

struct Reader<'t> {
    parser: Parser<'t, StrInput<'t>>,
    anchors: Vec<(usize, Json, usize)>,
    values: usize,
}

impl<'t> Reader<'t> {
    fn next(&mut self) -> Result<Event<'t>, ImportError> {
        match self.parser.next_event() {
            Some(Ok((event, _))) => Ok(event),
            Some(Err(error)) => Err(ImportError::new(format!("line {}: {}", error.marker().line(), error.info()))),
            None => Ok(Event::StreamEnd),
        }
    }

    fn value(&mut self, event: Event<'t>, depth: usize) -> Result<Json, ImportError> {
        let before = self.values;
        self.count(1)?;
        if depth == 0 {
            return Err(ImportError::new(format!("the document nests deeper than {DEPTH} levels")));
        }
        let (anchor, value) = match event {
            Event::Scalar(text, style, anchor, _) => {
                let value = if style == ScalarStyle::Plain { plain(&text) } else { json!(text) };
                (anchor, value)
            }
            Event::Alias(anchor) => {
                let known = self.anchors.iter().rev().find(|(known, ..)| *known == anchor);
                let Some((_, value, size)) = known.cloned() else { return Ok(Json::Null) };
                self.count(size)?;
                return Ok(value);
            }
            Event::SequenceStart(_, anchor, _) => {
                let mut items = Vec::new();
                loop {
                    match self.next()? {
                        Event::SequenceEnd => break,
                        event => items.push(self.value(event, depth - 1)?),
                    }
                }
                (anchor, Json::Array(items))
            }
            Event::MappingStart(_, anchor, _) => (anchor, Json::Object(self.members(depth)?)),
            _ => return Err(ImportError::new("invalid YAML")),
        };
        if anchor > 0 {
            self.anchors.push((anchor, value.clone(), self.values - before));
        }
        Ok(value)
    }

    fn members(&mut self, depth: usize) -> Result<Map<String, Json>, ImportError> {
        let mut members = Map::new();
        loop {
            let key = match self.next()? {
                Event::MappingEnd => return Ok(members),
                Event::Scalar(text, ..) => text.into_owned(),
                event => {
                    self.value(event, depth - 1)?;
                    String::new()
                }
            };
            let event = self.next()?;
            let value = self.value(event, depth - 1)?;
            match value {
                // Merge keys are not part of YAML 1.2, but common.
                Json::Object(merged) if key == "<<" => {
                    for (name, value) in merged {
                        members.entry(name).or_insert(value);
                    }
                }
                value => {
                    members.insert(key, value);
                }
            }
        }
    }

    fn count(&mut self, more: usize) -> Result<(), ImportError> {
        self.values += more;
        if self.values > VALUES {
            Err(ImportError::new(format!("the document has more than {VALUES} values")))
        } else {
            Ok(())
        }
    }
}

/// The value of a plain scalar in YAML 1.2.
fn plain(text: &str) -> Json {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Json::Null,
        "true" | "True" | "TRUE" => json!(true),
        "false" | "False" | "FALSE" => json!(false),
        _ => match text.parse::<i64>() {
            Ok(number) => json!(number),
            Err(_) if text.starts_with(|c: char| c.is_ascii_digit() || c == '-') => {
                text.parse::<f64>().ok().filter(|number| number.is_finite()).map_or(json!(text), |number| json!(number))
            }
            Err(_) => json!(text),
        },
    }
}
