//! Dataview's fields, `key:: value` (https://blacksmithgu.github.io/obsidian-dataview/annotation/add-metadata/).
use crate::blocks::Kind;
use crate::inline::{Inline, Span};
use crate::tags::tag_end;
use crate::text::*;
use rustc_hash::FxHashMap;

const LONGEST: usize = 32_768; // characters of a line that Dataview reads
const LONGEST_KEY: usize = 120; // characters
/// Words between links, as `patterns.AND` has them.
const AND: [&str; 15] = ["and", "or", "und", "oder", "et", "ou", "y", "e", "o", "en", "of", "och", "og", "i", "и"];
const AND_IN_RUSSIAN: &str = "или";

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Field {
    pub start: usize, // of the value
    pub end: usize,
    pub key: String,
    pub task: bool, // on the line of a task: what it says is not of the note
}

/// Where a field's key stands on its line, and where its value begins.
struct Match {
    key: Span,
    value: usize,
}

impl Inline {
    /// Find the fields, and say of which one each link is the value, or one of several.
    pub fn read_fields(&mut self, text: &str, kind: Kind) {
        let hidden = self.hidden();
        let mut position = 0;
        for line in lines(text) {
            if find_marks(line.as_bytes(), b"::").is_some() && is_shorter(line, LONGEST + 1) {
                let is_last = position + line.len() == text.len();
                self.read_line(line, position, &hidden, kind, is_last);
            }
            position += line.len() + 1;
        }
        self.fields.sort();
        self.pair_with_keys(text);
    }

    /// What is masked, without what lies in another.
    fn hidden(&mut self) -> Vec<Span> {
        self.masked.sort();
        let mut hidden: Vec<Span> = vec![];
        for span in &self.masked {
            if hidden.last().is_none_or(|last| span.0 >= last.1) {
                hidden.push(*span);
            }
        }
        hidden
    }

    fn read_line(&mut self, line: &str, position: usize, hidden: &[Span], kind: Kind, is_last: bool) {
        let task = is_task(line);
        let closers = find_closers(line);
        let mut add = |found: &Match, end: usize| {
            let place = position + found.key.0;
            let behind = hidden.partition_point(|span| span.0 <= place);
            if behind > 0 && hidden[behind - 1].1 > place {
                return false; // it stands in code or in a link
            }
            let key = without_marks(&line[found.key.0..found.key.1]);
            if !blank(&key) {
                let (start, end) = (position + found.value, position + end);
                self.fields.push(Field { start, end, key: strip(&key).into(), task });
            }
            true
        };
        let mut ends = [0, 0]; // of the last field in such brackets: one within it is part of its value
        let mut bracketed = false;
        let mut at = 0;
        while let Some((opener, found)) = find_in_brackets(line, at) {
            at = found.value;
            let end = &mut ends[(line.as_bytes()[opener] == b'(') as usize];
            if let Some(closer) = closers.get(&opener) {
                if opener >= *end && add(&found, *closer) {
                    *end = *closer;
                    bracketed = true;
                }
            }
        }
        if !(bracketed || task) {
            if let Some(found) = find_on_line(line) {
                add(&found, value_end(line, &found, kind, is_last));
            }
        }
    }

    /// Each link gets the field whose value it is, or one of several; one within a sentence is a plain link.
    fn pair_with_keys(&mut self, text: &str) {
        let mut number = 0;
        let mut lists: Option<bool> = None; // whether the field lists links; None: nobody has asked
        for link in 0..self.mentions.len() {
            let start = self.mentions[link].start;
            while self.fields.get(number).is_some_and(|field| field.end <= start) {
                number += 1;
                lists = None;
            }
            let Some(field) = self.fields.get(number).filter(|field| field.start <= start) else { continue };
            if *lists.get_or_insert_with(|| self.lists_links(text, field)) {
                self.mentions[link].key = Some(number);
            }
        }
    }

    /// Whether a field's value is links, what stands between such, and tags.
    fn lists_links(&self, text: &str, field: &Field) -> bool {
        let mut position = field.start;
        let mut words = String::new();
        let first = self.mentions.partition_point(|link| link.start < field.start);
        for link in self.mentions[first..].iter().take_while(|link| link.start < field.end) {
            words.push_str(text.get(position..link.start).unwrap_or_default());
            words.push(' ');
            position = position.max(link.end);
        }
        words.push_str(text.get(position..field.end).unwrap_or_default());
        without_tags(&words).split(|c| !is_word(c)).all(|word| word.is_empty() || is_and(word))
    }

    /// The fields that are the note's, and hold no link of the vault.
    pub fn plain_fields(&self) -> impl Iterator<Item = &Field> {
        let links: Vec<usize> = self.mentions.iter().filter(|link| !link.external).map(|link| link.start).collect();
        let before = move |place| links.partition_point(|start| *start < place);
        self.fields.iter().filter(move |field| !field.task && before(field.start) == before(field.end))
    }
}

fn without_tags(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut position = 0;
    while let Some(length) = text[position..].find('#') {
        let hash = position + length;
        plain.push_str(&text[position..hash]);
        position = tag_end(text, hash + 1);
        if position == hash + 1 {
            plain.push('#');
        }
    }
    plain.push_str(&text[position..]);
    plain
}

pub fn is_and(word: &str) -> bool {
    let low: String = word.chars().flat_map(|c| crate::html::fold(c).to_lowercase()).collect();
    AND.contains(&low.as_str()) || low == AND_IN_RUSSIAN
}

fn is_box(line: &str, at: usize) -> bool {
    let Some(rest) = line[at..].strip_prefix('[') else { return false };
    let mut letters = rest.chars();
    letters.next().is_some_and(|mark| mark != '\n')
        && letters.next() == Some(']')
        && letters.as_str().starts_with([' ', '\t'])
}

/// Behind a number and the mark behind it, "1.", which begin a line.
fn number_end(line: &str) -> Option<usize> {
    let digits: usize = line.chars().take_while(|c| is_decimal(*c)).map(char::len_utf8).sum();
    (digits > 0 && matches!(line.as_bytes().get(digits), Some(b'.' | b')'))).then_some(digits + 1)
}

/// Whether a line is a task, with its marker or without.
fn is_task(line: &str) -> bool {
    let marker = if line.starts_with(['-', '*', '+']) { Some(1) } else { number_end(line) };
    let behind = marker.map(|end| (end, skip_blanks(line.as_bytes(), end)));
    behind.is_some_and(|(end, text)| text > end && is_box(line, text)) || is_box(line, 0)
}

fn is_key_letter(c: char) -> bool {
    is_word(c)
        || matches!(c, ' ' | '\t' | '/' | '-' | '\u{200d}' | '\u{203c}'..='\u{2bff}' | '\u{fe0f}')
        || matches!(c, '\u{1f000}'..='\u{1faff}')
}

/// A field on a line of its own: marks, the key of words and emoji, marks.
fn find_on_line(line: &str) -> Option<Match> {
    let item = number_end(line).map(|end| (end, skip_blanks(line.as_bytes(), end)));
    let within = item.filter(|(end, text)| text > end).and_then(|(_, text)| find_from(line, text));
    within.or_else(|| find_from(line, 0))
}

fn find_from(line: &str, from: usize) -> Option<Match> {
    let start = from + line[from..].find(|c: char| is_word(c) || ":[](){}`#|<>\n".contains(c))?;
    let mut letters = line[start..].char_indices();
    letters.next().filter(|(_, first)| is_word(*first))?;
    for (count, (length, c)) in letters.enumerate() {
        let end = start + length;
        if let Some(value) = value_behind_marks(line, end) {
            return Some(Match { key: (start, end), value });
        }
        if count >= LONGEST_KEY || !is_key_letter(c) {
            return None;
        }
    }
    None
}

/// Where the value begins, if the key ends here: behind marks of emphasis, blanks and "::".
fn value_behind_marks(line: &str, at: usize) -> Option<usize> {
    let marks = line[at..].len() - line[at..].trim_start_matches(['*', '_', '~']).len();
    let colons = skip_blanks(line.as_bytes(), at + marks);
    if !line[colons..].starts_with("::") {
        return None;
    }
    value_start(line, colons + 2, false)
}

/// Behind "::" stands a blank, a link or nothing: "std::vector" is no field.
fn value_start(line: &str, at: usize, in_brackets: bool) -> Option<usize> {
    let may_begin = match char_at(line, at) {
        None => !in_brackets,
        Some(']' | ')') => in_brackets,
        Some(c) => is_space(c) || line[at..].starts_with("[["),
    };
    may_begin.then(|| skip_blanks(line.as_bytes(), at))
}

/// The next field in brackets, and the place of the bracket that opens it.
fn find_in_brackets(line: &str, from: usize) -> Option<(usize, Match)> {
    let mut at = from;
    loop {
        let opener = at + line.as_bytes().get(at..)?.iter().position(|c| matches!(c, b'[' | b'('))?;
        let rest = &line[opener + 1..];
        let length = rest.find([':', '[', ']', '(', ')', '{', '}', '|', '\n']).unwrap_or(rest.len());
        let end = opener + 1 + length;
        if length > 0 && line[end..].starts_with("::") && is_shorter(&rest[..length], LONGEST_KEY + 1) {
            if let Some(value) = value_start(line, end + 2, true) {
                return Some((opener, Match { key: (opener + 1, end), value }));
            }
        }
        at = opener + 1;
    }
}

/// Where each bracket and parenthesis of a line is closed; the two kinds do not mind one another.
fn find_closers(line: &str) -> FxHashMap<usize, usize> {
    let mut closers = FxHashMap::default();
    let (mut square, mut round) = (vec![], vec![]);
    let mut letters = line.char_indices();
    while let Some((at, c)) = letters.next() {
        let opener = match c {
            '\\' => letters.next().and(None),
            '[' => {
                square.push(at);
                None
            }
            '(' => {
                round.push(at);
                None
            }
            ']' => square.pop(),
            ')' => round.pop(),
            _ => None,
        };
        closers.extend(opener.map(|opener: usize| (opener, at)));
    }
    closers
}

/// Where the value of a field on its own line ends: before the end of a comment, and before the block's id.
fn value_end(line: &str, found: &Match, kind: Kind, is_last: bool) -> usize {
    if kind == Kind::Comment || line[..found.key.0].contains("%%") {
        if let Some(length) = line[found.value..].find("%%") {
            return found.value + length;
        }
    }
    let from = char_before(line, found.value).map_or(0, |c| found.value - c.len_utf8());
    let id = if is_last { block_id(line).filter(|(start, _)| *start >= from) } else { None };
    id.map_or(line.len(), |(start, _)| start.max(found.value))
}

/// The mark at the end of a line, " ^id": where it (with the space before it) begins, and the id.
pub fn block_id(line: &str) -> Option<(usize, &str)> {
    let body = line.trim_end_matches([' ', '\t']);
    let length = body.bytes().rev().take_while(|c| c.is_ascii_alphanumeric() || *c == b'-').count();
    let id = &body[body.len() - length..];
    let before = body[..body.len() - length].strip_suffix('^')?;
    if id.is_empty() {
        return None;
    }
    match before.chars().next_back() {
        None => Some((0, id)),
        Some(c) => is_space(c).then(|| (before.len() - c.len_utf8(), id)),
    }
}

/// A field's key without the marks of emphasis.
fn without_marks(key: &str) -> String {
    let letters: Vec<char> = key.chars().collect();
    let mut plain = String::with_capacity(key.len());
    let mut at = 0;
    while at < letters.len() {
        match letters[at] {
            '*' | '~' | '=' => at += 1,
            '_' => {
                let end = at + letters[at..].iter().take_while(|c| **c == '_').count();
                let begins_word = at == 0 || !is_word(letters[at - 1]);
                let ends_word = end == letters.len() || !is_word(letters[end]);
                if !(begins_word || ends_word) {
                    plain.extend(&letters[at..end]);
                }
                at = end;
            }
            c => {
                plain.push(c);
                at += 1;
            }
        }
    }
    plain
}
