//! What Python's `str` does, in the same way.
pub use crate::letters::{is_alnum, is_decimal, is_digit, is_letter, is_lower, is_space, is_upper, is_word};

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
