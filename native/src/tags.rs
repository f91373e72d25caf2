//! Tags within a text: `#tag`, where they may stand.
use crate::blocks::Kind;
use crate::inline::Span;
use crate::text::*;

const LONGEST_ADDRESS: usize = 2_000; // characters
const MARKS_BEFORE: &str = "_|*~="; // that may end a token, before a tag

/// The tags of one text, asked for in its order.
pub struct Tags<'a> {
    text: &'a str,
    attributes: usize,      // where those of a heading begin, in which there are none
    line: usize,            // where the line begins that was read last
    scheme: Option<usize>,  // where the last "://" stands
    seen: usize,            // up to here, lines and schemes were looked for
    is_table: Option<bool>, // None: nobody knows yet
}

impl<'a> Tags<'a> {
    pub fn new(text: &'a str, kind: Kind) -> Self {
        let attributes = if kind == Kind::Heading { attributes_start(text) } else { None };
        Tags { text, attributes: attributes.unwrap_or(text.len()), line: 0, scheme: None, seen: 0, is_table: None }
    }

    /// Read the "#" that stands here; gives where to go on, and the tag. A token may just have ended.
    pub fn read(&mut self, at: usize, follows_token: bool) -> (usize, Option<Span>) {
        let before = char_before(self.text, at).unwrap_or(' ');
        // only behind a space, or where another token just ended: #a#b, _#a_, |#a|, [#a](u), \[#a
        let may_begin = is_space(before) || follows_token || (MARKS_BEFORE.contains(before) && self.ends_token(at));
        if !may_begin || (before == '|' && !self.is_row(at)) || at > self.attributes {
            return (at + 1, None);
        }
        let end = tag_end(self.text, at + 1);
        let mut body = self.text[at + 1..end].trim_end_matches('/');
        if "_*~=".contains(before) {
            body = body.trim_end_matches(before); // the emphasis that began before it
        }
        let is_tag = !body.is_empty() && !all_digits(body);
        (end, is_tag.then_some((at + 1, at + 1 + body.len())))
    }

    /// Go on to this place with what is known of the text before it.
    fn look(&mut self, at: usize) {
        let stretch = &self.text.as_bytes()[self.seen..at];
        self.line = memchr::memrchr(b'\n', stretch).map_or(self.line, |length| self.seen + length + 1);
        let from = self.seen.saturating_sub(2);
        let scheme = memchr::memmem::rfind(&self.text.as_bytes()[from..at], b"://");
        self.scheme = scheme.map(|length| from + length).or(self.scheme);
        self.seen = at;
    }

    /// Whether a mark before a "#" may end a token: no sign within a bare address, no single "=" or "~".
    fn ends_token(&mut self, at: usize) -> bool {
        let bytes = self.text.as_bytes();
        let mark = bytes[at - 1];
        if matches!(mark, b'=' | b'~') && (at < 2 || bytes[at - 2] != mark) {
            return false;
        }
        self.look(at);
        let Some(scheme) = self.scheme else { return true };
        let address = &self.text[scheme..at];
        !is_shorter(address, LONGEST_ADDRESS + 1) || address.contains(is_space)
    }

    /// Whether a line is the row of a table: a bar begins it, or a line of dashes stands in the block.
    fn is_row(&mut self, at: usize) -> bool {
        self.look(at);
        if self.text.as_bytes()[self.line] == b'|' {
            return true;
        }
        let text = self.text;
        *self.is_table.get_or_insert_with(|| text.split('\n').any(is_dashes))
    }
}

/// Behind the tag whose first character stands here.
pub fn tag_end(text: &str, start: usize) -> usize {
    let ends = |c: char| {
        if c.is_ascii() {
            is_space(c) || (c.is_ascii_punctuation() && !matches!(c, '-' | '/' | '_'))
        } else {
            is_space(c) || matches!(c, '\u{2000}'..='\u{206f}' | '\u{2e00}'..='\u{2e7f}')
        }
    };
    text[start..].find(ends).map_or(text.len(), |length| start + length)
}

/// The line below a table's head: `|--|:-:|`.
pub fn is_dashes(line: &str) -> bool {
    let bytes = line.as_bytes();
    let mut at = skip_blanks(bytes, 0);
    at = skip_blanks(bytes, at + (bytes.get(at) == Some(&b'|')) as usize);
    at += (bytes.get(at) == Some(&b':')) as usize;
    let dashes = run(bytes, at.min(bytes.len()), b'-');
    at += dashes;
    at = skip_blanks(bytes, at + (bytes.get(at) == Some(&b':')) as usize);
    dashes > 0 && bytes.get(at) == Some(&b'|')
}

/// Where the attributes behind a heading begin, as many a program has them: " { #id .class }".
pub fn attributes_start(text: &str) -> Option<usize> {
    let end = text.trim_end_matches([' ', '\t']);
    let body = end.strip_suffix('}')?;
    let brace = body.rfind(['{', '}', '\n']).filter(|brace| body.as_bytes()[*brace] == b'{')?;
    let inside = &body[brace + 1..];
    let inside = inside.strip_prefix(':').unwrap_or(inside).trim_start_matches([' ', '\t']);
    let first = inside.strip_prefix(['#', '.'])?.chars().next()?;
    let start = text[..brace].trim_end_matches([' ', '\t']).len();
    (start < brace && (is_word(first) || matches!(first, ':' | '-'))).then_some(start)
}
