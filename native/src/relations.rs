//! What a note's text says that links are: the other half of `markdown/relations.py`, which explains each.
//!
//! Which lines have such words RE2 decides there. Here a line is sure to have them, sure not to, or the note is left to Python.
use crate::fields::is_and;
use crate::letters::lower;
use crate::tags::attributes_start;
use crate::text::*;
use pyo3::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

const ANY: &str = "*";
const MOST_WORDS: usize = 4;
const LONGEST: usize = 60; // characters
const LONGEST_ASCII: usize = 24; // letters of a word that is looked up without a copy
const MARKS: [char; 6] = [' ', '\t', '*', '_', '~', '='];
const GAPS: [char; 6] = [' ', '\t', '\x0c', '\r', '_', '-']; // between words, on one line

/// The words that say of which kind links are: in lower case, a blank between them.
#[pyclass(module = "exporter._native", frozen)]
pub struct Kinds {
    said: FxHashSet<String>,
    folded: FxHashSet<String>,         // these, as `fold` has them
    before: FxHashMap<String, String>, // the keys of links by what stands before them
    above: FxHashMap<String, String>,  // and above a list of them
    begins: FxHashSet<Vec<u8>>,        // the first word of each, folded
    firsts: FxHashSet<char>,           // their first letters
    seconds: [u32; 128], // by their first letter, if that is ASCII, a bit for each that follows it; 0: none
    longest: usize,      // words
}

/// A link of a note's body.
pub struct Link {
    pub line: usize, // counted from 1
    pub external: bool,
    pub keyed: bool, // it stands in a field
}

/// A note's body, which begins at `start` of its text, and the headings in it, a line each; `opens`: the first is the title.
pub struct Body<'a> {
    pub text: &'a str,
    pub start: usize,
    pub headings: &'a str,
    pub opens: bool,
}

#[pymethods]
impl Kinds {
    /// Each with its key, and whether it may stand above a list.
    #[new]
    pub fn new(words: Vec<(String, String, bool)>) -> Self {
        let of = |wanted: &dyn Fn(&str, bool) -> bool| {
            let chosen = words.iter().filter(|(_, key, above)| wanted(key, *above));
            chosen.map(|(said, key, _)| (said.clone(), key.clone())).collect()
        };
        let begins: FxHashSet<String> = words.iter().map(|(said, ..)| fold(first_word(said))).collect();
        let firsts = begins.iter().filter_map(|word| word.chars().next()).collect();
        let mut seconds = [0; 128];
        for word in &begins {
            let letter = |at: usize| word.as_bytes().get(at).copied().unwrap_or_default();
            if letter(0).is_ascii() {
                seconds[letter(0) as usize] |= bit_of(letter(1));
            }
        }
        Kinds {
            before: of(&|key, _| key != ANY),
            above: of(&|_, above| above),
            begins: begins.into_iter().map(String::into_bytes).collect(),
            firsts,
            seconds,
            folded: words.iter().map(|(said, ..)| fold(said)).collect(),
            longest: words.iter().map(|(said, ..)| said.split(' ').count()).max().unwrap_or_default(),
            said: words.into_iter().map(|(said, ..)| said).collect(),
        }
    }

    /// The lines on which such words stand before a link or alone; None: Python knows.
    pub fn find_lines(&self, text: &str) -> Option<Vec<usize>> {
        Some(self.find_starts(text, line_starts(text))?.iter().map(|(number, _)| *number).collect())
    }
}

impl Kinds {
    /// The numbers of such lines, and where each begins, of those that begin at `starts`.
    pub fn find_starts(&self, text: &str, starts: impl Iterator<Item = usize>) -> Option<Vec<(usize, usize)>> {
        let mut found = vec![];
        if self.longest == 0 {
            return Some(found);
        }
        for (start, number) in starts.zip(1..) {
            if !self.begins_otherwise(&text[start..]) {
                let line = lines(&text[start..]).next().unwrap_or_default();
                if self.stand_on(line, &text[start + line.len()..])? {
                    found.push((number, start));
                }
            }
        }
        Some(found)
    }

    /// Whether the line that begins a text is sure to begin with another word, as nearly all do: most by its first two letters.
    fn begins_otherwise(&self, text: &str) -> bool {
        let is_over = |c: &u8| matches!(c, b'[' | b'\n') || c.is_ascii_alphanumeric() || !c.is_ascii();
        let rest = &text[text.bytes().position(|c| is_over(&c)).unwrap_or(text.len())..];
        let is_among = |first: u8, second: u8| self.seconds[first as usize] & bit_of(second) != 0;
        let may_begin = match rest.as_bytes() {
            [first, second, ..] if first.is_ascii_alphabetic() && second.is_ascii_alphanumeric() => {
                is_among(first.to_ascii_lowercase(), *second)
            }
            [b'[', b'!', ..] | [b'0'..=b'9', ..] => return false,
            [] | [b'\n' | b'[', ..] => is_among(0, 0),
            [first, ..] if !first.is_ascii() && !rest.starts_with(is_alnum) => return false,
            _ => true,
        };
        !(may_begin && self.may_begin(first_word(rest)))
    }

    /// Whether a line begins with such words, and nothing else stands before a link; `behind` is the text from its end on.
    fn stand_on(&self, line: &str, behind: &str) -> Option<bool> {
        let mut rest = line.trim_start_matches(is_no_word);
        let mut is_plain = line[..line.len() - rest.len()].chars().all(is_mark);
        if let Some(callout) = rest.strip_prefix("[!") {
            let Some(end) = callout.find(']') else { return Some(false) };
            rest = callout[end + 1..].trim_start_matches(is_no_word);
            let marks = &callout[end + 1..callout.len() - rest.len()];
            is_plain &= !callout[..end].contains('[') && marks.chars().all(is_mark);
        }
        let number = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        let item = number.trim_start_matches(is_no_word);
        let mut stand = self.are_words(rest, behind, is_plain)?;
        if number.starts_with(['.', ')']) {
            is_plain &= number[..number.len() - item.len()].chars().all(is_mark);
            stand |= self.are_words(item, behind, is_plain)?;
        }
        Some(stand)
    }

    /// Whether all that stands before a link, or on the line, are such words.
    fn are_words(&self, line: &str, behind: &str, is_plain: bool) -> Option<bool> {
        if !self.may_begin(first_word(line)) {
            return Some(false); // as nearly all lines
        }
        if self.may_go_on(line, behind) {
            return None;
        }
        let head = &line[..line.find(['[', '{']).unwrap_or(line.len())];
        let mut words = head.split(is_no_word).filter(|word| !word.is_empty());
        let said = words.by_ref().take(self.longest).collect::<Vec<_>>().join(" ");
        if words.next().is_some() || !self.folded.contains(&fold(&said)) {
            return Some(false);
        }
        let (words, tail) = head.split_at(head.trim_end_matches(is_no_word).len());
        let has_brace = line[head.len()..].starts_with('{');
        let is_sure = is_plain
            && self.said.contains(&said.to_ascii_lowercase())
            && words.chars().all(|c| is_alnum(c) || GAPS.contains(&c))
            && tail.chars().all(|c| if has_brace { matches!(c, ' ' | '\t') } else { is_mark(c) });
        is_sure.then_some(true)
    }

    fn may_begin(&self, word: &str) -> bool {
        let mut lower = [0; LONGEST_ASCII];
        if !word.is_ascii() || word.len() > LONGEST_ASCII {
            let first = word.chars().next().and_then(|first| fold_letter(first).next());
            return first.is_some_and(|first| self.firsts.contains(&first))
                && self.begins.contains(fold(word).as_bytes());
        }
        for (lower, letter) in lower.iter_mut().zip(word.bytes()) {
            *lower = letter.to_ascii_lowercase();
        }
        self.begins.contains(&lower[..word.len()])
    }

    /// Whether words that fill the end of a line may be such words with those behind it.
    fn may_go_on(&self, line: &str, behind: &str) -> bool {
        let mut said = String::new();
        let mut count = 0;
        for word in line.split(GAPS).filter(|word| !word.is_empty()) {
            count += 1;
            if count >= self.longest || word.contains(is_no_word) {
                return false;
            }
            said += &fold(word);
            said.push(' ');
        }
        let mut rest = behind;
        for _ in count..self.longest {
            rest = rest.trim_start_matches(|c| c == '\n' || GAPS.contains(&c));
            let word = first_word(rest);
            said += &fold(word);
            if !word.is_empty() && self.folded.contains(&said) {
                return true;
            }
            said.push(' ');
            rest = &rest[word.len()..];
        }
        false
    }
}

fn bit_of(letter: u8) -> u32 {
    1 << (letter % 32)
}

/// Where the lines of a text begin.
pub fn line_starts(text: &str) -> impl Iterator<Item = usize> {
    std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1))
}

/// Letters that are alike whatever their case, as "s" and "ſ" are to RE2.
fn fold(text: &str) -> String {
    text.chars().flat_map(fold_letter).collect()
}

fn fold_letter(letter: char) -> impl Iterator<Item = char> {
    letter.to_uppercase().flat_map(char::to_lowercase)
}

fn first_word(text: &str) -> &str {
    &text[..text.find(|c| !is_alnum(c)).unwrap_or(text.len())]
}

fn is_no_word(c: char) -> bool {
    c != '[' && !is_alnum(c)
}

/// Whether what is no word here is none by the tables of any Unicode.
fn is_mark(c: char) -> bool {
    c.is_ascii()
        || matches!(c, '\u{a0}' | '«' | '»' | '·' | '，' | '：' | '；' | '\u{fe0f}')
        || matches!(c, '\u{2010}'..='\u{206f}' | '\u{2190}'..='\u{21ff}' | '\u{3000}'..='\u{3003}' | '\u{1f300}'..='\u{1f64f}')
}

/// The keys that the text before or above links gives them, by the numbers of these; `found` are the lines with such words, and
/// where each begins.
pub fn name_links(kinds: &Kinds, body: &Body, links: &[Link], found: &[(usize, usize)]) -> Vec<(usize, String)> {
    let mut rows: Vec<usize> = (0..links.len()).collect();
    rows.sort_by_key(|row| links[*row].line);
    let first = 1 + memchr::memchr_iter(b'\n', &body.text.as_bytes()[..body.start]).count();
    let last = rows.last().map_or(0, |row| links[*row].line);
    let (mut number, mut rest) = (first, &body.text[body.start..]);
    let is_title = |(_, line): &(usize, &str)| body.opens && !blank(line);
    let title = (first..=last).zip(lines(rest)).find(is_title).map(|(number, _)| number);
    let mut reading = Reading {
        kinds,
        headings: body.headings,
        known: None,
        links,
        title,
        section: "",
        level: 0,
        label: None,
        named: vec![],
    };
    for (line, start) in found {
        if *line > number {
            (number, rest) = (*line, &body.text[*start..]);
        }
        while number <= last {
            let (line, behind) = split_once(rest, b'\n').unwrap_or((rest, ""));
            let begin = rows.partition_point(|row| links[*row].line < number);
            let count = rows[begin..].partition_point(|row| links[*row].line == number);
            reading.read(number, line, behind, &rows[begin..begin + count]);
            (number, rest) = (number + 1, behind);
            if reading.section.is_empty() && reading.label.is_none() {
                break;
            }
        }
    }
    reading.named
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Item,
    Callout,
    Line,
}

/// A line above a list.
struct Label<'a> {
    key: &'a str,
    line: usize,
    indent: usize,
    depth: usize,
    kind: Kind,
}

impl Label<'_> {
    fn ends(&self, line: usize, indent: usize, depth: usize, is_item: bool) -> bool {
        if depth < self.depth {
            return true;
        }
        if self.kind == Kind::Callout || indent > self.indent {
            return false;
        }
        self.kind == Kind::Item || !(is_item || line <= self.line + 2)
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Item {
    No,
    Plain,
    Task,
}

struct Reading<'a> {
    kinds: &'a Kinds,
    headings: &'a str,
    known: Option<FxHashSet<&'a str>>, // the headings, as soon as one is asked for
    links: &'a [Link],
    title: Option<usize>, // the line of the first heading, where that is the note's title
    section: &'a str,
    level: usize,
    label: Option<Label<'a>>,
    named: Vec<(usize, String)>,
}

impl<'a> Reading<'a> {
    fn read(&mut self, number: usize, line: &'a str, behind: &str, rows: &[usize]) {
        let content = line.trim_start_matches([' ', '\t', '>']);
        if content.is_empty() {
            return;
        }
        if self.enter_section(number, content, behind) {
            if !rows.is_empty() && content.split('[').next().is_some_and(|before| before.contains(':')) {
                self.name(content.trim_start_matches('#').trim_start_matches(is_space), Item::No, rows, false);
            }
            return;
        }
        let indent = line.len() - content.len();
        let depth = line[..indent].matches('>').count();
        let (item, body) = read_item(content);
        if self.label.as_ref().is_some_and(|label| label.ends(number, indent, depth, item != Item::No)) {
            self.label = None;
        }
        if rows.is_empty() {
            let title = callout_title(body);
            let kind = match (item, title) {
                (Item::No, None) => Kind::Line,
                (Item::No, _) => Kind::Callout,
                _ => Kind::Item,
            };
            let key = self.key_of_label(body, title.filter(|_| kind == Kind::Callout).unwrap_or(body), kind);
            if !key.is_empty() {
                self.label = Some(Label { key, line: number, indent, depth, kind });
            }
        } else if !rows.iter().any(|row| self.links[*row].keyed) {
            self.name(body, item, rows, item == Item::No && indent >= 2 + 2 * depth);
        }
    }

    fn enter_section(&mut self, number: usize, content: &'a str, behind: &str) -> bool {
        let marks = run(content.as_bytes(), 0, b'#');
        let (level, text) = if (1..=6).contains(&marks) && content[marks..].starts_with([' ', '\t']) {
            let text = strip(&content[marks..]);
            (marks, if self.is_heading(text) { text } else { strip_end(text.trim_end_matches('#')) })
        } else {
            match lines(behind).next().and_then(level_of_underline) {
                Some(level) => (level, strip(content)),
                None => return false,
            }
        };
        if !self.is_heading(text) {
            return false; // but code
        }
        let key = if self.title == Some(number) {
            ""
        } else {
            self.key_above(&text[..attributes_start(text).unwrap_or(text.len())])
        };
        if !key.is_empty() || level <= self.level || self.section.is_empty() {
            (self.section, self.level) = (key, level);
        }
        self.label = None;
        true
    }

    fn is_heading(&mut self, text: &str) -> bool {
        self.known.get_or_insert_with(|| lines(self.headings).collect()).contains(text)
    }

    fn key_above(&self, text: &str) -> &'a str {
        self.kinds.above.get(&key_of(text)).map_or("", String::as_str)
    }

    fn key_of_label(&self, body: &str, words: &str, kind: Kind) -> &'a str {
        let words = strip(words);
        let ends = || words.trim_end_matches(['*', '_']).ends_with([':', '：']);
        let is_bold = || words.starts_with("**") && words.ends_with("**");
        if !is_shorter(body, LONGEST + 1) || (kind == Kind::Line && !ends() && !is_bold()) {
            return "";
        }
        self.key_above(words)
    }

    fn name(&mut self, body: &'a str, item: Item, rows: &[usize], goes_on: bool) {
        let Some(bracket) = body.find('[') else { return };
        let before = &body[..bracket];
        let before = before.strip_suffix('!').unwrap_or(before);
        let said = key_of(before);
        let key = if said.is_empty() {
            self.label.as_ref().map_or(self.section, |label| label.key)
        } else {
            let has_colon = before.trim_end_matches(MARKS).ends_with([':', '：']);
            let says = (item == Item::Plain || (has_colon && !goes_on)) && !before.contains("::");
            match self.kinds.before.get(&said).filter(|_| says) {
                Some(key) => key,
                None if item == Item::Plain && self.section == ANY && said.split(' ').count() <= MOST_WORDS => {
                    before.trim_matches(|c| c == ':' || MARKS.contains(&c))
                }
                None => "",
            }
        };
        if key.is_empty() || key == ANY || before.contains('|') {
            return;
        }
        let Some((count, rest)) = list_of_links(body, before.len()) else { return };
        let is_list = if said.is_empty() {
            item != Item::No || rest.trim_matches([' ', '\t', '.', ',', ';', '*', '_']).is_empty()
        } else {
            may_stand_behind(rest)
        };
        if is_list {
            let inside = rows.iter().take(count).filter(|row| !self.links[**row].external);
            self.named.extend(inside.map(|row| (*row, key.to_string())));
        }
    }
}

fn key_of(words: &str) -> String {
    let words = lower(words);
    words.split(|c| !is_alnum(c)).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

fn level_of_underline(line: &str) -> Option<usize> {
    let marks = line.trim_start_matches([' ', '\t', '>']).trim_end_matches([' ', '\t']);
    let first = marks.chars().next().filter(|first| matches!(first, '=' | '-'))?;
    marks.chars().all(|c| c == first).then_some(if first == '=' { 1 } else { 2 })
}

/// Whether a line is an item, and what it says, behind its mark and its box.
fn read_item(content: &str) -> (Item, &str) {
    let number = content.trim_start_matches(is_decimal);
    let digits = content[..content.len() - number.len()].chars().count();
    let behind = match digits {
        0 => content.strip_prefix(['-', '+', '*']),
        1..=9 => number.strip_prefix(['.', ')']),
        _ => None,
    };
    let Some(behind) = behind.filter(|behind| behind.starts_with([' ', '\t'])) else { return (Item::No, content) };
    let body = behind.trim_start_matches([' ', '\t']);
    let mut letters = body.chars();
    let is_box = letters.next() == Some('[') && letters.next().is_some() && letters.next() == Some(']');
    match letters.as_str() {
        text if is_box && text.starts_with([' ', '\t']) => (Item::Task, text.trim_start_matches([' ', '\t'])),
        _ => (Item::Plain, body),
    }
}

/// What stands behind "[!note]- ", `patterns.CALLOUT`.
fn callout_title(body: &str) -> Option<&str> {
    let kind = body.strip_prefix("[!")?;
    let end = kind.find(['[', ']']).filter(|end| *end > 0)?;
    let behind = kind[end..].strip_prefix(']')?;
    let behind = behind.strip_prefix(['+', '-']).unwrap_or(behind);
    let title = behind.trim_start_matches(is_space);
    (behind.is_empty() || title.len() < behind.len()).then_some(title)
}

/// How many links stand here with but marks and "and" between them, and what is behind the last.
fn list_of_links(body: &str, start: usize) -> Option<(usize, &str)> {
    let mut end = link_end(body, start)?;
    let mut count = 1;
    loop {
        let next = skip_marks(body, skip_separator(body, skip_marks(body, end)));
        match link_end(body, next) {
            Some(behind) => (count, end) = (count + 1, behind),
            None => return Some((count, &body[end..])),
        }
    }
}

fn skip_marks(body: &str, at: usize) -> usize {
    body.len() - body[at..].trim_start_matches(MARKS).len()
}

fn skip_separator(body: &str, at: usize) -> usize {
    let rest = &body[at..];
    if let Some(behind) = rest.strip_prefix([',', ';', '/', '&', '+', '|', '·', '•', '、', '，', '；']) {
        return body.len() - behind.len();
    }
    let word = &rest[..rest.find(|c| !is_word(c)).unwrap_or(rest.len())];
    at + if !word.is_empty() && !body[..at].ends_with('_') && is_and(word) { word.len() } else { 0 }
}

fn link_end(body: &str, at: usize) -> Option<usize> {
    let link = body[at..].strip_prefix('!').unwrap_or(&body[at..]);
    let behind = if let Some(inner) = link.strip_prefix("[[") {
        let end = inner.find(['[', ']']).filter(|end| *end > 0)?;
        inner[end..].strip_prefix("]]")?
    } else {
        let words = link.strip_prefix('[')?;
        let target = words[words.find(['[', ']'])?..].strip_prefix("](")?;
        target[target.find(['(', ')'])?..].strip_prefix(')')?
    };
    Some(body.len() - behind.len())
}

/// Whether what stands behind the links of an item does not make a sentence of them.
fn may_stand_behind(rest: &str) -> bool {
    let rest = rest.trim_start_matches(MARKS);
    let mut rest = rest.strip_prefix(['.', ',', ';']).unwrap_or(rest).trim_start_matches(MARKS);
    if rest.starts_with('(') {
        let Some(end) = rest.rfind(')') else { return false };
        rest = &rest[end + 1..];
        rest = rest.strip_prefix('.').unwrap_or(rest);
    } else if let Some(behind) = rest.strip_prefix(['-', '–', '—', ':']) {
        return behind.starts_with([' ', '\t']);
    } else {
        while let Some(tag) = rest.strip_prefix('#').filter(|tag| !tag.is_empty() && !tag.starts_with(is_space)) {
            rest = tag.trim_start_matches(|c| !is_space(c)).trim_start_matches([' ', '\t']);
        }
    }
    let end = rest.trim_matches([' ', '\t']);
    let is_id = |id: &str| !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    end.is_empty() || end.strip_prefix('^').is_some_and(is_id)
}
