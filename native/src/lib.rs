//! The compiled core of mlk-export: the reader's loops over all notes, behind the seams that they have in Python.
//!
//! Each file has the name of the floor of `exporter/reader/` whose other half it is. The Python is the definition; what is
//! not sure to mean the same here is a `Doubt`, and is left to it.
mod blocks;
mod columns;
mod content;
mod definitions;
mod doubt;
mod fields;
mod front_matter;
mod html;
mod inline;
mod lead;
mod letters;
mod links;
mod paragraph;
mod plain_text;
mod properties;
mod sentences;
mod stops;
mod tags;
mod text;

use columns::{Columns, Texts, Vocabulary};
use front_matter::Value;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyString, PyTuple};

/// Read notes: the columns by name, what was asked of those whose flag in `special` is set, and the doubts.
///
/// A doubt is the number of a note that says nothing here, as it is left to Python, and why it is.
#[pyfunction]
fn read_columns<'py>(
    py: Python<'py>,
    batch: Vec<Bound<'py, PyBytes>>,
    special: &[u8],
    told: Vec<String>,
) -> PyResult<Bound<'py, PyTuple>> {
    let vocabulary = Vocabulary { told: told.into_iter().collect() };
    let mut columns = Columns::default();
    for (number, data) in batch.iter().enumerate() {
        columns.add(data.as_bytes(), &vocabulary, special[number] != 0);
    }
    let bodies: Vec<_> =
        columns.bodies.iter().map(|body| (body.note, body.start, body.first, body.behind, body.opens)).collect();
    let doubts: Vec<_> = columns.doubts.iter().map(|(note, doubt)| (*note, doubt.name())).collect();
    (columns_by_name(py, columns)?, bodies, doubts).into_pyobject(py)
}

/// What each character of a text is, as bits: 1 white space, 2 a letter or number, 4 a digit, 8 a decimal, 16 lower case, 32 upper case.
#[pyfunction]
fn classes<'py>(py: Python<'py>, text: &str) -> Bound<'py, PyBytes> {
    PyBytes::new(py, &text.chars().map(letters::classes).collect::<Vec<u8>>())
}

#[pymodule]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    std::panic::set_hook(Box::new(|_| {})); // one is a doubt, and nothing that a user needs to see
    module.add_function(wrap_pyfunction!(read_columns, module)?)?;
    module.add_function(wrap_pyfunction!(classes, module)?)?;
    module.add_function(wrap_pyfunction!(content::read_lead, module)?)?;
    module.add_class::<content::Sentences>()
}

fn columns_by_name(py: Python<'_>, columns: Columns) -> PyResult<Bound<'_, PyDict>> {
    let key_words = to_strings(py, &columns.key_words.list);
    let tag_words = to_strings(py, &columns.tag_words.list);
    let by_name = PyDict::new(py);
    by_name.set_item("ids", columns.ids)?;
    let aliases = columns.aliases.iter().map(|aliases| PyTuple::new(py, aliases)).collect::<PyResult<Vec<_>>>()?;
    by_name.set_item("aliases", aliases)?;
    let mut tags = columns.tag_lines.iter().zip(columns.tags.iter().map(|number| &tag_words[*number]));
    let tags: Vec<Vec<_>> = columns.tag_counts.iter().map(|count| tags.by_ref().take(*count).collect()).collect();
    by_name.set_item("tags", tags)?;
    by_name.set_item("properties", to_dictionaries(py, columns.properties, &key_words)?)?;
    by_name.set_item("counts", columns.counts)?;
    by_name.set_item("lines", columns.lines)?;
    by_name.set_item("flags", PyList::new(py, columns.flags)?)?; // numbers, and no bytes
    by_name.set_item("keys", PyList::new(py, columns.keys.iter().map(|number| &key_words[*number]))?)?;
    let mut targets = vec![];
    for (name, texts) in [
        ("titles", &columns.titles),
        ("levels", &columns.levels),
        ("headings", &columns.headings),
        ("blocks", &columns.blocks),
        ("traits", &columns.traits),
        ("targets", &columns.targets),
        ("anchors", &columns.anchors),
    ] {
        let strings = to_column(py, texts);
        by_name.set_item(name, &strings)?;
        targets = if name == "targets" { strings } else { targets };
    }
    // what is shown of most links is their target
    let texts = columns.texts.iter().zip(columns.targets.iter()).zip(&targets);
    let texts = texts.map(|((text, target), string)| match text == target {
        true => string.clone(),
        false => PyString::new(py, text),
    });
    by_name.set_item("texts", texts.collect::<Vec<_>>())?;
    Ok(by_name)
}

fn to_strings<'py>(py: Python<'py>, words: &[String]) -> Vec<Bound<'py, PyString>> {
    words.iter().map(|word| PyString::new(py, word)).collect()
}

/// The texts as strings; those that follow one another and are equal are one.
fn to_column<'py>(py: Python<'py>, texts: &Texts) -> Vec<Bound<'py, PyString>> {
    let mut strings: Vec<Bound<PyString>> = vec![];
    let mut last = None;
    for text in texts.iter() {
        let string = match strings.last() {
            Some(string) if last == Some(text) => string.clone(),
            _ => PyString::new(py, text),
        };
        strings.push(string);
        last = Some(text);
    }
    strings
}

fn to_dictionaries<'py>(
    py: Python<'py>,
    properties: Vec<Vec<(usize, Value)>>,
    names: &[Bound<'py, PyString>],
) -> PyResult<Vec<Bound<'py, PyDict>>> {
    let mut dictionaries = Vec::with_capacity(properties.len());
    for values in properties {
        let dictionary = PyDict::new(py);
        for (name, value) in values {
            dictionary.set_item(&names[name], value)?;
        }
        dictionaries.push(dictionary);
    }
    Ok(dictionaries)
}

impl<'py> IntoPyObject<'py> for Value {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
        Ok(match self {
            Value::Null => py.None().into_bound(py),
            Value::Bool(truth) => truth.into_pyobject(py)?.to_owned().into_any(),
            Value::Int(number) => number.into_pyobject(py)?.into_any(),
            Value::Float(number) => number.into_pyobject(py)?.into_any(),
            Value::Text(text) => text.into_pyobject(py)?.into_any(),
            Value::List(items) => items.into_pyobject(py)?,
        })
    }
}
