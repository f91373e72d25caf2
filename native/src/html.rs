//! What HTML looks like within Markdown (https://spec.commonmark.org/0.31.2/#html-blocks).
use crate::text::{find_marks, is_space, skip_spaces};

fn skip_name(bytes: &[u8], mut at: usize, more: &[u8]) -> usize {
    while at < bytes.len() && (bytes[at].is_ascii_alphanumeric() || more.contains(&bytes[at])) {
        at += 1;
    }
    at
}

/// The end of the tag that begins here.
pub fn tag_end(text: &str, start: usize) -> Option<usize> {
    let b = text.as_bytes();
    let closes = b.get(start + 1) == Some(&b'/');
    let mut at = start + 1 + closes as usize;
    if !b.get(at)?.is_ascii_alphabetic() {
        return None;
    }
    at = skip_name(b, at, b"-");
    if closes {
        at = skip_spaces(text, at);
        return (b.get(at) == Some(&b'>')).then_some(at + 1);
    }
    loop {
        let name = skip_spaces(text, at);
        if name == at || name == b.len() || !(b[name].is_ascii_alphabetic() || matches!(b[name], b'_' | b':')) {
            at = name;
            break;
        }
        at = skip_name(b, name, b"_.:-");
        let equals = skip_spaces(text, at);
        if b.get(equals) == Some(&b'=') {
            at = value_end(text, skip_spaces(text, equals + 1)).unwrap_or(at);
        }
    }
    if b.get(at) == Some(&b'/') {
        at += 1;
    }
    (b.get(at) == Some(&b'>')).then_some(at + 1)
}

/// The end of an attribute's value; None: there is none, or its quotes are not closed.
fn value_end(text: &str, value: usize) -> Option<usize> {
    let rest = &text[value..];
    match rest.as_bytes().first()? {
        quote @ (b'"' | b'\'') => memchr::memchr(*quote, &rest.as_bytes()[1..]).map(|length| value + length + 2),
        _ => {
            let length = rest.find(|c: char| is_space(c) || "\"'=<>`".contains(c)).unwrap_or(rest.len());
            (length > 0).then_some(value + length)
        }
    }
}

const RAW: [&str; 4] = ["script", "pre", "style", "textarea"];
#[rustfmt::skip]
const BLOCK: [&str; 62] = [
    "address", "article", "aside", "base", "basefont", "blockquote", "body", "caption", "center", "col", "colgroup", "dd",
    "details", "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "frame",
    "frameset", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hr", "html", "iframe", "legend", "li", "link",
    "main", "menu", "menuitem", "nav", "noframes", "ol", "optgroup", "option", "p", "param", "search", "section",
    "summary", "table", "tbody", "td", "tfoot", "th", "thead", "title", "tr", "track", "ul",
];

/// What ends a block.
#[derive(Clone, Copy, PartialEq)]
pub enum Closer {
    Blank,
    Raw, // one of the tags of RAW
    Text(&'static str),
}

pub const COMMENT: Closer = Closer::Text("-->");

/// A letter as `re.IGNORECASE` compares it with those of ASCII.
pub fn fold(c: char) -> char {
    match c {
        'İ' | 'ı' => 'i',
        'ſ' => 's',
        '\u{212a}' => 'k', // of Kelvin
        _ => c.to_ascii_lowercase(),
    }
}

/// What ends the block that this line begins; None: it begins none.
pub fn block_closer(line: &str) -> Option<Closer> {
    let b = line.as_bytes();
    let at = if b.get(1) == Some(&b'/') { 2 } else { 1 };
    let end = at + line[at..].find(|c| !fold(c).is_ascii_alphanumeric()).unwrap_or(line.len() - at);
    let word: String = line[at..end].chars().map(fold).collect();
    let next = line[end..].chars().next();
    if at == 1 && RAW.contains(&word.as_str()) && next.is_none_or(|c| is_space(c) || c == '>') {
        return Some(Closer::Raw);
    }
    if line.starts_with("<!--") {
        return Some(COMMENT);
    }
    if line.starts_with("<?") {
        return Some(Closer::Text("?>"));
    }
    if line.starts_with("<!") && b.get(2).is_some_and(u8::is_ascii_alphabetic) {
        return Some(Closer::Text(">"));
    }
    if line.starts_with("<![CDATA[") {
        return Some(Closer::Text("]]>"));
    }
    let ends = next.is_none_or(|c| is_space(c) || c == '>' || line[end..].starts_with("/>"));
    (BLOCK.contains(&word.as_str()) && ends).then_some(Closer::Blank)
}

/// Whether a line, from here on, ends a block.
pub fn closes(line: &str, from: usize, closer: Closer) -> bool {
    let rest = line.get(from..).unwrap_or("");
    match closer {
        Closer::Blank => false,
        Closer::Text(text) => find_marks(rest.as_bytes(), text.as_bytes()).is_some(),
        Closer::Raw => memchr::memchr_iter(b'<', rest.as_bytes()).any(|at| {
            let tag = || rest[at..].chars().map(fold);
            RAW.iter().any(|word| tag().take(word.len() + 3).eq("</".chars().chain(word.chars()).chain(['>'])))
        }),
    }
}

/// Behind the end of the comment that ends on this line, if it does from here on.
pub fn comment_end(line: &str, from: usize) -> Option<usize> {
    find_marks(line.as_bytes().get(from..)?, b"-->").map(|length| from + length + 3)
}
