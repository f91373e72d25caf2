//! Notes from their files, by threads: the other half of `reader/vault/files.py`, which opens what is not sure here.
use crate::columns::{Columns, Vocabulary};
use crate::doubt::Doubt;
use crate::names::split;
use crate::resolve::Index;
use crate::scan::Listing;
use crate::threads::{InOrder, by_threads};
use pyo3::prelude::*;
use rustc_hash::FxHashMap;
use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::Read;
use std::ops::Range;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};

const INODE: u64 = i64::MAX as u64; // the bits of an inode that are kept
const ENTRY: i64 = 200; // bytes that a note takes in memory beside its own

/// Notes of a vault by their numbers, and where their folders really lie, with "/" at the end; those of others are not opened.
pub struct Files<'a> {
    pub index: &'a Index,
    pub numbers: Vec<i32>,
    pub places: FxHashMap<String, OsString>,
}

impl Files<'_> {
    fn path(&self, at: usize) -> &str {
        self.index.paths.get(self.numbers[at] as usize)
    }

    /// Do something with the real path of a file.
    fn open<T>(&self, at: usize, room: &mut OsString, work: impl FnOnce(&Path) -> Option<T>) -> Option<T> {
        let (folder, name) = split(self.path(at));
        let place = self.places.get(folder).filter(|_| !name.is_empty() && !name.starts_with('.'))?;
        room.clear();
        room.push(place);
        room.push(name);
        work(Path::new(room))
    }
}

/// How files are opened, and which are too large.
pub struct Rules {
    pub flags: i32,   // of `open`: no link is followed, no pipe waited for
    pub largest: u64, // bytes
}

/// What was read of some notes that follow one another.
#[derive(Default)]
pub struct Slice {
    pub columns: Columns,
    pub stamps: Vec<i64>, // of each note its time of change in ns, its size in bytes and its inode; zeros: it is left to Python
    pub data: Vec<(usize, Vec<u8>)>, // the bytes of the first notes for which there is room
}

/// Read notes; `room` is for the bytes of some, and `look` is told now and then how many were read, without doubts.
pub fn read(
    py: Python<'_>,
    files: &Files,
    rules: &Rules,
    vocabulary: &Vocabulary,
    threads: usize,
    room: i64,
    look: impl FnMut(Python<'_>, usize) -> PyResult<()> + Send,
) -> PyResult<Slice> {
    let (room, slices, failed) = (AtomicI64::new(room), InOrder::<Slice>::default(), Mutex::new(None));
    let append = |all: &mut Slice, more: Slice| {
        all.stamps.extend(more.stamps);
        all.data.extend(more.data);
        if let Err(error) = all.columns.append(more.columns) {
            failed.lock().expect("no thread panics").get_or_insert(error);
        }
    };
    let work = |(data, path): &mut (Vec<u8>, OsString), number, stretch: Range<usize>| {
        let mut slice = Slice::default();
        for at in stretch {
            data.clear();
            match files.open(at, path, |path| read_file(path, rules, data)) {
                Some(stamp) => {
                    slice.columns.add(data, vocabulary);
                    slice.stamps.extend(stamp);
                    let size = data.len() as i64 + ENTRY;
                    if room.load(Ordering::Relaxed) >= size {
                        room.fetch_sub(size, Ordering::Relaxed);
                        slice.data.push((at, data.clone()));
                    }
                }
                None => {
                    slice.columns.leave(Doubt::File);
                    slice.stamps.extend([0; 3]);
                }
            }
        }
        let settled = slice.columns.counts.len() - slice.columns.doubts.len();
        slices.add(number, slice, append);
        settled
    };
    by_threads(py, files.numbers.len(), threads, Default::default, work, look)?;
    let slice = slices.finish(append);
    failed.into_inner().expect("no thread panics").map_or(Ok(slice), Err)
}

/// The stamps of files, as `Slice` has them and a listing may know them; zeros where there is none.
pub fn stamps(py: Python<'_>, files: &Files, threads: usize, listing: Option<&Listing>) -> PyResult<Vec<i64>> {
    let stamps = InOrder::<Vec<i64>>::default();
    let work = |path: &mut OsString, number, stretch: Range<usize>| {
        let mut of = |at| {
            let known = listing.and_then(|listing| listing.stamp(files.path(at)));
            known.or_else(|| files.open(at, path, |path| stamp(&path.symlink_metadata().ok()?))).unwrap_or_default()
        };
        let count = stretch.len();
        stamps.add(number, stretch.flat_map(&mut of).collect(), Vec::extend);
        count
    };
    by_threads(py, files.numbers.len(), threads, OsString::new, work, |_, _| Ok(()))?;
    Ok(stamps.finish(Vec::extend))
}

/// Read an ordinary file of at most so many bytes, however it changes meanwhile; its stamp is from before it was read.
fn read_file(path: &Path, rules: &Rules, data: &mut Vec<u8>) -> Option<[i64; 3]> {
    let file = open(path, rules.flags)?;
    let status = file.metadata().ok()?;
    if !status.is_file() || status.len() > rules.largest {
        return None;
    }
    data.reserve(status.len() as usize + 1);
    // As much as the stamp says, but from where sizes are not known; so no second call has to find the end
    let most = if status.len() > 0 { status.len() } else { rules.largest.saturating_add(1) };
    let count = file.take(most).read_to_end(data).ok()?;
    if count as u64 <= rules.largest { stamp(&status) } else { None }
}

#[cfg(unix)]
fn open(path: &Path, flags: i32) -> Option<File> {
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new().read(true).custom_flags(flags).open(path).ok()
}

#[cfg(unix)]
pub fn stamp(status: &std::fs::Metadata) -> Option<[i64; 3]> {
    use std::os::unix::fs::MetadataExt;
    let changed = status.mtime().checked_mul(1_000_000_000)?.checked_add(status.mtime_nsec())?;
    Some([changed, status.len() as i64, (status.ino() & INODE) as i64])
}

/// Elsewhere nothing is opened here: that a file is no link cannot be asked in the same call.
#[cfg(not(unix))]
fn open(_: &Path, _: i32) -> Option<File> {
    None
}

#[cfg(not(unix))]
fn stamp(_: &std::fs::Metadata) -> Option<[i64; 3]> {
    None
}
