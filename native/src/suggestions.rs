//! Which names are near one that is missing; `exporter.reader.meaning.suggestions` explains each step.
use crate::letters::{self, is_decimal, is_word};
use crate::names::{NOTE, is_note, split};
use crate::resolve::Index;
use crate::text::all_digits;
use pyo3::prelude::*;
use pyo3::types::PyString;
use rustc_hash::{FxHashMap, FxHashSet};
use std::borrow::Cow;
use std::cmp::Reverse;
use std::sync::{Mutex, OnceLock};
use std::thread::{JoinHandle, spawn};

const PANIC: &str = "no thread panics";
const BLANK: [char; 2] = [' ', '\n'];
const MOST: usize = 3;
const LONGEST: usize = 255;
const SHORTEST: usize = 4;
const ENOUGH: f64 = 0.65;
const ENOUGH_WITHIN: f64 = 0.5;
const FARTHER: f64 = 0.25;
const LETTERS: usize = 36;
const CANDIDATES: usize = 12;
const COMMON: usize = 100;
const RARE: usize = 50;
const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;
const HASH: u64 = 0xcbf2_9ce4_8422_2325; // of no text; FNV-1a, so that of a text it follows from those of its parts

/// An index of names, which may have folders; a thread makes it before somebody asks.
#[pyclass(frozen)]
pub struct Nearest {
    names: OnceLock<Names>,
    work: Mutex<Option<JoinHandle<Names>>>, // until somebody asks
}

/// The index itself.
#[derive(Default)]
struct Names {
    names: Vec<String>,              // the shortest without their folders come first
    words: Lists,                    // of each name, by number
    vocabulary: Texts,               // words by number
    having: Lists,                   // by word: the names that have it
    numbers: FxHashMap<u64, u32>,    // the number of a word, by its hash or the next one that is free
    closed: Vec<(u64, u32)>,         // the hash of each name's words as one, and its number; sorted
    sums: FxHashMap<u128, Vec<u32>>, // number of a word, as its letters have it: the words
    letters: Vec<u128>,              // numbers of the most frequent letters
}

/// Lists of numbers behind one another.
#[derive(Default)]
struct Lists {
    numbers: Vec<u32>,
    ends: Vec<u32>,
}

impl Lists {
    fn get(&self, number: u32) -> &[u32] {
        let number = number as usize;
        let start = if number == 0 { 0 } else { self.ends[number - 1] };
        &self.numbers[start as usize..self.ends[number] as usize]
    }

    /// Of each number below `count` the lists that it stands in; as often as it does.
    fn turned(&self, count: usize) -> Lists {
        let mut ends = vec![0; count];
        self.numbers.iter().for_each(|number| ends[*number as usize] += 1);
        let mut sum = 0;
        let mut places: Vec<u32> = ends.iter_mut().map(|end| (sum, sum += *end, *end = sum).0).collect();
        let mut numbers = vec![0; self.numbers.len()];
        for list in 0..self.ends.len() as u32 {
            for number in self.get(list) {
                let place = &mut places[*number as usize];
                numbers[*place as usize] = list;
                *place += 1;
            }
        }
        Lists { numbers, ends }
    }
}

/// Texts behind one another.
#[derive(Default)]
struct Texts {
    text: String,
    ends: Vec<u32>,
}

impl Texts {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends.push(self.text.len() as u32);
    }

    fn get(&self, number: u32) -> &str {
        let number = number as usize;
        let start = if number == 0 { 0 } else { self.ends[number - 1] };
        &self.text[start as usize..self.ends[number] as usize]
    }

    fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len() as u32).map(|number| self.get(number))
    }
}

#[pymethods]
impl Nearest {
    #[new]
    fn new(names: Vec<String>) -> Nearest {
        let others = ask(names.iter().map(|name| split(name).1));
        let work = Mutex::new(Some(spawn(|| Names::new(names, others))));
        Nearest { names: OnceLock::new(), work }
    }

    /// Of the notes of a vault, without their ending, or of its other files.
    #[staticmethod]
    fn of(index: &Index, notes: bool) -> Nearest {
        let names = index.paths.iter().filter_map(|path| match path.len().checked_sub(NOTE.len()) {
            Some(end) if is_note(path) => notes.then(|| path[..end].into()),
            _ => (!notes).then(|| path.into()),
        });
        Nearest::new(names.collect())
    }

    /// The nearest names, the best first, each as a link may spell it.
    fn find(&self, name: &str) -> Vec<String> {
        let names = self.names.get_or_init(|| {
            let work = self.work.lock().expect(PANIC).take();
            work.expect("nobody else has waited").join().expect(PANIC)
        });
        names.find(name).into_iter().map(String::from).collect()
    }
}

impl Drop for Nearest {
    /// To let go of a large index takes milliseconds, for which nobody has to wait.
    fn drop(&mut self) {
        if let Some(names) = self.names.take() {
            spawn(|| drop(names));
        }
    }
}

impl Names {
    /// Asks Python nothing, as that may be ending by now; `others` is what it was asked before.
    fn new(mut names: Vec<String>, others: FxHashMap<String, String>) -> Names {
        names.sort_by_cached_key(|name| size(split(name).1));
        let mut index = Names { closed: Vec::with_capacity(names.len()), ..Names::default() };
        index.numbers.reserve(names.len());
        for (number, name) in names.iter().enumerate() {
            index.add(number as u32, &fold(split(name).1, &others));
        }
        index.closed.sort_unstable();
        index.having = index.words.turned(index.vocabulary.ends.len());
        index.names = names;
        index.count_letters();
        index
    }

    fn find(&self, name: &str) -> Vec<&str> {
        let last = split(name).1;
        let others = ask([last]);
        let line = fold(last, &others);
        let words: Vec<Cow<str>> = words_of(&line).collect();
        if words.is_empty() {
            return vec![];
        }
        let mut far: Vec<(u32, f64)> = self.same(&words).take(CANDIDATES).map(|number| (number, 0.0)).collect();
        if far.is_empty() {
            far = self.by_words(&words);
        }
        let name_of = |number: u32| self.names[number as usize].as_str();
        let mut best: Vec<_> = far
            .into_iter()
            .map(|(number, far)| {
                (round(far), size(split(name_of(number)).1).abs_diff(size(last)), name_of(number), far)
            })
            .collect();
        best.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| (a.1, a.2).cmp(&(b.1, b.2))));
        best.truncate(MOST);
        let Some(least) = best.first().map(|best| best.3) else { return vec![] };
        let near: Vec<&str> = best.iter().filter(|best| best.3 <= least + FARTHER).map(|best| best.2).collect();
        let lasts: FxHashSet<&str> = near.iter().map(|name| split(name).1).collect();
        let with_folders = name.contains('/') || lasts.contains(last) || lasts.len() < near.len();
        near.into_iter().map(|name| if with_folders { name } else { split(name).1 }).collect()
    }

    fn add(&mut self, name: u32, line: &str) {
        let mut closed = HASH;
        for word in words_of(line) {
            closed = hash(closed, &word);
            let number = self.number(&word).unwrap_or_else(|free| {
                let number = self.vocabulary.ends.len() as u32;
                self.vocabulary.push(&word);
                self.numbers.insert(free, number);
                number
            });
            self.words.numbers.push(number);
        }
        self.closed.push((closed, name));
        self.words.ends.push(self.words.numbers.len() as u32);
    }

    /// The number of a word; of one that is none yet, what it is to be found by.
    fn number(&self, word: &str) -> Result<u32, u64> {
        let mut place = hash(HASH, word);
        while let Some(number) = self.numbers.get(&place) {
            if self.vocabulary.get(*number) == word {
                return Ok(*number);
            }
            place = place.wrapping_add(1);
        }
        Err(place)
    }

    /// The names whose words are as one what these are.
    fn same(&self, words: &[Cow<str>]) -> impl Iterator<Item = u32> {
        let whole = words.concat();
        let closed = hash(HASH, &whole);
        let first = self.closed.partition_point(|each| each.0 < closed);
        let names = self.closed[first..].iter().take_while(move |each| each.0 == closed).map(|each| each.1);
        names.filter(move |name| {
            let words = self.words.get(*name).iter().map(|word| self.vocabulary.get(*word));
            words.flat_map(str::bytes).eq(whole.bytes())
        })
    }

    fn count_letters(&mut self) {
        let mut counts: Vec<(char, usize)> = vec![];
        let mut places: FxHashMap<char, usize> = FxHashMap::default();
        for (number, word) in self.vocabulary.iter().enumerate().filter(|(_, word)| !all_digits(word)) {
            self.sums.entry(sum(word)).or_default().push(number as u32);
            for letter in word.chars() {
                let place = *places.entry(letter).or_insert(counts.len());
                if place == counts.len() {
                    counts.push((letter, 0));
                }
                counts[place].1 += 1;
            }
        }
        counts.sort_by_key(|(_, count)| Reverse(*count)); // of those as frequent, the one that came first
        self.letters = counts.iter().take(LETTERS).map(|(letter, _)| number_of(*letter)).collect();
    }

    /// The names that share words with this one, and how far they are.
    fn by_words(&self, words: &[Cow<str>]) -> Vec<(u32, f64)> {
        let word = |number: u32| self.vocabulary.get(number);
        let having = |number: u32| self.having.get(number);
        let shared: Vec<Vec<u32>> = words
            .iter()
            .map(|word| self.number(word).map_or_else(|_| self.slips(word), |number| vec![number]))
            .collect();
        let mut similar: Vec<u32> = shared.iter().flatten().copied().collect();
        similar.sort_by(|a, b| (having(*a).len(), word(*a)).cmp(&(having(*b).len(), word(*b))));
        similar.dedup();
        let Some(rarest) = similar.first() else { return vec![] };
        let mut first = having(*rarest).to_vec();
        if first.len() > COMMON && similar.len() > 1 {
            let start = |numbers: &[u32]| -> FxHashSet<u32> { numbers.iter().take(20 * COMMON).copied().collect() };
            let mut both: Vec<u32> = start(&first).intersection(&start(having(similar[1]))).copied().collect();
            both.sort();
            if !both.is_empty() {
                first = both;
            }
        }
        let mut seen = FxHashSet::default();
        let mut most: Vec<u32> = first.into_iter().take(COMMON).filter(|name| seen.insert(*name)).collect();
        for near in similar[1..].iter().filter(|near| having(**near).len() < RARE) {
            most.extend(having(*near).iter().filter(|name| seen.insert(**name)));
        }
        if most.len() > CANDIDATES && similar.len() > 1 {
            most.sort_by_cached_key(|name| {
                let words = self.words.get(*name);
                Reverse(similar.iter().filter(|near| words.contains(near)).count())
            });
        }
        let digits: Vec<&str> = words.iter().map(Cow::as_ref).filter(|word| all_digits(word)).collect();
        let letters: usize = words.iter().map(|word| size(word)).sum();
        let mut distances = vec![];
        for name in most.into_iter().take(CANDIDATES) {
            let theirs = self.words.get(name);
            let pairs: Vec<(&str, &str)> = words
                .iter()
                .zip(&shared)
                .flat_map(|(ours, nears)| nears.iter().map(move |near| (ours.as_ref(), near)))
                .filter(|(_, near)| theirs.contains(near))
                .map(|(ours, near)| (ours, word(*near)))
                .collect();
            let both: usize = pairs.iter().map(|(ours, near)| size(ours) + size(near)).sum();
            let share = both as f64 / (letters + theirs.iter().map(|near| size(word(*near))).sum::<usize>()) as f64;
            if share < if pairs.len() >= words.len().min(theirs.len()) { ENOUGH_WITHIN } else { ENOUGH } {
                continue;
            }
            if theirs.iter().map(|near| word(*near)).filter(|word| all_digits(word)).eq(digits.iter().copied()) {
                let slips = pairs.iter().filter(|(ours, near)| ours != near).count();
                distances.push((name, 1.0 - share + 0.01 * slips as f64));
            }
        }
        distances
    }

    /// The words one slip away from this one.
    fn slips(&self, word: &str) -> Vec<u32> {
        if size(word) < SHORTEST - 1 || all_digits(word) {
            return vec![];
        }
        let total = sum(word);
        let mut less: FxHashSet<u128> = word.chars().map(|letter| total - number_of(letter)).collect();
        less.insert(total);
        let more = less.iter().flat_map(|number| self.letters.iter().map(move |letter| number + letter));
        let reachable: FxHashSet<u128> = more.filter(|number| self.sums.contains_key(number)).collect();
        let mut matches: Vec<u32> = reachable
            .union(&less)
            .filter_map(|number| self.sums.get(number))
            .flat_map(|words| words.iter().take(CANDIDATES))
            .copied()
            .filter(|near| {
                let near = self.vocabulary.get(*near);
                size(word) + size(near) >= 2 * SHORTEST - 1 && is_one_slip(word, near)
            })
            .collect();
        matches.sort_by_key(|near| self.vocabulary.get(*near));
        matches
    }
}

fn size(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().count() }
}

/// As Python rounds to nine places.
fn round(far: f64) -> f64 {
    if far == 0.0 { far } else { format!("{far:.9}").parse().expect("it is a number") }
}

/// A name in the form in which its words are compared, but for plurals; `others` has those that `ask` has asked for.
fn fold(name: &str, others: &FxHashMap<String, String>) -> String {
    let start = start(name);
    if start.is_ascii() {
        return start.to_ascii_lowercase();
    }
    let parts = start.split(BLANK).map(|part| others.get(part).map_or(part.to_ascii_lowercase().into(), Cow::from));
    parts.collect::<Vec<_>>().join(" ")
}

/// The form of the parts of names that have letters beyond ASCII, of which Python knows more; of these letters it is asked
/// nothing again. No letter says anything about one in another part.
fn ask<'a>(names: impl IntoIterator<Item = &'a str>) -> FxHashMap<String, String> {
    let names = names.into_iter().map(start).filter(|name| !name.is_ascii());
    let parts: FxHashSet<&str> = names.flat_map(|name| name.split(BLANK)).filter(|part| !part.is_ascii()).collect();
    if parts.is_empty() {
        return FxHashMap::default();
    }
    let parts: Vec<&str> = parts.into_iter().collect();
    let simple = decompose(&letters::lower(&parts.join("\n")));
    simple.chars().filter(|c| !c.is_ascii()).for_each(|c| {
        letters::classes(c);
    });
    let folded = simple.split('\n').map(|part| part.chars().filter(|c| !('\u{300}'..='\u{36f}').contains(c)).collect());
    parts.into_iter().map(String::from).zip(folded).collect()
}

/// As much of a name as is compared.
fn start(name: &str) -> &str {
    if name.len() <= LONGEST {
        return name;
    }
    &name[..name.char_indices().nth(LONGEST).map_or(name.len(), |(end, _)| end)]
}

/// Words without the endings of plurals.
fn words_of(text: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let words = text.split(|c: char| c == '_' || !is_word(c)).filter(|word| !word.is_empty());
    words.map(|word| {
        if let Some(stem) = word.strip_suffix("ies") {
            return format!("{stem}y").into();
        }
        let mut before = word.chars().rev().skip(1);
        let is_plural = word.ends_with('s')
            && before.next().is_some_and(|c| c != 's' && !is_decimal(c))
            && before.by_ref().take(2).filter(|c| !is_decimal(*c)).count() == 2;
        word[..word.len() - is_plural as usize].into()
    })
}

/// `unicodedata.normalize("NFKD", text)`
fn decompose(text: &str) -> String {
    Python::attach(|py| {
        let normalize = py.import("unicodedata").and_then(|module| module.getattr("normalize"));
        let answer = normalize.and_then(|normalize| normalize.call1(("NFKD", PyString::new(py, text))));
        answer.and_then(|answer| answer.extract()).expect("any text has one")
    })
}

/// A number for each letter; sums of different ones are hardly ever equal, and if so the words are compared.
fn number_of(letter: char) -> u128 {
    let number = SPREAD + letter as u64;
    (number.wrapping_mul(number).wrapping_mul(number) & ((1 << 61) - 1)).into()
}

fn sum(word: &str) -> u128 {
    word.chars().map(number_of).sum()
}

/// Whether one letter was added, left out or changed, or two beside one another swapped.
fn is_one_slip(word: &str, other: &str) -> bool {
    let (ours, theirs): (Vec<char>, Vec<char>) = (word.chars().collect(), other.chars().collect());
    if ours.len().abs_diff(theirs.len()) > 1 {
        return false;
    }
    let most = ours.len().min(theirs.len());
    let start = (0..most).take_while(|n| ours[*n] == theirs[*n]).count();
    let end = (0..most - start).take_while(|n| ours[ours.len() - 1 - n] == theirs[theirs.len() - 1 - n]).count();
    match (&ours[start..ours.len() - end], &theirs[start..theirs.len() - end]) {
        ([a, b], [c, d]) => a == d && b == c,
        (rest, other_rest) => rest.len().max(other_rest.len()) <= 1,
    }
}

/// The hash of a text, of whose beginning it is `start`.
fn hash(start: u64, text: &str) -> u64 {
    text.bytes().fold(start, |hash, byte| (hash ^ byte as u64).wrapping_mul(0x100_0000_01b3))
}
