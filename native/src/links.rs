//! What a link or an embed names, and what is shown of it.
use crate::definitions::{angle_end, quoted_end};
use crate::inline::Span;
use crate::text::*;
use std::borrow::Cow;

/// A link or an embed as written.
#[derive(Clone, Debug, Default)]
pub struct Mention {
    pub start: usize, // within the block: of "[", or of "!" for an embed
    pub end: usize,
    pub target: String, // before the "#"
    pub anchor: String, // behind it
    pub text: String,   // behind "|"
    pub embed: bool,
    pub external: bool,             // it leads out of the vault
    pub brackets: Option<Brackets>, // of a Markdown link
    pub key: Option<usize>,         // the number of the field whose value it is
}

/// What stands between the brackets of a Markdown link: no copy, as it may hold others that hold others.
#[derive(Clone, Debug)]
pub struct Brackets {
    pub words: Span, // without the size of an image
    pub end: usize,
}

impl Mention {
    /// The words given, of a link in this text; "": none are.
    pub fn words<'a>(&'a self, text: &'a str) -> &'a str {
        self.brackets.as_ref().map_or(&self.text, |brackets| &text[brackets.words.0..brackets.words.1])
    }
}

/// Take the inside of `[[...]]` apart.
pub fn mention(inner: &str, start: usize, end: usize, embed: bool) -> Mention {
    let (mut target, text) = split_once(inner, b'|').unwrap_or((inner, ""));
    let has_bar = target.len() < inner.len();
    let mut text = Cow::Borrowed(text);
    if has_bar && target.ends_with('\\') {
        target = &target[..target.len() - 1]; // "\|" within a table
        text = text.replace("\\|", "|").into();
    }
    if has_bar && blank(target) {
        (target, text) = (inner, "".into()); // "[[|x]]": the bar is part of the name
    }
    let target = strip(target);
    let (path, anchor) = split_once(target, b'#').unwrap_or((target, ""));
    let text = if embed { without_size(strip(&text)) } else { strip(&text) };
    Mention {
        start,
        end,
        target: strip(path).into(),
        anchor: strip(anchor).into(),
        text: text.into(),
        embed,
        external: path.starts_with("obsidian://"),
        ..Mention::default()
    }
}

/// The words for an embed: "a|100", "100x80" and "100" tell a size.
pub fn without_size(text: &str) -> &str {
    let (words, size) = text.rsplit_once('|').unwrap_or(("", text));
    let (width, height) = strip(size).split_once('x').unwrap_or((strip(size), "0"));
    let is_number = |text: &str| !text.is_empty() && text.chars().all(is_decimal);
    if is_number(width) && is_number(height) { words.strip_suffix('\\').unwrap_or(words) } else { text }
}

/// What the reader of the note sees: the words given, else "note > heading"; a footnote's label is no word.
pub fn shown_text<'a>(link: &'a Mention, text: &'a str) -> Cow<'a, str> {
    let words = link.words(text);
    if !words.is_empty() {
        return Cow::Borrowed(words);
    }
    if link.anchor.is_empty() {
        return Cow::Borrowed(if link.target.starts_with("[^") { "" } else { &link.target });
    }
    let parts = std::iter::once(link.target.as_str()).chain(link.anchor.split('#'));
    parts.filter(|part| !part.is_empty() && !part.starts_with("[^")).collect::<Vec<_>>().join(" > ").into()
}

/// The end of what follows the "]" of a Markdown link, and its destination: (destination "title"), CommonMark 6.3.
pub fn link_target(text: &str, start: usize) -> Option<(usize, &str)> {
    let b = text.as_bytes();
    let skip_gap = |at: usize| {
        let at = skip_blanks(b, at);
        if b.get(at) == Some(&b'\n') { skip_blanks(b, at + 1) } else { at }
    };
    if b.get(start) != Some(&b'(') {
        return None;
    }
    let mut at = skip_gap(start + 1);
    let mut url = "";
    if b.get(at) == Some(&b'<') {
        if let Some(end) = angle_end(text, at) {
            url = &text[at + 1..end - 1];
            at = end;
        }
    } else {
        let end = url_end(text, at, 5);
        url = &text[at..end];
        at = end;
    }
    let title = at + text[at..].find(|c| !" \t\n".contains(c)).unwrap_or(text.len() - at);
    if title > at {
        at = quoted_end(text, title, false).unwrap_or(at);
    }
    at = skip_gap(at);
    (b.get(at) == Some(&b')')).then_some((at + 1, url))
}

/// What stands for itself in a destination.
static IS_PLAIN: [bool; 256] = {
    let mut table = [false; 256];
    let mut number = 0x21;
    while number <= 0x7f {
        table[number] = !matches!(number as u8, b'\\' | b'(' | b')');
        number += 1;
    }
    table
};

/// Behind a destination without "<": parentheses in it come in pairs, so deep at most.
fn url_end(text: &str, mut at: usize, deepest: usize) -> usize {
    let b = text.as_bytes();
    loop {
        at += b[at..].iter().position(|c| !IS_PLAIN[*c as usize]).unwrap_or(b.len() - at);
        let Some(c) = b.get(at) else { return at };
        match c {
            b'\\' => match char_at(text, at + 1) {
                Some(c) if c != '\n' => at += 1 + c.len_utf8(),
                _ => break,
            },
            b'(' if deepest > 0 => {
                let end = url_end(text, at + 1, deepest - 1);
                if b.get(end) != Some(&b')') {
                    break;
                }
                at = end + 1;
            }
            _ if c.is_ascii() => break,
            _ => match char_at(text, at) {
                Some(c) if !is_space(c) => at += c.len_utf8(),
                _ => break,
            },
        }
    }
    at
}

/// Path, anchor and whether it leads out of the vault; None: it names nothing.
pub fn destination(url: &str) -> Option<(String, String, bool)> {
    if url.is_empty() {
        return None;
    }
    let url = without_escapes(url);
    if has_scheme(&url) || url.starts_with("//") {
        return Some((url.into_owned(), String::new(), true));
    }
    let url = if holds(&url, b'%') { unquote(&url).into() } else { url };
    let (path, anchor) = split_once(&url, b'#').unwrap_or((&url, ""));
    Some((path.into(), anchor.into(), false))
}

/// Whether a scheme begins an address; two letters at least: "C:" is a drive.
fn has_scheme(url: &str) -> bool {
    let b = url.as_bytes();
    let length = b.iter().take_while(|c| c.is_ascii_alphanumeric() || b"+.-".contains(c)).count();
    length >= 2 && b[0].is_ascii_alphabetic() && b.get(length) == Some(&b':')
}

fn unquote(url: &str) -> String {
    percent_encoding::percent_decode_str(url).decode_utf8_lossy().into_owned()
}

fn without_escapes(url: &str) -> Cow<'_, str> {
    if !holds(url, b'\\') {
        return Cow::Borrowed(url);
    }
    let mut plain = String::with_capacity(url.len());
    let mut rest = url.chars().peekable();
    while let Some(c) = rest.next() {
        let escaped = rest.next_if(|next| c == '\\' && next.is_ascii_punctuation());
        plain.push(escaped.unwrap_or(c));
    }
    Cow::Owned(plain)
}
