//! What one note says, each thing with its place; `exporter.reader.markdown.note` explains each.
use crate::blocks::{Block, Kind, Reader};
use crate::fields::block_id;
use crate::inline::{Inline, Span};
use crate::text::*;
use pyo3::prelude::*;
use pyo3::types::PyString;
use std::panic::{AssertUnwindSafe, catch_unwind};

type Heading = (usize, usize, u8, String); // start, end, level, text
type Item = (usize, usize, usize, i64, bool); // start, text, end, parent, whether it is ordered
type Mention = (usize, usize, String, String, String, bool, bool, usize); // as `inline.Mention` has it
type Field = (usize, usize, String, bool); // start, end, key, task
type Said = (
    Vec<Heading>,
    Vec<Item>,
    Vec<Mention>,
    Vec<(usize, String)>, // tags
    Vec<Field>,
    Vec<(String, usize, usize)>, // ids of blocks; one may stand twice
    Vec<Span>,                   // comments
    Vec<Span>,                   // footnotes
    Vec<Span>,                   // inline footnotes
    u32,                         // the line of the first comment that has no end
);

/// Read a note's text whose body begins at this character: what `Note` holds, places in characters; None: Python knows.
#[pyfunction]
pub fn read_note(text: &Bound<'_, PyString>, start: usize) -> Option<Said> {
    let text = text.to_str().ok()?; // else it is no Unicode
    catch_unwind(AssertUnwindSafe(|| read(text, start))).ok()
}

fn read(text: &str, start: usize) -> Said {
    let places = Places::new(text);
    let start = text.char_indices().nth(start).map_or(text.len(), |(at, _)| at);
    let mut said = Said::default();
    let mut inline = Inline::default();
    let mut before = (start, start);
    let line = 1 + memchr::memchr_iter(b'\n', &text.as_bytes()[..start]).count() as u32;
    let mut reader = Reader::new(text, |block: &Block| {
        let (headings, _, mentions, tags, fields, block_ids, comments, footnotes, inline_footnotes, unclosed) =
            &mut said;
        match block.kind {
            Kind::Text => {}
            Kind::Heading => {
                let (start, end) = places.span((block.start, block.end));
                headings.push((start, end, block.level, strip(block.content).into()));
            }
            Kind::Comment | Kind::Hidden => {
                comments.push(places.span((block.start, block.end)));
                if *unclosed == 0 && has_no_end(block) {
                    *unclosed = block.line(0);
                }
                if block.kind == Kind::Hidden {
                    return;
                }
            }
        }
        inline.read(block.content, block.kind);
        let place = |place: usize| places.of(block.place(place));
        let span = |(start, end): Span| (place(start), place(end));
        for link in inline.mentions.drain(..) {
            let (start, end) = span((link.start, link.end));
            let (text, text_end) = match &link.brackets {
                Some(brackets) => (link.words(block.content).into(), place(brackets.end)),
                None => (link.text, 0),
            };
            mentions.push((start, end, link.target, link.anchor, text, link.embed, link.external, text_end));
        }
        tags.extend(inline.tags.iter().map(|(start, end)| (place(start - 1), block.content[*start..*end].into())));
        fields.extend(inline.fields.iter().map(|field| {
            let (start, end) = span((field.start, field.end));
            (start, end, field.key.clone(), field.task)
        }));
        comments.extend(inline.comments.iter().copied().map(span));
        footnotes.extend(inline.footnotes.iter().copied().map(span));
        inline_footnotes.extend(inline.inline_footnotes.iter().map(|(start, end)| (place(*start), place(end - 1) + 1)));
        if let Some((id, mark, (start, end))) = find_block_id(text, block, before) {
            comments.push(places.span((mark, block.end)));
            let (start, end) = places.span((start, end));
            block_ids.push((id, start, end));
        }
        before = (block.start, block.end);
    });
    reader.read(start, line);
    let items = std::mem::take(&mut reader.room.items);
    drop(reader);
    said.1.extend(items.iter().map(|item| {
        let parent = item.parent.map_or(-1, |number| number as i64);
        (places.of(item.start), places.of(item.text), places.of(item.end), parent, item.ordered)
    }));
    said
}

/// The id at the end of a block, `words ^id`, where the mark begins, and what it names: this block, or the one before it.
fn find_block_id(text: &str, block: &Block, before: Span) -> Option<(String, usize, Span)> {
    memchr::memchr(b'^', block.content.as_bytes())?;
    let last = block.content.rfind('\n').map_or(0, |end| end + 1);
    let (begin, id) = block_id(&block.content[last..])?;
    let named = if blank(&block.content[..last + begin]) {
        block.before.unwrap_or(before)
    } else {
        let line = text[..block.start].rfind('\n').map_or(0, |end| end + 1);
        let is_quoted = text[line..block.start].contains('>'); // then the whole lines, with the marks
        (if is_quoted { line } else { block.start }, block.end)
    };
    Some((id.to_ascii_lowercase(), block.place(last + begin), named))
}

/// Whether a comment is closed by nothing, so that it hides all that follows.
fn has_no_end(block: &Block) -> bool {
    let (opener, closer) = if block.kind == Kind::Comment { ("%%", "%%") } else { ("<!--", "-->") };
    let content = block.content;
    !content[2..].contains(closer) && !blank(content.strip_prefix(opener).unwrap_or(content))
}

const STRETCH: usize = 64; // bytes

/// Places of a text in characters, by those in bytes.
struct Places<'a> {
    bytes: &'a [u8],
    counts: Vec<usize>, // of the characters before each stretch; empty: a byte is a character
}

impl Places<'_> {
    fn new(text: &str) -> Places<'_> {
        let bytes = text.as_bytes();
        let mut count = 0;
        let add = |stretch: &[u8]| {
            let before = count;
            count += count_characters(stretch);
            before
        };
        let counts = if bytes.is_ascii() { vec![] } else { bytes.chunks(STRETCH).map(add).collect() };
        Places { bytes, counts }
    }

    fn of(&self, place: usize) -> usize {
        if self.counts.is_empty() {
            return place;
        }
        let stretch = (place / STRETCH).min(self.counts.len() - 1);
        self.counts[stretch] + count_characters(&self.bytes[stretch * STRETCH..place])
    }

    fn span(&self, (start, end): Span) -> Span {
        (self.of(start), self.of(end))
    }
}

fn count_characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}
