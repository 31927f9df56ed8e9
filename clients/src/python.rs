//! The client in Python: one module for Python 3.9 and later without dependencies.

mod errors;
mod tables;
mod text;
mod types;

use errbook_catalog::model::{Catalog, TypeDef};

pub(crate) use self::errors::Class;
use self::text::{doc, inside};
pub(crate) use self::types::{constants, field_names};
use crate::names::{self, Names, Wanted};
use crate::surface::{Surface, one_line};

/// The name of the file.
pub const FILE: &str = "errors.py";

const BASE: &str = include_str!("python/base.py");
const UNLISTED: &str = include_str!("python/unlisted.py");
const TABLES: &str = include_str!("python/tables.py");
const RUNTIME: &str = include_str!("python/runtime.py");

/// The name of the base class in the texts above.
const CLASS_NAME: &str = "CatalogError";

const IMPORTS: &str = "from __future__ import annotations

import asyncio
import contextlib
import dataclasses as _dataclasses
import datetime
import enum
import json
import math
import random
import re
import time
import unicodedata
from collections.abc import Awaitable, Callable, Generator, Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple, Protocol, TypeVar, Union, cast
";

/// Classes that the module has, and builtin ones.
const RESERVED: &[&str] = &[
    "Advice",
    "Code",
    "ResponseLike",
    "UnlistedError",
    // Imported.
    "Any",
    "Awaitable",
    "Callable",
    "Generator",
    "Iterable",
    "Literal",
    "Mapping",
    "NamedTuple",
    "Protocol",
    "Sequence",
    "TypeVar",
    "Union",
    // Keywords and builtins.
    "ArithmeticError",
    "AssertionError",
    "AttributeError",
    "BaseException",
    "BaseExceptionGroup",
    "BlockingIOError",
    "BrokenPipeError",
    "BufferError",
    "BytesWarning",
    "ChildProcessError",
    "ConnectionAbortedError",
    "ConnectionError",
    "ConnectionRefusedError",
    "ConnectionResetError",
    "DeprecationWarning",
    "EOFError",
    "Ellipsis",
    "EncodingWarning",
    "EnvironmentError",
    "Exception",
    "ExceptionGroup",
    "False",
    "FileExistsError",
    "FileNotFoundError",
    "FloatingPointError",
    "FutureWarning",
    "GeneratorExit",
    "IOError",
    "ImportError",
    "ImportWarning",
    "IndentationError",
    "IndexError",
    "InterruptedError",
    "IsADirectoryError",
    "KeyError",
    "KeyboardInterrupt",
    "LookupError",
    "MemoryError",
    "ModuleNotFoundError",
    "NameError",
    "None",
    "NotADirectoryError",
    "NotImplemented",
    "NotImplementedError",
    "OSError",
    "OverflowError",
    "PendingDeprecationWarning",
    "PermissionError",
    "ProcessLookupError",
    "PythonFinalizationError",
    "RecursionError",
    "ReferenceError",
    "ResourceWarning",
    "RuntimeError",
    "RuntimeWarning",
    "StopAsyncIteration",
    "StopIteration",
    "SyntaxError",
    "SyntaxWarning",
    "SystemError",
    "SystemExit",
    "TabError",
    "TimeoutError",
    "True",
    "TypeError",
    "UnboundLocalError",
    "UnicodeDecodeError",
    "UnicodeEncodeError",
    "UnicodeError",
    "UnicodeTranslateError",
    "UnicodeWarning",
    "UserWarning",
    "ValueError",
    "Warning",
    "WindowsError",
    "ZeroDivisionError",
];

/// Members of the base class, and what its body uses.
const RESERVED_MEMBERS: &[&str] = &[
    "add_note",
    "args",
    "body",
    "code",
    "context",
    "details",
    "doc_url",
    "fix",
    "headers",
    "message",
    "mismatch",
    "property",
    "retry_after",
    "retryable",
    "sent_details",
    "status",
    "title",
    "type",
    "wire_code",
    "with_traceback",
    "bool",
    "isinstance",
    "object",
    "self",
    "str",
    "super",
];

/// Keywords, and names that the body of a dataclass uses.
pub(crate) const RESERVED_FIELDS: &[&str] = &[
    "and", "as", "assert", "async", "await", "break", "case", "class", "continue", "def", "del", "elif", "else",
    "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "match", "nonlocal", "not",
    "or", "pass", "raise", "return", "try", "while", "with", "yield", "bool", "float", "int", "object", "self", "str",
    "tuple",
];

/// Returns the module.
///
/// ```
/// let text = b"errbook: 1
/// api: {name: Shop}
/// errors: {SOLD_OUT: {status: 409, fix: Choose another., details: {item: string}}}
/// predicates: {is_gone: [SOLD_OUT]}
/// ";
/// let catalog = errbook_catalog::load_text("errors.yaml", text).catalog.expect("accepted");
/// let module = errbook_clients::python::emit(&catalog);
/// assert!(module.contains("class ShopError(Exception):"));
/// assert!(module.contains("class GoneError(ShopError):"));
/// assert!(module.contains("class SoldOutError(GoneError):"));
/// ```
pub fn emit(catalog: &Catalog) -> String {
    let surface = &Surface::new(catalog);
    let client = Client::new(surface);
    let name = one_line(&surface.catalog.api.name);
    let version = surface.catalog.api.version.as_ref().map(|version| format!(" Version {version} of the API."));
    let about = format!("The errors of {name}, as a client receives them.{}", version.unwrap_or_default());
    let named = |text: &str| text.replace(CLASS_NAME, &client.base);
    let (before, after) = BASE.split_once("CATALOG_NAME").unwrap_or((BASE, ""));
    let mut module =
        String::from("# @generated by errbook from the error catalog. Edit the catalog, then generate again.\n");
    module.push_str(&doc("", &[about]));
    module.push('\n');
    module.push_str(IMPORTS);
    module.push_str(&client.codes());
    module.push_str(&client.named_types());
    module.push_str("\n\n");
    module.push_str(&named(before));
    module.push_str(&inside(&name));
    module.push_str(&named(after));
    module.push_str(&client.predicates());
    module.push_str(&client.errors());
    module.push_str(&named(UNLISTED));
    module.push_str(&named(TABLES));
    module.push_str("\n\n");
    module.push_str(&named(RUNTIME));
    module.push_str(&client.tables());
    module
}

/// The names of a module.
pub(crate) struct Client<'a> {
    surface: &'a Surface,
    base: String,
    /// The name of each type.
    pub(crate) types: Vec<String>,
    /// The class and the property of each predicate.
    pub(crate) predicates: Vec<(String, String)>,
    /// The classes of each error with a status.
    pub(crate) classes: Vec<Class>,
}

impl<'a> Client<'a> {
    pub(crate) fn new(surface: &'a Surface) -> Self {
        let mut names = Names::reserving(RESERVED.iter().copied());
        let api = names::pascal(&surface.catalog.api.slug);
        let base = names.take(&[names::error(&api), format!("{api}ApiError")]);
        let wanted = |id: &str| names::error(&names::pascal(id));
        // `state_error` has the name that it wants, and `state` has not.
        let class = |own, words: &str, ends: &[&str]| {
            let name = wanted(words);
            let candidates = ends.iter().map(|end| format!("{name}{end}")).collect();
            Wanted { own, is_own: names::pascal(words) == name, candidates }
        };
        let of_errors: Vec<_> = surface.predicates().collect();
        let things = of_errors.iter().map(|(own, _)| {
            let name = own.name.as_str();
            class(name, name.strip_prefix("is_").unwrap_or(name), &[""])
        });
        let things: Vec<_> = things.collect();
        let mut classes = vec![String::new(); of_errors.len()];
        // A predicate of one error with the same name is the class of the error.
        let mut shared: Vec<Option<String>> = surface.responses().map(|_| None).collect();
        for at in names.order(&things) {
            let wants = &things[at].candidates;
            classes[at] = match of_errors[at].1.as_slice() {
                [only] if wanted(&only.name.id) == wants[0] => {
                    let at = surface.responses().position(|error| error.name.id == only.name.id).expect("a response");
                    shared[at].get_or_insert_with(|| names.take(wants)).clone()
                }
                _ => names.take(wants),
            };
        }
        let mut members = Names::reserving(RESERVED_MEMBERS.iter().chain(RESERVED_FIELDS).copied());
        let own: Vec<_> = of_errors.iter().map(|(own, _)| Wanted::new(&own.name, vec![own.name.clone()])).collect();
        let predicates = classes.into_iter().zip(members.take_all(&own)).collect();
        let others = surface.responses().zip(&shared).filter(|(_, shared)| shared.is_none());
        let others: Vec<_> = others.map(|(error, _)| class(&error.name.id, &error.name.id, &["", "Only"])).collect();
        let mut others = names.take_all(&others).into_iter();
        let errors = shared.into_iter().map(|shared| shared.or_else(|| others.next()).expect("a name for each error"));
        let errors: Vec<_> = errors.collect();
        let wanted = |def: &TypeDef| vec![names::pascal(&def.name), format!("{}Type", def.name)];
        let types: Vec<_> = surface.types().map(|def| Wanted::new(&def.name, wanted(def))).collect();
        let types = names.take_all(&types);
        let with_details = surface.responses().filter(|error| !error.details.is_empty());
        let details: Vec<_> = with_details
            .map(|error| Wanted::new(&error.name.id, vec![format!("{}Details", names::pascal(&error.name.id))]))
            .collect();
        let mut details = names.take_all(&details).into_iter();
        let classes = surface.responses().zip(errors).map(|(error, name)| {
            let details = if error.details.is_empty() { None } else { details.next() };
            Class { name, details }
        });
        let classes = classes.collect();
        Client { surface, base, types, predicates, classes }
    }
}
