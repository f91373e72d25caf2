//! The headings of a note, and how links name them; `exporter.outline` explains each.
use crate::letters::{self, is_plain, is_space, lower_plain};
use crate::text::lines;
use rustc_hash::FxHashMap;

const PUNCTUATION: &[u8] = b"!\"#$%&()*+,.:;<=>?@^`{|}~/[]\\\r\n";
const IS_PUNCTUATION: [bool; 128] = {
    let (mut is, mut at) = ([false; 128], 0);
    while at < PUNCTUATION.len() {
        is[PUNCTUATION[at] as usize] = true;
        at += 1;
    }
    is
};

/// What headings are compared by.
pub fn heading_key(text: &str) -> String {
    let is_known = text.is_ascii() || text.chars().all(is_plain);
    let (mut key, mut is_apart) = (String::with_capacity(text.len()), false); // from the word before
    for c in text.chars() {
        if is_space(c) || IS_PUNCTUATION.get(c as usize) == Some(&true) {
            is_apart = true;
            continue;
        }
        if std::mem::take(&mut is_apart) && !key.is_empty() {
            key.push(' ');
        }
        key.push(if is_known { lower_plain(c) } else { c });
    }
    if is_known { key } else { letters::lower(&key) }
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
        for (number, text) in lines(headings).take(levels.len()).enumerate() {
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
