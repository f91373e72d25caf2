//! What the lists of a map say; `exporter.reader.meaning.map_note` explains each.
use crate::blocks::{Block, Kind, Reader};
use crate::columns::decode;
use crate::content::settle;
use crate::doubt::Doubt;
use crate::front_matter::body_start;
use crate::inline::{Inline, Span};
use crate::links::{Mention, shown_text};
use crate::plain_text::to_text;
use crate::text::*;
use crate::threads::{InOrder, by_threads, most};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use std::ops::Range;

/// An item: its line, the targets of the links into the vault that it lists (None: it has no link at all), what its only link
/// shows, else its words before the " - ", and those behind it.
type Entry = (usize, Option<Vec<String>>, String, String);

/// The headings of a map, as plain text, and the items of its lists.
type Lists = (Vec<String>, Vec<Entry>);

/// A link, with its place in the note.
struct Link {
    place: Span,
    mention: Mention,
    shown: Result<String, Doubt>,
}

/// What the lists of each map say, by threads; None: Python knows, as of numbered lists and tables.
#[pyfunction]
pub fn list_entries(py: Python<'_>, maps: Vec<PyBackedBytes>) -> PyResult<Vec<Option<Lists>>> {
    let lists = InOrder::<Vec<Option<Lists>>>::default();
    let work = |_: &mut (), number, stretch: Range<usize>| {
        let count = stretch.len();
        lists.add(number, maps[stretch].iter().map(|data| settle(|| read(data)).flatten()).collect(), Vec::extend);
        count
    };
    by_threads(py, maps.len(), most(), || (), work, |_, _| Ok(()))?;
    Ok(lists.finish(Vec::extend))
}

fn read(data: &[u8]) -> Result<Option<Lists>, Doubt> {
    let text = decode(data)?;
    let start = body_start(&text);
    let line = 1 + memchr::memchr_iter(b'\n', &text.as_bytes()[..start]).count() as u32;
    let (mut headings, mut links) = (vec![], vec![]);
    let mut inline = Inline::default();
    let mut reader = Reader::new(&text, |block: &Block| {
        match block.kind {
            Kind::Hidden => return,
            Kind::Heading => headings.push(to_text(strip(block.content)).map(String::from)),
            _ => {}
        }
        inline.read(block.content, block.kind);
        for mention in inline.mentions.drain(..).filter(|link| !(link.embed && link.external)) {
            let place = (block.place(mention.start), block.place(mention.end));
            let shown = to_text(&shown_text(&mention, block.content)).map(String::from);
            links.push(Link { place, mention, shown });
        }
    });
    reader.read(start, line);
    let items = std::mem::take(&mut reader.room.items);
    drop(reader);
    if may_hold_table(&text) || items.iter().any(|item| item.ordered) {
        return Ok(None);
    }
    let mut entries = Vec::with_capacity(items.len());
    let (mut line, mut at) = (1, 0);
    for (number, item) in items.iter().enumerate() {
        line += memchr::memchr_iter(b'\n', &text.as_bytes()[at..item.start]).count();
        at = item.start;
        let inner = items.get(number + 1).filter(|next| next.parent == Some(number));
        let end = inner.map_or(item.end, |next| next.start.min(item.end));
        let first = links.partition_point(|link| link.place.0 < item.text);
        let behind = links.partition_point(|link| link.place.0 < end);
        entries.push(read_entry(&text, line, (item.text, end), &links[first..behind.max(first)])?);
    }
    Ok(Some((headings.into_iter().collect::<Result<_, _>>()?, entries)))
}

/// The entry of an item that holds these links; its text is this part of the note's.
fn read_entry(text: &str, line: usize, (start, end): Span, links: &[Link]) -> Result<Entry, Doubt> {
    let (mut listed, mut head, mut summary) = (links, text.get(start..end).unwrap_or_default(), String::new());
    let is_link =
        matches!(links, [link] if link.place.0 == start && blank(text.get(link.place.1..end).unwrap_or_default()));
    if !is_link || head.chars().nth(2) == Some(']') {
        let words = without_box(head);
        let start = end - words.len();
        let (cut, rest) = find_separator(text, (start, end), links);
        let count = links.iter().take_while(|link| link.place.0 < cut).count();
        listed = if count > 0 { &links[..count] } else { links };
        head = &text[start..cut];
        summary = to_words(&text[rest..end])?;
    }
    let into_vault = |link: &&Link| !link.mention.external && !link.mention.target.is_empty();
    let targets = listed.iter().filter(into_vault).map(|link| link.mention.target.clone()).collect();
    let words = match listed {
        [link] => link.shown.clone()?,
        _ => to_words(head)?,
    };
    Ok((line, (!listed.is_empty()).then_some(targets), words, summary))
}

/// The words of an item without the box of a task, "[x] ", before them.
fn without_box(words: &str) -> &str {
    let mut letters = words.chars();
    if letters.next() != Some('[') || letters.next().is_none_or(|sign| sign == '\n') || letters.next() != Some(']') {
        return words;
    }
    let rest = letters.as_str().trim_start_matches([' ', '\t']);
    if rest.len() < letters.as_str().len() { rest } else { words }
}

/// Where the first " - " outside of a link and a comment stands: its start and end; the end of the words where there is none.
fn find_separator(text: &str, (start, end): Span, links: &[Link]) -> Span {
    let words = &text[start..end];
    let comments = find_comments(words);
    let mut from = 0;
    while let Some((at, sign)) = words[from..].char_indices().find(|(_, c)| matches!(c, '-' | '–' | '—' | ':')) {
        let at = from + at;
        let behind = at + sign.len_utf8();
        let blanks = words[behind..].len() - words[behind..].trim_start_matches(is_space).len();
        let is_separator = blanks > 0 && (sign == ':' || char_before(words, at).is_some_and(is_space));
        from = if is_separator { behind + blanks } else { behind };
        if !is_separator {
            continue;
        }
        let begin = strip_end(&words[..at]).len();
        let before = links.iter().take_while(|link| link.place.0 <= start + begin).last();
        let is_inside = before.is_some_and(|link| start + begin < link.place.1);
        if is_inside || comments.iter().any(|(opening, closing)| *opening < begin && begin < *closing) {
            continue;
        }
        if sign != ':' || before.is_some() {
            return (start + begin, start + from); // a colon counts only behind a link
        }
    }
    (end, end)
}

/// Where the comments of an item's words stand.
fn find_comments(words: &str) -> Vec<Span> {
    let mut comments = vec![];
    let mut from = 0;
    while let Some((at, closer)) = [("%%", "%%"), ("<!--", "-->")]
        .iter()
        .filter_map(|(opener, closer)| words[from..].find(opener).map(|at| (from + at, (*opener, *closer))))
        .min_by_key(|(at, _)| *at)
    {
        let inside = at + closer.0.len();
        from = words[inside..].find(closer.1).map_or(words.len(), |length| inside + length + closer.1.len());
        comments.push((at, from));
    }
    comments
}

/// Plain text of an item, which may lie in a quote.
fn to_words(markdown: &str) -> Result<String, Doubt> {
    if !holds(markdown, b'>') {
        return to_text(markdown).map(String::from);
    }
    let mut words = String::with_capacity(markdown.len());
    for (number, line) in lines(markdown).enumerate() {
        let quoted = line.trim_start_matches([' ', '\t']).starts_with('>') && number > 0;
        words.push_str(if number > 0 { "\n" } else { "" });
        words.push_str(if quoted { line.trim_start_matches([' ', '\t', '>']) } else { line });
    }
    to_text(&words).map(String::from)
}

/// Whether what may be the rule of a table stands in a text.
fn may_hold_table(text: &str) -> bool {
    memchr::memchr_iter(b'|', text.as_bytes()).any(|at| {
        let before = text[..at].trim_end_matches([' ', '\t']);
        before.ends_with('-') || before.ends_with("-:")
    })
}
