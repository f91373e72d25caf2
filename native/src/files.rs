//! Notes from their files, by threads: the other half of `reader/vault/files.py`, which opens what is not sure here.
use crate::columns::{Columns, Vocabulary};
use crate::doubt::Doubt;
use pyo3::prelude::*;
use std::fs::{File, OpenOptions};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const SLICE: Duration = Duration::from_millis(50); // after which Python may stop the work, and tell how far it is
const INODE: u64 = i64::MAX as u64; // the bits of an inode that are kept
const CHUNK: usize = 64; // notes that a thread takes at once

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
    pub data: Vec<Vec<u8>>, // the notes' bytes, if they are to be kept
}

/// Read notes until a twentieth of a second is over, at least some: the first of those that are asked for.
pub fn read(paths: &[PathBuf], rules: &Rules, vocabulary: &Vocabulary, threads: usize, keep: bool) -> PyResult<Slice> {
    let slices = by_threads(paths, threads, Some(Instant::now() + SLICE), |paths| {
        let (mut slice, mut data) = (Slice::default(), vec![]);
        for path in paths {
            slice.add(path, rules, vocabulary, &mut data, keep);
        }
        slice
    });
    let mut all = Slice::default();
    for slice in slices {
        all.columns.append(slice.columns)?;
        all.stamps.extend(slice.stamps);
        all.data.extend(slice.data);
    }
    Ok(all)
}

/// The stamps of files, as `Slice` has them; zeros where there is none.
pub fn stamps(paths: &[PathBuf], threads: usize) -> Vec<i64> {
    by_threads(paths, threads, None, |paths| {
        let status = paths.iter().map(|path| path.symlink_metadata().ok());
        status.flat_map(|status| status.as_ref().and_then(stamp).unwrap_or_default()).collect::<Vec<_>>()
    })
    .concat()
}

/// What is made of each some paths, in their order, by whichever thread is free; none is begun after `end`, but the first.
fn by_threads<T: Send>(
    paths: &[PathBuf],
    threads: usize,
    end: Option<Instant>,
    make: impl Fn(&[PathBuf]) -> T + Sync,
) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let made = Mutex::new(vec![]);
    let work = || {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(chunk) = paths.chunks(CHUNK).nth(number) else { break };
            let result = make(chunk);
            made.lock().expect("no thread panics").push((number, result));
            if end.is_some_and(|end| Instant::now() > end) {
                break;
            }
        }
    };
    thread::scope(|scope| {
        for _ in 1..threads.min(paths.len().div_ceil(CHUNK)) {
            scope.spawn(work);
        }
        work();
    });
    let mut made = made.into_inner().expect("no thread panics");
    made.sort_unstable_by_key(|(number, _)| *number);
    made.into_iter().map(|(_, made)| made).collect()
}

impl Slice {
    fn add(&mut self, path: &Path, rules: &Rules, vocabulary: &Vocabulary, data: &mut Vec<u8>, keep: bool) {
        data.clear();
        match read_file(path, rules, data) {
            Some(stamp) => {
                self.columns.add(data, vocabulary);
                self.stamps.extend(stamp);
            }
            None => {
                self.columns.leave(Doubt::File);
                self.stamps.extend([0; 3]);
            }
        }
        if keep {
            self.data.push(data.clone());
        }
    }
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
fn stamp(status: &std::fs::Metadata) -> Option<[i64; 3]> {
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
