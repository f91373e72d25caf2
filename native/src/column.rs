//! Columns that are a `Sequence[str]` to Python: texts as Arrow lays them out, and words by their numbers.
//!
//! A million texts are two buffers, and a `str` is made of one when somebody asks for it.
use crate::cache::Buffer;
use memchr::memmem;
use pyo3::exceptions::{PyIndexError, PyOverflowError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::slice::PySliceIndices;
use pyo3::types::{PyBytes, PySlice, PyString};
use rustc_hash::FxHashMap;
use std::ops::Range;

/// Texts behind one another: their UTF-8, and where each begins and the last one ends, in bytes.
#[pyclass(module = "exporter._native", sequence)]
#[derive(Clone)]
pub struct TextColumn {
    data: String,
    offsets: Vec<i32>,
}

impl Default for TextColumn {
    fn default() -> Self {
        TextColumn { data: String::new(), offsets: vec![0] }
    }
}

impl TextColumn {
    pub fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// The column of these texts.
    pub fn of<T: AsRef<str>>(texts: impl ExactSizeIterator<Item = T>) -> PyResult<Self> {
        let mut column = TextColumn::default();
        column.offsets.reserve(texts.len());
        for text in texts {
            column.add(text.as_ref())?;
        }
        Ok(column)
    }

    pub fn get(&self, number: usize) -> &str {
        &self.data[self.offsets[number] as usize..self.offsets[number + 1] as usize]
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        self.offsets.windows(2).map(|ends| &self.data[ends[0] as usize..ends[1] as usize])
    }

    pub fn push(&mut self, text: &str) {
        self.data.push_str(text);
        self.offsets.push(offset(self.data.len()).expect("texts of less than 2 GB"));
    }

    pub fn truncate(&mut self, count: usize) {
        self.offsets.truncate(count + 1);
        self.data.truncate(self.offsets[count] as usize);
    }

    /// Put some texts of another column behind these.
    pub fn append(&mut self, other: &TextColumn, range: Range<usize>) -> PyResult<()> {
        let first = other.offsets[range.start] as usize;
        let behind = other.offsets[range.end] as usize;
        let shift = offset(self.data.len() + behind - first)? - behind as i32;
        self.data.push_str(&other.data[first..behind]);
        self.offsets.extend(other.offsets[range.start + 1..=range.end].iter().map(|end| end + shift));
        Ok(())
    }

    /// An empty column that need not grow for what both have.
    fn room_for(&self, other: &Self) -> Self {
        let mut offsets = Vec::with_capacity(self.len() + other.len() + 1);
        offsets.push(0);
        TextColumn { data: String::with_capacity(self.data.len() + other.data.len()), offsets }
    }

    /// The numbers of the texts that are not empty.
    pub fn filled(&self) -> Vec<usize> {
        let ends = self.offsets.windows(2).enumerate();
        ends.filter(|(_, ends)| ends[0] < ends[1]).map(|(number, _)| number).collect()
    }

    fn find_texts(&self, part: &memmem::Finder) -> Vec<usize> {
        (0..self.len()).filter(|number| part.find(self.get(*number).as_bytes()).is_some()).collect()
    }

    /// The numbers of the texts in which a word of ASCII stands, in any case.
    pub fn find_word(&self, word: &str) -> Vec<usize> {
        let (data, first) = (self.data.as_bytes(), word.as_bytes()[0]);
        let starts = memchr::memchr2_iter(first.to_ascii_lowercase(), first.to_ascii_uppercase(), data);
        let is_word =
            |at: &usize| data.get(*at..at + word.len()).is_some_and(|part| part.eq_ignore_ascii_case(word.as_bytes()));
        let text_at = |at: usize| self.offsets.partition_point(|offset| *offset as usize <= at) - 1;
        let mut numbers: Vec<usize> = starts
            .filter(is_word)
            .filter(|at| at + word.len() <= self.offsets[text_at(*at) + 1] as usize)
            .map(text_at)
            .collect();
        numbers.dedup();
        numbers
    }

    fn make_str<'py>(&mut self, py: Python<'py>, number: usize) -> Bound<'py, PyString> {
        PyString::new(py, self.get(number))
    }

    fn add(&mut self, text: &str) -> PyResult<()> {
        offset(self.data.len() + text.len())?;
        self.push(text);
        Ok(())
    }
}

/// Words that are said again and again: each once, and its number.
#[derive(Clone, Default)]
pub struct Words {
    pub list: Vec<String>,
    numbers: FxHashMap<String, u32>,
    last: u32, // the number that was asked for last
}

impl Words {
    pub fn number(&mut self, word: &str) -> u32 {
        // Most stand beside one that is the same. Two empty ones are not compared: where both point nowhere, that is slow
        if self.list.get(self.last as usize).is_some_and(|last| (last.is_empty() && word.is_empty()) || last == word) {
            return self.last;
        }
        self.last = self.find(word);
        self.last
    }

    fn find(&mut self, word: &str) -> u32 {
        if let Some(number) = self.numbers.get(word) {
            return *number;
        }
        let number = self.list.len() as u32;
        self.list.push(word.into());
        self.numbers.insert(word.into(), number);
        number
    }
}

/// Words by their numbers in a list of all that there are.
#[pyclass(module = "exporter._native", sequence)]
#[derive(Default)]
pub struct WordColumn {
    pub numbers: Vec<u32>,
    pub words: Words,
    made: Vec<Py<PyString>>, // of the words, as Python asked for one
}

impl WordColumn {
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    pub fn get(&self, number: usize) -> &str {
        &self.words.list[self.numbers[number] as usize]
    }

    pub fn push(&mut self, word: &str) {
        self.numbers.push(self.words.number(word));
    }

    /// Put some words of another column behind these.
    pub fn append(&mut self, other: &WordColumn, range: Range<usize>) -> PyResult<()> {
        let numbers = &other.numbers[range];
        let count = if numbers.is_empty() { 0 } else { other.words.list.len() };
        let mut own = vec![u32::MAX; count]; // of the other's words: their numbers here
        for number in numbers {
            let number = *number as usize;
            if own[number] == u32::MAX {
                own[number] = self.words.number(&other.words.list[number]);
            }
            self.numbers.push(own[number]);
        }
        Ok(())
    }

    fn room_for(&self, other: &Self) -> Self {
        WordColumn { numbers: Vec::with_capacity(self.len() + other.len()), ..WordColumn::default() }
    }

    /// The numbers of the texts that are not empty.
    pub fn filled(&self) -> Vec<usize> {
        self.filter(|word| !word.is_empty())
    }

    fn find_texts(&self, part: &memmem::Finder) -> Vec<usize> {
        self.filter(|word| part.find(word.as_bytes()).is_some())
    }

    fn filter(&self, is_wanted: impl Fn(&str) -> bool) -> Vec<usize> {
        let wanted: Vec<bool> = self.words.list.iter().map(|word| is_wanted(word)).collect();
        let numbers = self.numbers.iter().enumerate();
        numbers.filter(|(_, number)| wanted[**number as usize]).map(|(number, _)| number).collect()
    }

    fn make_str<'py>(&mut self, py: Python<'py>, number: usize) -> Bound<'py, PyString> {
        for word in &self.words.list[self.made.len()..] {
            self.made.push(PyString::new(py, word).unbind());
        }
        self.made[self.numbers[number] as usize].bind(py).clone()
    }

    fn add(&mut self, word: &str) -> PyResult<()> {
        self.push(word);
        Ok(())
    }
}

/// What Python's sequences do.
macro_rules! sequence {
    ($column:ident, $iterator:ident, { $($more:tt)* }) => {
        #[pymethods]
        impl $column {
            #[new]
            #[pyo3(signature = (texts = None))]
            pub fn new(texts: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
                let mut column = $column::default();
                texts.map_or(Ok(()), |texts| column.extend(texts))?;
                Ok(column)
            }

            fn __len__(&self) -> usize {
                self.len()
            }

            fn __getitem__<'py>(&mut self, py: Python<'py>, index: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
                let Ok(slice) = index.cast::<PySlice>() else {
                    let number = to_number(index.extract()?, self.len())?;
                    return Ok(self.make_str(py, number).into_any());
                };
                let part = slice.indices(self.len() as isize)?;
                let mut chosen = $column::default();
                if part.step == 1 {
                    chosen.append(self, part.start as usize..part.start as usize + part.slicelength)?;
                } else {
                    to_entries(&part).try_for_each(|number| chosen.add(self.get(number)))?;
                }
                Ok(chosen.into_pyobject(py)?.into_any())
            }

            fn __iter__(column: Py<Self>) -> $iterator {
                $iterator { column, next: 0 }
            }

            fn __contains__(&self, text: &Bound<'_, PyAny>) -> bool {
                text.extract::<&str>().is_ok_and(|text| (0..self.len()).any(|number| self.get(number) == text))
            }

            /// Whether another sequence has the same texts.
            fn __eq__(&self, other: &Bound<'_, PyAny>) -> PyResult<bool> {
                have_entries(other, self.len(), |number, text| {
                    Ok(text.extract::<&str>().is_ok_and(|text| self.get(number) == text))
                })
            }

            /// Put texts behind these.
            ///
            /// Raises:
            ///     OverflowError: all together have 2 GB.
            fn extend(&mut self, texts: &Bound<'_, PyAny>) -> PyResult<()> {
                if let Ok(column) = texts.cast::<Self>() {
                    let column = column.try_borrow()?;
                    return self.append(&column, 0..column.len());
                }
                texts.try_iter()?.try_for_each(|text| self.add(text?.extract()?))
            }

            /// The numbers of the texts in which this stands.
            fn find(&self, part: &str) -> Vec<usize> {
                self.find_texts(&memmem::Finder::new(part))
            }

            /// The entries in these stretches, those of another column being numbered on.
            fn choose(&self, other: PyRef<'_, Self>, stretches: Vec<(usize, usize)>) -> PyResult<Self> {
                let mut chosen = self.room_for(&other);
                for stretch in stretches {
                    let (own, further) = split(stretch, self.len());
                    chosen.append(self, own)?;
                    chosen.append(&other, further)?;
                }
                Ok(chosen)
            }

            fn __reduce__<'py>(column: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
                Ok((column.getattr("of_buffers")?, column.call_method0("buffers")?))
            }

            $($more)*
        }

        #[pyclass(module = "exporter._native")]
        struct $iterator {
            column: Py<$column>,
            next: usize,
        }

        #[pymethods]
        impl $iterator {
            fn __iter__(iterator: Py<Self>) -> Py<Self> {
                iterator
            }

            fn __next__<'py>(&mut self, py: Python<'py>) -> Option<Bound<'py, PyString>> {
                let mut column = self.column.borrow_mut(py);
                let number = self.next;
                self.next += 1;
                (number < column.len()).then(|| column.make_str(py, number))
            }
        }
    };
}

sequence!(TextColumn, TextIterator, {
    /// The column that `buffers` gave.
    ///
    /// Raises:
    ///     ValueError: they are not of one.
    #[staticmethod]
    pub fn of_buffers(data: Buffer, offsets: Buffer) -> PyResult<Self> {
        let damaged = || PyValueError::new_err("these are no texts and their offsets");
        let data = String::from_utf8(data.0).map_err(|_| damaged())?;
        let offsets: Vec<i32> = to_numbers(&offsets.0).ok_or_else(damaged)?.map(i32::from_le_bytes).collect();
        let whole = offsets.first() == Some(&0) && offsets.last().is_some_and(|end| *end as usize == data.len());
        let in_order = offsets.windows(2).all(|ends| ends[0] <= ends[1]);
        if !whole || !in_order || !offsets.iter().all(|end| data.is_char_boundary(*end as usize)) {
            return Err(damaged());
        }
        Ok(TextColumn { data, offsets })
    }

    /// The texts in UTF-8 and n + 1 offsets, int32 and little-endian, as an array of Arrow's type `string` has them.
    pub fn buffers<'py>(&self, py: Python<'py>) -> (Bound<'py, PyBytes>, Bound<'py, PyBytes>) {
        let offsets: Vec<u8> = self.offsets.iter().flat_map(|end| end.to_le_bytes()).collect();
        (PyBytes::new(py, self.data.as_bytes()), PyBytes::new(py, &offsets))
    }
});

sequence!(WordColumn, WordIterator, {
    /// The column that `buffers` gave.
    ///
    /// Raises:
    ///     ValueError: a number is that of no word, or a word stands twice.
    #[staticmethod]
    fn of_buffers(data: Buffer, offsets: Buffer, numbers: Buffer) -> PyResult<Self> {
        let words = TextColumn::of_buffers(data, offsets)?;
        let damaged = || PyValueError::new_err("these are no words and their numbers");
        let numbers: Vec<u32> = to_numbers(&numbers.0).ok_or_else(damaged)?.map(u32::from_le_bytes).collect();
        let mut column = WordColumn { numbers, ..WordColumn::default() };
        for word in words.iter() {
            column.words.number(word);
        }
        let count = column.words.list.len();
        if count != words.len() || column.numbers.iter().any(|number| *number as usize >= count) {
            return Err(damaged());
        }
        Ok(column)
    }

    /// The buffers of all words that there are, and the number of each entry among them, uint32 and little-endian.
    fn buffers<'py>(&self, py: Python<'py>) -> (Bound<'py, PyBytes>, Bound<'py, PyBytes>, Bound<'py, PyBytes>) {
        let mut words = TextColumn::default();
        self.words.list.iter().for_each(|word| words.push(word));
        let numbers: Vec<u8> = self.numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        let (data, offsets) = words.buffers(py);
        (data, offsets, PyBytes::new(py, &numbers))
    }

    /// All words that stand here, each once.
    fn distinct(&self) -> Vec<&str> {
        let mut stands = vec![false; self.words.list.len()];
        self.numbers.iter().for_each(|number| stands[*number as usize] = true);
        self.words.list.iter().zip(stands).filter(|(_, stands)| *stands).map(|(word, _)| word.as_str()).collect()
    }

    fn __setitem__(&mut self, index: isize, word: &str) -> PyResult<()> {
        let number = to_number(index, self.len())?;
        self.numbers[number] = self.words.number(word);
        Ok(())
    }
});

pub fn to_number(index: isize, count: usize) -> PyResult<usize> {
    let number = if index < 0 { index + count as isize } else { index };
    usize::try_from(number).ok().filter(|number| *number < count).ok_or_else(|| PyIndexError::new_err("no such entry"))
}

/// The numbers of the entries that a slice of Python's chooses.
pub fn to_entries(part: &PySliceIndices) -> impl ExactSizeIterator<Item = usize> + use<> {
    let (start, step) = (part.start, part.step);
    (0..part.slicelength as isize).map(move |number| (start + number * step) as usize)
}

/// What a stretch of two columns has of the first, which has so many entries, and of the second.
pub fn split((first, behind): (usize, usize), count: usize) -> (Range<usize>, Range<usize>) {
    (first.min(count)..behind.min(count), first.max(count) - count..behind.max(count) - count)
}

/// Whether another sequence has as many entries, and each is what it is asked for by its number.
pub fn have_entries<'py>(
    other: &Bound<'py, PyAny>,
    count: usize,
    mut is_entry: impl FnMut(usize, Bound<'py, PyAny>) -> PyResult<bool>,
) -> PyResult<bool> {
    if other.len().ok() != Some(count) {
        return Ok(false);
    }
    for (number, entry) in other.try_iter()?.enumerate() {
        if !is_entry(number, entry?)? {
            return Ok(false);
        }
    }
    Ok(true)
}

pub fn to_numbers(bytes: &[u8]) -> Option<impl Iterator<Item = [u8; 4]>> {
    (bytes.len() % 4 == 0).then(|| bytes.chunks_exact(4).map(|number| number.try_into().expect("four bytes")))
}

fn offset(length: usize) -> PyResult<i32> {
    i32::try_from(length).map_err(|_| PyOverflowError::new_err("the texts of a column have 2 GB or more"))
}
