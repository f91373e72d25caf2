//! The bytes of many notes -> what they say, in columns; `exporter.reader.batch.columns` explains each, `read` how they are made.
use crate::blocks::{Block, Kind, Reader, Room};
use crate::column::{TextColumn, WordColumn};
use crate::doubt::Doubt;
use crate::fields::block_id;
use crate::front_matter::FrontMatter;
use crate::inline::Inline;
use crate::links::{Mention, shown_text};
use crate::plain_text::to_text;
use crate::properties::{Properties, canonical_name};
use crate::property_column::PropertyColumn;
use crate::relations::{self, Kinds, Link, line_starts, name_links};
use crate::tag_column::TagColumn;
use crate::tags::attributes_start;
use crate::text::*;
use crate::traits;
use pyo3::PyResult;
use rustc_hash::FxHashSet;
use std::borrow::Cow;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

// Flags of a link
const EMBED: u32 = 1;
const EXTERNAL: u32 = 2;
pub const PLAIN: u32 = 8;
const QUIET: u32 = 16;

// Traits of a note
const HOLDS_BRACKETS: char = '[';
const EMPTY: char = '0';
pub const SHORTEST: usize = 300; // characters: a longer body is not empty

/// The words that make links of a kind.
pub struct Vocabulary {
    pub told: FxHashSet<String>, // properties whose values have to be links
    pub kinds: Kinds,            // in the text of a note
    pub callouts: Vec<String>,   // kinds of callouts that are hidden, in lower case
}

impl Vocabulary {
    /// As `read_columns` takes it.
    pub fn new(told: Vec<String>, said: Vec<(String, String, bool)>, callouts: Vec<String>) -> Vocabulary {
        Vocabulary { told: told.into_iter().collect(), kinds: Kinds::new(said), callouts }
    }
}

/// A note of whose text the traits and words are left to Python: where its body is, and its links among all.
pub struct Body {
    pub note: usize,
    pub text: String,
    pub start: usize, // in characters
    pub first: usize,
    pub behind: usize,
    pub opens: bool, // the first heading is the title: level 1, nothing before it
}

#[derive(Default)]
pub struct Columns {
    // An entry a note
    pub titles: TextColumn,
    pub ids: Vec<Option<(String, u32)>>,
    pub aliases: Vec<Vec<String>>,
    pub tags: TagColumn,
    pub properties: PropertyColumn,
    pub levels: TextColumn,
    pub headings: TextColumn,
    pub blocks: TextColumn,
    pub traits: WordColumn,
    pub counts: Vec<u32>,
    // An entry a link
    pub lines: Vec<u32>,
    pub targets: TextColumn,
    pub anchors: TextColumn,
    pub texts: TextColumn,
    pub flags: Vec<u32>,
    pub keys: WordColumn,
    // And
    pub bodies: Vec<Body>, // of those notes whose traits or words are not settled here
    pub doubts: Vec<(usize, Doubt)>,
    // What one note needs, used again for the next
    inline: Inline,
    room: Room,
    said: Said,
}

impl Columns {
    /// Read one note; what is not sure to be right is left to Python.
    pub fn add(&mut self, data: &[u8], vocabulary: &Vocabulary) {
        let (note, links) = (self.counts.len(), self.flags.len());
        let read = catch_unwind(AssertUnwindSafe(|| self.read(data, vocabulary)));
        if let Err(doubt) = read.unwrap_or(Err(Doubt::Panic)) {
            self.forget(note, links);
            self.leave(doubt);
            return;
        }
        self.tags.end_note();
        self.counts.push((self.flags.len() - links) as u32);
    }

    /// Leave a note to Python: it says nothing here.
    pub fn leave(&mut self, doubt: Doubt) {
        self.doubts.push((self.counts.len(), doubt));
        for column in [&mut self.titles, &mut self.levels, &mut self.headings, &mut self.blocks] {
            column.push("");
        }
        self.traits.push("");
        self.ids.push(None);
        self.aliases.push(vec![]);
        self.properties.push(&[]);
        self.tags.end_note();
        self.counts.push(0);
    }

    /// Put what other notes say behind this.
    pub fn append(&mut self, more: Columns) -> PyResult<()> {
        let (note, row) = (self.counts.len(), self.flags.len());
        for (texts, further) in [
            (&mut self.titles, &more.titles),
            (&mut self.levels, &more.levels),
            (&mut self.headings, &more.headings),
            (&mut self.blocks, &more.blocks),
            (&mut self.targets, &more.targets),
            (&mut self.anchors, &more.anchors),
            (&mut self.texts, &more.texts),
        ] {
            texts.append(further, 0..further.len())?;
        }
        for (words, further) in [(&mut self.traits, &more.traits), (&mut self.keys, &more.keys)] {
            words.append(further, 0..further.len())?;
        }
        self.properties.append(None, &more.properties, 0..more.properties.len())?;
        self.tags.append(&more.tags, 0..more.tags.len());
        self.ids.extend(more.ids);
        self.aliases.extend(more.aliases);
        self.counts.extend(more.counts);
        self.lines.extend(more.lines);
        self.flags.extend(more.flags);
        self.bodies.extend(more.bodies.into_iter().map(|body| Body {
            note: body.note + note,
            first: body.first + row,
            behind: body.behind + row,
            ..body
        }));
        self.doubts.extend(more.doubts.iter().map(|(number, doubt)| (number + note, *doubt)));
        Ok(())
    }

    /// Take out what was read of a note.
    fn forget(&mut self, note: usize, links: usize) {
        self.tags.truncate(note);
        self.lines.truncate(links);
        self.flags.truncate(links);
        self.keys.numbers.truncate(links);
        for column in [&mut self.targets, &mut self.anchors, &mut self.texts] {
            column.truncate(links);
        }
        for column in [&mut self.titles, &mut self.levels, &mut self.headings, &mut self.blocks] {
            column.truncate(note);
        }
        self.traits.numbers.truncate(note);
        self.ids.truncate(note);
        self.aliases.truncate(note);
        self.properties.truncate(note);
        self.bodies.retain(|body| body.note < note);
    }

    fn read(&mut self, data: &[u8], vocabulary: &Vocabulary) -> Result<(), Doubt> {
        let note = self.counts.len();
        let text = decode(data)?;
        let mut front = FrontMatter::read(&text)?;
        let links = self.flags.len();
        let mut properties = self.read_properties(&mut front, vocabulary)?;
        let first = self.flags.len();
        let mut said = self.read_body(&text, &front)?;
        let behind = self.flags.len();
        for (line, name, words) in &said.fields {
            if !words.is_empty() && vocabulary.told.contains(canonical_name(name).as_ref()) {
                self.add_words(*line, words, PLAIN | QUIET, name);
            }
        }
        if !said.fields.is_empty() {
            let fields = said.fields.drain(..).map(|(_, name, words)| (name, words)).collect();
            properties.add_fields(fields, &front);
        }
        let Properties { mut title, id, aliases, rest, holds_brackets } = properties;
        if title.is_empty() && said.opens {
            let heading = said.headings.split('\n').next().unwrap_or_default();
            title = to_text(&heading[..attributes_start(heading).unwrap_or(heading.len())])?.into_owned();
        }
        let body = &text[front.end..];
        let is_empty = self.flags.len() == links && is_shorter(body, SHORTEST) && is_empty(body);
        let (headings, opens) = (&said.headings, said.opens);
        let body = relations::Body { text: &text, start: front.end, headings, opens };
        let is_named = self.name_links(&body, first..behind, &vocabulary.kinds);
        let by_text = traits::of_text(&text, front.end, headings, &vocabulary.callouts).filter(|_| is_named);
        if by_text.is_none() {
            let start = text[..front.end].chars().count();
            self.bodies.push(Body { note, text: text.to_string(), start, first, behind, opens });
        }
        let mut traits = by_text.unwrap_or_default();
        traits.extend(
            [(holds_brackets, HOLDS_BRACKETS), (is_empty, EMPTY)]
                .iter()
                .filter(|(has, _)| *has)
                .map(|(_, letter)| letter),
        );
        self.titles.push(&title);
        self.ids.push(id);
        self.aliases.push(aliases);
        self.properties.push(&rest);
        self.levels.push(&said.levels);
        self.headings.push(&said.headings);
        self.blocks.push(&said.blocks.join("\n"));
        self.traits.push(&traits);
        self.said = said;
        Ok(())
    }

    /// Read what stands below the front matter; tags and links become entries of the columns.
    fn read_body(&mut self, text: &str, front: &FrontMatter) -> Result<Said, Doubt> {
        let (mut inline, mut said) = (std::mem::take(&mut self.inline), std::mem::take(&mut self.said));
        said.clear();
        let room = std::mem::take(&mut self.room);
        let mut result = Ok(());
        let line = 1 + memchr::memchr_iter(b'\n', &text.as_bytes()[..front.end]).count() as u32;
        let has_fields = memchr::memmem::find(&text.as_bytes()[front.end..], b"::").is_some();
        let mut reader = Reader::new(text, |block: &Block| {
            if result.is_err() || block.kind == Kind::Hidden {
                return;
            }
            if block.kind == Kind::Heading {
                if said.levels.is_empty() {
                    said.opens = block.level == 1 && blank(&text[front.end..block.start]);
                }
                said.add_heading(block);
            }
            if has_fields {
                inline.read(block.content, block.kind)
            } else {
                inline.scan(block.content, block.kind)
            }
            result = self.add_inline(&inline, block, &mut said);
            said.blocks.extend(block_id(block.content).map(|(_, id)| id.to_ascii_lowercase()));
        });
        reader.room = room;
        reader.read(front.end, line);
        let (unclosed, room) = (reader.unclosed, reader.room);
        (self.inline, self.room) = (inline, room);
        result?;
        if unclosed {
            return Err(Doubt::Comment);
        }
        said.blocks.sort();
        said.blocks.dedup();
        Ok(said)
    }

    fn add_inline(&mut self, inline: &Inline, block: &Block, said: &mut Said) -> Result<(), Doubt> {
        for (start, end) in &inline.tags {
            self.tags.add_tag(block.line(start - 1), &block.content[*start..*end]);
        }
        for link in &inline.mentions {
            let key = link.key.map_or("", |number| &inline.fields[number].key);
            self.add_link(link, block.content, block.line(link.start), key)?;
        }
        if !inline.fields.is_empty() {
            for field in inline.plain_fields() {
                let words = to_text(&block.content[field.start..field.end])?;
                said.fields.push((block.line(field.start), field.key.clone(), words.into_owned()));
            }
        }
        Ok(())
    }

    /// Give links of the body the keys that the text gives them; false: Python has to.
    fn name_links(&mut self, body: &relations::Body, rows: Range<usize>, kinds: &Kinds) -> bool {
        if rows.is_empty() {
            return true;
        }
        let above = line_starts(body.text).take_while(|start| *start < body.start);
        let starts = above.chain(self.room.starts.iter().copied());
        let Some(found) = kinds.find_starts(body.text, starts) else { return false };
        if !found.is_empty() {
            let link = |row: usize| Link {
                line: self.lines[row] as usize,
                external: self.flags[row] & EXTERNAL != 0,
                keyed: !self.keys.get(row).is_empty(),
            };
            let links: Vec<Link> = rows.clone().map(link).collect();
            for (row, key) in name_links(kinds, body, &links, &found) {
                self.keys.numbers[rows.start + row] = self.keys.words.number(&key);
            }
        }
        true
    }

    /// Add a link of this text; what is shown of it is plain.
    pub fn add_link(&mut self, link: &Mention, text: &str, line: u32, key: &str) -> Result<(), Doubt> {
        let shown = if link.external { link.words(text).into() } else { shown_text(link, text) };
        let text = to_text(&shown)?;
        let text = if link.external && text.is_empty() { &link.target } else { text.as_ref() };
        let flags = link.embed as u32 * EMBED + link.external as u32 * EXTERNAL;
        self.add_row(line, [&link.target, &link.anchor, text], flags, key);
        Ok(())
    }

    /// Add what may be a note's name, where a link is meant.
    pub fn add_words(&mut self, line: u32, words: &str, flags: u32, key: &str) {
        self.add_row(line, [words, "", words], flags, key);
    }

    fn add_row(&mut self, line: u32, [target, anchor, text]: [&str; 3], flags: u32, key: &str) {
        self.lines.push(line);
        self.targets.push(target);
        self.anchors.push(anchor);
        self.texts.push(text);
        self.flags.push(flags);
        self.keys.push(key);
    }
}

/// What a note's body says, but for its tags and links.
#[derive(Default)]
struct Said {
    levels: String,
    headings: String,
    opens: bool,
    blocks: Vec<String>,
    fields: Vec<(u32, String, String)>, // line, key and plain value
}

impl Said {
    fn clear(&mut self) {
        self.levels.clear();
        self.headings.clear();
        self.opens = false;
        self.blocks.clear();
        self.fields.clear();
    }

    fn add_heading(&mut self, block: &Block) {
        if !self.levels.is_empty() {
            self.headings.push('\n');
        }
        self.levels.push((b'0' + block.level) as char);
        for (number, line) in lines(strip(block.content)).enumerate() {
            if number > 0 {
                self.headings.push(' ');
            }
            self.headings.push_str(line);
        }
    }
}

/// UTF-8 without a mark, lines ended by "\n".
pub fn decode(data: &[u8]) -> Result<Cow<'_, str>, Doubt> {
    let text = simdutf8::basic::from_utf8(data).map_err(|_| Doubt::Encoding)?;
    if memchr::memchr(0, data).is_some() {
        return Err(Doubt::Encoding);
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let has_returns = memchr::memchr(b'\r', data).is_some();
    Ok(if has_returns { text.replace("\r\n", "\n").into() } else { text.into() })
}

/// Whether a note's body says nothing but what headings say.
fn is_empty(body: &str) -> bool {
    body.split('\n').all(|line| blank(line) || line.starts_with("# ") || line.starts_with("## "))
}
