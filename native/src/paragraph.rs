//! The sentences of ONE paragraph, as plain text: made plain once, with private characters where a link begins and ends, so
//! that sentences are cut where no mark is in the way, and never within a link.
use crate::blocks::Kind;
use crate::doubt::Doubt;
use crate::inline::{Inline, Span};
use crate::links::shown_text;
use crate::plain_text::to_text;
use crate::stops::{WORD_LENGTH, find_stops, has_stop, is_within, outermost};
use crate::text::*;
use rustc_hash::FxHashMap;

const LONGEST: usize = 500; // characters of a sentence; of a longer one what stands around the link is given
const FAR: usize = 20_000; // characters of a paragraph in which words are looked for that are no link's
const CUT: char = '\u{e001}'; // private characters: between cells, before and behind a link
const BEGIN: char = '\u{e002}';
const END: char = '\u{e003}';
/// One paragraph, list item, heading or row of a table, made plain when somebody asks for a sentence of it.
pub struct Paragraph {
    text: String,
    line: usize,
    row: bool,
    single: Option<String>, // all of it, if that is one sentence; else ""; None: nobody knows yet
    several: Option<Several>,
}

impl Paragraph {
    pub fn new(text: &str, line: usize, row: bool) -> Self {
        Paragraph { text: text.into(), line, row, single: None, several: None }
    }

    /// The sentence with the link of this line that shows these words; "" where there is none.
    pub fn sentence(&mut self, line: usize, words: &str, anchor: &str) -> Result<String, Doubt> {
        if self.single.is_none() {
            if self.text.contains("%%") && is_hidden(&self.text) {
                self.text.clear(); // nobody sees anything of it
            }
            let is_cut = self.row || (self.text.contains('<') && has_break(&self.text));
            let plain = if is_cut { "".into() } else { to_text(&self.text)? };
            let is_one = is_shorter(&plain, LONGEST + 1) && !has_stop(&plain);
            self.single = Some(if is_one { plain.into_owned() } else { String::new() });
        }
        let single = self.single.as_deref().unwrap_or_default();
        if single.contains(words) || self.text.is_empty() {
            return Ok(single.into());
        }
        let several = match &mut self.several {
            Some(several) => several,
            none => none.insert(Several::new(&self.text, self.line, self.row)?),
        };
        Ok(several.sentence(line, words, anchor))
    }
}

type Key = (usize, String, String); // of a link: line, words and anchor

/// A paragraph of several sentences, or with marks in its links: as plain text, and where these stand in it.
struct Several {
    plain: Vec<char>,
    ends: Vec<usize>,
    spans: FxHashMap<Key, Option<Span>>,         // of the links
    anchors: FxHashMap<(usize, String), String>, // of the first of those with these lines and words
}

impl Several {
    fn new(text: &str, line: usize, row: bool) -> Result<Self, Doubt> {
        let text = &text.replace([CUT, BEGIN, END], "");
        let mut inline = Inline::default();
        inline.scan(text, Kind::Text);
        let (marked, starts) = add_marks(text, &inline, row)?;
        let (plain, mut ends, mut spans) = remove_marks(&to_text(&marked)?);
        let mut span_of = FxHashMap::default();
        if spans.len() == starts.len() {
            span_of.extend(starts.into_iter().zip(spans.iter().copied()));
        } else {
            spans.clear(); // a mark was lost where `to_text` reads otherwise; the words will be looked for
        }
        ends.extend([0, plain.len()]);
        ends.extend(find_stops(&plain, &spans));
        ends.sort();
        ends.dedup();
        let mut several = Several { plain, ends, spans: FxHashMap::default(), anchors: FxHashMap::default() };
        let (mut line, mut counted) = (line, 0);
        for link in inline.mentions.iter().filter(|link| !link.external) {
            let between = text.as_bytes().get(counted..link.start).unwrap_or_default();
            line += memchr::memchr_iter(b'\n', between).count();
            counted = link.start;
            let words = to_text(&shown_text(link, text))?.into_owned();
            several.add((line, words, link.anchor.clone()), span_of.get(&link.start).copied());
        }
        Ok(several)
    }

    /// Add where a link stands; a comment may hold the same link, which nobody sees.
    fn add(&mut self, key: Key, span: Option<Span>) {
        self.anchors.entry((key.0, key.1.clone())).or_insert_with(|| key.2.clone());
        let known = self.spans.entry(key).or_insert(None);
        *known = known.or(span);
    }

    fn sentence(&mut self, line: usize, words: &str, anchor: &str) -> String {
        let key = (line, words.to_string(), anchor.to_string());
        if !self.spans.contains_key(&key) {
            // no link says so: an entry of the map does, or a dialect names the anchor otherwise
            let span = match self.anchors.get(&(line, key.1.clone())) {
                Some(first) => self.spans[&(line, key.1.clone(), first.clone())],
                None => self.find(words),
            };
            self.add(key.clone(), span);
        }
        self.spans[&key].map_or(String::new(), |(start, end)| self.cut(start, end))
    }

    fn find(&self, words: &str) -> Option<Span> {
        let text: String = self.plain[..self.plain.len().min(FAR)].iter().collect();
        let start = text[..text.find(words)?].chars().count();
        Some((start, start + words.chars().count()))
    }

    /// The sentence around these places; of a long one what stands around them.
    fn cut(&self, start: usize, mut end: usize) -> String {
        let text = &self.plain;
        let k = self.ends.partition_point(|place| *place <= start);
        let (mut first, mut last) = (self.ends[k - 1], self.ends.get(k).map_or(text.len(), |place| *place).max(end));
        while first < start && text[first] == ' ' {
            first += 1;
        }
        while last > end && text[last - 1] == ' ' {
            last -= 1;
        }
        let words = |begin: usize, stop: usize| collapsed(&text[begin..stop].iter().collect::<String>());
        if last - first <= LONGEST {
            return words(first, last);
        }
        let room = LONGEST - 2; // for "…" on either side
        end = end.min(start + room);
        let (before, behind) = (start - first, last - end);
        let free = room - (end - start);
        let half = free / 2;
        let left = before.min(half + half.saturating_sub(behind));
        let right = behind.min(free - left);
        let (mut begin, mut stop) = (start - left, end + right);
        if begin > first && text[begin - 1] != ' ' {
            // within a word
            let limit = (begin + WORD_LENGTH).min(start + 1).min(text.len());
            let space = text.get(begin..limit).and_then(|rest| rest.iter().position(|c| *c == ' '));
            begin = space.map_or(begin, |length| begin + length + 1);
        }
        if stop < last && text[stop] != ' ' {
            let from = stop.saturating_sub(WORD_LENGTH).max(end);
            let space = text.get(from..stop).and_then(|rest| rest.iter().rposition(|c| *c == ' '));
            stop = space.map_or(stop, |length| from + length);
        }
        let (head, tail) = (if begin > first { "…" } else { "" }, if stop < last { "…" } else { "" });
        [head, &words(begin, stop.max(begin)), tail].concat()
    }
}

/// Whether nothing is left without what stands in %%comments%%.
fn is_hidden(text: &str) -> bool {
    let mut rest = text;
    while let Some(start) = rest.find("%%") {
        let Some(length) = rest[start + 2..].find("%%") else { break };
        if !blank(&rest[..start]) {
            return false;
        }
        rest = &rest[start + length + 4..];
    }
    blank(rest)
}

/// Whether a line ends within a text: `<br>`
fn has_break(text: &str) -> bool {
    text.match_indices('<').any(|(at, _)| begins_break(&text[at..]))
}

fn begins_break(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() > 2 && bytes[..3].eq_ignore_ascii_case(b"<br") && !text[3..].starts_with(is_word)
}

/// The text with marks around what its links show, and where these links begin, in the order of the marks.
///
/// Code has marks, too, and what links outside the vault show, if there is a stop in it; and cells end at marks.
fn add_marks(text: &str, inline: &Inline, row: bool) -> Result<(String, Vec<usize>), Doubt> {
    let (hidden, masked) = (outermost(&inline.comments), outermost(&inline.masked));
    let (begin_mark, end_mark, cut) = (BEGIN.to_string(), END.to_string(), format!(" {CUT} "));
    let mut edits: Vec<(usize, usize, String)> = vec![];
    let mut starts: Vec<Span> = vec![]; // where the mark stands; where the link begins
    for link in &inline.mentions {
        let given = link.words(text);
        if is_within(link.start, &hidden) || (link.external && !has_stop(given)) {
            continue;
        }
        match &link.brackets {
            Some(brackets) if !given.is_empty() => {
                let (begin, end) = brackets.words;
                edits.extend([(begin, begin, begin_mark.clone()), (end, end, end_mark.clone())]);
                starts.push((begin, link.start));
            }
            _ => {
                let shown = shown_text(link, text);
                let words = to_text(&shown)?;
                if words.contains("[[") || words.contains("]]") {
                    continue;
                }
                edits.push((link.start, link.end, format!("[[x|{BEGIN}{words}{END}]]")));
                starts.push((link.start, link.start));
            }
        }
    }
    for &(start, end) in &inline.masked {
        let span = &text[start..end];
        if span.starts_with('`') && has_stop(span) && !is_within(start, &hidden) {
            edits.extend([(start, start, begin_mark.clone()), (end, end, end_mark.clone())]);
            starts.push((start, start));
        } else if begins_break(&text[start..]) && !is_within(start, &hidden) {
            edits.push((start, end, cut.clone()));
        }
    }
    if row {
        let mut letters = text.char_indices();
        while let Some((at, c)) = letters.next() {
            if c == '\\' {
                letters.next();
            } else if c == '|' && !is_within(at, &masked) && !is_within(at, &hidden) {
                edits.push((at, at + 1, cut.clone()));
            }
        }
    }
    edits.sort();
    let mut marked = String::with_capacity(text.len());
    let mut position = 0;
    for (start, end, mark) in edits {
        marked.push_str(text.get(position..start).unwrap_or_default());
        marked.push_str(&mark);
        position = end;
    }
    marked.push_str(&text[position..]);
    starts.sort();
    Ok((marked, starts.into_iter().map(|(_, start)| start).collect()))
}

/// The text without its marks, where cells end in it, and what stood between marks, by where it begins.
fn remove_marks(text: &str) -> (Vec<char>, Vec<usize>, Vec<Span>) {
    let mut plain = Vec::with_capacity(text.len());
    let (mut cuts, mut spans, mut open) = (vec![], vec![], vec![]);
    for c in text.chars() {
        let at = plain.len();
        match c {
            CUT => cuts.push(at),
            BEGIN => {
                open.push(spans.len());
                spans.push((at, at));
            }
            END => {
                if let Some(k) = open.pop() {
                    spans[k] = (spans[k].0, at);
                }
            }
            _ => plain.push(c),
        }
    }
    (plain, cuts, spans)
}
