//! The notes of each folder, and those that may stand for one; `exporter.reader.meaning.folders` explains each.
use crate::letters::lower;
use crate::names::split;
use crate::sequences::Texts;
use pyo3::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

const NOTE: usize = ".md".len();

type Members = Vec<(String, Vec<usize>)>;

/// By folder the numbers of the notes that lie in it, without those that are `gone`, and by folder and name in lower case the
/// number of each note that is called as a folder is, or has one of the names `own`.
#[pyfunction]
pub fn by_folder(paths: Texts, gone: FxHashSet<i32>, own: Vec<String>) -> (Members, Vec<(String, usize)>) {
    let mut folders: Members = vec![];
    let mut numbers: FxHashMap<&str, usize> = FxHashMap::default();
    let notes: Vec<usize> = (0..paths.len()).filter(|number| !gone.contains(&(*number as i32))).collect();
    for number in &notes {
        let folder = split(paths.get(*number)).0;
        let place = *numbers.entry(folder).or_insert(folders.len());
        if place == folders.len() {
            folders.push((folder.into(), vec![]));
        }
        folders[place].1.push(*number);
    }
    let mut names: FxHashSet<String> = own.into_iter().collect();
    for (folder, _) in &folders {
        names.extend(folder.split('/').map(lower));
    }
    let mut standing = vec![];
    let mut name = String::new(); // in lower case
    for number in notes {
        let (folder, file) = split(paths.get(number));
        name.clear();
        name.push_str(file.get(..file.len().saturating_sub(NOTE)).unwrap_or_default());
        match name.is_ascii() {
            true => name.make_ascii_lowercase(),
            false => name = lower(&name),
        }
        if names.contains(&name) {
            standing.push((format!("{folder}/{name}"), number));
        }
    }
    (folders, standing)
}
