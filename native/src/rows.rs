//! Which links are odd; `exporter.reader.meaning.rows` explains each.
use crate::column::TextColumn;
use crate::letters;
use crate::outline::Outline;
use crate::sequences::{Numbers, Texts, to_bytes};
use crate::text::lines;
use crate::threads::{InOrder, by_threads, most};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use rustc_hash::FxHashMap;
use std::iter::repeat_n;
use std::ops::Range;

// Flags of a link
const EXTERNAL: i32 = 2;
const TAGGED: i32 = 4;
const PLAIN: i32 = 8;

type Counts = (usize, usize, usize, usize);
type Rows = Vec<usize>;
type Lacking = Vec<(usize, &'static str)>;
type Survey<'py> = (Counts, Vec<(String, Rows)>, (Lacking, Rows, Rows, Rows), Bound<'py, PyBytes>);

/// Look at the links of all notes, by threads where they name parts of notes; the numbers of their notes are int32.
#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "each is a column")]
pub fn survey<'py>(
    py: Python<'py>,
    counts: Numbers,
    files: Numbers,
    flags: Numbers,
    keys: Texts,
    anchors: Texts,
    targets: Texts,
    levels: Texts,
    headings: Texts,
    blocks: Texts,
    is_topic: &[u8],
    map_number: i32,
) -> PyResult<Survey<'py>> {
    let (mut size, mut external, mut references, mut tagged) = (0, 0, 0, 0);
    let (mut to_map, mut plain) = (vec![], vec![]);
    let mut nowhere: Vec<(String, Rows)> = vec![];
    let mut places: FxHashMap<&str, usize> = FxHashMap::default(); // of names in `nowhere`
    let mut note_of: Vec<i32> = Vec::with_capacity(files.0.len());
    for (note, count) in counts.0.into_iter().enumerate() {
        let (note, first, count) = (note as i32, note_of.len(), count as usize);
        note_of.extend(repeat_n(note, count));
        let columns = files.0[first..first + count].iter().zip(&flags.0[first..first + count]);
        for (row, (&file, &flag)) in (first..).zip(columns) {
            external += (flag & EXTERNAL != 0) as usize;
            references += (flag & EXTERNAL != 0 && note != map_number) as usize;
            if flag & PLAIN != 0 {
                plain.push(row);
            }
            if file < 0 {
                match (flag & EXTERNAL, flag & TAGGED, flag & PLAIN) {
                    (0, 0, 0) => {
                        let place = *places.entry(targets.get(row)).or_insert(nowhere.len());
                        if place == nowhere.len() {
                            nowhere.push((targets.get(row).into(), vec![]));
                        }
                        nowhere[place].1.push(row);
                    }
                    (0, 0, _) => {}
                    (0, _, _) => tagged += 1,
                    _ => {}
                }
            } else {
                size += (is_topic[file as usize] != 0 && file != note && note != map_number) as usize;
                if file == map_number {
                    to_map.push(row);
                }
            }
        }
    }
    let named: Vec<usize> = anchors.filled().into_iter().filter(|row| files.0[*row] >= 0).collect(); // they name a part
    let counts = (size, external, references, tagged);
    let (anchors, parts) = (anchors.to_column()?, (levels.to_column()?, headings.to_column()?, blocks.to_column()?));
    let lacking = find_lacking(py, &named, &files.0, &anchors, (&parts.0, &parts.1, &parts.2))?;
    let note_of = to_bytes(py, note_of.iter().map(|note| note.to_ne_bytes()));
    Ok((counts, nowhere, (lacking, keys.filled(), to_map, plain), note_of))
}

/// Of links by their numbers those that name a part that their note lacks, by threads.
fn find_lacking(
    py: Python<'_>,
    named: &[usize],
    files: &[i32],
    anchors: &TextColumn,
    (levels, headings, blocks): (&TextColumn, &TextColumn, &TextColumn),
) -> PyResult<Lacking> {
    let lacking = InOrder::<Lacking>::default();
    let begin = || Parts { levels, headings, blocks, outlines: FxHashMap::default() };
    let work = |parts: &mut Parts, number, stretch: Range<usize>| {
        let rows = &named[stretch];
        let part = |row: &usize| Some((*row, parts.missing(files[*row] as usize, anchors.get(*row))?));
        lacking.add(number, rows.iter().filter_map(part).collect(), Vec::extend);
        rows.len()
    };
    by_threads(py, named.len(), most(), begin, work, |_, _| Ok(()))?;
    Ok(lacking.finish(Vec::extend))
}

/// The parts of notes that links name.
struct Parts<'a> {
    levels: &'a TextColumn,
    headings: &'a TextColumn,
    blocks: &'a TextColumn,
    outlines: FxHashMap<usize, Outline>, // by the note's number
}

impl Parts<'_> {
    /// The kind of the part that an anchor names and the note has not.
    fn missing(&mut self, note: usize, anchor: &str) -> Option<&'static str> {
        if note >= self.levels.len() || anchor.starts_with("[^") {
            return None;
        }
        if let Some(id) = anchor.strip_prefix('^') {
            return (!has_line(self.blocks.get(note), &letters::lower(id))).then_some("block");
        }
        if !anchor.contains('#') && has_line(self.headings.get(note), anchor) {
            return None;
        }
        let outline = self.outlines.entry(note);
        let outline = outline.or_insert_with(|| Outline::new(self.levels.get(note), self.headings.get(note)));
        (!outline.has(anchor)).then_some("heading")
    }
}

/// Whether a text has such a line, or such lines.
fn has_line(text: &str, line: &str) -> bool {
    if !line.contains('\n') {
        return lines(text).any(|each| each == line);
    }
    let (bytes, size) = (text.as_bytes(), line.len());
    memchr::memmem::find_iter(bytes, line).any(|start| {
        (start == 0 || bytes[start - 1] == b'\n') && (start + size == bytes.len() || bytes[start + size] == b'\n')
    })
}
