//! Which links name parts of notes as only a dialect may; `exporter.reader.batch.late` explains each.
use crate::sequences::Texts;
use pyo3::prelude::*;

/// The anchors, by number, that a dialect may read otherwise: names of a word, and of no block.
#[pyfunction]
pub fn name_parts(anchors: Texts) -> Vec<usize> {
    let is_name = |anchor: &str| !anchor.is_empty() && !anchor.starts_with('^') && !anchor.contains(' ');
    (0..anchors.len()).filter(|row| is_name(anchors.get(*row))).collect()
}
