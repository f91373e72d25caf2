//! Where sentences end within a paragraph that is plain text.
use crate::inline::Span;
use crate::text::*;
use rustc_hash::FxHashSet;
use std::cmp::Reverse;

pub const WORD_LENGTH: usize = 40; // characters within which a word ends
const STOPS: [char; 4] = ['.', '!', '?', '…'];
const WIDE_STOPS: [char; 4] = ['。', '！', '？', '｡']; // no blank need follow
const CLOSERS: &str = "\"'”’»›)]}";
const WIDE_CLOSERS: &str = "”’\"')]」』】〉》）";
const NO_BEGINNING: &str = ",;:)]}»”’、，；：）」』-–—/|+&"; // with these no sentence begins
/// Words before a ".": these end no sentence; these end none before a number; these end one before a capital letter alone
#[rustfmt::skip]
const NEVER: [&str; 37] = [
    "e.g", "E.g", "eg", "i.e", "I.e", "ie", "cf", "Cf", "vs", "viz", "al", "approx", "ca", "resp", "incl", "esp", "aka",
    "Dr", "Mr", "Mrs", "Ms", "Prof", "St", "Mt", "Fig", "fig", "Figs", "figs", "Eq", "Eqs", "eq", "eqs", "Ed", "Eds", "eds",
    "bzw", "vgl",
];
#[rustfmt::skip]
const NUMBERED: [&str; 26] = [
    "no", "nos", "nr", "vol", "ch", "chap", "sec", "sect", "art", "p", "pt", "pp", "v", "ver", "jan", "feb", "mar", "apr",
    "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
];
const OFTEN: [&str; 9] = ["etc", "usw", "ff", "inc", "ltd", "co", "corp", "jr", "sr"];

/// Where sentences begin, but for the first.
pub fn find_stops(text: &[char], spans: &[Span]) -> Vec<usize> {
    let linked = outermost(spans);
    let begins: FxHashSet<usize> = spans.iter().map(|span| span.0).collect();
    let (mut ends, mut last, mut from) = (vec![], 0, 0);
    while let Some((stop, end)) = find_stop(text, from) {
        from = end;
        if end == text.len() || is_within(stop, &linked) {
            continue;
        }
        if !WIDE_STOPS.contains(&text[stop]) {
            let mark: String = text[stop..end].iter().collect();
            let mark = mark.trim_end_matches(' ');
            let following = text[end];
            // what is linked may be a name in lower case, with which a sentence begins
            if is_lower(following) && (!begins.contains(&end) || mark.ends_with("...") || mark.ends_with('…')) {
                continue;
            }
            // what is linked is no abbreviation
            let is_word = || stop == 0 || !is_within(stop - 1, &linked);
            if NO_BEGINNING.contains(following) || (mark == "." && is_word() && goes_on(text, last, stop, following)) {
                continue;
            }
        }
        ends.push(end);
        last = end;
    }
    ends
}

pub fn has_stop(text: &str) -> bool {
    let has_any = text.contains(STOPS) || text.contains(WIDE_STOPS);
    has_any && find_stop(&text.chars().collect::<Vec<char>>(), 0).is_some()
}

/// What ends a sentence, from here on: stops, what closes quotes and brackets, blanks; each is looked at but twice.
fn find_stop(text: &[char], from: usize) -> Option<Span> {
    let skip = |at: usize, is_one: &dyn Fn(char) -> bool| at + text[at..].iter().take_while(|c| is_one(**c)).count();
    for start in from..text.len() {
        let is_wide = WIDE_STOPS.contains(&text[start]);
        let (stops, closers) = if is_wide { (WIDE_STOPS, WIDE_CLOSERS) } else { (STOPS, CLOSERS) };
        if !stops.contains(&text[start]) || (start > 0 && stops.contains(&text[start - 1])) {
            continue;
        }
        let closed = skip(skip(start, &|c| stops.contains(&c)), &|c| closers.contains(c));
        let end = skip(closed, &|c| c == ' ');
        if is_wide || end > closed {
            return Some((start, end));
        }
    }
    None
}

/// Whether the "." ends but an abbreviation or a number, within a sentence that begins at `start`.
fn goes_on(text: &[char], start: usize, stop: usize, following: char) -> bool {
    let before = &text[stop.saturating_sub(WORD_LENGTH).max(start).min(stop)..stop];
    let begin = before.iter().rposition(|c| *c == ' ').map_or(0, |space| space + 1);
    let word: String = before[begin..].iter().collect();
    let word = word.trim_start_matches(['(', '[', '{', '"', '\'', '“', '‘', '«', '„']);
    let mut letters = word.chars();
    let is_initial = letters.next().is_some_and(is_upper) && letters.next().is_none();
    if NEVER.contains(&word) || is_dotted(word) || is_initial {
        return true;
    }
    if all_digits(word) && text[start..stop - word.chars().count()].iter().all(|c| is_space(*c)) {
        return true; // "1. First"
    }
    let low = word.to_ascii_lowercase();
    if is_digit(following) {
        return NUMBERED.contains(&low.as_str());
    }
    is_lower(following) && OFTEN.contains(&low.as_str())
}

/// "a.k.a"
fn is_dotted(word: &str) -> bool {
    let is_short = |part: &str| matches!(part.chars().count(), 1 | 2) && part.chars().all(is_letter);
    word.contains('.') && word.split('.').all(is_short)
}

/// The spans in order, without those within others.
pub fn outermost(spans: &[Span]) -> Vec<Span> {
    let mut sorted = spans.to_vec();
    sorted.sort_by_key(|(start, end)| (*start, Reverse(*end)));
    let mut outer: Vec<Span> = vec![];
    for span in sorted {
        if outer.last().is_none_or(|last| span.0 >= last.1) {
            outer.push(span);
        }
    }
    outer
}

pub fn is_within(place: usize, spans: &[Span]) -> bool {
    let behind = spans.partition_point(|span| span.0 <= place);
    behind > 0 && place < spans[behind - 1].1
}
