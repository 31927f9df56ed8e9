//! Fills errbook's own templates without Tera, whose values and interpreter would take most of the
//! time of a page.
//!
//! The templates use a small part of Tera's language, and this module knows no more. A template of
//! a user is rendered by Tera, also if it is a copy of errbook's: a test compares the two.

use std::rc::Rc;
use std::vec;

use crate::print::{Fields, Node, Printer};

/// The parsed templates of one flavor.
pub(super) struct Filler {
    templates: Vec<(&'static str, Vec<Step>)>,
    components: Vec<(&'static str, Vec<Step>)>,
}

/// A step of a template.
enum Step {
    Text(&'static str),
    Show(Term),
    /// A component, with the names and values of its arguments.
    Call(&'static str, Vec<(&'static str, Term)>),
    If {
        condition: Term,
        then: Vec<Step>,
        otherwise: Vec<Step>,
    },
    For {
        item: &'static str,
        list: Term,
        body: Vec<Step>,
    },
    Set(&'static str, Term),
}

/// An expression.
enum Term {
    Text(String),
    Number(usize),
    Name(&'static str),
    /// Texts by key.
    Map(Vec<(Term, Term)>),
    Field(Box<Term>, &'static str),
    /// An item of a list, or the text of a key.
    At(Box<Term>, Box<Term>),
    Joined(Vec<Term>),
    Filtered {
        value: Box<Term>,
        filter: &'static str,
        arguments: Vec<(&'static str, Term)>,
    },
    More(Box<Term>, Box<Term>),
    Not(Box<Term>),
    And(Box<Term>, Box<Term>),
    Or(Box<Term>, Box<Term>),
}

impl Filler {
    /// Parses errbook's own templates.
    pub(super) fn new(templates: impl IntoIterator<Item = (&'static str, &'static str)>) -> Self {
        let mut filler = Filler { templates: Vec::new(), components: Vec::new() };
        for (name, text) in templates {
            let steps = Reader { rest: text, components: &mut filler.components }.steps().0;
            filler.templates.push((name, steps));
        }
        filler
    }

    /// Fills a template with the data of a page.
    pub(super) fn fill(&self, template: &str, page: &dyn Fields, printer: &dyn Printer, to: &mut String) {
        let mut filling = Filling { filler: self, page: Some(page), printer, names: Vec::new() };
        filling.steps(steps(&self.templates, template), to);
    }
}

fn steps<'a>(all: &'a [(&str, Vec<Step>)], name: &str) -> &'a [Step] {
    all.iter().find(|(other, _)| *other == name).map_or(&[], |(_, steps)| steps)
}

/// A template or a component while it is filled.
struct Filling<'a> {
    filler: &'a Filler,
    /// `None` in a component, which sees its arguments only.
    page: Option<&'a dyn Fields>,
    printer: &'a dyn Printer,
    names: Vec<(&'static str, Node<'a>)>,
}

impl<'a> Filling<'a> {
    fn steps(&mut self, steps: &'a [Step], to: &mut String) {
        for step in steps {
            match step {
                Step::Text(text) => to.push_str(text),
                Step::Show(term) => self.show(term, to),
                Step::Call(component, arguments) => {
                    let names = arguments.iter().map(|(name, term)| (*name, self.value(term))).collect();
                    let mut inside = Filling { filler: self.filler, page: None, printer: self.printer, names };
                    inside.steps(self::steps(&self.filler.components, component), to);
                }
                Step::If { condition, then, otherwise } => {
                    let is_true = self.is_true(condition);
                    self.steps(if is_true { then } else { otherwise }, to);
                }
                Step::For { item, list, body } => {
                    let Node::List(items) = self.value(list) else { continue };
                    let outside = self.names.len();
                    for (at, value) in items.iter().enumerate() {
                        self.names.push((item, value.clone()));
                        self.names.push(("loop", Node::Number(at)));
                        self.steps(body, to);
                        self.names.truncate(outside);
                    }
                }
                Step::Set(name, term) => {
                    let value = self.value(term);
                    self.names.push((name, value));
                }
            }
        }
    }

    fn show(&self, term: &'a Term, to: &mut String) {
        match term {
            Term::Joined(parts) => parts.iter().for_each(|part| self.show(part, to)),
            Term::Filtered { value, filter: "join", arguments } => {
                let (Node::List(items), between) = (self.value(value), self.argument(arguments, "sep")) else { return };
                for (at, item) in items.iter().enumerate() {
                    if at > 0 {
                        to.push_str(&between);
                    }
                    item.write(self.printer, to);
                }
            }
            Term::Filtered { value, filter: "replace", arguments } => {
                let [from, with] = ["from", "to"].map(|name| self.argument(arguments, name));
                to.push_str(&self.text(value).replace(&*from, &with));
            }
            Term::Filtered { value, filter: "indent", arguments } => {
                let width = self.number(arguments.first().map(|(_, width)| width));
                for (at, line) in self.text(value).lines().enumerate() {
                    if at > 0 {
                        to.push('\n');
                        to.extend(std::iter::repeat_n(' ', if line.is_empty() { 0 } else { width }));
                    }
                    to.push_str(line);
                }
            }
            term => self.value(term).write(self.printer, to),
        }
    }

    fn text(&self, term: &'a Term) -> String {
        crate::print::written(|to| self.show(term, to))
    }

    fn argument(&self, arguments: &'a [(&'static str, Term)], name: &str) -> String {
        arguments.iter().find(|(other, _)| *other == name).map(|(_, term)| self.text(term)).unwrap_or_default()
    }

    fn number(&self, term: Option<&'a Term>) -> usize {
        match term.map(|term| self.value(term)) {
            Some(Node::Number(number)) => number,
            _ => 0,
        }
    }

    fn is_true(&self, term: &'a Term) -> bool {
        match term {
            Term::Not(term) => !self.is_true(term),
            Term::And(left, right) => self.is_true(left) && self.is_true(right),
            Term::Or(left, right) => self.is_true(left) || self.is_true(right),
            Term::More(left, right) => self.number(Some(left)) > self.number(Some(right)),
            term => self.value(term).is_true(self.printer),
        }
    }

    fn value(&self, term: &'a Term) -> Node<'a> {
        match term {
            Term::Text(text) => Node::Text(text.into()),
            Term::Number(number) => Node::Number(*number),
            Term::Name(name) => match self.names.iter().rev().find(|(other, _)| other == name) {
                Some((_, value)) => value.clone(),
                None => self.page.map_or(Node::Nothing, |page| page.field(name, self.printer)),
            },
            Term::Map(entries) => {
                let pair = |(key, text): &'a (Term, Term)| Node::List(Rc::new([self.value(key), self.value(text)]));
                Node::List(entries.iter().map(pair).collect())
            }
            Term::Field(value, name) => match (self.value(value), *name) {
                (Node::Fields(fields), name) => fields.field(name, self.printer),
                (Node::Number(at), "first") => Node::Number(usize::from(at == 0)),
                (Node::Number(at), "index") => Node::Number(at + 1),
                _ => Node::Nothing,
            },
            Term::At(list, place) => match (self.value(list), self.value(place)) {
                (Node::List(items), Node::Number(at)) => items.get(at).cloned().unwrap_or(Node::Nothing),
                (Node::List(pairs), Node::Text(wanted)) => {
                    let text = pairs.iter().find_map(|pair| match pair {
                        Node::List(pair) => match &**pair {
                            [Node::Text(key), text] if *key == wanted => Some(text.clone()),
                            _ => None,
                        },
                        _ => None,
                    });
                    text.unwrap_or(Node::Nothing)
                }
                _ => Node::Nothing,
            },
            Term::Filtered { value, filter: "length", arguments: _ } => match self.value(value) {
                Node::List(items) => Node::Number(items.len()),
                _ => Node::Nothing,
            },
            Term::Joined(_) | Term::Filtered { .. } => Node::Text(self.text(term).into()),
            Term::More(..) | Term::Not(_) | Term::And(..) | Term::Or(..) => {
                Node::Number(usize::from(self.is_true(term)))
            }
        }
    }
}

/// Reads the steps of a template.
struct Reader<'a> {
    rest: &'static str,
    components: &'a mut Vec<(&'static str, Vec<Step>)>,
}

impl Reader<'_> {
    /// The steps up to the end of a block, and the name of the tag that ends it.
    fn steps(&mut self) -> (Vec<Step>, &'static str) {
        let mut steps = Vec::new();
        while !self.rest.is_empty() {
            let opens = |(at, _): &(usize, &str)| self.rest[at + 1..].starts_with(['{', '%']);
            let start = self.rest.match_indices('{').find(opens).map(|(at, _)| at);
            let Some(start) = start else {
                steps.push(Step::Text(std::mem::take(&mut self.rest)));
                break;
            };
            let (text, tag) = self.rest.split_at(start);
            let is_shown = tag.starts_with("{{");
            let (inside, after) = tag[2..].split_once(if is_shown { "}}" } else { "%}" }).unwrap_or((tag, ""));
            // A minus sign removes the spaces beside the tag.
            let text = if inside.starts_with('-') { text.trim_end() } else { text };
            self.rest = if inside.ends_with('-') { after.trim_start() } else { after };
            if !text.is_empty() {
                steps.push(Step::Text(text));
            }
            let mut tag = Tokens(tokens(inside.trim_matches('-')).into_iter());
            if is_shown {
                steps.push(tag.shown());
                continue;
            }
            match tag.name() {
                "if" => {
                    let condition = tag.condition();
                    let (then, end) = self.steps();
                    let otherwise = if end == "else" { self.steps().0 } else { Vec::new() };
                    steps.push(Step::If { condition, then, otherwise });
                }
                "for" => {
                    let item = tag.name();
                    // The word `in`.
                    tag.name();
                    let list = tag.condition();
                    steps.push(Step::For { item, list, body: self.steps().0 });
                }
                "set" => {
                    let name = tag.name();
                    tag.takes('=');
                    steps.push(Step::Set(name, tag.condition()));
                }
                "component" => {
                    let body = self.steps().0;
                    self.components.push((tag.name(), body));
                }
                end => return (steps, end),
            }
        }
        (steps, "")
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Token {
    Name(&'static str),
    Number(usize),
    /// A text without its quotes.
    Text(&'static str),
    Sign(char),
}

fn tokens(text: &'static str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let is_word = |letter: char| letter == '_' || letter.is_ascii_alphanumeric();
        let (token, after) = if first == '"' || first == '\'' {
            let (text, after) = rest[1..].split_once(first).unwrap_or((rest, ""));
            (Token::Text(text), after)
        } else if is_word(first) {
            let (word, after) = rest.split_at(rest.find(|letter| !is_word(letter)).unwrap_or(rest.len()));
            (word.parse().map_or(Token::Name(word), Token::Number), after)
        } else {
            (Token::Sign(first), &rest[first.len_utf8()..])
        };
        tokens.push(token);
        rest = after.trim_start();
    }
    tokens
}

/// Reads expressions, from the weakest operator to the strongest.
struct Tokens(vec::IntoIter<Token>);

impl Tokens {
    fn takes(&mut self, sign: char) -> bool {
        self.takes_token(Token::Sign(sign))
    }

    fn takes_token(&mut self, token: Token) -> bool {
        let is_next = self.0.as_slice().first() == Some(&token);
        if is_next {
            self.0.next();
        }
        is_next
    }

    fn name(&mut self) -> &'static str {
        match self.0.next() {
            Some(Token::Name(name)) => name,
            _ => "",
        }
    }

    /// An expression, or a component: `<name argument other={expression} third="text" />`.
    fn shown(&mut self) -> Step {
        if !self.takes('<') {
            return Step::Show(self.condition());
        }
        let component = self.name();
        let mut arguments = Vec::new();
        while !self.takes('/') && !self.0.as_slice().is_empty() {
            let name = self.name();
            let value = if !self.takes('=') {
                Term::Name(name)
            } else if self.takes('{') {
                let value = self.condition();
                self.takes('}');
                value
            } else {
                self.operand()
            };
            arguments.push((name, value));
        }
        Step::Call(component, arguments)
    }

    fn condition(&mut self) -> Term {
        let mut term = self.all();
        while self.takes_token(Token::Name("or")) {
            term = Term::Or(Box::new(term), Box::new(self.all()));
        }
        term
    }

    fn all(&mut self) -> Term {
        let mut term = self.comparison();
        while self.takes_token(Token::Name("and")) {
            term = Term::And(Box::new(term), Box::new(self.comparison()));
        }
        term
    }

    fn comparison(&mut self) -> Term {
        if self.takes_token(Token::Name("not")) {
            return Term::Not(Box::new(self.comparison()));
        }
        let term = self.joined();
        if self.takes('>') { Term::More(Box::new(term), Box::new(self.joined())) } else { term }
    }

    fn joined(&mut self) -> Term {
        let first = self.filtered();
        if !self.takes('~') {
            return first;
        }
        let mut parts = vec![first, self.filtered()];
        while self.takes('~') {
            parts.push(self.filtered());
        }
        Term::Joined(parts)
    }

    fn filtered(&mut self) -> Term {
        let mut term = self.operand();
        while self.takes('|') {
            let filter = self.name();
            let mut arguments = Vec::new();
            if self.takes('(') {
                while !self.takes(')') && !self.0.as_slice().is_empty() {
                    let name = self.name();
                    self.takes('=');
                    arguments.push((name, self.joined()));
                    self.takes(',');
                }
            }
            term = Term::Filtered { value: Box::new(term), filter, arguments };
        }
        term
    }

    fn operand(&mut self) -> Term {
        let mut term = match self.0.next() {
            Some(Token::Text(text)) => Term::Text(text.replace("\\n", "\n")),
            Some(Token::Number(number)) => Term::Number(number),
            Some(Token::Sign('{')) => {
                let mut entries = Vec::new();
                while !self.takes('}') && !self.0.as_slice().is_empty() {
                    let key = self.operand();
                    self.takes(':');
                    entries.push((key, self.operand()));
                    self.takes(',');
                }
                Term::Map(entries)
            }
            Some(Token::Name(name)) => Term::Name(name),
            _ => Term::Name(""),
        };
        loop {
            if self.takes('.') {
                term = Term::Field(Box::new(term), self.name());
            } else if self.takes('[') {
                term = Term::At(Box::new(term), Box::new(self.joined()));
                self.takes(']');
            } else {
                return term;
            }
        }
    }
}
