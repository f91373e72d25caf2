//! What a note's properties say: fields of the topic, links, and the rest, which stay properties.
use crate::columns::{Columns, PLAIN, Vocabulary};
use crate::doubt::Doubt;
use crate::front_matter::{Entry, FrontMatter, Value};
use crate::letters::lower;
use crate::links::{Mention, mention};
use crate::plain_text::to_text;
use crate::tags::tag_end;
use crate::text::*;
use rustc_hash::FxHashSet;
use std::borrow::Cow;

/// Properties that are fields of the topic.
const OWN: [&str; 4] = ["title", "tags", "aliases", "id"];

/// What a note's properties say, but for their tags and links.
#[derive(Default)]
pub struct Properties<'a> {
    pub title: String,
    pub id: Option<(String, u32)>,
    pub aliases: Vec<String>,
    pub rest: Vec<(Cow<'a, str>, Value)>,
    pub holds_brackets: bool, // in the words of one, which may be links
}

/// A property's or field's name as relations are named: "See  Also" is "see-also".
pub fn canonical_name(name: &str) -> Cow<'_, str> {
    let is_canonical = name.bytes().all(|c| matches!(c, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'));
    if is_canonical { name.into() } else { join_words(&lower(name), '-').into() }
}

impl Columns {
    /// Read the properties; their tags and links become entries of the columns.
    ///
    /// The values of those that stay properties are moved.
    pub fn read_properties<'a>(
        &mut self,
        front: &mut FrontMatter<'a>,
        vocabulary: &Vocabulary,
    ) -> Result<Properties<'a>, Doubt> {
        let mut properties = Properties::default();
        for number in 0..front.entries.len() {
            let entry = &front.entries[number];
            let name = canonical_name(entry.key);
            match name.as_ref() {
                "tag" | "alias" => return Err(Doubt::Property), // which Obsidian reads no longer
                "tags" => self.read_tags(front, entry)?,
                "title" => properties.read_title(front, entry)?,
                "aliases" => properties.read_aliases(front, entry)?,
                "id" => properties.read_id(front, entry)?,
                _ => {
                    let is_told = vocabulary.told.contains(name.as_ref());
                    let is_odd = matches!(&entry.value, Value::Text(text) if holds(text, b'['));
                    if is_told || is_odd || matches!(entry.value, Value::List(_)) {
                        self.read_value(front, entry, is_told, &mut properties)?;
                    } else {
                        let entry = &mut front.entries[number];
                        properties.rest.push((entry.key.into(), std::mem::replace(&mut entry.value, Value::Null))); // as nearly all are
                    }
                }
            }
        }
        Ok(properties)
    }

    fn read_tags(&mut self, front: &FrontMatter, entry: &Entry) -> Result<(), Doubt> {
        let items = std::slice::from_ref(&entry.value);
        for item in if let Value::List(items) = &entry.value { items } else { items } {
            match item {
                Value::Text(text) => {
                    let tag = strip(text);
                    let tag = tag.strip_prefix('#').unwrap_or(tag).trim_matches('/');
                    if tag.is_empty() || tag_end(tag, 0) < tag.len() || all_digits(tag) {
                        return Err(Doubt::Property);
                    }
                    self.tags.add_tag(front.line_of(entry, text), tag);
                }
                Value::Null if !holds(front.raw, b'#') => {}
                _ => return Err(Doubt::Property),
            }
        }
        Ok(())
    }

    fn read_value<'a>(
        &mut self,
        front: &FrontMatter<'a>,
        entry: &Entry<'a>,
        is_told: bool,
        properties: &mut Properties<'a>,
    ) -> Result<(), Doubt> {
        let mut links = 0;
        for text in entry.value.texts() {
            let link = if holds(text, b'[') { property_link(text)? } else { None };
            let words = strip(text);
            if let Some(link) = link {
                self.add_link(&link, words, front.line_of(entry, words), entry.key)?;
                links += !link.external as usize;
                continue;
            }
            properties.holds_brackets |= holds(text, b'[');
            if is_told && !words.is_empty() {
                self.add_words(front.line_of(entry, words), words, PLAIN, entry.key);
            }
        }
        let mut value = without_brackets(&entry.value)?;
        let mut most = 1;
        let is_number = |value: &Value| matches!(value, Value::Int(_) | Value::Float(_));
        let mut has_number = is_number(&value);
        if let Value::List(items) = &mut value {
            has_number = items.iter().any(is_number);
            items.retain(|item| *item != Value::Null); // an item without a word says nothing
            most = items.len();
        }
        if is_told && has_number {
            return Err(Doubt::Property); // it is a name as it was written
        }
        if links == 0 || links < most {
            properties.rest.push((entry.key.into(), value));
        }
        Ok(())
    }
}

impl Properties<'_> {
    fn read_title(&mut self, front: &FrontMatter, entry: &Entry) -> Result<(), Doubt> {
        match &entry.value {
            Value::Text(text) => {
                self.holds_brackets |= holds(text, b'[');
                if self.title.is_empty() {
                    self.title = collapsed(text);
                }
                Ok(())
            }
            Value::Null if !holds(front.raw, b'#') => Ok(()),
            _ => Err(Doubt::Property),
        }
    }

    fn read_aliases(&mut self, front: &FrontMatter, entry: &Entry) -> Result<(), Doubt> {
        let single = std::slice::from_ref(&entry.value);
        for item in if let Value::List(items) = &entry.value { items } else { single } {
            match item {
                Value::Text(text) => {
                    self.holds_brackets |= holds(text, b'[');
                    self.aliases.push(strip(text).into());
                }
                Value::Null if !holds(front.raw, b'#') => {}
                _ => return Err(Doubt::Property),
            }
        }
        let mut known = FxHashSet::default();
        self.aliases.retain(|alias| !alias.is_empty() && known.insert(alias.clone()));
        Ok(())
    }

    fn read_id(&mut self, front: &FrontMatter, entry: &Entry) -> Result<(), Doubt> {
        let id = match &entry.value {
            Value::Text(text) if !blank(text) => strip(text).into(),
            Value::Int(number) => number.to_string(),
            Value::Null => return Ok(()),
            _ => return Err(Doubt::Property),
        };
        self.id = Some((id, front.line_of_key(entry)));
        Ok(())
    }

    /// Add what fields say; the front matter comes first, and a field that stands twice is a list.
    pub fn add_fields(&mut self, fields: Vec<(String, String)>, front: &FrontMatter) {
        let mut known: FxHashSet<Cow<str>> = front.entries.iter().map(|entry| canonical_name(entry.key)).collect();
        known.extend(OWN.map(Cow::from));
        let mut places: rustc_hash::FxHashMap<String, usize> = Default::default();
        let mut found: Vec<(String, Vec<Value>)> = vec![];
        for (name, value) in fields {
            let word = canonical_name(&name);
            if known.contains(&word) {
                continue;
            }
            let place = *places.entry(word.into_owned()).or_insert(found.len());
            if place == found.len() {
                found.push((name, vec![]));
            }
            found[place].1.push(if value.is_empty() { Value::Null } else { Value::Text(value) });
        }
        for (name, mut values) in found {
            let value = if values.len() > 1 { Value::List(values) } else { values.remove(0) };
            self.rest.push((name.into(), value));
        }
    }
}

/// The link that a property's value is: one `[[link]]`, and nothing else; one of Markdown is a doubt.
fn property_link(text: &str) -> Result<Option<Mention>, Doubt> {
    let whole = strip(text);
    let inner = whole.strip_prefix("[[").and_then(|rest| rest.strip_suffix("]]"));
    if let Some(inner) = inner.filter(|inner| !inner.is_empty()) {
        let bytes = whole.as_bytes();
        let is_single =
            |at: usize| bytes[at] != b'\n' && !(matches!(bytes[at], b'[' | b']') && bytes[at] == bytes[at + 1]);
        if (2..2 + inner.len()).all(is_single) {
            return Ok(Some(mention(inner, 0, 0, false)));
        }
    }
    if whole.starts_with('[') && whole.ends_with(')') { Err(Doubt::Property) } else { Ok(None) }
}

/// A property's value without Obsidian's own marks.
fn without_brackets(value: &Value) -> Result<Value, Doubt> {
    Ok(match value {
        Value::Text(text) if text.contains("[[") => Value::Text(to_text(text)?.into_owned()),
        Value::List(items) => Value::List(items.iter().map(without_brackets).collect::<Result<_, _>>()?),
        other => other.clone(),
    })
}
