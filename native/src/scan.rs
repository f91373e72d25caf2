//! What lies in the folders of a vault, where it is plain; `exporter.reader.vault.scan` looks at all else.
use crate::files::stamp;
use crate::names::split;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString};
use rustc_hash::FxHashMap;
use std::ffi::OsString;
use std::fs::read_dir;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{JoinHandle, spawn};
use std::time::Duration;

const PANIC: &str = "no thread panics";
const LOOK: Duration = Duration::from_millis(50); // after which Python may stop the work
const DEPENDENCIES: &str = "node_modules"; // no part of a vault

/// The folders of a vault, listed by threads before somebody asks for each.
#[pyclass]
pub struct Listing {
    place: Arc<Place>,
    work: Arc<(Mutex<Work>, Condvar)>,
    threads: Vec<JoinHandle<()>>,       // that are at work
    folders: FxHashMap<String, Folder>, // by path, once they are done
}

/// What is listed.
struct Place {
    root: PathBuf,
    is_stamped: bool,
}

/// What lies in a folder.
struct Folder {
    // Ordinary files whose names are text that ends in ".md" and does not begin with ".", in order, and their stamps
    notes: Vec<(String, [i64; 3])>,
    others: Vec<OsString>,
}

/// What threads have found, and have to do.
#[derive(Default)]
struct Work {
    folders: FxHashMap<String, Folder>,
    left: Vec<String>, // folders
    open: usize,       // how many of these there are, with those that are being listed
    files: usize,
    is_over: bool, // as nobody wants it any more
}

#[pymethods]
impl Listing {
    /// Begin to list the folders below a real one, until `most` files were seen; `is_stamped`: with the stamps of the notes.
    #[new]
    fn new(root: PathBuf, most: f64, threads: usize, is_stamped: bool) -> Listing {
        let place = Arc::new(Place { root, is_stamped });
        let work = Work { left: vec![String::new()], open: 1, ..Work::default() };
        let work = Arc::new((Mutex::new(work), Condvar::new()));
        let threads = (0..threads.max(1)).map(|_| {
            let (place, work) = (place.clone(), work.clone());
            spawn(move || place.list(&work.0, &work.1, most))
        });
        Listing { threads: threads.collect(), place, work, folders: FxHashMap::default() }
    }

    /// The paths of the notes in a folder, in order, and the names of all else. None where it cannot be listed.
    fn list<'py>(&mut self, py: Python<'py>, path: &str) -> PyResult<Option<(Bound<'py, PyList>, Vec<OsString>)>> {
        let mut note = if path.is_empty() { String::new() } else { format!("{path}/") };
        let size = note.len();
        let mut tell = |folder: &Folder| {
            let notes = folder.notes.iter().map(|(name, _)| {
                note.truncate(size);
                note.push_str(name);
                PyString::new(py, &note)
            });
            Ok((PyList::new(py, notes)?, folder.others.clone()))
        };
        self.wait(py, |at| at.folders.contains_key(path))?;
        if let Some(folder) = self.work.0.lock().expect(PANIC).folders.get(path) {
            return tell(folder).map(Some); // while others are listed
        }
        match self.folders.get(path) {
            Some(folder) => tell(folder).map(Some),
            None => py.detach(|| self.place.read(path)).map(|(folder, _)| tell(&folder)).transpose(),
        }
    }
}

impl Drop for Listing {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Listing {
    /// The stamp of a note, as it was when its folder was listed.
    pub fn stamp(&self, path: &str) -> Option<[i64; 3]> {
        let (folder, name) = split(path);
        let notes = &self.folders.get(folder)?.notes;
        let place = notes.binary_search_by(|note| note.0.as_str().cmp(name)).ok()?;
        self.place.is_stamped.then_some(notes[place].1)
    }

    /// Wait until all is listed.
    pub fn finish(&mut self, py: Python<'_>) -> PyResult<()> {
        self.wait(py, |_| false)
    }

    /// Let go of what is known, as it takes memory; it is listed again where somebody asks.
    pub fn forget(&mut self) {
        self.folders = FxHashMap::default();
    }

    /// Wait until enough is listed, or all; Python may stop the work.
    fn wait(&mut self, py: Python<'_>, is_enough: impl Fn(&Work) -> bool + Send + Sync) -> PyResult<()> {
        while !self.threads.is_empty() {
            let (is_done, is_enough) = py.detach(|| {
                let at = self.work.0.lock().expect(PANIC);
                let at = self.work.1.wait_timeout_while(at, LOOK, |at| at.open > 0 && !is_enough(at)).expect(PANIC).0;
                (at.open == 0, is_enough(&at))
            });
            if is_enough {
                break;
            }
            if is_done || self.threads.iter().all(JoinHandle::is_finished) {
                let threads = std::mem::take(&mut self.threads);
                py.detach(|| threads.into_iter().for_each(|thread| drop(thread.join())));
                self.folders = std::mem::take(&mut self.work.0.lock().expect(PANIC).folders);
                break;
            }
            py.check_signals().inspect_err(|_| self.stop())?;
        }
        Ok(())
    }

    /// Leave the folders that no thread has begun to list.
    fn stop(&self) {
        if let Ok(mut at) = self.work.0.lock() {
            at.is_over = true;
            at.open -= at.left.len();
            at.left.clear();
            self.work.1.notify_all();
        }
    }
}

impl Place {
    /// List folders until none is left.
    fn list(&self, work: &Mutex<Work>, changed: &Condvar, most: f64) {
        let mut at = work.lock().expect(PANIC);
        while at.open > 0 {
            let Some(path) = at.left.pop() else {
                at = changed.wait(at).expect(PANIC);
                continue;
            };
            drop(at);
            let found = self.read(&path);
            at = work.lock().expect(PANIC);
            at.open -= 1;
            if let Some((folder, inner)) = found {
                at.files += folder.notes.len() + folder.others.len();
                at.folders.insert(path, folder);
                if !at.is_over && (at.files as f64) < most {
                    at.open += inner.len();
                    at.left.extend(inner);
                }
            }
            changed.notify_all();
        }
    }

    /// List a folder; gives what lies in it, and the paths of those folders in it that are sure to be the vault's.
    fn read(&self, path: &str) -> Option<(Folder, Vec<String>)> {
        let mut folder = Folder { notes: vec![], others: vec![] };
        let mut inner = vec![];
        for entry in read_dir(self.root.join(path)).ok()? {
            let entry = entry.ok()?;
            let kind = entry.file_type().ok()?;
            match entry.file_name().into_string() {
                Ok(name) if name.ends_with(".md") && !name.starts_with('.') && kind.is_file() => {
                    let status = if self.is_stamped { entry.metadata().ok() } else { None };
                    folder.notes.push((name, status.as_ref().and_then(stamp).unwrap_or_default()));
                }
                Ok(name) => {
                    if kind.is_dir() && !name.starts_with('.') && name != DEPENDENCIES {
                        inner.push(if path.is_empty() { name.clone() } else { format!("{path}/{name}") });
                    }
                    folder.others.push(name.into());
                }
                Err(name) => folder.others.push(name),
            }
        }
        folder.notes.sort_unstable();
        Some((folder, inner))
    }
}
