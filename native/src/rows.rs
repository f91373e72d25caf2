//! Which links are odd; `exporter.reader.meaning.rows` explains each.
use crate::letters;
use crate::outline::Outline;
use crate::sequences::{Numbers, Texts};
use crate::text::lines;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use rustc_hash::FxHashMap;

// Flags of a link
const EXTERNAL: i32 = 2;
const TAGGED: i32 = 4;
const PLAIN: i32 = 8;

type Counts = (usize, usize, usize, usize);
type Rows = Vec<usize>;
type Lacking = Vec<(usize, &'static str)>;
type Survey<'py> = (Counts, Vec<(String, Rows)>, (Lacking, Rows, Rows, Rows), Bound<'py, PyBytes>);

/// Look at the links of all notes; the numbers of their notes are int32.
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
) -> Survey<'py> {
    let (mut size, mut external, mut references, mut tagged) = (0, 0, 0, 0);
    let (mut lacking, mut keyed, mut to_map, mut plain) = (vec![], vec![], vec![], vec![]);
    let mut nowhere: Vec<(String, Rows)> = vec![];
    let mut places: FxHashMap<&str, usize> = FxHashMap::default(); // of names in `nowhere`
    let mut note_of: Vec<u8> = Vec::with_capacity(files.0.len() * 4);
    let mut parts = Parts { levels: &levels, headings: &headings, blocks: &blocks, outlines: FxHashMap::default() };
    let mut first = 0;
    for (note, count) in counts.0.into_iter().enumerate() {
        let (note, count) = (note as i32, count as usize);
        (0..count).for_each(|_| note_of.extend_from_slice(&note.to_ne_bytes()));
        for row in first..first + count {
            let (file, flag) = (files.0[row], flags.0[row]);
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
                let anchor = anchors.get(row);
                let part = if anchor.is_empty() { None } else { parts.missing(file as usize, anchor) };
                lacking.extend(part.map(|part| (row, part)));
            }
            if !keys.get(row).is_empty() {
                keyed.push(row);
            }
        }
        first += count;
    }
    let counts = (size, external, references, tagged);
    (counts, nowhere, (lacking, keyed, to_map, plain), PyBytes::new(py, &note_of))
}

/// The parts of notes that links name.
struct Parts<'a> {
    levels: &'a Texts<'a>,
    headings: &'a Texts<'a>,
    blocks: &'a Texts<'a>,
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
