//! The compiled core of mlk-export: the reader's loops over all notes, behind the seams that they have in Python.
//!
//! Each file has the name of the floor of `exporter/reader/` whose other half it is. The Python is the definition; what is
//! not sure to mean the same here is a `Doubt`, and is left to it.
mod blocks;
mod cache;
mod column;
mod columns;
mod content;
mod definitions;
mod doubt;
mod fields;
mod files;
mod folders;
mod front_matter;
mod html;
mod inline;
mod late;
mod lead;
mod letters;
mod links;
mod map_note;
mod names;
mod note;
mod outline;
mod paragraph;
mod plain_text;
mod properties;
mod property_column;
mod relations;
mod resolve;
mod rows;
mod scan;
mod sentences;
mod sequences;
mod stops;
mod suggestions;
mod tag_column;
mod tags;
mod text;
mod threads;
mod traits;
mod visible;

use column::{TextColumn, WordColumn};
use columns::{Columns, Vocabulary};
use files::{Files, Rules};
use property_column::PropertyColumn;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyTuple};
use relations::Kinds;
use resolve::Index;
use rustc_hash::FxHashMap;
use scan::Listing;
use sequences::{Numbers, to_bytes};
use std::ffi::OsString;
use tag_column::TagColumn;

/// Read notes: the columns by name, those notes of whose text Python has to tell the traits and words, and the doubts.
///
/// A doubt is the number of a note that says nothing here, as it is left to Python, and why it is. `told` are the properties
/// whose values have to be links, `said` what says of which kind links are, each a `relations.Word`, and `callouts` the kinds of callouts that are hidden.
#[pyfunction]
fn read_columns<'py>(
    py: Python<'py>,
    batch: Vec<Bound<'py, PyBytes>>,
    told: Vec<String>,
    said: Vec<(String, String, bool)>,
    callouts: Vec<String>,
) -> PyResult<Bound<'py, PyTuple>> {
    let vocabulary = Vocabulary::new(told, said, callouts);
    let mut columns = Columns::default();
    for data in batch {
        columns.add(data.as_bytes(), &vocabulary);
    }
    to_tuple(py, columns)?.into_pyobject(py)
}

/// Read the notes of these numbers in an index, by threads.
///
/// Returns what `read_columns` does; the stamps (int64: time of change in ns, size and inode of each note); and the bytes of the first
/// notes, as many as there is `room` for, by place. What is no ordinary file of at most `largest` bytes, or cannot be opened with `flags` in
/// one of the `places`, real folders by path, is a doubt. `tick` is told now and then how many were read, without doubts.
#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "of a call from Python")]
fn read_files<'py>(
    py: Python<'py>,
    index: &Index,
    numbers: Numbers,
    places: FxHashMap<String, OsString>,
    flags: i32,
    largest: f64,
    room: i64,
    threads: usize,
    told: Vec<String>,
    said: Vec<(String, String, bool)>,
    callouts: Vec<String>,
    tick: Py<PyAny>,
) -> PyResult<Bound<'py, PyTuple>> {
    let vocabulary = Vocabulary::new(told, said, callouts);
    let rules = Rules { flags, largest: largest as u64 };
    let files = Files { index, numbers: numbers.0, places };
    let slice =
        files::read(py, &files, &rules, &vocabulary, threads, room, |py, done| tick.call1(py, (done,)).map(drop))?;
    let data: Vec<_> = slice.data.iter().map(|(place, data)| (*place, PyBytes::new(py, data))).collect();
    (to_tuple(py, slice.columns)?, to_bytes(py, slice.stamps.iter().map(|number| number.to_ne_bytes())), data)
        .into_pyobject(py)
}

/// The stamps of files, as `read_files` gives them, by threads; zeros where there is none. What a listing knows is
/// not asked again, and let go.
#[pyfunction]
fn stamps<'py>(
    py: Python<'py>,
    index: &Index,
    numbers: Numbers,
    places: FxHashMap<String, OsString>,
    threads: usize,
    mut listing: Option<PyRefMut<'py, Listing>>,
) -> PyResult<Bound<'py, PyBytes>> {
    let files = Files { index, numbers: numbers.0, places };
    if let Some(listing) = &mut listing {
        listing.finish(py)?;
    }
    let stamps = files::stamps(py, &files, threads, listing.as_deref())?;
    if let Some(listing) = &mut listing {
        listing.forget();
    }
    Ok(to_bytes(py, stamps.iter().map(|number| number.to_ne_bytes())))
}

/// What each character of a text is, as bits: 1 white space, 2 a letter or number, 4 a digit, 8 a decimal, 16 lower case, 32 upper case.
#[pyfunction]
fn classes<'py>(py: Python<'py>, text: &str) -> Bound<'py, PyBytes> {
    PyBytes::new(py, &text.chars().map(letters::classes).collect::<Vec<u8>>())
}

#[pymodule]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    std::panic::set_hook(Box::new(|_| {})); // one is a doubt, and nothing that a user needs to see
    module.add_class::<cache::Blocks>()?;
    module.add_function(wrap_pyfunction!(cache::checksum, module)?)?;
    module.add_class::<TextColumn>()?;
    module.add_class::<WordColumn>()?;
    module.add_class::<TagColumn>()?;
    module.add_class::<PropertyColumn>()?;
    module.add_function(wrap_pyfunction!(read_columns, module)?)?;
    module.add_function(wrap_pyfunction!(read_files, module)?)?;
    module.add_function(wrap_pyfunction!(stamps, module)?)?;
    module.add_class::<Kinds>()?;
    module.add_class::<Index>()?;
    module.add_class::<suggestions::Nearest>()?;
    module.add_function(wrap_pyfunction!(resolve::resolve, module)?)?;
    module.add_function(wrap_pyfunction!(rows::survey, module)?)?;
    module.add_class::<Listing>()?;
    module.add_function(wrap_pyfunction!(folders::by_folder, module)?)?;
    module.add_function(wrap_pyfunction!(names::slugs, module)?)?;
    module.add_function(wrap_pyfunction!(classes, module)?)?;
    module.add_function(wrap_pyfunction!(map_note::list_entries, module)?)?;
    module.add_function(wrap_pyfunction!(note::read_note, module)?)?;
    module.add_function(wrap_pyfunction!(resolve::links_to, module)?)?;
    module.add_function(wrap_pyfunction!(resolve::nowhere, module)?)?;
    module.add_function(wrap_pyfunction!(visible::find_hidden, module)?)?;
    module.add_function(wrap_pyfunction!(resolve::renumber, module)?)?;
    module.add_function(wrap_pyfunction!(late::name_parts, module)?)?;
    module.add_function(wrap_pyfunction!(content::read_lead, module)?)?;
    module.add_function(wrap_pyfunction!(content::to_plain_text, module)?)?;
    module.add_class::<content::Sentences>()
}

type ForPython<'py> = (Bound<'py, PyDict>, Vec<(usize, String, usize, usize, usize, bool)>, Vec<(usize, &'static str)>);

fn to_tuple<'py>(py: Python<'py>, mut columns: Columns) -> PyResult<ForPython<'py>> {
    let bodies = std::mem::take(&mut columns.bodies);
    let bodies = bodies.into_iter().map(|body| (body.note, body.text, body.start, body.first, body.behind, body.opens));
    let bodies = bodies.collect();
    let doubts = columns.doubts.iter().map(|(note, doubt)| (*note, doubt.name())).collect();
    Ok((columns_by_name(py, columns)?, bodies, doubts))
}

fn columns_by_name(py: Python<'_>, columns: Columns) -> PyResult<Bound<'_, PyDict>> {
    let by_name = PyDict::new(py);
    by_name.set_item("ids", columns.ids)?;
    let aliases = columns.aliases.iter().map(|aliases| PyTuple::new(py, aliases)).collect::<PyResult<Vec<_>>>()?;
    by_name.set_item("aliases", aliases)?;
    by_name.set_item("tags", columns.tags)?;
    by_name.set_item("properties", columns.properties)?;
    for (name, numbers) in [("counts", columns.counts), ("lines", columns.lines), ("flags", columns.flags)] {
        by_name.set_item(name, to_bytes(py, numbers.iter().map(|number| number.to_ne_bytes())))?;
    }
    by_name.set_item("keys", columns.keys)?;
    by_name.set_item("traits", columns.traits)?;
    for (name, texts) in [
        ("titles", columns.titles),
        ("levels", columns.levels),
        ("headings", columns.headings),
        ("blocks", columns.blocks),
        ("targets", columns.targets),
        ("anchors", columns.anchors),
        ("texts", columns.texts),
    ] {
        by_name.set_item(name, texts)?;
    }
    Ok(by_name)
}
