//! Columns as they come from Python: lists, or buffers of ours, which are read where they are.
use crate::column::{TextColumn, WordColumn};
use pyo3::buffer::PyBuffer;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyRange, PyRangeMethods};
use std::borrow::Cow;

/// A sequence of texts.
pub enum Texts<'py> {
    Column(PyRef<'py, TextColumn>),
    Words(PyRef<'py, WordColumn>),
    Own(TextColumn), // made of a list
}

impl Texts<'_> {
    pub fn len(&self) -> usize {
        match self {
            Texts::Column(column) => column.len(),
            Texts::Words(column) => column.len(),
            Texts::Own(column) => column.len(),
        }
    }

    pub fn get(&self, number: usize) -> &str {
        match self {
            Texts::Column(column) => column.get(number),
            Texts::Words(column) => column.get(number),
            Texts::Own(column) => column.get(number),
        }
    }

    /// The numbers of those that are not empty.
    pub fn filled(&self) -> Vec<usize> {
        match self {
            Texts::Column(column) => column.filled(),
            Texts::Words(column) => column.filled(),
            Texts::Own(column) => column.filled(),
        }
    }

    /// The same as a column, which threads can read.
    pub fn to_column(&self) -> PyResult<Cow<'_, TextColumn>> {
        match self {
            Texts::Column(column) => Ok(Cow::Borrowed(column)),
            Texts::Own(column) => Ok(Cow::Borrowed(column)),
            Texts::Words(_) => TextColumn::of((0..self.len()).map(|number| self.get(number))).map(Cow::Owned),
        }
    }
}

impl<'py> FromPyObject<'_, 'py> for Texts<'py> {
    type Error = PyErr;

    fn extract(texts: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(column) = texts.cast::<TextColumn>() {
            return Ok(Texts::Column(column.try_borrow()?));
        }
        if let Ok(column) = texts.cast::<WordColumn>() {
            return Ok(Texts::Words(column.try_borrow()?));
        }
        TextColumn::new(Some(&texts)).map(Texts::Own)
    }
}

/// A sequence of numbers.
pub struct Numbers(pub Vec<i32>);

impl<'py> FromPyObject<'_, 'py> for Numbers {
    type Error = PyErr;

    fn extract(numbers: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        match (PyBuffer::<i32>::get(&numbers), numbers.cast::<PyRange>()) {
            (Ok(buffer), _) => buffer.to_vec(numbers.py()).map(Numbers),
            (_, Ok(range)) if range.step()? == 1 => {
                Ok(Numbers((range.start()?.try_into()?..range.stop()?.try_into()?).collect()))
            }
            _ => numbers.extract().map(Numbers),
        }
    }
}

/// Numbers as Python's arrays have them.
pub fn to_bytes<const SIZE: usize>(py: Python<'_>, numbers: impl Iterator<Item = [u8; SIZE]>) -> Bound<'_, PyBytes> {
    let mut bytes = Vec::with_capacity(numbers.size_hint().0 * SIZE);
    numbers.for_each(|number| bytes.extend_from_slice(&number));
    PyBytes::new(py, &bytes)
}
