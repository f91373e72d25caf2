//! Which file a link means: Obsidian's rules, and they alone; `exporter.reader.batch.resolve` explains each.
use crate::column::TextColumn;
use crate::letters::is_space;
use crate::names::{key, push_key, split};
use crate::sequences::{Numbers, Texts, to_bytes};
use crate::threads::{InOrder, by_threads, most};
use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyTuple};
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};
use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::Hasher;

const EXTERNAL: i32 = 2; // a flag of a link: it leads out of the vault

const OPEN: i32 = -2; // a file that a dialect is asked for
const NONE: u32 = u32::MAX; // no file

type Rivals = Vec<(usize, Vec<u32>)>; // of a link by its number

/// A vault's files by name; a file is its number in the list that this is made of.
#[pyclass(frozen)]
pub struct Index {
    pub paths: TextColumn,
    keys: TextColumn, // of the files' names
    slots: Vec<u32>,  // by the hash of a key, or behind it: the first file that has it
    next: Vec<u32>,   // of each file the next one with the same key
}

#[pymethods]
impl Index {
    #[new]
    fn new(paths: Texts) -> PyResult<Index> {
        let paths = paths.to_column()?;
        let keys = TextColumn::of(paths.iter().map(|path| key(split(path).1)))?;
        let slots = vec![NONE; (2 * paths.len()).next_power_of_two()];
        let mut index = Index { keys, slots, next: vec![NONE; paths.len()], paths: paths.into_owned() };
        for number in (0..index.next.len()).rev() {
            let slot = index.slot(index.keys.get(number));
            index.next[number] = std::mem::replace(&mut index.slots[slot], number as u32);
        }
        Ok(index)
    }

    fn at(&self, path: &str) -> i32 {
        first(&self.find(&key(path), "", true))
    }

    fn numbers_of(&self, name: &str) -> Vec<u32> {
        self.files_of(&key(name)).collect()
    }

    /// The folders in which these files lie, each once.
    fn folders(&self, numbers: Numbers) -> Vec<&str> {
        let (mut folders, mut seen, mut last) = (vec![], FxHashSet::default(), None);
        for number in numbers.0 {
            let folder = split(self.paths.get(number as usize)).0;
            if last != Some(folder) && seen.insert(folder) {
                folders.push(folder);
            }
            last = Some(folder);
        }
        folders
    }

    /// All paths as UTF-8, a NUL behind each.
    fn joined<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.paths.iter().flat_map(|path| [path, "\0"]).collect::<String>().as_bytes())
    }

    /// The numbers of the files in whose paths a word of ASCII stands, in any case.
    fn holding(&self, word: &str) -> Vec<usize> {
        self.paths.find_word(word)
    }

    /// The numbers of the files of each name that several have.
    fn namesakes(&self) -> Vec<Vec<u32>> {
        let first = self.slots.iter().filter(|number| **number != NONE && self.next[**number as usize] != NONE);
        first.map(|number| self.from(*number).collect()).collect()
    }

    /// The numbers of the files whose names no link can hold.
    fn unlinkable(&self) -> Vec<usize> {
        let is_odd = |name: &str| name.starts_with(is_space) || name.contains(['#', '^', '[', ']', '|', '\n']);
        self.paths.iter().enumerate().filter(|(_, path)| is_odd(split(path).1)).map(|(number, _)| number).collect()
    }

    /// The only file that a name which is spelled like its own can mean.
    fn exact(&self, target: &str) -> Option<u32> {
        if target.is_empty() || target.starts_with('.') || target.contains('/') {
            return None;
        }
        let name = key(target);
        let whole = if target.contains('.') { self.first(&name) } else { None };
        let number = whole.or_else(|| self.first(&format!("{name}.md")))?;
        if self.next[number as usize] != NONE {
            return None;
        }
        let spelled = split(self.paths.get(number as usize)).1;
        let is_exact = if whole.is_some() {
            spelled == target && !name.ends_with(".md")
        } else {
            spelled[..spelled.len() - 3] == *target
        };
        is_exact.then_some(number)
    }

    fn by_rules<'py>(&self, py: Python<'py>, target: &str, folder: &str) -> PyResult<Bound<'py, PyTuple>> {
        let numbers = self.means(target, folder);
        if numbers.is_empty() { PyTuple::new(py, [-1]) } else { PyTuple::new(py, numbers) }
    }
}

impl Index {
    /// The numbers of the file that a link in this folder means, and of those that it may as well mean; none: no file.
    fn means(&self, target: &str, folder: &str) -> Vec<u32> {
        let (target, folder) = (key(target), key(folder));
        let exact = ["/", "./", "../"].iter().any(|start| target.starts_with(start));
        let path: Cow<str> = match target.starts_with('.') && exact {
            true => join(&folder, &target).into(),
            false => target.strip_prefix('/').unwrap_or(&target).into(),
        };
        if split(&path).1.contains('.') {
            let whole = self.find(&path, &folder, exact);
            if !whole.is_empty() {
                return whole;
            }
        }
        self.find(&format!("{path}.md"), &folder, exact)
    }

    /// The only note of a name without a folder or a dot, as nearly all links have it; `room` is for the name of its file.
    fn by_name(&self, target: &str, room: &mut String) -> Option<u32> {
        if target.is_empty() || memchr::memchr2(b'/', b'.', target.as_bytes()).is_some() {
            return None;
        }
        room.clear();
        push_key(target, room);
        room.push_str(".md");
        self.first(room).filter(|number| self.next[*number as usize] == NONE)
    }

    /// Where the files of this name begin in `slots`, or would.
    fn slot(&self, name: &str) -> usize {
        let mut hasher = FxHasher::default();
        hasher.write(name.as_bytes());
        let mut slot = hasher.finish() as usize & (self.slots.len() - 1);
        while self.slots[slot] != NONE && self.keys.get(self.slots[slot] as usize) != name {
            slot = (slot + 1) & (self.slots.len() - 1);
        }
        slot
    }

    fn first(&self, name: &str) -> Option<u32> {
        Some(self.slots[self.slot(name)]).filter(|number| *number != NONE)
    }

    /// A file, and those behind it that have the same name.
    fn from(&self, number: u32) -> impl Iterator<Item = u32> {
        std::iter::successors(Some(number), |number| Some(self.next[*number as usize]).filter(|next| *next != NONE))
    }

    fn files_of(&self, name: &str) -> impl Iterator<Item = u32> {
        self.first(name).into_iter().flat_map(|number| self.from(number))
    }

    fn find(&self, path: &str, folder: &str, exact: bool) -> Vec<u32> {
        let Some(number) = self.first(split(path).1) else { return vec![] };
        if self.next[number as usize] == NONE && !path.contains('/') && !exact {
            return vec![number];
        }
        let files: Vec<(Cow<str>, u32)> =
            self.from(number).map(|number| (key(self.paths.get(number as usize)), number)).collect();
        let at_root: Vec<u32> = files.iter().filter(|file| file.0 == path).map(|file| file.1).collect();
        if !at_root.is_empty() || exact {
            return self.best(at_root);
        }
        let ends_so = |file: &str| file.strip_suffix(path).is_some_and(|before| before.ends_with('/'));
        let ending: Vec<_> = files.iter().filter(|file| ends_so(&file.0)).collect();
        let beside: Vec<u32> = ending.iter().filter(|file| split(&file.0).0 == folder).map(|file| file.1).collect();
        self.best(if beside.is_empty() { ending.iter().map(|file| file.1).collect() } else { beside })
    }

    /// The shortest path; among equally short ones the first by name.
    fn best(&self, mut numbers: Vec<u32>) -> Vec<u32> {
        let path = |number: &u32| self.paths.get(*number as usize);
        let size = |number: &u32| path(number).chars().count();
        let shortest = numbers.iter().map(size).min();
        numbers.retain(|number| Some(size(number)) == shortest);
        numbers.sort_by_key(path);
        numbers
    }
}

/// The number of the file of each link of some notes: -1 for none, -2 where a dialect is to be asked, too; of a link by its
/// number those that it may as well mean; and the links of which the dialect is to be asked; the first are int32. The dialect is asked before Obsidian's rules where a
/// target ends so, if it is not `exact` where that counts; and `behind` them, where they find nothing.
#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "of a call from Python")]
pub fn resolve<'py>(
    py: Python<'py>,
    index: &Index,
    targets: Texts,
    flags: Numbers,
    counts: Numbers,
    notes: Numbers,
    before: Option<&str>,
    exact: bool,
    behind: bool,
) -> PyResult<(Bound<'py, PyBytes>, Rivals, Vec<usize>)> {
    let targets = targets.to_column()?;
    let targets = &*targets; // the threads have nothing to do with Python
    let mut ends = Vec::with_capacity(counts.0.len()); // of each note's links
    ends.extend(counts.0.iter().scan(0, |end, count| {
        *end += *count as usize;
        Some(*end)
    }));
    let (flags, notes, found) = (flags.0, notes.0, InOrder::<Found>::default());
    let begin = || Search { index, before, exact, behind, sole: HashMap::default(), seen: HashMap::default() };
    by_threads(
        py,
        ends.len(),
        most(),
        begin,
        |search, number, stretch| {
            let (count, mut made, mut room) = (stretch.len(), Found::default(), String::new());
            let mut link = stretch.start.checked_sub(1).map_or(0, |before| ends[before]);
            for note in stretch {
                while link < ends[note] {
                    let target = targets.get(link);
                    let is_external = flags[link] & EXTERNAL != 0;
                    let (file, rivals) =
                        if is_external { (-1, &[][..]) } else { search.find(target, notes[note], &mut room) };
                    made.add(link, file, rivals);
                    link += 1;
                }
            }
            found.add(number, made, Found::append);
            count
        },
        |_, _| Ok(()),
    )?;
    let found = found.finish(Found::append);
    Ok((to_bytes(py, found.files.iter().map(|file| file.to_ne_bytes())), found.rivals, found.open))
}

/// What was found of links that follow one another.
#[derive(Default)]
struct Found {
    files: Vec<i32>,
    rivals: Rivals,
    open: Vec<usize>, // links of which the dialect is to be asked
}

impl Found {
    fn add(&mut self, link: usize, file: i32, rivals: &[u32]) {
        self.files.push(file);
        if !rivals.is_empty() {
            self.rivals.push((link, rivals.to_vec()));
        }
        if file == OPEN {
            self.open.push(link);
        }
    }

    fn append(&mut self, more: Found) {
        self.files.extend(more.files);
        self.rivals.extend(more.rivals);
        self.open.extend(more.open);
    }
}

/// Looks for the files that links mean, and remembers what takes long.
struct Search<'a> {
    index: &'a Index,
    before: Option<&'a str>,
    exact: bool,
    behind: bool,
    sole: FxHashMap<&'a str, Option<u32>>, // what a target means in any folder
    seen: FxHashMap<(&'a str, &'a str), Vec<u32>>, // in this one
}

impl<'a> Search<'a> {
    /// The file that a target means in a note, and those that it may as well mean.
    fn find(&mut self, target: &'a str, note: i32, room: &mut String) -> (i32, &[u32]) {
        let index = self.index;
        let is_asked = self.before.is_some_and(|ending| target.ends_with(ending));
        let only = if target.is_ascii() && !is_asked {
            index.by_name(target, room)
        } else {
            *self.sole.entry(target).or_insert_with(|| match is_asked {
                true => index.exact(target).filter(|_| self.exact),
                false => index.by_name(target, room),
            })
        };
        if let Some(file) = only {
            return (file as i32, &[]);
        }
        if is_asked {
            return (OPEN, &[]);
        }
        if target.is_empty() {
            return (note, &[]); // [[#Heading]]
        }
        let folder = split(index.paths.get(note as usize)).0;
        let files = self.seen.entry((target, folder)).or_insert_with(|| index.means(target, folder));
        match files.split_first() {
            Some((file, rivals)) => (*file as i32, rivals),
            None => (if self.behind { OPEN } else { -1 }, &[]),
        }
    }
}

fn first(numbers: &[u32]) -> i32 {
    numbers.first().map_or(-1, |number| *number as i32)
}

fn join(folder: &str, relative: &str) -> String {
    let mut parts: Vec<&str> = if folder.is_empty() { vec![] } else { folder.split('/').collect() };
    for part in relative.split('/') {
        match part {
            ".." => drop(parts.pop()),
            "." => {}
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

/// The links, by number, that lead to one of these files.
#[pyfunction]
pub fn links_to(links: Numbers, files: FxHashSet<i32>) -> Vec<usize> {
    let leads = |(row, file): (usize, i32)| files.contains(&file).then_some(row);
    links.0.into_iter().enumerate().filter_map(leads).collect()
}

/// The targets that begin so, of links that lead to no file of the vault.
#[pyfunction]
pub fn nowhere(files: Numbers, targets: Texts, beginning: &str) -> FxHashSet<String> {
    let rows = files.0.iter().enumerate().filter(|(_, file)| **file < 0);
    rows.map(|(row, _)| targets.get(row)).filter(|target| target.starts_with(beginning)).map(str::to_string).collect()
}

/// Where links lead, with the new number of each file in `numbers`; the last of these is for links that lead nowhere.
#[pyfunction]
pub fn renumber<'py>(py: Python<'py>, files: Numbers, numbers: Vec<i32>) -> PyResult<Bound<'py, PyBytes>> {
    let nowhere = numbers.len().checked_sub(1).ok_or_else(|| PyIndexError::new_err("no number is for nowhere"))?;
    let new = |file: &i32| numbers[usize::try_from(*file).unwrap_or(nowhere)].to_ne_bytes();
    Ok(to_bytes(py, files.0.iter().map(new)))
}
