//! The headings of a note, and how links name them; `exporter.outline` explains each.
use crate::letters;
use crate::text::collapsed;
use rustc_hash::FxHashMap;

const PUNCTUATION: &str = "!\"#$%&()*+,.:;<=>?@^`{|}~/[]\\\r\n";

/// What headings are compared by.
pub fn heading_key(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if PUNCTUATION.contains(c) { ' ' } else { c }).collect();
    letters::lower(&collapsed(&spaced))
}

/// Headings by number.
pub struct Outline {
    numbers: FxHashMap<String, Vec<usize>>, // by key: the headings that have it
    ends: Vec<usize>,                       // of what each begins: the next one that is not below it
}

impl Outline {
    /// Of headings by their levels, a digit each, and their texts, a line each.
    pub fn new(levels: &str, headings: &str) -> Outline {
        let levels = levels.as_bytes();
        let mut numbers: FxHashMap<String, Vec<usize>> = FxHashMap::default();
        for (number, text) in headings.split('\n').take(levels.len()).enumerate() {
            numbers.entry(heading_key(text)).or_default().push(number);
        }
        let mut ends = vec![levels.len(); levels.len()];
        let mut open: Vec<usize> = vec![];
        for (number, level) in levels.iter().enumerate() {
            while open.last().is_some_and(|last| levels[*last] >= *level) {
                ends[open.pop().expect("there is one")] = number;
            }
            open.push(number);
        }
        Outline { numbers, ends }
    }

    /// Whether there is the heading that an anchor names.
    pub fn has(&self, anchor: &str) -> bool {
        let (mut start, mut end) = (0, self.ends.len()); // of what is below the heading that was found last
        let mut found = false;
        for part in anchor.split('#').filter(|part| !part.is_empty()) {
            let numbers = self.numbers.get(&heading_key(part)).map_or(&[][..], Vec::as_slice);
            let Some(number) = numbers.iter().find(|number| **number >= start).filter(|number| **number < end) else {
                return false;
            };
            (start, end, found) = (number + 1, self.ends[*number], true);
        }
        found
    }
}
