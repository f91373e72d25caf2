//! The tags of notes, a `Sequence[list[tuple[int, str]]]` to Python: line and tag, by the number of what is alike.
//!
//! Most tags stand on the same few lines of many notes. Each such pair is one tuple, made when somebody asks for it.
use crate::cache::Buffer;
use crate::column::{TextColumn, Words, have_entries, split, to_entries, to_number, to_numbers};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PySlice, PyString, PyTuple};
use rustc_hash::{FxHashMap, FxHashSet};
use std::ops::Range;

#[pyclass(module = "exporter._native", sequence)]
#[derive(Default)]
pub struct TagColumn {
    ends: Vec<u32>,    // of each note's tags among all
    numbers: Vec<u32>, // of each tag its pair
    lines: Vec<u32>,   // of each pair
    tags: Vec<u32>,    // of each pair, by number
    words: Words,
    known: FxHashMap<(u32, u32), u32>, // pairs by line and tag
    made: Vec<Py<PyTuple>>,            // of the pairs, as Python asked for one
}

impl TagColumn {
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Add a tag to the note that ends next.
    pub fn add_tag(&mut self, line: u32, tag: &str) {
        let tag = self.words.number(tag);
        self.add_pair(line, tag);
    }

    /// Leave it at the tags that were added since the last note.
    pub fn end_note(&mut self) {
        self.ends.push(self.numbers.len() as u32);
    }

    /// Forget all notes but so many, and the tags that were added since.
    pub fn truncate(&mut self, count: usize) {
        self.ends.truncate(count);
        self.numbers.truncate(self.range(count).start);
    }

    /// Put the tags of some notes of another column behind these.
    pub fn append(&mut self, other: &TagColumn, notes: impl ExactSizeIterator<Item = usize>) {
        let count = if notes.len() == 0 { 0 } else { other.lines.len() };
        let mut own = vec![u32::MAX; count]; // of the other's pairs: their numbers here
        for note in notes {
            for number in &other.numbers[other.range(note)] {
                let number = *number as usize;
                if own[number] == u32::MAX {
                    self.add_tag(other.lines[number], &other.words.list[other.tags[number] as usize]);
                    own[number] = self.numbers[self.numbers.len() - 1];
                } else {
                    self.numbers.push(own[number]);
                }
            }
            self.end_note();
        }
    }

    fn add_pair(&mut self, line: u32, tag: u32) {
        let next = self.lines.len() as u32;
        let number = *self.known.entry((line, tag)).or_insert(next);
        if number == next {
            self.lines.push(line);
            self.tags.push(tag);
        }
        self.numbers.push(number);
    }

    /// Where the tags of a note are; behind the last one, where those of the next begin.
    fn range(&self, note: usize) -> Range<usize> {
        let start = note.checked_sub(1).map_or(0, |before| self.ends[before]);
        start as usize..self.ends.get(note).map_or(self.numbers.len(), |end| *end as usize)
    }

    fn make_list<'py>(&mut self, py: Python<'py>, note: usize) -> PyResult<Bound<'py, PyList>> {
        if self.made.len() < self.lines.len() {
            let words: Vec<_> = self.words.list.iter().map(|word| PyString::new(py, word)).collect();
            for pair in self.made.len()..self.lines.len() {
                let tuple = (self.lines[pair], &words[self.tags[pair] as usize]).into_pyobject(py)?;
                self.made.push(tuple.unbind());
            }
        }
        PyList::new(py, self.numbers[self.range(note)].iter().map(|number| self.made[*number as usize].bind(py)))
    }
}

#[pymethods]
impl TagColumn {
    #[new]
    #[pyo3(signature = (notes = None))]
    fn new(notes: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        let mut column = TagColumn::default();
        notes.map_or(Ok(()), |notes| column.extend(notes))?;
        Ok(column)
    }

    fn __len__(&self) -> usize {
        self.len()
    }

    fn __getitem__<'py>(&mut self, py: Python<'py>, index: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let Ok(slice) = index.cast::<PySlice>() else {
            let number = to_number(index.extract()?, self.len())?;
            return Ok(self.make_list(py, number)?.into_any());
        };
        let part = slice.indices(self.len() as isize)?;
        let mut chosen = TagColumn::default();
        chosen.append(self, to_entries(&part));
        Ok(chosen.into_pyobject(py)?.into_any())
    }

    /// Whether another sequence has the same tags.
    fn __eq__(&mut self, py: Python<'_>, other: &Bound<'_, PyAny>) -> PyResult<bool> {
        have_entries(other, self.len(), |note, entry| self.make_list(py, note)?.eq(entry))
    }

    /// Put the tags of other notes behind these.
    fn extend(&mut self, notes: &Bound<'_, PyAny>) -> PyResult<()> {
        if let Ok(column) = notes.cast::<Self>() {
            let column = column.try_borrow()?;
            self.append(&column, 0..column.len());
            return Ok(());
        }
        for tags in notes.try_iter()? {
            for tag in tags?.try_iter()? {
                let (line, tag): (u32, String) = tag?.extract()?;
                self.add_tag(line, &tag);
            }
            self.end_note();
        }
        Ok(())
    }

    /// Each tag, as it is written, with the number of the first note that has it, and the line.
    fn first(&self) -> Vec<(&str, (usize, u32))> {
        let (mut tags, mut seen) = (vec![], vec![false; self.words.list.len()]);
        for note in 0..self.len() {
            for pair in &self.numbers[self.range(note)] {
                let tag = self.tags[*pair as usize] as usize;
                if !std::mem::replace(&mut seen[tag], true) {
                    tags.push((self.words.list[tag].as_str(), (note, self.lines[*pair as usize])));
                }
            }
        }
        tags
    }

    /// The numbers of the notes that have one of these tags.
    fn having(&self, tags: FxHashSet<String>) -> Vec<usize> {
        let wanted: Vec<bool> = self.tags.iter().map(|tag| tags.contains(&self.words.list[*tag as usize])).collect();
        let has = |note: &usize| self.numbers[self.range(*note)].iter().any(|pair| wanted[*pair as usize]);
        (0..self.len()).filter(has).collect()
    }

    /// The tags of the notes in these stretches, those of another column being numbered on.
    fn choose(&self, other: PyRef<'_, Self>, stretches: Vec<(usize, usize)>) -> Self {
        let mut chosen = TagColumn::default();
        for stretch in stretches {
            let (own, further) = split(stretch, self.len());
            chosen.append(self, own);
            chosen.append(&other, further);
        }
        chosen
    }

    fn __reduce__<'py>(column: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
        Ok((column.getattr("of_buffers")?, column.call_method0("buffers")?))
    }

    /// The column that `buffers` gave.
    ///
    /// Raises:
    ///     ValueError: they are not of one.
    #[staticmethod]
    fn of_buffers(data: Buffer, offsets: Buffer, lines: Buffer, numbers: Buffer, ends: Buffer) -> PyResult<Self> {
        let damaged = || PyValueError::new_err("these are no tags and their numbers");
        let words = TextColumn::of_buffers(data, offsets)?;
        let read = |bytes: Buffer| {
            Ok::<Vec<u32>, PyErr>(to_numbers(&bytes.0).ok_or_else(damaged)?.map(u32::from_le_bytes).collect())
        };
        let (lines, numbers, ends) = (read(lines)?, read(numbers)?, read(ends)?);
        let in_order = ends.windows(2).all(|ends| ends[0] <= ends[1]);
        let whole = ends.last().map_or(0, |end| *end as usize) == numbers.len();
        if lines.len() != words.len() || !whole || !in_order {
            return Err(damaged());
        }
        let mut column = TagColumn::default();
        for (line, word) in lines.iter().zip(words.iter()) {
            column.add_tag(*line, word);
        }
        if column.lines.len() != lines.len() || numbers.iter().any(|number| *number as usize >= lines.len()) {
            return Err(damaged());
        }
        Ok(TagColumn { numbers, ends, ..column })
    }

    /// Of all pairs the tags, as `TextColumn` has them, and the lines; the numbers of the pairs; and where each note's end.
    ///
    /// All numbers are uint32 and little-endian.
    fn buffers<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let mut tags = TextColumn::default();
        self.tags.iter().for_each(|tag| tags.push(&self.words.list[*tag as usize]));
        let (data, offsets) = tags.buffers(py);
        let bytes = |numbers: &[u32]| {
            PyBytes::new(py, &numbers.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>())
        };
        PyTuple::new(py, [data, offsets, bytes(&self.lines), bytes(&self.numbers), bytes(&self.ends)])
    }
}
