//! Front matter whose meaning is beyond doubt: `key: value` on lines, lists of one level, plain or quoted words.
//!
//! What else YAML can say (in some notes of a thousand) is asked of the same library as ever, from Python.
use crate::doubt::Doubt;
use crate::text::*;
use memchr::memmem;
use rustc_hash::FxHashSet;

const LONGEST: usize = 10_000; // bytes; beyond, Python does not look everywhere for the line of a value
const MOST_DIGITS: usize = 17; // of a number; YAML rounds those that are longer
const LONGEST_KEY: usize = 256; // bytes

#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    List(Vec<Value>),
}

impl Value {
    /// The texts of a property, which is one of them or a list.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let items = if let Value::List(items) = self { items.as_slice() } else { std::slice::from_ref(self) };
        items.iter().filter_map(|item| if let Value::Text(text) = item { Some(text.as_str()) } else { None })
    }
}

pub struct Entry<'a> {
    pub key: &'a str,
    pub value: Value,
    line: u32,    // in the note, counted from 1
    start: usize, // of its value
    end: usize,   // of what stands behind it, up to the next key
}

/// The properties of one note, in order.
#[derive(Default)]
pub struct FrontMatter<'a> {
    pub raw: &'a str, // the YAML itself
    pub end: usize,   // where the note's body begins
    pub entries: Vec<Entry<'a>>,
}

impl<'a> FrontMatter<'a> {
    /// Read what stands at the head of a note.
    pub fn read(text: &'a str) -> Result<Self, Doubt> {
        let Some(rest) = text.strip_prefix("---") else { return Ok(FrontMatter::default()) };
        if rest.starts_with('\x1e') {
            return Err(Doubt::FrontMatter); // what a dialect has put in a line's place
        }
        if !rest.starts_with('\n') {
            return Ok(FrontMatter::default());
        }
        let last = last_line(text, "\n").ok_or(Doubt::FrontMatter)?;
        let raw = text.get(4..last).unwrap_or_default();
        if raw.len() > LONGEST || holds_odd(raw) || has_long_number(raw) {
            return Err(Doubt::FrontMatter);
        }
        Ok(FrontMatter { raw, end: (last + 5).min(text.len()), entries: read_entries(raw)? })
    }

    /// The line of a property.
    pub fn line_of_key(&self, entry: &Entry) -> u32 {
        entry.line
    }

    /// The line of some words within the value of a property; where they are not found, its own.
    pub fn line_of(&self, entry: &Entry, words: &str) -> u32 {
        let value = &self.raw[entry.start..];
        if let Some(length) = memmem::find(value.as_bytes(), words.as_bytes()).filter(|_| !words.is_empty()) {
            let at = entry.start + length;
            let before = &self.raw[..at];
            let is_whole = (before.ends_with("- ") || before.ends_with(": ") || before.ends_with(", "))
                || before.ends_with(['"', '\'', '[']);
            let ends = self.raw[at + words.len()..].chars().next().is_none_or(|c| "\"'\n,]".contains(c));
            let between = &value[..length];
            if is_whole && ends && at < entry.end && !between.contains('#') {
                return 2 + count_lines(before);
            }
        }
        let lines = || self.raw[entry.start..entry.end].split('\n').zip(entry.line..);
        let mut wholes = lines().map(|(text, line)| (strip_item(text), line));
        let is_within =
            |(text, line): &(&str, u32)| *line == entry.line || text.is_empty() || text.starts_with([' ', '-']);
        let mut parts = lines().take_while(is_within);
        wholes
            .find_map(|(text, line)| (text == words).then_some(line))
            .or_else(|| parts.find_map(|(text, line)| text.contains(words).then_some(line)))
            .unwrap_or(entry.line)
    }
}

/// Where the body of a note begins.
pub fn body_start(text: &str) -> usize {
    // "---", and the end of its line or what a dialect has put in its place
    let mark = text.get(3..4).filter(|mark| text.starts_with("---") && matches!(*mark, "\n" | "\x1e"));
    mark.and_then(|mark| last_line(text, mark)).map_or(0, |last| (last + 5).min(text.len()))
}

/// Where the line ends above the one that ends the front matter, which is exactly "---"; lines are ended by `mark`.
fn last_line(text: &str, mark: &str) -> Option<usize> {
    let ends = |at: &usize| text.as_bytes()[3 + at + 1..].starts_with(b"---\n");
    let found = memchr::memchr_iter(mark.as_bytes()[0], &text.as_bytes()[3..]).find(ends);
    let at_end = || text[3..].strip_suffix("---").is_some_and(|rest| rest.ends_with(mark)).then(|| text.len() - 4);
    found.map(|length| length + 3).or_else(at_end)
}

fn count_lines(text: &str) -> u32 {
    memchr::memchr_iter(b'\n', text.as_bytes()).count() as u32
}

/// What fills a line, or is the item on it, without quotes.
fn strip_item(line: &str) -> &str {
    let line = strip(line);
    strip(line.strip_prefix("- ").unwrap_or(line)).trim_matches(['"', '\''])
}

/// Characters that YAML refuses, or that end a line of it.
fn is_odd(c: char) -> bool {
    (c < ' ' && c != '\n')
        || matches!(c, '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}'..='\u{ffff}')
}

/// Counted and not looked for: without a branch a few instructions ask many bytes.
fn holds_odd(raw: &str) -> bool {
    if raw.is_ascii() { raw.bytes().filter(|c| is_odd((*c).into())).count() > 0 } else { raw.contains(is_odd) }
}

fn has_long_number(raw: &str) -> bool {
    if raw.is_ascii() {
        return raw.as_bytes().split(|c| !c.is_ascii_digit()).any(|digits| digits.len() > MOST_DIGITS);
    }
    let mut count = 0;
    raw.chars().any(|c| {
        count = if is_decimal(c) { count + 1 } else { 0 };
        count > MOST_DIGITS
    })
}

fn read_entries(raw: &str) -> Result<Vec<Entry<'_>>, Doubt> {
    let mut entries: Vec<Entry> = vec![];
    let mut known = FxHashSet::default();
    let mut is_open = false; // the last key waits for its value
    let mut indent = None; // of its items
    let mut position = 0;
    for (line, number) in lines(raw).zip(2..) {
        let start = position;
        position += line.len() + 1;
        let words = line.trim_start_matches(' ');
        let before = line.len() - words.len();
        if words.is_empty() || words.starts_with('#') {
            continue;
        }
        if words == "-" || words.starts_with("- ") {
            let entry = entries.last_mut().filter(|_| is_open).ok_or(Doubt::FrontMatter)?;
            if *indent.get_or_insert(before) != before {
                return Err(Doubt::FrontMatter);
            }
            let item = scalar(words[1..].trim_matches(' '), false)?;
            match &mut entry.value {
                Value::List(items) => items.push(item),
                value => *value = Value::List(vec![item]),
            }
            continue;
        }
        let (key, rest) = split_once(words, b':').ok_or(Doubt::FrontMatter)?;
        let value_start = start + key.len() + 1;
        if before > 0 || !(rest.is_empty() || rest.starts_with(' ')) || !is_key(key) || !known.insert(key) {
            return Err(Doubt::FrontMatter);
        }
        let rest = rest.trim_matches(' ');
        let value = if rest.starts_with('[') { flow_list(rest)? } else { scalar(rest, false)? };
        (is_open, indent) = (rest.is_empty(), None);
        if let Some(last) = entries.last_mut() {
            last.end = start - 1;
        }
        entries.push(Entry { key, value, line: number, start: value_start, end: raw.len() });
    }
    Ok(entries)
}

fn is_key(key: &str) -> bool {
    let is_first = |c: char| c == '_' || (is_word(c) && !is_digit(c));
    key.len() < LONGEST_KEY
        && !key.ends_with(' ')
        && key.chars().next().is_some_and(is_first)
        && key.chars().all(|c| is_word(c) || matches!(c, ' ' | '-' | '.' | '/' | '@'))
        && !["null", "true", "false"].iter().any(|word| key.eq_ignore_ascii_case(word))
}

/// A list on one line: [a, "b"].
fn flow_list(text: &str) -> Result<Value, Doubt> {
    let inner = text[1..].strip_suffix(']').ok_or(Doubt::FrontMatter)?;
    let mut items = vec![];
    let mut rest = inner.trim_matches(' ');
    while !rest.is_empty() {
        let mut end = 0;
        if rest.starts_with(['"', '\'']) {
            end = 2 + rest[1..].find(&rest[..1]).ok_or(Doubt::FrontMatter)?;
            if !matches!(rest[end..].trim_start_matches(' ').bytes().next(), None | Some(b',')) {
                return Err(Doubt::FrontMatter);
            }
        }
        end = rest[end..].find(',').map_or(rest.len(), |length| end + length);
        let item = rest[..end].trim_matches(' ');
        if item.is_empty() {
            return Err(Doubt::FrontMatter);
        }
        items.push(scalar(item, true)?);
        rest = rest.get(end + 1..).unwrap_or_default().trim_start_matches(' ');
    }
    Ok(Value::List(items))
}

/// A value on one line, without blanks around it; whether it stands in [...].
fn scalar(text: &str, in_flow: bool) -> Result<Value, Doubt> {
    let Some(first) = text.chars().next() else { return Ok(Value::Null) };
    if matches!(first, '"' | '\'') {
        let inner = text[1..].strip_suffix(first).ok_or(Doubt::FrontMatter)?;
        let has_escapes = inner.contains(first) || (first == '"' && inner.contains('\\'));
        return if has_escapes { Err(Doubt::FrontMatter) } else { Ok(Value::Text(inner.into())) };
    }
    let is_negative = first == '-' && text.as_bytes().get(1).is_some_and(u8::is_ascii_digit);
    let may_begin = is_negative || first.is_ascii_alphanumeric() || !first.is_ascii() || "(/._+$<=~^;".contains(first);
    let bytes = text.as_bytes();
    let ends_words = memchr::memchr2_iter(b':', b'#', bytes).any(|at| match bytes[at] {
        b':' => bytes.get(at + 1).is_none_or(|c| *c == b' '),
        _ => at > 0 && bytes[at - 1] == b' ',
    });
    let has_blanks = is_space(first) || text.ends_with(is_space); // no spaces: they are words to YAML, and none within [...]
    if !may_begin || ends_words || has_blanks || (in_flow && text.contains(['[', ']', '{', '}'])) {
        return Err(Doubt::FrontMatter);
    }
    match text {
        "null" | "Null" | "NULL" | "~" => Ok(Value::Null),
        "true" | "True" | "TRUE" => Ok(Value::Bool(true)),
        "false" | "False" | "FALSE" => Ok(Value::Bool(false)),
        _ => number(text).unwrap_or_else(|| Ok(Value::Text(text.into()))),
    }
}

/// What may be a number: one in digits, maybe with a point in it; any other way to write one is a doubt.
fn number(text: &str) -> Option<Result<Value, Doubt>> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !unsigned.starts_with(|c: char| c == '.' || c.is_ascii_digit()) {
        return None; // as nearly all
    }
    let is_plain = |digits: &str| !digits.is_empty() && digits.bytes().all(|c| c.is_ascii_digit());
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    if is_plain(unsigned) && !text.starts_with('+') && (unsigned.len() == 1 || !unsigned.starts_with('0')) {
        return Some(text.parse().map(Value::Int).map_err(|_| Doubt::FrontMatter));
    }
    if is_plain(whole) && is_plain(fraction) && unsigned.len() == text.len() {
        return Some(text.parse().map(Value::Float).map_err(|_| Doubt::FrontMatter));
    }
    let has_radix = unsigned
        .strip_prefix("0x")
        .or(unsigned.strip_prefix("0o"))
        .is_some_and(|digits| digits.bytes().all(|c| c.is_ascii_hexdigit()));
    let is_name = matches!(unsigned.to_ascii_lowercase().as_str(), ".inf" | ".nan");
    let is_float = unsigned.bytes().all(|c| c.is_ascii_digit() || b".eE+-".contains(&c));
    let is_odd = has_radix || is_name || (is_float && !is_date(unsigned));
    is_odd.then_some(Err(Doubt::FrontMatter))
}

/// Digits and dashes, which are text to YAML: 2020-01-31.
fn is_date(text: &str) -> bool {
    text.contains('-') && text.bytes().all(|c| c.is_ascii_digit() || c == b'-')
}
