//! The text of a block -> links, tags and fields: CommonMark's inlines and Obsidian's own.
//!
//! In linear time, whatever the text: what was looked for in vain is not looked for again.
use crate::blocks::Kind;
use crate::fields::Field;
use crate::html;
use crate::links::{Brackets, Mention, destination, link_target, mention, without_size};
use crate::tags::Tags;
use crate::text::*;
use rustc_hash::FxHashMap;

const DEEPEST: usize = 10; // brackets around an image
const LONGEST_LABEL: usize = 200; // characters of a footnote's

/// A stretch of a text: its start, and what is behind its end.
pub type Span = (usize, usize);

/// What one block says; places are within its content.
#[derive(Default)]
pub struct Inline {
    pub mentions: Vec<Mention>,
    pub tags: Vec<Span>, // without their "#"
    pub fields: Vec<Field>,
    pub comments: Vec<Span>,
    pub footnotes: Vec<Span>,        // labels
    pub inline_footnotes: Vec<Span>, // ^[their words], brackets included
    pub masked: Vec<Span>,           // code, HTML, formulas and links
    next: [Next; CLOSERS.len()],
    ticks: Option<FxHashMap<usize, Vec<usize>>>, // length of a run of backticks: where such runs begin
    brackets: Vec<(usize, bool)>,                // "[" that may open a Markdown link; whether an image's
}

/// Where a closer stands next, as far as it was looked for.
#[derive(Clone, Copy, Default)]
enum Next {
    #[default]
    Unknown,
    At(usize),
    Nowhere,
}

const CLOSERS: [&str; 11] = ["%%", "$$", "$", "\n\n", "-->", "?>", "]]>", ">", "]]", "\n", "[["];
const PERCENT: usize = 0;
const DOLLARS: usize = 1;
const DOLLAR: usize = 2;
const PARAGRAPH: usize = 3;
const COMMENT: usize = 4;
const INSTRUCTION: usize = 5;
const SECTION: usize = 6;
const ANGLE: usize = 7;
const LINK: usize = 8;
const BREAK: usize = 9;
const OPENER: usize = 10;

const fn is_interesting(c: u8) -> bool {
    matches!(c, b'['..=b']' | b'#'..=b'%' | b'<' | b'`')
}

/// Where something may begin. What is asked of sixteen bytes without a branch is a few instructions of a processor.
fn find_interesting(bytes: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    let holds_some = |part: &[u8]| part.iter().map(|c| is_interesting(*c) as u8).fold(0, |any, one| any | one) > 0;
    let start = 16 * rest.chunks_exact(16).take_while(|part| !holds_some(part)).count();
    rest[start..].iter().position(|c| is_interesting(*c)).map(|length| from + start + length)
}

impl Inline {
    /// Read a block's text.
    pub fn read(&mut self, text: &str, kind: Kind) {
        self.scan(text, kind);
        if find_marks(text.as_bytes(), b"::").is_some() {
            self.read_fields(text, kind);
        }
    }

    fn clear(&mut self) {
        self.mentions.clear();
        self.tags.clear();
        self.fields.clear();
        self.comments.clear();
        self.footnotes.clear();
        self.inline_footnotes.clear();
        self.masked.clear();
        self.brackets.clear();
        self.next = Default::default();
        self.ticks = None;
    }

    /// Find all but fields.
    pub fn scan(&mut self, text: &str, kind: Kind) {
        self.clear();
        let bytes = text.as_bytes();
        let Some(mut at) = find_interesting(bytes, 0) else { return };
        let mut tags = Tags::new(text, kind);
        let mut dead = 0; // so many of the brackets can open no link any more: there is none within a link
        let mut comment = 0; // end of the %%comment%% that this is in
        let mut blind = 0; // a tag may begin here, although no space is before: another token just ended
        let mut escaped = usize::MAX; // behind the last escaped character
        loop {
            let mut position = at + 1;
            match bytes[at] {
                b'\\' => {
                    position += char_at(text, at + 1).map_or(1, char::len_utf8);
                    (blind, escaped) = (position, position);
                }
                b'`' => position = self.code(text, at),
                b'$' => position = self.formula(text, at),
                b'<' => position = self.angle(text, at),
                b'%' => {
                    if bytes.get(position) == Some(&b'%') {
                        position += 1;
                        if at >= comment && kind != Kind::Comment {
                            if let Some(end) = self.find(text, PERCENT, position) {
                                comment = end + 2;
                                self.comments.push((at, comment));
                            }
                        }
                    }
                }
                b'#' => {
                    let (end, tag) = tags.read(at, at == blind);
                    (position, blind) = (end, end);
                    self.tags.extend(tag);
                }
                b'[' => {
                    let image = at > 0 && bytes[at - 1] == b'!' && at != escaped;
                    if bytes.get(position) == Some(&b'[') {
                        position = self.wikilink(text, at, image);
                        if position > at + 1 && !image {
                            dead = self.brackets.len();
                        }
                    } else if let Some(end) = footnote_end(text, at) {
                        self.footnotes.push((at + 2, end - 1));
                        position = end;
                    }
                    if position == at + 1 {
                        self.brackets.push((at, image));
                        blind = position;
                    }
                }
                _ => {
                    if let Some((start, image)) = self.brackets.pop() {
                        let depth = self.brackets.len();
                        let alive = if image { depth < DEEPEST } else { depth >= dead };
                        dead = dead.min(depth);
                        if let Some(end) = alive.then(|| self.markdown_link(text, start, image, at)).flatten() {
                            position = end;
                            if !image {
                                dead = depth;
                            }
                        } else if begins_inline_footnote(bytes, start) && at > start + 1 {
                            self.inline_footnotes.push((start - 1, at + 1));
                        }
                    }
                }
            }
            match find_interesting(bytes, position) {
                Some(next) => at = next,
                None => break,
            }
        }
        if self.mentions.len() > 1 {
            self.mentions.sort_by_key(|link| (link.start, link.end)); // a link around an image is found after it
        }
    }

    /// Like `str::find`, but linear over the whole block: what was found or not is remembered.
    fn find(&mut self, text: &str, closer: usize, start: usize) -> Option<usize> {
        match self.next[closer] {
            Next::Nowhere => None,
            Next::At(at) if at >= start => Some(at),
            _ => {
                let rest = text.as_bytes().get(start..).unwrap_or_default();
                let found = find_marks(rest, CLOSERS[closer].as_bytes()).map(|length| start + length);
                self.next[closer] = found.map_or(Next::Nowhere, Next::At);
                found
            }
        }
    }

    fn code(&mut self, text: &str, at: usize) -> usize {
        let bytes = text.as_bytes();
        let ticks = self.ticks.get_or_insert_with(|| find_ticks(bytes));
        let size = run(bytes, at, b'`');
        let end = at + size;
        let Some(closer) = ticks.get(&size).and_then(|runs| runs.get(runs.partition_point(|start| *start < end)))
        else {
            return end;
        };
        self.masked.push((at, closer + size));
        closer + size
    }

    fn formula(&mut self, text: &str, at: usize) -> usize {
        let bytes = text.as_bytes();
        if bytes.get(at + 1) == Some(&b'$') {
            let Some(end) = self.find(text, DOLLARS, at + 2) else { return at + 2 };
            self.masked.push((at, end + 2));
            return end + 2;
        }
        // inline: no space just inside, no digit just behind (the price of $5 and $6 is no formula)
        let mut closer = self.find(text, DOLLAR, at + 1);
        while let Some(end) = closer.filter(|end| bytes[end - 1] == b'\\') {
            closer = self.find(text, DOLLAR, end + 1);
        }
        let Some(end) = closer else { return at + 1 };
        if end <= at + 1
            || char_at(text, at + 1).is_some_and(is_space)
            || char_before(text, end).is_some_and(is_space)
            || char_at(text, end + 1).is_some_and(is_digit)
            || self.find(text, PARAGRAPH, at).is_some_and(|gap| gap < end)
        {
            return at + 1;
        }
        self.masked.push((at, end + 1));
        end + 1
    }

    fn angle(&mut self, text: &str, at: usize) -> usize {
        let rest = &text[at..];
        let end;
        if rest.starts_with("<!--") {
            let Some(closer) = self.find(text, COMMENT, at + 4) else { return at + 4 };
            end = closer + 3;
            self.comments.push((at, end));
        } else if let Some(behind) = autolink_end(text, at) {
            end = behind;
            let target = text[at + 1..end - 1].into();
            self.mentions.push(Mention { start: at, end, target, external: true, ..Mention::default() });
        } else if let Some(behind) = html::tag_end(text, at) {
            end = behind;
        } else {
            // an instruction, a section or a declaration
            let declares = rest.starts_with("<!") && rest.as_bytes().get(2).is_some_and(u8::is_ascii_alphabetic);
            let closer = match rest {
                _ if rest.starts_with("<?") => INSTRUCTION,
                _ if rest.starts_with("<![CDATA[") => SECTION,
                _ if declares => ANGLE,
                _ => return at + 1,
            };
            let Some(closes) = self.find(text, closer, at + 2) else { return at + 1 };
            end = closes + CLOSERS[closer].len();
        }
        self.masked.push((at, end));
        end
    }

    fn wikilink(&mut self, text: &str, at: usize, embed: bool) -> usize {
        let Some(mut end) = self.find(text, LINK, at + 2) else { return at + 1 };
        let is_before_end = |place: Option<usize>| place.is_some_and(|place| place < end);
        if is_before_end(self.find(text, BREAK, at + 2)) || is_before_end(self.find(text, OPENER, at + 1)) {
            return at + 1; // no line break inside; nested: the inner one is the link
        }
        let mut inner = &text[at + 2..end];
        if blank(inner) {
            return at + 1;
        }
        if text.as_bytes().get(end + 2) == Some(&b']') && ends_in_footnote(inner) {
            end += 1;
            inner = &text[at + 2..end];
        }
        self.mentions.push(mention(inner, at - embed as usize, end + 2, embed));
        self.masked.push((at, end + 2));
        end + 2
    }

    /// Add the link whose text ends at `close`, if it is one; gives its end.
    fn markdown_link(&mut self, text: &str, start: usize, image: bool, close: usize) -> Option<usize> {
        let (end, url) = link_target(text, close + 1)?;
        let (target, anchor, external) = destination(url)?;
        let words = &text[start + 1..close];
        let words = if image { without_size(words) } else { words };
        self.mentions.push(Mention {
            start: start - image as usize,
            end,
            target,
            anchor,
            embed: image,
            external,
            brackets: Some(Brackets { words: (start + 1, start + 1 + words.len()), end: close }),
            ..Mention::default()
        });
        self.masked.push((close, end));
        Some(end)
    }
}

fn find_ticks(bytes: &[u8]) -> FxHashMap<usize, Vec<usize>> {
    let mut ticks: FxHashMap<usize, Vec<usize>> = FxHashMap::default();
    let mut at = 0;
    while let Some(length) = memchr::memchr(b'`', &bytes[at..]) {
        let size = run(bytes, at + length, b'`');
        ticks.entry(size).or_default().push(at + length);
        at += length + size;
    }
    ticks
}

/// Whether "^" stands before a bracket, and is not escaped.
fn begins_inline_footnote(bytes: &[u8], bracket: usize) -> bool {
    bracket > 0 && bytes[bracket - 1] == b'^' && (bracket < 2 || bytes[bracket - 2] != b'\\')
}

/// Behind the mark of a footnote, a label in `[^` and `]`.
fn footnote_end(text: &str, at: usize) -> Option<usize> {
    let rest = text[at..].strip_prefix("[^")?;
    let length = rest.find(|c: char| is_space(c) || "[]^".contains(c))?;
    let is_label = length > 0 && rest.as_bytes()[length] == b']' && is_shorter(&rest[..length], LONGEST_LABEL + 1);
    is_label.then_some(at + length + 3)
}

/// Whether what stands before the first "]]" of `[[note#[^1]]]` is the anchor of a footnote.
fn ends_in_footnote(inner: &str) -> bool {
    let Some(tail) = inner.rfind(['[', ']', '|']) else { return false };
    inner[..tail].ends_with('#') && inner[tail..].starts_with("[^") && inner.len() > tail + 2
}

fn autolink_end(text: &str, at: usize) -> Option<usize> {
    let bytes = &text.as_bytes()[at + 1..];
    let scheme = bytes.iter().take(33).take_while(|c| c.is_ascii_alphanumeric() || b"+.-".contains(c)).count();
    if !(2..=32).contains(&scheme) || !bytes[0].is_ascii_alphabetic() || bytes.get(scheme) != Some(&b':') {
        return None;
    }
    let address = at + 2 + scheme;
    let end = address + text[address..].find(|c: char| is_space(c) || c == '<' || c == '>')?;
    (text.as_bytes()[end] == b'>').then_some(end + 1)
}
