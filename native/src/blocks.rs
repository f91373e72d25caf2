//! Lines into blocks: CommonMark's block structure (https://spec.commonmark.org/0.31.2/#blocks-and-inlines), with
//! Obsidian's %%comments%% and $$formulas$$ that fill lines, and footnotes as containers. One pass, without recursion.
use crate::definitions::count_definitions;
use crate::html::{self, Closer};
use crate::inline::Span;
use crate::text::*;
use memchr::memchr;

#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Kind {
    Text,
    Heading,
    Comment,
    Hidden, // an HTML comment: nothing in it counts
}

#[derive(Clone, Copy)]
pub struct Line {
    pub start: usize,
    pub end: usize,
    pub number: u32, // in the note, counted from 1
}

/// The text of a paragraph, a heading or a comment, freed from the marks of quotes and lists.
pub struct Block<'a> {
    pub kind: Kind,
    pub start: usize,
    pub end: usize, // behind its last line
    pub level: u8,
    pub content: &'a str, // its lines joined by "\n"
    pub within: bool,     // it lies in another block
    pub behind_item: bool,
    pub before: Option<Span>, // the block before it (a whole list, table, code); None: it lies in another block
    lines: &'a [Line],
    begins: &'a [usize], // where each line begins within `content`, if there are several
}

impl Block<'_> {
    /// Where the text of its first line begins.
    pub fn text_start(&self) -> usize {
        self.lines[0].start
    }

    /// The line in the note of a place in `content`.
    pub fn line(&self, place: usize) -> u32 {
        self.lines[self.line_index(place)].number
    }

    /// The place in the note of a place in `content`.
    pub fn place(&self, place: usize) -> usize {
        let index = self.line_index(place);
        self.lines[index].start + place - self.begins.get(index).copied().unwrap_or_default()
    }

    fn line_index(&self, place: usize) -> usize {
        self.begins.partition_point(|begin| *begin <= place).saturating_sub(1)
    }
}

/// A list item, with what lies in it.
pub struct Item {
    pub start: usize, // of its marker
    pub text: usize,  // behind its marker
    pub end: usize,   // behind its last line, nested items included
    pub parent: Option<usize>,
    pub ordered: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Leaf {
    None,
    Paragraph,
    Fence,
    Html,
    Comment,
    Formula,
}

/// Where a line is read, and in which column; a tab goes to the next multiple of four.
#[derive(Clone, Copy)]
struct Cursor {
    at: usize,
    column: usize,
    base: usize, // the column from which indentation counts
    end: usize,  // of the line
}

impl Cursor {
    fn indent(&self) -> usize {
        self.column - self.base
    }

    fn is_at_end(&self) -> bool {
        self.at == self.end
    }
}

/// What grows as a text is read; the next one is read in the same room.
#[derive(Default)]
pub struct Room {
    containers: Vec<usize>, // how many columns a line needs to belong to it; 0: a quote
    quotes: Vec<usize>,     // which of the containers are quotes
    pub items: Vec<Item>,   // that have begun
    open_items: Vec<Span>,  // which of the containers are items, and their numbers
    lines: Vec<Line>,       // of the open paragraph or comment
    content: String,
    begins: Vec<usize>,
    pub starts: Vec<usize>, // of the lines that were read
}

pub struct Reader<'a, F: FnMut(&Block)> {
    text: &'a str,
    bytes: &'a [u8],
    give: F,
    pub room: Room,
    leaf: Leaf,         // what is open
    fence: (u8, usize), // the mark that opened it, and how often
    closer: Closer,     // what ends the open leaf
    bare: bool,         // the line before began an item, and nothing else stood there
    no_break: usize,    // up to here, no thematic break begins on this line
    number: u32,
    position: usize,    // where the line begins
    last: Span,         // of the blocks that lie in no other: where the one before the last and the last one begin
    last_mark: u8,      // of the last one, if it is a list or indented code
    says: bool,         // the open comment holds words
    pub unclosed: bool, // a comment has no end
}

/// Whether a line that begins so may be more than words of a paragraph.
fn is_mark(c: u8) -> bool {
    matches!(c, b' ' | b'\t' | b'\n' | b'>' | b'#' | b'=' | b'-' | b'+' | b'*' | b'_' | b'`' | b'~' | b'<' | b'$')
        || matches!(c, b'%' | b'[' | b'0'..=b'9')
}

impl<'a, F: FnMut(&Block)> Reader<'a, F> {
    pub fn new(text: &'a str, give: F) -> Self {
        Reader {
            text,
            bytes: text.as_bytes(),
            give,
            room: Room::default(),
            leaf: Leaf::None,
            fence: (0, 0),
            closer: Closer::Blank,
            bare: false,
            no_break: 0,
            number: 0,
            position: 0,
            last: (0, 0),
            last_mark: 0,
            says: false,
            unclosed: false,
        }
    }

    /// Give the blocks from this place on, which is the beginning of this line.
    pub fn read(&mut self, position: usize, line: u32) {
        self.read_until(position, line, || false);
    }

    /// Give the blocks until somebody has enough of them.
    pub fn read_until(&mut self, mut position: usize, line: u32, is_over: impl Fn() -> bool) {
        self.room.items.clear();
        self.room.starts.clear();
        self.number = line;
        self.last = (position, position);
        while position < self.bytes.len() && !is_over() {
            let end = memchr(b'\n', &self.bytes[position..]).map_or(self.bytes.len(), |length| position + length);
            self.position = position;
            self.room.starts.push(position);
            let is_free = self.leaf == Leaf::None && self.room.containers.is_empty();
            if !is_mark(self.bytes[position]) && (self.leaf == Leaf::Paragraph || is_free) {
                // Most lines: words begin or continue a paragraph, whatever that lies in; a blank line ends it
                if self.leaf == Leaf::None {
                    self.go_to_next(0);
                }
                self.leaf = Leaf::Paragraph;
                self.push(position, end);
            } else if position == end
                && self.room.containers.is_empty()
                && matches!(self.leaf, Leaf::Paragraph | Leaf::None)
            {
                self.close_leaf(false);
            } else {
                self.line(position, end);
            }
            position = end + 1;
            self.number += 1;
        }
        self.position = self.bytes.len();
        self.close(0);
    }

    fn push(&mut self, start: usize, end: usize) {
        self.room.lines.push(Line { start, end, number: self.number });
    }

    fn line(&mut self, position: usize, end: usize) {
        let bare = std::mem::take(&mut self.bare);
        let mut cursor = self.skip(Cursor { at: position, column: 0, base: 0, end });
        if cursor.is_at_end() {
            return self.blank(end, bare);
        }
        let mut matched = self.enter_containers(&mut cursor);
        let mut inside = matched == self.room.containers.len();
        if inside && !matches!(self.leaf, Leaf::None | Leaf::Paragraph) {
            return self.go_on(cursor.at, end, cursor.indent());
        }
        if cursor.is_at_end() {
            return self.close(matched); // nothing but the marks of quotes
        }
        let mut paragraph = self.leaf == Leaf::Paragraph;
        while cursor.indent() < 4 {
            if self.bytes[cursor.at] == b'>' {
                self.begin(matched, 0);
                cursor = self.quote(cursor);
                self.room.quotes.push(matched);
                self.room.containers.push(0);
            } else if let Some(stop) = self.marker(cursor.at, end, paragraph && inside) {
                self.begin(matched, self.bytes[stop - 1]);
                cursor = self.item(cursor, stop);
            } else {
                break;
            }
            if cursor.is_at_end() {
                self.bare = true;
                return;
            }
            matched = self.room.containers.len();
            (inside, paragraph) = (true, false);
        }
        let deep = cursor.indent() >= 4;
        if deep && !paragraph {
            self.begin(matched, b' '); // code
        } else if deep || !self.leaf(cursor.at, end, matched, paragraph && inside) {
            if self.leaf != Leaf::Paragraph {
                self.begin(matched, 0);
                self.leaf = Leaf::Paragraph;
            }
            self.push(cursor.at, end); // a paragraph's line, or a lazy one
        }
    }

    /// Go behind the marks of the containers to which a line belongs; gives how many these are.
    fn enter_containers(&self, cursor: &mut Cursor) -> usize {
        let mut quotes = 0;
        for (matched, indent) in self.room.containers.iter().enumerate() {
            if *indent > 0 {
                if cursor.column < cursor.base + indent {
                    return matched;
                }
                cursor.base += indent;
                continue;
            }
            if self.bytes[cursor.at] != b'>' || cursor.column > cursor.base + 3 {
                return matched;
            }
            *cursor = self.quote(*cursor);
            quotes += 1;
            if cursor.is_at_end() {
                // blank behind its marks: the lists in the quote go on
                return self.room.quotes.get(quotes).copied().unwrap_or(self.room.containers.len());
            }
        }
        self.room.containers.len()
    }

    /// A blank line: it ends quotes, but not lists.
    fn blank(&mut self, end: usize, bare: bool) {
        let matched = self.room.quotes.first().copied().unwrap_or(self.room.containers.len());
        if matched < self.room.containers.len() {
            self.close(matched);
        } else if !matches!(self.leaf, Leaf::None | Leaf::Paragraph) {
            self.go_on(end, end, 0);
        } else {
            self.close(matched - bare as usize); // an item may begin with one blank line, not two
        }
    }

    /// Begin what is no paragraph; returns whether anything began.
    fn leaf(&mut self, at: usize, end: usize, matched: usize, within: bool) -> bool {
        let line = &self.text[at..end];
        let c = self.bytes[at];
        match c {
            b'=' | b'-' if within && is_underline(line) && !self.is_callout() => {
                let lines = std::mem::take(&mut self.room.lines);
                let defined = count_definitions(self.text, &lines);
                self.leaf = Leaf::None;
                if defined == lines.len() {
                    return self.leaf(at, end, matched, false); // definitions are no heading
                }
                let level = if c == b'=' { 1 } else { 2 };
                self.block(Kind::Heading, &lines[defined..], level, (lines[defined].start, end));
                return true;
            }
            b'#' => {
                let level = run(self.bytes, at, b'#');
                if level > 6 || !(at + level == end || matches!(self.bytes[at + level], b' ' | b'\t')) {
                    return false;
                }
                self.begin(matched, 0);
                let start = skip_blanks(&self.bytes[..end], at + level);
                let body = heading_body(&self.text[start..end]);
                let lines = [Line { start, end: start + body.len(), number: self.number }];
                self.block(Kind::Heading, &lines, level as u8, (at, end));
                return true;
            }
            b'`' | b'~' => {
                let count = run(line.as_bytes(), 0, c);
                if count >= 3 && (c == b'~' || !line[count..].contains('`')) {
                    self.open(matched, Leaf::Fence, Closer::Blank);
                    self.fence = (c, count);
                    return true;
                }
            }
            _ => {}
        }
        if self.is_break(at, end) {
            self.begin(matched, 0);
            return true;
        }
        match c {
            b'%' if line.starts_with("%%") && !line[2..].contains("%%") => {
                self.open(matched, Leaf::Comment, Closer::Text("%%"));
                self.says = !blank(&line[2..]);
                self.push(at, end);
                true
            }
            b'$' if line.starts_with("$$") && !line[2..].contains("$$") && self.text[end..].contains("$$") => {
                self.open(matched, Leaf::Formula, Closer::Text("$$"));
                true
            }
            b'[' if footnote_label(line).is_some() => {
                self.open(matched, Leaf::Paragraph, Closer::Blank);
                self.room.containers.push(4);
                self.push(at, end);
                true
            }
            b'<' => self.html(at, end, matched),
            _ => false,
        }
    }

    fn open(&mut self, matched: usize, leaf: Leaf, closer: Closer) {
        self.begin(matched, 0);
        (self.leaf, self.closer) = (leaf, closer);
    }

    /// Whether the open paragraph is the title of a callout, which is no heading, whatever underlines it.
    fn is_callout(&self) -> bool {
        self.room.containers.last() == Some(&0)
            && self.room.lines.len() == 1
            && callout_mark(&self.text[self.room.lines[0].start..self.room.lines[0].end]).is_some()
    }

    /// Begin an HTML block; returns whether it is one.
    fn html(&mut self, at: usize, end: usize, matched: usize) -> bool {
        let line = &self.text[at..end];
        let known = html::block_closer(line);
        if known.is_none() {
            // another tag must be alone, and ends no paragraph
            let tag = if self.leaf == Leaf::Paragraph { None } else { html::tag_end(line, 0) };
            if tag.is_none_or(|end| skip_blanks(line.as_bytes(), end) < line.len()) {
                return false;
            }
        }
        let closer = known.unwrap_or(Closer::Blank);
        self.open(matched, Leaf::Html, closer);
        let over = html::closes(line, 2, closer);
        if closer == html::COMMENT {
            self.push(at, html::comment_end(line, 2).map_or(end, |length| at + length));
            self.says = !over && !blank(&line[4..]);
        }
        if over {
            self.close_leaf(true);
        }
        true
    }

    /// A further line of a fence, an HTML block, a comment or a formula.
    fn go_on(&mut self, at: usize, end: usize, indent: usize) {
        let line = &self.text[at..end];
        let over = match self.leaf {
            Leaf::Fence => {
                let mark = line.trim_end_matches([' ', '\t']).as_bytes();
                indent < 4 && mark.len() >= self.fence.1 && mark.iter().all(|c| *c == self.fence.0)
            }
            _ if self.closer == Closer::Blank => line.is_empty(),
            _ => html::closes(line, 0, self.closer),
        };
        if !self.room.lines.is_empty() {
            let hides = if self.leaf == Leaf::Html { html::comment_end(line, 0) } else { None };
            self.push(at, hides.map_or(end, |length| at + length));
        }
        if over {
            self.close_leaf(true);
        } else {
            let is_comment = self.leaf == Leaf::Comment || (self.leaf == Leaf::Html && self.closer == html::COMMENT);
            self.says |= is_comment && !blank(line);
        }
    }

    /// Go to the next character that is no blank.
    fn skip(&self, mut cursor: Cursor) -> Cursor {
        while cursor.at < cursor.end {
            match self.bytes[cursor.at] {
                b' ' => cursor.column += 1,
                b'\t' => cursor.column += 4 - cursor.column % 4,
                _ => break,
            }
            cursor.at += 1;
        }
        cursor
    }

    /// Go behind the mark of a quote.
    fn quote(&self, mut cursor: Cursor) -> Cursor {
        cursor.at += 1;
        cursor.column += 1;
        let blank = cursor.at < cursor.end && matches!(self.bytes[cursor.at], b' ' | b'\t');
        cursor.base = cursor.column + blank as usize;
        self.skip(cursor)
    }

    /// Behind the marker of an item that stands here.
    fn marker(&mut self, at: usize, end: usize, interrupts: bool) -> Option<usize> {
        let line = &self.bytes[..end];
        let (stop, is_first) = match line[at] {
            b'-' | b'+' | b'*' => (at + 1, true),
            b'0'..=b'9' => {
                let digits = line[at..].iter().take_while(|c| c.is_ascii_digit()).count();
                if digits > 9 || !matches!(line.get(at + digits), Some(b'.' | b')')) {
                    return None;
                }
                (at + digits + 1, self.text[at..at + digits].parse() == Ok(1))
            }
            _ => return None,
        };
        if !(stop == end || matches!(line[stop], b' ' | b'\t')) || self.is_break(at, end) {
            return None;
        }
        // a paragraph is interrupted only by an item with text, and by a number only if it is 1
        (!interrupts || (is_first && !blank(&self.text[stop..end]))).then_some(stop)
    }

    /// Whether a thematic break stands here.
    fn is_break(&mut self, at: usize, end: usize) -> bool {
        let mark = self.bytes[at];
        if !matches!(mark, b'-' | b'_' | b'*') || at < self.no_break {
            return false;
        }
        let length = self.bytes[at..end].iter().take_while(|c| **c == mark || matches!(c, b' ' | b'\t')).count();
        let stop = at + length;
        if stop == end && self.bytes[at..end].iter().filter(|c| **c == mark).count() >= 3 {
            return true;
        }
        self.no_break = stop; // "- - - x": neither at the second "-"; a line is read once
        false
    }

    /// Begin a list item whose marker ends at `stop`, and go to its text.
    fn item(&mut self, cursor: Cursor, stop: usize) -> Cursor {
        let column = cursor.column + (stop - cursor.at);
        let mut after = self.skip(Cursor { at: stop, column, ..cursor });
        let mut space = after.column - column;
        if after.is_at_end() || space > 4 {
            space = 1;
        }
        after.base = column + space;
        self.room.containers.push(after.base - cursor.base);
        let parent = self.room.open_items.last().map(|(_, number)| *number);
        self.room.open_items.push((self.room.containers.len() - 1, self.room.items.len()));
        let ordered = stop > cursor.at + 1;
        self.room.items.push(Item { start: cursor.at, text: after.at, end: cursor.end, parent, ordered });
        let line = &self.text[..cursor.end];
        if let Some((mark, text)) = task_box(line, after.at) {
            if text < cursor.end && self.marker(text, cursor.end, false).is_some() {
                // "- [ ] 1. x": an item within a task
                after = self.skip(Cursor { at: mark, column: after.column + 3, ..after });
                after.base = after.column;
            }
        }
        after
    }

    /// End what the line does not belong to, as something new begins on it; `mark` is that of `go_to_next`.
    fn begin(&mut self, matched: usize, mark: u8) {
        self.close(matched);
        if matched == 0 {
            self.go_to_next(mark);
        }
    }

    /// A block begins that lies in no other. Items of one list, by their mark, and lines of indented code (" ") are one.
    fn go_to_next(&mut self, mark: u8) {
        if mark == 0 || mark != self.last_mark {
            self.last = (self.last.1, self.position);
            self.last_mark = mark;
        }
    }

    /// End the open leaf, and the containers that the line does not belong to.
    fn close(&mut self, matched: usize) {
        if self.leaf != Leaf::None {
            self.close_leaf(false);
        }
        self.room.containers.truncate(matched);
        while self.room.quotes.last().is_some_and(|quote| *quote >= matched) {
            self.room.quotes.pop();
        }
        while let Some((_, number)) = self.room.open_items.last().filter(|(container, _)| *container >= matched) {
            self.room.items[*number].end = self.position;
            self.room.open_items.pop();
        }
    }

    /// End the open leaf; whether it is by what closes such a one.
    fn close_leaf(&mut self, over: bool) {
        let leaf = std::mem::replace(&mut self.leaf, Leaf::None);
        self.unclosed |= std::mem::take(&mut self.says) && !over;
        if self.room.lines.is_empty() {
            return;
        }
        let mut lines = std::mem::take(&mut self.room.lines);
        let defined = if leaf == Leaf::Paragraph { count_definitions(self.text, &lines) } else { 0 };
        if defined < lines.len() {
            let kind = match leaf {
                Leaf::Comment => Kind::Comment,
                Leaf::Html => Kind::Hidden,
                _ => Kind::Text,
            };
            self.block(kind, &lines[defined..], 0, (lines[defined].start, lines[lines.len() - 1].end));
        }
        lines.clear();
        self.room.lines = lines; // its room is used again
    }

    fn block(&mut self, kind: Kind, lines: &[Line], level: u8, (start, end): Span) {
        let mut joined = std::mem::take(&mut self.room.content);
        self.room.begins.clear();
        let content = if let [line] = lines {
            &self.text[line.start..line.end]
        } else {
            joined.clear();
            for (number, line) in lines.iter().enumerate() {
                if number > 0 {
                    joined.push('\n');
                }
                self.room.begins.push(joined.len());
                joined.push_str(&self.text[line.start..line.end]);
            }
            &joined
        };
        let (within, behind_item) = (!self.room.containers.is_empty(), !self.room.items.is_empty());
        let before = (!within).then_some(self.last);
        let begins = &self.room.begins;
        (self.give)(&Block { kind, start, end, level, content, within, behind_item, before, lines, begins });
        self.room.content = joined;
    }
}

/// Whether a line makes a heading of the paragraph above it.
fn is_underline(line: &str) -> bool {
    let bytes = line.as_bytes();
    skip_blanks(bytes, run(bytes, 0, bytes[0])) == bytes.len()
}

/// A heading's words without the "#" that close it.
pub fn heading_body(line: &str) -> &str {
    let body = strip_end(line);
    let rest = body.trim_end_matches('#');
    if rest.len() < body.len() && (rest.is_empty() || rest.ends_with([' ', '\t'])) { strip_end(rest) } else { body }
}

/// Behind what the text of a footnote stands behind, "[^1]:".
pub fn footnote_label(text: &str) -> Option<usize> {
    let rest = text.strip_prefix("[^")?;
    let length = rest.find(|c: char| is_space(c) || "]^[".contains(c)).filter(|length| *length > 0)?;
    rest[length..].starts_with("]:").then_some(length + 4)
}

/// Behind what the title of a callout stands behind, "[!note]- ".
pub fn callout_mark(text: &str) -> Option<usize> {
    let rest = text.strip_prefix("[!")?;
    let length = rest.find(['[', ']', '\n']).filter(|length| *length > 0)?;
    let rest = rest[length..].strip_prefix(']')?;
    let rest = rest.strip_prefix(['+', '-']).unwrap_or(rest);
    let end = text.len() - rest.len();
    rest.chars().next().is_none_or(is_space).then(|| skip_spaces(text, end))
}

/// Behind the box of a task that stands here, and behind the blanks after it.
pub fn task_box(line: &str, at: usize) -> Option<(usize, usize)> {
    let rest = line.get(at..)?.strip_prefix('[')?;
    let mark = rest.chars().next().filter(|c| *c != '\n')?.len_utf8();
    let end = at + 2 + mark;
    (rest.as_bytes().get(mark) == Some(&b']')).then_some(())?;
    let behind = skip_blanks(line.as_bytes(), end);
    (behind > end).then_some((end, behind))
}
