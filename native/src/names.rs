//! How names are compared, and the ids that they make; `exporter.reader.names` explains each.
//!
//! What is done with plain letters is done here, all else is asked of the Python that runs.
use crate::letters::{is_plain, is_word, lower_plain};
use crate::sequences::Texts;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyList, PyString};
use std::borrow::Cow;

/// The path of the folder that a file lies in, and the file's name.
pub fn split(path: &str) -> (&str, &str) {
    memchr::memrchr(b'/', path.as_bytes()).map_or(("", path), |at| (&path[..at], &path[at + 1..]))
}

/// How a note's name ends, in capitals or not.
pub const NOTE: &str = ".md";

pub fn is_note(path: &str) -> bool {
    path.len().checked_sub(NOTE.len()).and_then(|end| path.get(end..)).is_some_and(|end| end.eq_ignore_ascii_case(NOTE))
}

/// What a link calls the note: its file's name without the ending.
fn name_of(path: &str) -> &str {
    let name = split(path).1;
    name.rsplit_once('.').map_or(name, |(name, _)| name)
}

/// What names are compared by.
pub fn key(name: &str) -> Cow<'_, str> {
    if name.is_ascii() {
        return match name.bytes().any(|byte| byte.is_ascii_uppercase()) {
            true => name.to_ascii_lowercase().into(),
            false => name.into(),
        };
    }
    if name.chars().all(is_plain) { name.chars().map(lower_plain).collect() } else { ask(&KEY, "key", name) }.into()
}

/// Put what a name is compared by behind a text.
pub fn push_key(name: &str, text: &mut String) {
    let start = text.len();
    if name.is_ascii() {
        text.push_str(name);
        text[start..].make_ascii_lowercase();
    } else {
        text.push_str(&key(name));
    }
}

/// Make an id of a name.
fn slug(name: &str, id: &mut String) {
    if !name.is_ascii() && !name.chars().all(|c| is_plain(c) && (c < '\u{300}' || is_word(c))) {
        return id.push_str(&ask(&SLUG, "slug", name));
    }
    let mut is_apart = false; // from the word before
    for c in name.chars().map(lower_plain) {
        let is_letter = is_word(c) && c != '_';
        if is_letter && is_apart && !id.is_empty() {
            id.push('-');
        }
        if is_letter {
            id.push(c);
        }
        is_apart = !is_letter;
    }
}

/// The name of each note, by its path, as an id.
#[pyfunction]
pub fn slugs<'py>(py: Python<'py>, paths: Texts) -> PyResult<Bound<'py, PyList>> {
    let mut id = String::new();
    let ids = (0..paths.len()).map(|number| {
        id.clear();
        slug(name_of(paths.get(number)), &mut id);
        PyString::new(py, &id)
    });
    PyList::new(py, ids)
}

static KEY: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
static SLUG: PyOnceLock<Py<PyAny>> = PyOnceLock::new();

fn ask(function: &'static PyOnceLock<Py<PyAny>>, called: &str, name: &str) -> String {
    Python::attach(|py| {
        let answer = function.import(py, "exporter.reader.names", called).and_then(|function| function.call1((name,)));
        answer.and_then(|answer| answer.extract()).expect("any text has one")
    })
}
