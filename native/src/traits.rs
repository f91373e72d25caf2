//! The traits that a note has by its text; `exporter.reader.batch.traits` explains each.
use crate::columns::SHORTEST;
use crate::text::*;
use memchr::memmem::{self, Finder};
use std::borrow::Cow;
use std::sync::LazyLock;

const HOLDS_CALLOUT: char = '!';
const HOLDS_ADDRESS: char = '<';
const PLACEHOLDERS: char = '{';

const WIDEST: usize = 5_000; // characters of a tag, or of the name of a target
const MOST_BYTES: usize = 4 * WIDEST; // that so many characters have
const ADDRESSES: [&str; 4] = ["href", "src", "data", "poster"];
const FILES: [&str; 3] = ["file=", "filepath=", "path="];
const WORDS: [&str; 3] = ["title", "date", "time"]; // that core Templates fills in

// Made once, as each is looked for in every note
static CALLOUT: LazyLock<Finder> = LazyLock::new(|| Finder::new("[!"));
static ADDRESS: LazyLock<Finder> = LazyLock::new(|| Finder::new("obsidian://"));
static DEFINITION: LazyLock<Finder> = LazyLock::new(|| Finder::new("]:"));

/// The traits of a note whose body begins at `end`, each a letter; None: Python knows.
pub fn of_text(text: &str, end: usize, headings: &str, callouts: &[String]) -> Option<String> {
    let has = [
        (holds_callout(text, callouts)?, HOLDS_CALLOUT),
        (holds_address(text), HOLDS_ADDRESS),
        (has_placeholders(text, end, headings), PLACEHOLDERS),
    ];
    Some(has.iter().filter(|(has, _)| *has).map(|(_, letter)| letter).collect())
}

/// Whether a callout of one of these kinds begins somewhere.
fn holds_callout(text: &str, kinds: &[String]) -> Option<bool> {
    if kinds.is_empty() {
        return Some(false);
    }
    let mut callouts = CALLOUT.find_iter(text.as_bytes()).peekable();
    if callouts.peek().is_some() && !kinds.iter().all(|kind| kind.is_ascii()) {
        return None;
    }
    Some(callouts.any(|at| {
        let words = text[at + 2..].trim_start_matches(is_space);
        let ends = |rest: &str| rest.trim_start_matches(is_space).starts_with(['|', ']']);
        kinds.iter().any(|kind| behind(words, kind).is_some_and(ends))
    }))
}

fn holds_address(text: &str) -> bool {
    names_file_for_obsidian(text) || defines_target(text) || html_holds_address(text)
}

/// Whether an address of Obsidian's own names a file.
fn names_file_for_obsidian(text: &str) -> bool {
    let mut end = 0; // of the last address: what stands in it is looked for once
    ADDRESS.find_iter(text.as_bytes()).any(|at| {
        let rest = &text[at + 11..];
        if rest.starts_with('/') || rest.starts_with("vault/") {
            return true;
        }
        if at < end {
            return false;
        }
        let address = &rest[..rest.find(|c| is_space(c) || "<>\"'()[]`".contains(c)).unwrap_or(rest.len())];
        end = at + 11 + address.len();
        let begins = |at: usize| !char_before(address, at).is_some_and(is_word);
        FILES.iter().any(|name| address.match_indices(name).any(|(at, _)| begins(at)))
    })
}

/// Whether a line begins as the definition of a link's target does: "[name]: ".
fn defines_target(text: &str) -> bool {
    let data = text.as_bytes();
    DEFINITION.find_iter(data).any(|at| {
        let first = at.saturating_sub(MOST_BYTES);
        memchr::memrchr(b'[', &data[first..at]).map(|length| first + length).is_some_and(|begin| {
            !matches!(data[begin + 1], b'^' | b']')
                && opens_line(data, begin)
                && is_shorter(&text[begin..at], WIDEST + 1)
        })
    })
}

/// Whether an element of HTML has an address, or a block that it begins, up to a blank line, what a link looks like.
fn html_holds_address(text: &str) -> bool {
    let data = text.as_bytes();
    let mut end = 0; // of the last block
    memchr::memchr_iter(b'<', data).any(|start| {
        let name = if data.get(start + 1) == Some(&b'/') { start + 2 } else { start + 1 };
        if !data.get(name).is_some_and(u8::is_ascii_alphabetic) {
            return false;
        }
        if name == start + 1 && is_near(text, start, b'=') && has_address(&text[name..]) {
            return true;
        }
        if start < end || !opens_line(data, start) {
            return false;
        }
        end = memmem::find(&data[start..], b"\n\n").map_or(data.len(), |length| start + length);
        memmem::find(&data[start..end], b"[[").is_some()
    })
}

/// Whether a character stands behind the "<" of a tag, before its ">" or within the characters that one has at most.
fn is_near(text: &str, start: usize, c: u8) -> bool {
    let nearest = &text.as_bytes()[start..text.len().min(start + MOST_BYTES)];
    memchr::memchr2(c, b'>', nearest)
        .is_some_and(|length| nearest[length] == c && is_shorter(&text[start..start + length], WIDEST))
}

/// Whether an element, from its name on, has an attribute that is an address.
fn has_address(element: &str) -> bool {
    let element = &element[..memchr::memchr2(b'<', b'>', element.as_bytes()).unwrap_or(element.len())];
    let name = &element[..element.find(|c| !is_word(c)).unwrap_or(element.len())];
    if !name.chars().all(|c| c.is_ascii_digit() || fold(c).is_ascii_alphabetic()) {
        return false;
    }
    let mut attributes = element[name.len()..].match_indices(is_space);
    attributes.any(|(at, blank)| {
        let attribute = &element[name.len() + at + blank.len()..];
        let is_value = |rest: &str| rest.trim_start_matches(is_space).starts_with('=');
        ADDRESSES.iter().any(|name| behind(attribute, name).is_some_and(is_value))
    })
}

/// What stands behind a word in ASCII, whatever its case; None: another word stands there.
fn behind<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let mut rest = text.chars();
    word.chars()
        .all(|letter| rest.next().is_some_and(|c| fold(c) == letter.to_ascii_lowercase()))
        .then_some(rest.as_str())
}

/// A letter as Python's patterns compare it, if they may take it for one of ASCII.
fn fold(c: char) -> char {
    match c {
        'ſ' => 's',
        '\u{212a}' => 'k', // of Kelvin
        'ı' | 'İ' => 'i',
        _ => c.to_ascii_lowercase(),
    }
}

/// Whether nothing but blanks and marks of quotes stands before this on its line.
fn opens_line(data: &[u8], at: usize) -> bool {
    let before = data[..at].iter().rev().find(|c| !matches!(c, b' ' | b'\t' | b'>'));
    before.is_none_or(|c| *c == b'\n')
}

/// Whether a note waits for words: in its properties, a heading, or at the head of its body.
fn has_placeholders(text: &str, end: usize, headings: &str) -> bool {
    if !has_sign(text) {
        return false;
    }
    let body = &text[end..];
    let blanks = body.len() - body.trim_start_matches(is_space).len();
    is_placeholder_in(&text[..end])
        || is_placeholder_in(&without_code(headings))
        || (body[blanks..].starts_with("<%") && is_shorter(&body[..blanks], SHORTEST - 1))
}

fn has_sign(text: &str) -> bool {
    let data = text.as_bytes();
    memchr::memchr2_iter(b'{', b'<', data).any(|at| matches!(data[at..], [b'{', b'{', ..] | [b'<', b'%', ..]))
}

fn is_placeholder_in(text: &str) -> bool {
    let is_word_at = |at: usize| {
        let words = text[at..].strip_prefix("{{").map(|rest| rest.trim_start_matches(is_space));
        let named = words.and_then(|words| WORDS.iter().find_map(|word| words.strip_prefix(word)));
        named.is_some_and(|rest| {
            let close = rest.find(['{', '}', '\n']);
            !rest.starts_with(is_word) && close.is_some_and(|close| rest[close..].starts_with("}}"))
        })
    };
    text.find("<%").is_some_and(|at| !blank(&text[at + 2..]))
        || memchr::memchr_iter(b'{', text.as_bytes()).any(is_word_at)
}

/// Headings without what stands in them as code.
fn without_code(headings: &str) -> Cow<'_, str> {
    if !headings.contains('`') {
        return headings.into();
    }
    let (mut text, mut rest) = (String::new(), headings);
    while let Some(start) = rest.find('`') {
        let inside = &rest[start + 1..];
        match inside.find(['`', '\n']) {
            Some(end) if inside[end..].starts_with('`') => {
                text.push_str(&rest[..start]);
                rest = &inside[end + 1..];
            }
            _ => {
                text.push_str(&rest[..=start]);
                rest = inside;
            }
        }
    }
    text.push_str(rest);
    text.into()
}
