//! Definitions of targets that links name: `[name]: target "title"` (https://spec.commonmark.org/0.31.2/#link-reference-definitions).
use crate::blocks::Line;
use crate::text::*;

const LONGEST: usize = 999; // characters of a name

/// How many of a paragraph's lines define targets of links.
pub fn count_definitions(text: &str, lines: &[Line]) -> usize {
    let first = &text[lines[0].start..lines[0].end];
    if !first.starts_with('[') || first.starts_with("[[") {
        return 0;
    }
    let content = lines.iter().map(|line| &text[line.start..line.end]).collect::<Vec<_>>().join("\n");
    let mut end = 0;
    while let Some(stop) = definition_end(&content, end) {
        end = stop;
    }
    content[..end].matches('\n').count() + (end == content.len() && !content.ends_with('\n')) as usize
}

/// Behind the definition that begins here, its line's end included.
fn definition_end(text: &str, start: usize) -> Option<usize> {
    let b = text.as_bytes();
    if b.get(start) != Some(&b'[') || b.get(start + 1) == Some(&b'^') {
        return None;
    }
    let mut at = name_end(text, start + 1)?;
    if !text[at..].starts_with("]:") {
        return None;
    }
    at = skip_blanks(b, at + 2);
    at = skip_blanks(b, at + (b.get(at) == Some(&b'\n')) as usize);
    at = target_end(text, at)?;
    title_end(text, at).and_then(|end| line_end(b, end)).or_else(|| line_end(b, at))
}

fn name_end(text: &str, start: usize) -> Option<usize> {
    let b = text.as_bytes();
    if b.get(skip_spaces(text, start)) == Some(&b']') {
        return None;
    }
    let (mut at, mut count) = (start, 0);
    while at < b.len() && !matches!(b[at], b'[' | b']') && count < LONGEST {
        at += (b[at] == b'\\') as usize;
        at += char_at(text, at)?.len_utf8();
        count += 1;
    }
    (count > 0).then_some(at)
}

fn target_end(text: &str, start: usize) -> Option<usize> {
    if text[start..].starts_with('<') {
        return angle_end(text, start);
    }
    let rest = &text[start..];
    let length = rest.find(|c: char| is_space(c) || c < '\u{20}').unwrap_or(rest.len());
    // nobody means one by [name]: [[Note]]
    (length > 0 && !rest.starts_with("[[")).then_some(start + length)
}

/// Behind a target in "<" and ">".
pub fn angle_end(text: &str, start: usize) -> Option<usize> {
    let b = text.as_bytes();
    let mut at = start + 1;
    loop {
        match b.get(at)? {
            b'>' => return Some(at + 1),
            b'<' | b'\n' => return None,
            b'\\' => at += 1 + char_at(text, at + 1).filter(|c| *c != '\n')?.len_utf8(),
            _ => at += 1,
        }
    }
}

/// Behind a title that stands behind blanks or on the next line.
fn title_end(text: &str, at: usize) -> Option<usize> {
    let b = text.as_bytes();
    let mut title = skip_blanks(b, at);
    if b.get(title) == Some(&b'\n') {
        title += 1;
    } else if title == at {
        return None;
    }
    title = skip_blanks(b, title);
    quoted_end(text, title, true)
}

/// Behind the end of a line of which nothing but blanks is left.
fn line_end(bytes: &[u8], at: usize) -> Option<usize> {
    let at = skip_blanks(bytes, at);
    match bytes.get(at) {
        None => Some(at),
        Some(b'\n') => Some(at + 1),
        Some(_) => None,
    }
}

/// Behind a title: "...", '...' or (...); whether a backslash may stand before a line's end.
pub fn quoted_end(text: &str, start: usize, breaks: bool) -> Option<usize> {
    let b = text.as_bytes();
    let closer = match b.get(start)? {
        b'"' => b'"',
        b'\'' => b'\'',
        b'(' => b')',
        _ => return None,
    };
    let mut at = start + 1;
    loop {
        match *b.get(at)? {
            b'\\' => at += 1 + char_at(text, at + 1).filter(|c| breaks || *c != '\n')?.len_utf8(),
            c if c == closer => return Some(at + 1),
            b'(' if closer == b')' => return None,
            _ => at += 1,
        }
    }
}
