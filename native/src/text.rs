//! What Python's `str` does, in the same way.
pub use crate::letters::{is_alnum, is_decimal, is_digit, is_letter, is_lower, is_space, is_upper, is_word};

/// `text.split("\n")`
pub fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let end = memchr::memchr(b'\n', text.as_bytes());
        rest = end.map(|end| &text[end + 1..]);
        Some(&text[..end.unwrap_or(text.len())])
    })
}

/// Whether a character of ASCII stands in a text.
pub fn holds(text: &str, c: u8) -> bool {
    memchr::memchr(c, text.as_bytes()).is_some()
}

/// `str::split_once` at a character of ASCII.
pub fn split_once(text: &str, c: u8) -> Option<(&str, &str)> {
    let at = memchr::memchr(c, text.as_bytes())?;
    Some((&text[..at], &text[at + 1..]))
}

/// Where such marks, of ASCII and the first of them rare, stand next.
pub fn find_marks(text: &[u8], marks: &[u8]) -> Option<usize> {
    memchr::memchr_iter(marks[0], text).find(|at| text[*at..].starts_with(marks))
}

pub fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.chars().all(is_digit)
}

pub fn strip(text: &str) -> &str {
    text.trim_matches(is_space)
}

pub fn strip_end(text: &str) -> &str {
    text.trim_end_matches(is_space)
}

pub fn blank(text: &str) -> bool {
    text.chars().all(is_space)
}

/// `joint.join(text.split())`
pub fn join_words(text: &str, joint: char) -> String {
    let mut joined = String::with_capacity(text.len());
    for word in text.split(is_space).filter(|word| !word.is_empty()) {
        if !joined.is_empty() {
            joined.push(joint);
        }
        joined.push_str(word);
    }
    joined
}

/// A text as one line with single spaces.
pub fn collapsed(text: &str) -> String {
    join_words(text, ' ')
}

pub fn char_at(text: &str, at: usize) -> Option<char> {
    text[at..].chars().next()
}

pub fn char_before(text: &str, at: usize) -> Option<char> {
    text[..at].chars().next_back()
}

/// Whether a text has fewer characters than `limit`, without counting all of a long one.
pub fn is_shorter(text: &str, limit: usize) -> bool {
    text.len() < limit || (text.len() < 4 * limit && text.chars().count() < limit)
}

/// Behind the white space that begins here.
pub fn skip_spaces(text: &str, at: usize) -> usize {
    text.len() - text[at..].trim_start_matches(is_space).len()
}

/// Behind the spaces and tabs that begin here.
pub fn skip_blanks(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() && matches!(bytes[at], b' ' | b'\t') {
        at += 1;
    }
    at
}

/// How often a character stands here.
pub fn run(bytes: &[u8], at: usize, c: u8) -> usize {
    bytes[at..].iter().take_while(|x| **x == c).count()
}
