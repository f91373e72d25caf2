//! How names are compared, and the ids that they make; `exporter.reader.names` explains each.
//!
//! What is done with letters of scripts whose rules have not changed for twenty years is done here, all else is asked
//! of the Python that runs: Unicode grows, and it knows what it has grown to.
use crate::letters::is_word;
use crate::sequences::Texts;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyList, PyString};
use std::borrow::Cow;

/// The path of the folder that a file lies in, and the file's name.
pub fn split(path: &str) -> (&str, &str) {
    memchr::memrchr(b'/', path.as_bytes()).map_or(("", path), |at| (&path[..at], &path[at + 1..]))
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
    if name.chars().all(is_plain) { name.chars().map(lower).collect() } else { ask(&KEY, "key", name) }.into()
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
    for c in name.chars().map(lower) {
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

/// Whether a character stands for itself whatever is beside it, and has one small letter at most.
fn is_plain(c: char) -> bool {
    match c {
        '\0'..='\u{7f}' => true,
        '\u{a1}'..='\u{24f}' => c != '\u{130}', // Latin; a small dotted I is two characters
        '\u{388}'..='\u{3ce}' => !matches!(c, '\u{38b}' | '\u{38d}' | '\u{3a2}' | '\u{3a3}'), // Greek; a sigma may be another one
        '\u{400}'..='\u{481}' => true,                                                        // Cyrillic
        '\u{2010}'..='\u{2027}' => true,              // dashes, quotes, an ellipsis
        '\u{3001}'..='\u{3020}' => true,              // signs of Chinese and Japanese
        '\u{3041}'..='\u{3096}' => true,              // Hiragana
        '\u{30a0}'..='\u{30ff}' => true,              // Katakana
        '\u{4e00}'..='\u{9fa5}' => true,              // Chinese
        '\u{ac00}'..='\u{d7a3}' => true,              // Korean
        '\u{fe0f}' | '\u{ff01}'..='\u{ff5e}' => true, // of the shape of an emoji; broad letters
        '\u{1f300}'..='\u{1faff}' => true,            // emojis
        _ => false,
    }
}

fn lower(c: char) -> char {
    if is_plain(c) { c.to_lowercase().next().unwrap_or(c) } else { c }
}

static KEY: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
static SLUG: PyOnceLock<Py<PyAny>> = PyOnceLock::new();

fn ask(function: &'static PyOnceLock<Py<PyAny>>, called: &str, name: &str) -> String {
    Python::attach(|py| {
        let answer = function.import(py, "exporter.reader.names", called).and_then(|function| function.call1((name,)));
        answer.and_then(|answer| answer.extract()).expect("any text has one")
    })
}
