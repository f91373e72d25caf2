//! Inline Markdown as plain text: for titles, the words of links and the values of fields.
use crate::blocks::Kind;
use crate::doubt::Doubt;
use crate::inline::Inline;
use crate::links::shown_text;
use crate::text::*;
use std::borrow::Cow;
use std::cmp::Reverse;

const PLACEHOLDER: char = '\u{e000}'; // a private character: stands for what must not be read again

/// Take marks, links and comments out; white space is collapsed.
pub fn to_text(markdown: &str) -> Result<Cow<'_, str>, Doubt> {
    if is_plain(markdown) {
        return Ok(Cow::Borrowed(markdown));
    }
    if !markdown.bytes().any(is_mark) {
        return Ok(collapsed(markdown).into());
    }
    let markdown = markdown.replace(PLACEHOLDER, "");
    let (rest, fragments) = without_inlines(&markdown);
    let rest = without_emphasis(&rest)?;
    let mut fragments = fragments.into_iter();
    let mut text = String::with_capacity(rest.len());
    for c in rest.chars() {
        if c == PLACEHOLDER { text.push_str(&fragments.next().unwrap_or_default()) } else { text.push(c) }
    }
    Ok(collapsed(&text).into())
}

/// Whether there is nothing to take out: printable ASCII with single spaces within, and no marks.
fn is_plain(text: &str) -> bool {
    let mut last = b' ';
    for c in text.bytes() {
        if IS_ODD[c as usize] || (c == b' ' && last == b' ') {
            return false;
        }
        last = c;
    }
    last != b' ' || text.is_empty()
}

const fn is_mark(c: u8) -> bool {
    matches!(c, b'\\' | b'`' | b'$' | b'<' | b'%' | b'[' | b'&' | b'*' | b'_' | b'~' | b'=')
}

static IS_ODD: [bool; 256] = {
    let mut table = [false; 256];
    let mut number = 0;
    while number < 256 {
        table[number] = is_mark(number as u8) || number < 32 || number > 126;
        number += 1;
    }
    table
};

/// Code, formulas, HTML, comments and links taken out; and the words that stay of them.
fn without_inlines(text: &str) -> (String, Vec<String>) {
    let mut inline = Inline::default();
    inline.scan(text, Kind::Text);
    let mut edits: Vec<(usize, usize, Option<Cow<str>>)> = vec![];
    edits.extend(inline.comments.iter().map(|(start, end)| (*start, *end, None)));
    edits.extend(inline.footnotes.iter().map(|(start, end)| (start - 2, end + 1, None)));
    edits.extend(inline.inline_footnotes.iter().map(|(start, end)| (*start, *end, None)));
    for link in &inline.mentions {
        if let Some(brackets) = &link.brackets {
            // [text](target): its text is read on
            edits.push((link.start, brackets.words.0, None));
            edits.push((brackets.end, link.end, None));
            edits.push((brackets.words.1, brackets.end, None)); // the size of an image
        } else {
            edits.push((link.start, link.end, Some(shown_text(link, text))));
        }
    }
    for (start, end) in &inline.masked {
        let span = &text[*start..*end];
        match span.as_bytes()[0] {
            b'`' => edits.push((*start, *end, Some(strip(span.trim_matches('`')).into()))),
            b'$' => edits.push((*start, *end, Some(span.into()))),
            b'<' => edits.push((*start, *end, None)),
            _ => {}
        }
    }
    edits.sort_by_key(|(start, end, words)| (*start, Reverse(*end), words.is_none()));
    let (mut rest, mut fragments, mut position) = (String::with_capacity(text.len()), vec![], 0);
    for (start, end, words) in edits {
        if start >= position {
            rest.push_str(&text[position..start]);
            if let Some(words) = words {
                rest.push(PLACEHOLDER);
                fragments.push(words.into_owned());
            }
            position = end;
        }
    }
    rest.push_str(&text[position..]);
    (rest, fragments)
}

/// Emphasis taken out (CommonMark 6.2, without its rule of three), escapes and entities read.
fn without_emphasis(text: &str) -> Result<String, Doubt> {
    let b = text.as_bytes();
    let mut parts: Vec<Cow<str>> = vec![];
    let mut openers: [Vec<(usize, usize)>; 4] = Default::default(); // index of the part, how many are left
    let (mut position, mut at) = (0, 0);
    while at < b.len() {
        let c = b[at];
        let kind = match c {
            b'\\' if b.get(at + 1).is_some_and(u8::is_ascii_punctuation) => {
                parts.push(text[position..at].into());
                position = at + 1;
                at += 2;
                continue;
            }
            b'&' => {
                if let Some((end, word)) = entity(text, at)? {
                    parts.push(text[position..at].into());
                    parts.push(word.to_string().into());
                    (position, at) = (end, end);
                } else {
                    at += 1;
                }
                continue;
            }
            b'*' => 0,
            b'_' => 1,
            b'~' if b.get(at + 1) == Some(&b'~') => 2,
            b'=' if b.get(at + 1) == Some(&b'=') => 3,
            _ => {
                at += 1;
                continue;
            }
        };
        let mut count = run(b, at, c);
        parts.push(text[position..at].into());
        position = at + count;
        let (opens, closes) = flanks(text, at, position, c);
        let marks = |count: usize| Cow::Owned((c as char).to_string().repeat(count));
        while closes && count > 0 {
            let Some((part, more)) = openers[kind].pop() else { break };
            let used = more.min(count);
            count -= used;
            parts[part] = marks(more - used);
            if more > used {
                openers[kind].push((part, more - used));
            }
        }
        if opens && count > 0 {
            openers[kind].push((parts.len(), count));
        }
        parts.push(marks(count));
        at = position;
    }
    parts.push(text[position..].into());
    Ok(parts.concat())
}

/// The entity that begins here: its end and its character. Of most names only Python knows what they mean.
fn entity(text: &str, at: usize) -> Result<Option<(usize, char)>, Doubt> {
    let rest = &text.as_bytes()[at + 1..];
    let Some(length) = rest.iter().take(33).position(|c| *c == b';') else { return Ok(None) };
    let Ok(name) = std::str::from_utf8(&rest[..length]) else { return Ok(None) };
    let end = at + length + 2;
    let c = if let Some(number) = name.strip_prefix('#') {
        let (digits, radix, most) = match number.strip_prefix(['x', 'X']) {
            Some(digits) => (digits, 16, 6),
            None => (number, 10, 7),
        };
        if digits.is_empty() || digits.len() > most || !digits.chars().all(|c| c.is_digit(radix)) {
            return Ok(None);
        }
        match u32::from_str_radix(digits, radix).ok().and_then(char::from_u32) {
            Some(c @ (' '..='~' | '\u{a0}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}')) => c,
            Some(c) if c > '\u{ffff}' && c as u32 & 0xffff < 0xfffe => c,
            _ => return Err(Doubt::Entity),
        }
    } else {
        if length < 2 || !name.as_bytes()[0].is_ascii_alphabetic() || !name.bytes().all(|c| c.is_ascii_alphanumeric()) {
            return Ok(None);
        }
        match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "nbsp" => '\u{a0}',
            _ => return Err(Doubt::Entity),
        }
    };
    Ok(Some((end, c)))
}

/// Whether a run of marks can open emphasis, and whether it can close it.
fn flanks(text: &str, start: usize, end: usize, mark: u8) -> (bool, bool) {
    let before = char_before(text, start).unwrap_or(' ');
    let after = char_at(text, end).unwrap_or(' ');
    let is_word = |c: char| is_alnum(c) || c == PLACEHOLDER;
    let left = !is_space(after) && (is_word(after) || !is_word(before));
    let right = !is_space(before) && (is_word(before) || !is_word(after));
    if mark == b'_' { (left && !(right && is_word(before)), right && !(left && is_word(after))) } else { (left, right) }
}
