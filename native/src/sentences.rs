//! The sentence in which a link stands, as plain text.
//!
//! Of a note only the lines around those that are asked for are taken apart, as links ask for few of its paragraphs.
use crate::blocks::{Block, Kind, Reader, callout_mark, footnote_label, heading_body, task_box};
use crate::doubt::Doubt;
use crate::fields::block_id;
use crate::front_matter::body_start;
use crate::inline::Inline;
use crate::paragraph::Paragraph;
use crate::text::*;
use memchr::memchr_iter;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

const LINE_MARKS: &str = " \t>+*-.)0123456789"; // of quotes and lists
const LONGEST_LABEL: usize = 40; // characters behind its first

/// The sentences of one note, found when somebody asks.
pub struct Sentences {
    text: String,
    starts: Vec<usize>,                          // of the lines
    first: usize,                                // line of the body; front matter is no sentence
    paragraphs: FxHashMap<usize, Option<usize>>, // by line, numbers among `made`
    made: Vec<Paragraph>,
    unsure: Vec<bool>, // the lines in comments that go over several; empty: there are none
    all_read: bool,
}

impl Sentences {
    /// Take the text of a note, with its front matter.
    pub fn new(text: &str) -> Self {
        let starts: Vec<usize> =
            std::iter::once(0).chain(memchr_iter(b'\n', text.as_bytes()).map(|end| end + 1)).collect();
        let first = 1 + memchr_iter(b'\n', &text.as_bytes()[..body_start(text)]).count();
        let unsure = if text.contains("%%") || text.contains("<!--") { in_comments(text) } else { vec![] };
        let text = text.into();
        Sentences { text, starts, first, paragraphs: FxHashMap::default(), made: vec![], unsure, all_read: false }
    }

    /// The sentence of the link on this line that shows these words; "" where there is none.
    pub fn of(&mut self, line: usize, words: &str, anchor: &str) -> Result<String, Doubt> {
        let count = self.starts.len();
        if words.is_empty() || !(self.first..=count).contains(&line) {
            return Ok(String::new());
        }
        let is_known = self.paragraphs.contains_key(&line) || self.all_read;
        if !is_known && (self.is_unsure(line) || !self.read_alone(line)?) {
            let (first, last) = self.around(line);
            let is_indented = self.line(first).starts_with("    ") || self.line(first).starts_with('\t');
            if !is_indented && !(first..=last).any(|line| self.is_unsure(line)) {
                self.read(first, last)?;
            }
            if !self.paragraphs.contains_key(&line) {
                // code, a comment or part of a list: the lines above decide
                self.read(self.first, count)?;
                self.all_read = true;
            }
        }
        match self.paragraphs.get(&line) {
            Some(Some(number)) => self.made[*number].sentence(line, words, anchor),
            _ => Ok(String::new()),
        }
    }

    fn line(&self, number: usize) -> &str {
        let end = self.starts.get(number).map_or(self.text.len(), |next| next - 1);
        &self.text[self.starts[number - 1]..end]
    }

    fn is_unsure(&self, line: usize) -> bool {
        self.unsure.get(line).copied().unwrap_or_default()
    }

    /// Add the paragraph of a line that is one by itself, as nearly all are; gives whether it is.
    ///
    /// It holds a link, so it is no code, however deep it is indented.
    fn read_alone(&mut self, line: usize) -> Result<bool, Doubt> {
        let text = self.line(line);
        if let Some(start) = heading_mark(text) {
            let body = heading_body(&text[start..]).to_string();
            self.add(&body, line, "")?;
            return Ok(true);
        }
        let is_apart = |above: usize| are_apart(self.line(above), self.line(above + 1));
        if (line > self.first && !is_apart(line - 1)) || (line < self.starts.len() && !is_apart(line)) {
            return Ok(false);
        }
        let text = text.to_string();
        let end = if text.starts_with(|c: char| c.is_ascii()) { marks_end(&text) } else { 0 }; // "٣." begins words
        let (marks, words) = text.split_at(end);
        self.add(words, line, marks)?;
        Ok(true)
    }

    /// The lines up to the next blank one, before and behind.
    fn around(&self, line: usize) -> (usize, usize) {
        let (mut first, mut last) = (line, line);
        while first > self.first && !blank(self.line(first - 1)) {
            first -= 1;
        }
        while last < self.starts.len() && !blank(self.line(last + 1)) {
            last += 1;
        }
        (first, last)
    }

    /// Find the paragraphs of these lines.
    fn read(&mut self, first: usize, last: usize) -> Result<(), Doubt> {
        let end = self.starts.get(last).map_or(self.text.len(), |next| next - 1);
        let text = &self.text[self.starts[first - 1]..end];
        let mut found: Vec<(String, usize, String)> = vec![];
        Reader::new(text, |block: &Block| {
            if matches!(block.kind, Kind::Text | Kind::Heading) {
                let start = block.text_start();
                let line = text[..start].rfind('\n').map_or(0, |end| end + 1);
                found.push((block.content.into(), block.line(0) as usize, text[line..start].into()));
            }
        })
        .read(0, first as u32);
        found.iter().try_for_each(|(content, line, marks)| self.add(content, *line, marks))
    }

    /// Add the paragraphs of a block that begins on this line, behind these marks.
    fn add(&mut self, content: &str, first: usize, marks: &str) -> Result<(), Doubt> {
        let content = without_block_id(without_label(content, marks));
        let callout = if marks.contains('>') { callout_mark(content) } else { None };
        let mut lines: Vec<&str> = content.split('\n').collect();
        lines[0] = lines[0].get(callout.unwrap_or_default()..).unwrap_or_default();
        if lines.len() == 1 && !content.contains("::") {
            self.add_paragraph(lines[0], first, 1, false); // as nearly all are
            return Ok(());
        }
        self.paragraphs.extend((first..first + lines.len()).map(|line| (line, None))); // unless what follows says more
        for (begin, end, row) in split(&lines, callout.is_some())? {
            self.add_paragraph(&lines[begin..end].join("\n"), first + begin, end - begin, row);
        }
        Ok(())
    }

    fn add_paragraph(&mut self, text: &str, line: usize, count: usize, row: bool) {
        self.paragraphs.extend((line..line + count).map(|line| (line, Some(self.made.len()))));
        self.made.push(Paragraph::new(text, line, row));
    }
}

/// Behind the marks of a heading on this line.
fn heading_mark(line: &str) -> Option<usize> {
    let level = run(line.as_bytes(), 0, b'#');
    let start = skip_blanks(line.as_bytes(), level);
    ((1..=6).contains(&level) && start > level).then_some(start)
}

/// Behind the marks of quotes and lists that stand before a line's text.
fn marks_end(line: &str) -> usize {
    let bytes = line.as_bytes();
    let skip = |at: usize| at + line[at..].len() - line[at..].trim_start_matches([' ', '\t', '>']).len();
    let mut at = skip(0);
    loop {
        let rest = &line[at..];
        let digits: usize = rest.chars().take_while(|c| is_decimal(*c)).map(char::len_utf8).sum();
        let is_number = digits > 0 && is_shorter(&rest[..digits], 10);
        let mark = match bytes.get(at + digits) {
            Some(b'-' | b'+' | b'*') if digits == 0 => 1,
            Some(b'.' | b')') if is_number => digits + 1,
            _ => return at,
        };
        let behind = skip_blanks(bytes, at + mark);
        if behind == at + mark {
            return at;
        }
        at = skip(behind);
    }
}

/// A block's text behind the label of a footnote, or the box of a task in a list.
fn without_label<'a>(content: &'a str, marks: &str) -> &'a str {
    let is_item = marks.trim_end_matches([' ', '\t']).ends_with(['-', '+', '*', '.', ')']);
    let in_list = || if is_item { task_box(content, 0).map(|(_, behind)| behind) } else { None };
    &content[footnote_label(content).or_else(in_list).unwrap_or_default()..]
}

fn without_block_id(content: &str) -> &str {
    let last = content.rfind('\n').map_or(0, |end| end + 1);
    block_id(&content[last..]).map_or(content, |(start, _)| &content[..last + start])
}

/// The lines of comments that go over several, where the lines around do not tell what is one paragraph.
fn in_comments(text: &str) -> Vec<bool> {
    let count = |start: usize, end: usize| memchr_iter(b'\n', &text.as_bytes()[start..end]).count();
    let mut unsure = vec![false; count(0, text.len()) + 2];
    let (mut line, mut position, mut any) = (1, 0, false);
    while let Some((start, closer)) = find_comment(text, position) {
        let begin = start + if closer == "%%" { 2 } else { 4 };
        line += count(position, begin);
        if closer == "%%" {
            let before = text[position..start].rfind('\n').map_or(position, |end| position + end + 1);
            if (position > 0 && before == position) || text[before..start].contains(|c| !LINE_MARKS.contains(c)) {
                position = begin; // it begins no line: a comment within a paragraph
                continue;
            }
        }
        let end = text[begin..].find(closer).map_or(text.len(), |length| begin + length);
        let more = count(begin, end);
        if more > 0 {
            unsure[line..=line + more].fill(true);
            any = true;
        }
        (line, position) = (line + more, (end + 2).min(text.len()));
    }
    if !any {
        return vec![];
    }
    if text.contains("```") || text.contains("~~~") {
        unsure.fill(true); // in code they are none
    }
    unsure
}

/// Where a comment begins from here on, and what ends it.
fn find_comment(text: &str, from: usize) -> Option<(usize, &'static str)> {
    memchr::memchr2_iter(b'%', b'<', &text.as_bytes()[from..]).map(|length| from + length).find_map(|at| {
        let rest = &text[at..];
        let closer = if rest.starts_with("%%") { Some("%%") } else { rest.starts_with("<!--").then_some("-->") };
        closer.map(|closer| (at, closer))
    })
}

/// Whether two lines, one below the other, are never of one paragraph; false: they may be.
fn are_apart(above: &str, below: &str) -> bool {
    if blank(above) || blank(below) {
        return true;
    }
    if let Some(is_deep) = item_depth(below) {
        return !is_deep || item_depth(above).is_some();
    }
    if heading_mark(above).is_some() || heading_mark(below).is_some() {
        return true;
    }
    has_label(above) && has_label(below)
}

/// Of a line that is an item, whether it is indented so deep that it may be code.
fn item_depth(line: &str) -> Option<bool> {
    let start = skip_blanks(line.as_bytes(), 0);
    let rest = line[start..].strip_prefix(['-', '+', '*'])?;
    let words = rest.trim_start_matches([' ', '\t']);
    let is_item = words.len() < rest.len() && words.starts_with(|c| !is_space(c));
    is_item.then(|| line.starts_with("    ") || line[..start].contains('\t'))
}

/// Whether a line begins with a label: "Author: [[X]]"
fn has_label(line: &str) -> bool {
    let Some(colon) = line.find(['\n', ':', '.', '!', '?', ';', ',']) else { return false };
    let Some(behind) = line[colon..].strip_prefix(':') else { return false };
    let label = &line[..colon];
    let unmarked = label.trim_start_matches(['*', '_']);
    let words = match unmarked.chars().next() {
        Some(c) if is_word(c) => &unmarked[c.len_utf8()..],
        _ => match label[..label.len() - unmarked.len()].rfind('_') {
            Some(at) => &label[at + 1..],
            None => return false,
        },
    };
    let is_over = behind.trim_start_matches(['*', '_']).chars().next().is_none_or(is_space);
    is_over && is_shorter(words, LONGEST_LABEL + 1)
}

/// What is one paragraph of the lines of a block, and whether it is a table's row.
///
/// On their own are the title of a callout, a row of a table, an embed, and a line that begins with a label as the one
/// before it does; a line that is but a field is in none.
fn split(lines: &[&str], is_titled: bool) -> Result<Vec<(usize, usize, bool)>, Doubt> {
    let has_bar = |k: usize| lines[k].contains('|');
    let head = (1..lines.len()).find(|k| has_bar(*k) && has_bar(k - 1) && is_delimiters(lines[*k]));
    let table = head.map_or(lines.len(), |k| k - 1);
    let mut fields = BTreeSet::new();
    let mut cuts: BTreeSet<usize> = (table..=lines.len()).chain([0]).chain(is_titled.then_some(1)).collect();
    for (k, line) in lines[..table].iter().enumerate() {
        let is_field = line.contains("::") && is_field(line)?;
        if is_field || is_embed(line) {
            cuts.extend([k, k + 1]);
        }
        if is_field {
            fields.insert(k);
        }
        if k > 0 && has_label(lines[k - 1]) && has_label(line) {
            cuts.insert(k);
        }
    }
    let cuts: Vec<usize> = cuts.into_iter().collect();
    let parts = cuts.windows(2).map(|pair| (pair[0], pair[1], pair[0] >= table));
    Ok(parts.filter(|(begin, ..)| !fields.contains(begin) && *begin != table + 1).collect())
}

/// The row below a table's head.
fn is_delimiters(line: &str) -> bool {
    let b = line.as_bytes();
    let mut at = skip_blanks(b, 0);
    at += (b.get(at) == Some(&b'|')) as usize;
    let mut cells = 0;
    while let Some(end) = cell_end(b, at) {
        at = end;
        cells += 1;
    }
    cells > 0 && skip_blanks(b, at) == b.len()
}

/// Behind the dashes of a cell, and the bar that ends it.
fn cell_end(b: &[u8], at: usize) -> Option<usize> {
    let at = skip_blanks(b, at);
    let at = at + (b.get(at) == Some(&b':')) as usize;
    let dashes = b[at..].iter().take_while(|c| **c == b'-').count();
    let at = at + dashes;
    let at = skip_blanks(b, at + (b.get(at) == Some(&b':')) as usize);
    let is_bar = b.get(at) == Some(&b'|');
    (dashes > 0 && (is_bar || at == b.len())).then_some(at + is_bar as usize)
}

/// Whether an embed is alone on a line: a block of its own.
fn is_embed(line: &str) -> bool {
    let inner = line.trim_matches([' ', '\t']).strip_prefix("![[").and_then(|rest| rest.strip_suffix("]]"));
    inner.is_some_and(|inner| !inner.is_empty() && !inner.contains(['[', ']', '\n']))
}

/// Whether a line holds fields and no other words.
fn is_field(line: &str) -> Result<bool, Doubt> {
    let mut inline = Inline::default();
    inline.read(line, Kind::Text);
    let mut words = String::new();
    let mut position = 0;
    for field in &inline.fields {
        if !matches!(line.as_bytes().get(field.end), Some(b')' | b']')) {
            return Ok(true); // the whole line is one
        }
        let between = line.as_bytes().get(position..field.start).unwrap_or_default();
        if let Some(length) = memchr::memrchr2(b'(', b'[', between) {
            words.push_str(&line[position..position + length]);
        }
        position = position.max(field.end + 1);
    }
    words.push_str(&line[position..]);
    Ok(!inline.fields.is_empty() && !words.contains(is_word))
}
