//! Which file a link means: Obsidian's rules, and they alone; `exporter.reader.batch.resolve` explains each.
use crate::names::{key, push_key, split};
use crate::sequences::{Numbers, Texts, to_bytes};
use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyTuple};
use rustc_hash::{FxHashMap, FxHashSet};
use std::borrow::Cow;
use std::collections::hash_map::Entry;

const EXTERNAL: i32 = 2; // a flag of a link: it leads out of the vault

const OPEN: i32 = -2; // a file that a dialect is asked for
const LOOK: usize = 10_000; // notes after which it is asked whether to go on

type Rivals = Vec<(usize, Vec<u32>)>; // of a link by its number

enum Files {
    One(u32),
    Several(Vec<u32>),
}

impl Files {
    fn as_slice(&self) -> &[u32] {
        match self {
            Files::One(number) => std::slice::from_ref(number),
            Files::Several(numbers) => numbers,
        }
    }
}

/// A vault's files by name; a file is its number in the list that this is made of.
#[pyclass(frozen)]
pub struct Index {
    paths: Vec<String>,
    files: FxHashMap<String, Files>, // by the key of the file's name
}

#[pymethods]
impl Index {
    #[new]
    fn new(paths: Vec<String>) -> Index {
        let mut files: FxHashMap<String, Files> = FxHashMap::default();
        files.reserve(paths.len());
        for (number, path) in paths.iter().enumerate() {
            let number = number as u32;
            match files.entry(key(split(path).1).into_owned()) {
                Entry::Vacant(entry) => {
                    entry.insert(Files::One(number));
                }
                Entry::Occupied(mut entry) => match entry.get_mut() {
                    Files::Several(numbers) => numbers.push(number),
                    files => *files = Files::Several(vec![files.as_slice()[0], number]),
                },
            }
        }
        Index { paths, files }
    }

    fn at(&self, path: &str) -> i32 {
        first(&self.find(&key(path), "", true))
    }

    fn numbers_of(&self, name: &str) -> Vec<u32> {
        self.files.get(key(name).as_ref()).map_or(vec![], |files| files.as_slice().to_vec())
    }

    /// The numbers of the files of each name that several have.
    fn namesakes(&self) -> Vec<&[u32]> {
        let several = |files: &&Files| matches!(files, Files::Several(_));
        self.files.values().filter(several).map(Files::as_slice).collect()
    }

    /// The only file that a name which is spelled like its own can mean.
    fn exact(&self, target: &str) -> Option<u32> {
        if target.is_empty() || target.starts_with('.') || target.contains('/') {
            return None;
        }
        let name = key(target);
        let whole = if target.contains('.') { self.files.get(name.as_ref()) } else { None };
        let number = only(whole.or_else(|| self.files.get(&format!("{name}.md")))?)?;
        let spelled = split(&self.paths[number as usize]).1;
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
        only(self.files.get(room.as_str())?)
    }

    fn find(&self, path: &str, folder: &str, exact: bool) -> Vec<u32> {
        let Some(files) = self.files.get(split(path).1) else { return vec![] };
        if let (Files::One(number), false, false) = (files, path.contains('/'), exact) {
            return vec![*number];
        }
        let files: Vec<(Cow<str>, u32)> =
            files.as_slice().iter().map(|number| (key(&self.paths[*number as usize]), *number)).collect();
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
        let path = |number: &u32| self.paths[*number as usize].as_str();
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
    let is_asked = |target: &str| before.is_some_and(|ending| target.ends_with(ending));
    let mut files = Vec::<i32>::with_capacity(targets.len());
    let (mut rivals, mut open) = (vec![], vec![]);
    let mut seen: FxHashMap<(&str, &str), Vec<u32>> = FxHashMap::default();
    let mut sole: FxHashMap<&str, Option<u32>> = FxHashMap::default(); // what each target means in any folder
    let mut room = String::new();
    for (number, (note, count)) in notes.0.iter().zip(counts.0).enumerate() {
        if number % LOOK == 0 {
            py.check_signals()?; // of a million notes this takes seconds
        }
        let folder = split(&index.paths[*note as usize]).0;
        for _ in 0..count {
            let (link, target): (usize, &str) = (files.len(), targets.get(files.len()));
            let file = if flags.0[link] & EXTERNAL != 0 {
                -1
            } else if let Some(only) = *sole.entry(target).or_insert_with(|| match is_asked(target) {
                true => index.exact(target).filter(|_| exact),
                false => index.by_name(target, &mut room),
            }) {
                only as i32
            } else if is_asked(target) {
                OPEN
            } else if target.is_empty() {
                *note // [[#Heading]]
            } else {
                let numbers = seen.entry((target, folder)).or_insert_with(|| index.means(target, folder));
                if numbers.len() > 1 {
                    rivals.push((link, numbers[1..].to_vec()));
                }
                if numbers.is_empty() && behind { OPEN } else { first(numbers) }
            };
            if file == OPEN {
                open.push(link);
            }
            files.push(file);
        }
    }
    Ok((to_bytes(py, files.iter().map(|file| file.to_ne_bytes())), rivals, open))
}

fn only(files: &Files) -> Option<u32> {
    if let Files::One(number) = files { Some(*number) } else { None }
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
