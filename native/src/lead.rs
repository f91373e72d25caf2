//! The words with which a note begins, if they are a sentence: what others say that it is about.
use crate::blocks::{Block, Kind, Reader, callout_mark, footnote_label};
use crate::doubt::Doubt;
use crate::fields::{block_id, is_and};
use crate::inline::{Inline, Span};
use crate::plain_text::to_text;
use crate::tags::is_dashes;
use crate::text::*;
use std::borrow::Cow;
use std::cell::Cell;

const ANNOUNCES: [char; 5] = [':', '：', '–', '—', '-'];
const LONGEST_LABEL: usize = 60; // characters

/// The first paragraph from this place on that holds a sentence, as written, above every heading but the title's.
pub fn find_lead(text: &str, start: usize) -> Result<String, Doubt> {
    let mut headings = 0;
    let is_over = Cell::new(false);
    let mut lead: Option<Result<String, Doubt>> = None;
    Reader::new(text, |block: &Block| {
        if lead.is_some() {
            return;
        }
        match block.kind {
            Kind::Heading => {
                headings += 1;
                if block.level > 1 || headings > 1 {
                    lead = Some(Ok(String::new()));
                }
            }
            Kind::Text => {
                let words = sentences(block.content);
                if words.as_ref().is_ok_and(String::is_empty) {
                    return;
                }
                // a list that says something ends the search
                lead = Some(if block.behind_item && is_in_list(text, block) {
                    words.and(Ok(String::new()))
                } else {
                    words
                });
            }
            Kind::Comment | Kind::Hidden => {}
        }
        is_over.set(lead.is_some());
    })
    .read_until(start, 1, || is_over.get());
    lead.unwrap_or(Ok(String::new()))
}

/// Whether a block that comes behind a list lies in it.
fn is_in_list(text: &str, block: &Block) -> bool {
    let line = text[..block.start].rfind('\n').map_or(0, |end| end + 1);
    block.within && text[line..block.start].trim_matches([' ', '\t']) != ">"
}

/// What of a paragraph is said in sentences; "": nothing.
fn sentences(mut content: &str) -> Result<String, Doubt> {
    if callout_mark(content).is_some() {
        content = content.split_once('\n').map_or("", |(_, rest)| rest);
    }
    if let Some((start, _)) = block_id(content) {
        content = &content[..start];
    }
    if content.is_empty() || is_table(content) || footnote_label(content).is_some() {
        return Ok(String::new());
    }
    let content = without_fields(content)?;
    let lines: Vec<&str> = content.split('\n').map(strip).filter(|line| !line.is_empty()).collect();
    let mut first = 0;
    while first + 1 < lines.len() && !lines[first + 1].starts_with(is_lower) && !says(lines[first])? {
        first += 1;
    }
    let mut words = lines[first..].join("\n");
    if to_text(&words)?.ends_with(ANNOUNCES) {
        words.truncate(last_stop(&words));
    }
    Ok(if says(&words)? { words } else { String::new() })
}

/// Whether a paragraph is a table; a bar begins a row of it, or dashes stand below one.
fn is_table(content: &str) -> bool {
    let Some((head, rest)) = content.split_once('\n') else { return content.starts_with('|') };
    let below = rest.split('\n').next().unwrap_or_default();
    let is_below = head.contains('|') && !below.trim_start_matches([' ', '\t']).starts_with('|') && is_dashes(below);
    content.starts_with('|') || is_below
}

/// Behind the last stop that ends a sentence; 0: there is none.
fn last_stop(words: &str) -> usize {
    let mut end = 0;
    let mut stops = false; // a stop was the last, or what may close a sentence behind one
    for (at, c) in words.char_indices() {
        if stops && is_space(c) {
            end = at;
        }
        stops = ".!?…".contains(c) || (stops && "\"')]”’»*_".contains(c));
        if "。！？".contains(c) {
            end = at + c.len_utf8();
        }
    }
    end
}

/// Whether words are more than links, tags, addresses and the label before them.
fn says(words: &str) -> Result<bool, Doubt> {
    let mut inline = Inline::default();
    inline.scan(words, Kind::Text);
    let mut spans: Vec<Span> = inline.mentions.iter().map(|link| (link.start, link.end)).collect();
    spans.extend(inline.tags.iter().map(|(start, end)| (start - 1, *end)));
    let rest = without_addresses(&without(words, &mut spans)).into_owned();
    if is_label(&to_text(&rest)?) {
        return Ok(false);
    }
    spans.append(&mut inline.masked);
    let rest = without_addresses(&without(words, &mut spans)).into_owned();
    let bare = to_text(&rest)?;
    Ok(bare.split(|c| !is_word(c)).any(|word| word.contains(is_letter) && !is_and(word)))
}

/// "up:", "Date: 2020-01-01"
fn is_label(text: &str) -> bool {
    let Some(colon) = text.find(['.', ':', '：', '!', '?', '…', '。', '！', '？']) else { return false };
    let Some(rest) = text[colon..].strip_prefix([':', '：']) else { return false };
    colon > 0 && is_shorter(&text[..colon], LONGEST_LABEL + 1) && !rest.contains(is_letter)
}

/// A text without addresses, each up to the next white space: what a scheme or "www." begins.
fn without_addresses(text: &str) -> Cow<'_, str> {
    if !text.contains("://") && !text.contains("www.") {
        return text.into();
    }
    text.split_inclusive(is_space)
        .map(|token| {
            let word = token.trim_end_matches(is_space);
            let start = address_start(word).unwrap_or(word.len());
            [&word[..start], &token[word.len()..]].concat()
        })
        .collect::<String>()
        .into()
}

fn address_start(word: &str) -> Option<usize> {
    let is_followed = |end: usize| end < word.len();
    let www = word.match_indices("www.").map(|(at, _)| at).find(|at| is_followed(at + 4));
    let scheme = word.match_indices("://").filter(|(at, _)| is_followed(at + 3)).find_map(|(at, _)| {
        let is_part = |c: char| c.is_ascii_alphanumeric() || "+.-".contains(c);
        let run = word[..at].trim_end_matches(is_part).len();
        let start = run + word[run..at].find(|c: char| c.is_ascii_alphabetic())?;
        (start + 1 < at).then_some(start)
    });
    www.into_iter().chain(scheme).min()
}

/// A paragraph without its fields, the queries of Dataview in it, and what it embeds.
fn without_fields(content: &str) -> Result<Cow<'_, str>, Doubt> {
    if !content.contains("::") && !content.contains('`') && !content.contains("![") {
        return Ok(content.into());
    }
    let mut inline = Inline::default();
    inline.read(content, Kind::Text);
    let embeds = inline.mentions.iter().filter(|link| link.embed).map(|link| (link.start, link.end));
    let queries = inline.masked.iter().filter(|(start, _)| begins_query(&content[*start..])).copied();
    let mut spans: Vec<Span> = embeds.chain(queries).collect();
    let bytes = content.as_bytes();
    for field in &inline.fields {
        if matches!(bytes.get(field.end), Some(b']' | b')')) {
            let opener = memchr::memrchr2(b'[', b'(', &bytes[..field.start]).ok_or(Doubt::Property)?;
            spans.push((opener, field.end + 1));
        } else {
            let begin = memchr::memrchr(b'\n', &bytes[..field.start]).map_or(0, |end| end + 1);
            let length = memchr::memchr(b'\n', &bytes[field.end..]);
            spans.push((begin, length.map_or(content.len(), |length| field.end + length)));
        }
    }
    Ok(without(content, &mut spans).into())
}

/// "`= this.x`", "`$= dv...`"
fn begins_query(text: &str) -> bool {
    let rest = text.trim_start_matches('`');
    let words = rest.trim_start_matches(is_space);
    rest.len() < text.len() && words.strip_prefix('$').unwrap_or(words).starts_with('=')
}

fn without(text: &str, spans: &mut [Span]) -> String {
    spans.sort();
    let mut rest = String::with_capacity(text.len());
    let mut position = 0;
    for (start, end) in spans {
        rest.push_str(text.get(position..*start).unwrap_or_default());
        position = position.max(*end);
    }
    rest.push_str(&text[position..]);
    rest
}

/// A paragraph without the tags at its end, which are no words of it.
pub fn without_last_tags(text: &str) -> &str {
    let mut rest = text;
    loop {
        let before = rest.trim_end_matches(|c| is_word(c) || matches!(c, '/' | '-'));
        match before.strip_suffix('#').filter(|_| before.len() < rest.len()) {
            Some("") => return "",
            Some(words) if words.ends_with(is_space) => rest = words.trim_end_matches(is_space),
            _ => return rest,
        }
    }
}
