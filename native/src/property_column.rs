//! The properties of notes, a `Sequence[dict[str, Any]]` to Python: text until somebody asks for those of a note.
use crate::cache::Buffer;
use crate::column::{TextColumn, Words, have_entries, split, to_entries, to_number, to_numbers};
use crate::front_matter::Value;
use crate::text::strip;
use pyo3::exceptions::{PyOverflowError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDict, PyFloat, PyInt, PyList, PySlice, PyString, PyTuple};
use rustc_hash::FxHashSet;
use std::borrow::Cow;
use std::ops::Range;

const DEEPEST: usize = 50; // lists and mappings within one another; beyond, Python keeps what it is

// What a value is, before its bytes
const NULL: u8 = 0;
const FALSE: u8 = 1;
const TRUE: u8 = 2;
const INT: u8 = 3;
const FLOAT: u8 = 4;
const TEXT: u8 = 5;
const LIST: u8 = 6;
const DICT: u8 = 7;
const OBJECT: u8 = 8; // of Python's, by its number: what is none of the others

#[pyclass(module = "exporter._native", sequence)]
#[derive(Default)]
pub struct PropertyColumn {
    ends: Vec<u32>, // of each note's properties in `data`
    data: Vec<u8>,  // the number of each property's name, and its value
    names: Words,
    made: Vec<Py<PyString>>, // of the names, as Python asked for one
    objects: Vec<Py<PyAny>>,
}

impl PropertyColumn {
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn push(&mut self, properties: &[(Cow<str>, Value)]) {
        for (name, value) in properties {
            self.push_name(name);
            self.push_value(value);
        }
        self.ends.push(u32::try_from(self.data.len()).expect("properties of less than 4 GB"));
    }

    pub fn truncate(&mut self, count: usize) {
        self.ends.truncate(count);
        self.data.truncate(self.range(count).start);
    }

    /// Put the properties of some notes of another column behind these.
    pub fn append(
        &mut self,
        py: Option<Python<'_>>,
        other: &PropertyColumn,
        notes: impl ExactSizeIterator<Item = usize>,
    ) -> PyResult<()> {
        if notes.len() == 0 {
            return Ok(());
        }
        let own: Vec<u32> = other.names.list.iter().map(|name| self.names.number(name)).collect();
        for note in notes {
            let mut reader = Reader(&other.data[other.range(note)]);
            while !reader.0.is_empty() {
                self.push_number(own[reader.number()? as usize]);
                let value = reader.skip(1)?;
                if let (OBJECT, Some(py)) = (value[0], py) {
                    let object = &other.objects[Reader(&value[1..]).number()? as usize];
                    self.push_object(object.clone_ref(py));
                } else {
                    self.data.extend_from_slice(value);
                }
            }
            self.end_note()?;
        }
        Ok(())
    }

    /// Look at each property: the note's number, the name's, and the value.
    fn each<'a>(&'a self, mut look: impl FnMut(usize, u32, &'a [u8])) -> PyResult<()> {
        for note in 0..self.len() {
            let mut reader = Reader(&self.data[self.range(note)]);
            while !reader.0.is_empty() {
                look(note, reader.number()?, reader.skip(1)?);
            }
        }
        Ok(())
    }

    fn end_note(&mut self) -> PyResult<()> {
        let end = u32::try_from(self.data.len());
        self.ends.push(end.map_err(|_| PyOverflowError::new_err("the properties of a column have 4 GB or more"))?);
        Ok(())
    }

    fn push_number(&mut self, number: u32) {
        self.data.extend(number.to_le_bytes());
    }

    fn push_name(&mut self, name: &str) {
        let number = self.names.number(name);
        self.push_number(number);
    }

    fn push_object(&mut self, object: Py<PyAny>) {
        self.data.push(OBJECT);
        self.push_number(self.objects.len() as u32);
        self.objects.push(object);
    }

    fn push_text(&mut self, text: &str) {
        self.data.push(TEXT);
        self.push_number(text.len() as u32);
        self.data.extend(text.as_bytes());
    }

    fn push_value(&mut self, value: &Value) {
        match value {
            Value::Null => self.data.push(NULL),
            Value::Bool(truth) => self.data.push(if *truth { TRUE } else { FALSE }),
            Value::Int(number) => self.push_eight(INT, number.to_le_bytes()),
            Value::Float(number) => self.push_eight(FLOAT, number.to_le_bytes()),
            Value::Text(text) => self.push_text(text),
            Value::List(items) => {
                self.data.push(LIST);
                self.push_number(items.len() as u32);
                items.iter().for_each(|item| self.push_value(item));
            }
        }
    }

    fn push_eight(&mut self, kind: u8, number: [u8; 8]) {
        self.data.push(kind);
        self.data.extend(number);
    }

    /// Add a value of Python's; false: it is none that could be kept as bytes.
    fn push_any(&mut self, value: &Bound<'_, PyAny>, depth: usize) -> PyResult<bool> {
        if value.is_none() {
            self.data.push(NULL);
        } else if value.is_exact_instance_of::<PyBool>() {
            self.data.push(if value.is_truthy()? { TRUE } else { FALSE });
        } else if value.is_exact_instance_of::<PyFloat>() {
            self.push_eight(FLOAT, value.extract::<f64>()?.to_le_bytes());
        } else if value.is_exact_instance_of::<PyInt>() {
            let Ok(number) = value.extract::<i64>() else { return Ok(false) };
            self.push_eight(INT, number.to_le_bytes());
        } else if value.is_exact_instance_of::<PyString>() {
            let Ok(text) = value.extract::<&str>() else { return Ok(false) };
            self.push_text(text);
        } else if depth == DEEPEST {
            return Ok(false);
        } else if let Ok(list) = value.cast_exact::<PyList>() {
            self.data.push(LIST);
            self.push_number(list.len() as u32);
            for item in list {
                if !self.push_any(&item, depth + 1)? {
                    return Ok(false);
                }
            }
        } else if let Ok(dictionary) = value.cast_exact::<PyDict>() {
            self.data.push(DICT);
            self.push_number(dictionary.len() as u32);
            for (key, item) in dictionary {
                if !self.push_any(&key, depth + 1)? || !self.push_any(&item, depth + 1)? {
                    return Ok(false);
                }
            }
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    /// Where the properties of a note are; behind the last one, where those of the next begin.
    fn range(&self, note: usize) -> Range<usize> {
        let start = note.checked_sub(1).map_or(0, |before| self.ends[before]);
        start as usize..self.ends.get(note).map_or(self.data.len(), |end| *end as usize)
    }

    fn make_dictionary<'py>(&mut self, py: Python<'py>, note: usize) -> PyResult<Bound<'py, PyDict>> {
        for name in &self.names.list[self.made.len()..] {
            self.made.push(PyString::intern(py, name).unbind());
        }
        let properties = PyDict::new(py);
        let mut reader = Reader(&self.data[self.range(note)]);
        while !reader.0.is_empty() {
            let name = self.made.get(reader.number()? as usize).ok_or_else(damaged)?.bind(py);
            properties.set_item(name, reader.value(py, &self.objects)?)?;
        }
        Ok(properties)
    }
}

/// Bytes that are yet to be read.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> PyResult<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or_else(damaged)?;
        self.0 = rest;
        Ok(taken)
    }

    fn number(&mut self) -> PyResult<u32> {
        Ok(u32::from_le_bytes(self.take(4)?.try_into()?))
    }

    /// The bytes of so many values.
    fn skip(&mut self, values: usize) -> PyResult<&'a [u8]> {
        let (whole, mut left) = (self.0, values);
        while left > 0 {
            left -= 1;
            match self.take(1)?[0] {
                NULL | FALSE | TRUE => {}
                INT | FLOAT => drop(self.take(8)?),
                OBJECT => drop(self.take(4)?),
                TEXT => {
                    let length = self.number()?;
                    self.take(length as usize)?;
                }
                LIST => left += self.number()? as usize,
                DICT => left += 2 * self.number()? as usize,
                _ => return Err(damaged()),
            }
        }
        Ok(&whole[..whole.len() - self.0.len()])
    }

    /// Whether a text among these values may be the name of one of these files, in lower case; what is Python's may be any.
    fn may_name(&mut self, names: &FxHashSet<String>) -> bool {
        while let Ok(kind) = self.take(1) {
            let taken = match kind[0] {
                INT | FLOAT => self.take(8),
                TEXT => self.number().and_then(|length| self.take(length as usize)),
                LIST | DICT => self.take(4),
                OBJECT => return true,
                _ => Ok(&[][..]),
            };
            let text = if kind[0] == TEXT { taken.unwrap_or_default() } else { b"" };
            if text.contains(&b'.') && (!text.is_ascii() || names.contains(&name_of(text))) {
                return true;
            }
        }
        false
    }

    fn value<'py>(&mut self, py: Python<'py>, objects: &[Py<PyAny>]) -> PyResult<Bound<'py, PyAny>> {
        Ok(match self.take(1)?[0] {
            NULL => py.None().into_bound(py),
            FALSE => PyBool::new(py, false).to_owned().into_any(),
            TRUE => PyBool::new(py, true).to_owned().into_any(),
            INT => i64::from_le_bytes(self.take(8)?.try_into()?).into_pyobject(py)?.into_any(),
            FLOAT => f64::from_le_bytes(self.take(8)?.try_into()?).into_pyobject(py)?.into_any(),
            TEXT => {
                let length = self.number()?;
                let text = simdutf8::basic::from_utf8(self.take(length as usize)?).map_err(|_| damaged())?;
                PyString::new(py, text).into_any()
            }
            LIST => {
                let list = PyList::empty(py);
                for _ in 0..self.number()? {
                    list.append(self.value(py, objects)?)?;
                }
                list.into_any()
            }
            DICT => {
                let dictionary = PyDict::new(py);
                for _ in 0..self.number()? {
                    dictionary.set_item(self.value(py, objects)?, self.value(py, objects)?)?;
                }
                dictionary.into_any()
            }
            OBJECT => objects.get(self.number()? as usize).ok_or_else(damaged)?.bind(py).clone(),
            _ => return Err(damaged()),
        })
    }
}

/// What stands behind the last "/" of a text of ASCII, in lower case and without white space around the whole.
fn name_of(text: &[u8]) -> String {
    let text = strip(std::str::from_utf8(text).unwrap_or_default());
    text.rsplit('/').next().unwrap_or_default().to_ascii_lowercase()
}

fn is_nested(value: &Bound<'_, PyAny>) -> bool {
    value.is_instance_of::<PyList>() || value.is_instance_of::<PyDict>()
}

fn damaged() -> PyErr {
    PyValueError::new_err("these are no properties and their names")
}

#[pymethods]
impl PropertyColumn {
    #[new]
    #[pyo3(signature = (notes = None))]
    fn new(notes: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        let mut column = PropertyColumn::default();
        notes.map_or(Ok(()), |notes| column.extend(notes))?;
        Ok(column)
    }

    fn __len__(&self) -> usize {
        self.len()
    }

    fn __getitem__<'py>(&mut self, py: Python<'py>, index: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let Ok(slice) = index.cast::<PySlice>() else {
            let number = to_number(index.extract()?, self.len())?;
            return Ok(self.make_dictionary(py, number)?.into_any());
        };
        let part = slice.indices(self.len() as isize)?;
        let mut chosen = PropertyColumn::default();
        chosen.append(Some(py), self, to_entries(&part))?;
        Ok(chosen.into_pyobject(py)?.into_any())
    }

    /// Whether another sequence has the same properties.
    fn __eq__(&mut self, py: Python<'_>, other: &Bound<'_, PyAny>) -> PyResult<bool> {
        have_entries(other, self.len(), |note, entry| self.make_dictionary(py, note)?.eq(entry))
    }

    /// Put the properties of other notes behind these.
    fn extend(&mut self, notes: &Bound<'_, PyAny>) -> PyResult<()> {
        if let Ok(column) = notes.cast::<Self>() {
            let column = column.try_borrow()?;
            return self.append(Some(notes.py()), &column, 0..column.len());
        }
        for properties in notes.try_iter()? {
            for (name, value) in properties?.cast::<PyDict>()? {
                self.push_name(name.extract()?);
                let start = self.data.len();
                if !self.push_any(&value, 0)? {
                    self.data.truncate(start);
                    self.push_object(value.unbind());
                }
            }
            self.end_note()?;
        }
        Ok(())
    }

    /// The names of all properties, as written.
    fn names(&self) -> PyResult<Vec<&str>> {
        let mut has = vec![false; self.names.list.len()];
        self.each(|_, name, _| has[name as usize] = true)?;
        Ok(self.names.list.iter().zip(has).filter(|(_, has)| *has).map(|(name, _)| name.as_str()).collect())
    }

    /// The numbers of the notes that have a property of this name, each with the value.
    fn values<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Vec<(usize, Bound<'py, PyAny>)>> {
        let Some(wanted) = self.names.list.iter().position(|each| each == name) else { return Ok(vec![]) };
        let mut values = vec![];
        self.each(|note, name, value| {
            if name as usize == wanted {
                values.push((note, value));
            }
        })?;
        values.into_iter().map(|(note, value)| Ok((note, Reader(value).value(py, &self.objects)?))).collect()
    }

    /// The numbers of the notes one of whose properties is a list or a mapping.
    fn nested(&self, py: Python<'_>) -> PyResult<Vec<usize>> {
        let mut notes = vec![];
        self.each(|note, _, value| {
            let is_object = |value: &[u8]| Reader(value).value(py, &self.objects).is_ok_and(|value| is_nested(&value));
            if matches!(value[0], LIST | DICT) || (value[0] == OBJECT && is_object(value)) {
                notes.push(note);
            }
        })?;
        notes.dedup();
        Ok(notes)
    }

    /// The numbers of the notes a word of whose properties, however deep, may be one of these files' names, in lower case.
    fn naming(&self, names: FxHashSet<String>) -> PyResult<Vec<usize>> {
        let mut notes = vec![];
        self.each(|note, _, value| {
            if Reader(value).may_name(&names) {
                notes.push(note);
            }
        })?;
        notes.dedup();
        Ok(notes)
    }

    /// The properties of the notes in these stretches, those of another column being numbered on.
    fn choose(&self, py: Python<'_>, other: PyRef<'_, Self>, stretches: Vec<(usize, usize)>) -> PyResult<Self> {
        let mut chosen = PropertyColumn::default();
        for stretch in stretches {
            let (own, further) = split(stretch, self.len());
            chosen.append(Some(py), self, own)?;
            chosen.append(Some(py), &other, further)?;
        }
        Ok(chosen)
    }

    fn __reduce__<'py>(column: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
        Ok((column.getattr("of_buffers")?, column.call_method0("buffers")?))
    }

    /// The column that `buffers` gave.
    ///
    /// Raises:
    ///     ValueError: they are not of one.
    #[staticmethod]
    fn of_buffers(data: Buffer, offsets: Buffer, properties: Buffer, ends: Buffer) -> PyResult<Self> {
        let mut column = PropertyColumn { data: properties.0, ..PropertyColumn::default() };
        column.ends = to_numbers(&ends.0).ok_or_else(damaged)?.map(u32::from_le_bytes).collect();
        let names = TextColumn::of_buffers(data, offsets)?;
        for name in names.iter() {
            column.names.number(name);
        }
        let mut start = 0;
        for end in &column.ends {
            let mut reader = Reader(column.data.get(start..*end as usize).ok_or_else(damaged)?);
            while !reader.0.is_empty() {
                if reader.number()? as usize >= names.len() || reader.skip(1)?.first() == Some(&OBJECT) {
                    return Err(damaged());
                }
            }
            start = *end as usize;
        }
        if start == column.data.len() && column.names.list.len() == names.len() { Ok(column) } else { Err(damaged()) }
    }

    /// The names, as `TextColumn` has them; the properties' numbers and values, and where those of each note end, uint32 and
    /// little-endian.
    ///
    /// Raises:
    ///     TypeError: there is a value that only Python has.
    fn buffers<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        if !self.objects.is_empty() {
            return Err(PyTypeError::new_err("a value of a property is nothing that could be kept"));
        }
        let mut names = TextColumn::default();
        self.names.list.iter().for_each(|name| names.push(name));
        let (data, offsets) = names.buffers(py);
        let ends: Vec<u8> = self.ends.iter().flat_map(|end| end.to_le_bytes()).collect();
        PyTuple::new(py, [data, offsets, PyBytes::new(py, &self.data), PyBytes::new(py, &ends)])
    }
}
