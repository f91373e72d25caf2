//! What lies in the folders of a vault, where it is plain; `exporter.reader.vault.scan` looks at all else.
use crate::files::stamp;
use crate::names::split;
use pyo3::prelude::*;
use rustc_hash::FxHashMap;
use std::ffi::OsString;
use std::fs::read_dir;
use std::path::PathBuf;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Condvar, Mutex};
use std::thread;
use std::time::Duration;

const PANIC: &str = "no thread panics";
const LOOK: Duration = Duration::from_millis(50); // after which Python may stop the work
const DEPENDENCIES: &str = "node_modules"; // no part of a vault

/// The folders of a vault, listed by threads before somebody asks for each.
#[pyclass]
pub struct Listing {
    root: PathBuf,
    is_stamped: bool,
    folders: FxHashMap<String, Folder>, // by path
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
    is_over: bool, // as Python has something else to do
}

#[pymethods]
impl Listing {
    /// List the folders below a real one, until `most` files were seen; `is_stamped`: with the stamps of the notes.
    #[new]
    fn new(py: Python<'_>, root: PathBuf, most: f64, threads: usize, is_stamped: bool) -> PyResult<Listing> {
        let listing = Listing { root, is_stamped, folders: FxHashMap::default() };
        let work = Mutex::new(Work { left: vec![String::new()], open: 1, ..Work::default() });
        let changed = Condvar::new();
        let run = || {
            let mut at = work.lock().expect(PANIC);
            while at.open > 0 {
                let Some(path) = at.left.pop() else {
                    at = changed.wait(at).expect(PANIC);
                    continue;
                };
                drop(at);
                let found = listing.read(&path);
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
        };
        py.detach(|| {
            thread::scope(|scope| {
                let (sender, receiver) = channel::<()>();
                for _ in 0..threads.max(1) {
                    let (sender, run) = (sender.clone(), &run);
                    scope.spawn(move || {
                        run();
                        drop(sender);
                    });
                }
                drop(sender); // so that there is an end
                while let Err(RecvTimeoutError::Timeout) = receiver.recv_timeout(LOOK) {
                    if let Err(error) = Python::attach(|py| py.check_signals()) {
                        let mut at = work.lock().expect(PANIC);
                        at.is_over = true;
                        at.open -= at.left.len();
                        at.left.clear();
                        changed.notify_all();
                        return Err(error);
                    }
                }
                Ok(())
            })
        })?;
        Ok(Listing { folders: work.into_inner().expect(PANIC).folders, ..listing })
    }

    /// The paths of the notes in a folder, in order, and the names of all else. None where it cannot be listed.
    fn list(&self, py: Python<'_>, path: &str) -> Option<(Vec<String>, Vec<OsString>)> {
        let prefix = if path.is_empty() { String::new() } else { format!("{path}/") };
        let tell = |folder: &Folder| {
            (folder.notes.iter().map(|(name, _)| format!("{prefix}{name}")).collect(), folder.others.clone())
        };
        match self.folders.get(path) {
            Some(folder) => Some(tell(folder)),
            None => py.detach(|| self.read(path)).map(|(folder, _)| tell(&folder)),
        }
    }
}

impl Listing {
    /// The stamp of a note, as it was when its folder was listed.
    pub fn stamp(&self, path: &str) -> Option<[i64; 3]> {
        let (folder, name) = split(path);
        let notes = &self.folders.get(folder)?.notes;
        let place = notes.binary_search_by(|note| note.0.as_str().cmp(name)).ok()?;
        self.is_stamped.then_some(notes[place].1)
    }

    /// Let go of what is known, as it takes memory; it is listed again where somebody asks.
    pub fn forget(&mut self) {
        self.folders = FxHashMap::default();
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
