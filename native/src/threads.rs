//! Work on many notes by threads, which let Python run now and then: so Ctrl+C is heard, and the progress bar moves.
use pyo3::prelude::*;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};

const PANIC: &str = "no thread panics";
const LOOK: Duration = Duration::from_millis(50); // after which Python may stop the work
const SHORTEST: usize = 8; // numbers of a stretch
const LONGEST: usize = 256;
const MOST: usize = 8; // threads that pay: putting together what they make is one's work
const STRETCHES: usize = 16; // for each thread, so that all end at about the same time

/// How many threads work at once where nobody says it.
pub fn most() -> usize {
    thread::available_parallelism().map_or(1, |count| count.get().min(MOST))
}

/// Do something with the numbers below `count`, a stretch at a time, by whichever thread is free.
///
/// `begin` makes what a thread needs for itself; `work` takes that and a stretch, its number first, and gives how many are done.
/// `look` is told how many of all are, at first none; its error is the end of all.
pub fn by_threads<T>(
    py: Python<'_>,
    count: usize,
    threads: usize,
    begin: impl Fn() -> T + Send + Sync,
    work: impl Fn(&mut T, usize, Range<usize>) -> usize + Send + Sync,
    mut look: impl FnMut(Python<'_>, usize) -> PyResult<()> + Send,
) -> PyResult<()> {
    let size = (count / (threads.max(1) * STRETCHES)).clamp(SHORTEST, LONGEST);
    let stretches = count.div_ceil(size);
    let next = AtomicUsize::new(0);
    let run = |sender: Sender<usize>| {
        let mut own = begin();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= stretches
                || sender.send(work(&mut own, number, number * size..count.min((number + 1) * size))).is_err()
            {
                return; // all is done, or nobody waits any more
            }
        }
    };
    look(py, 0)?;
    // Python is let go of to the very end, as a thread may have to ask it something
    py.detach(|| {
        thread::scope(|scope| {
            let (sender, receiver) = channel();
            for _ in 0..threads.clamp(1, stretches.max(1)) {
                let (sender, run) = (sender.clone(), &run);
                scope.spawn(|| Python::attach(|py| py.detach(|| run(sender)))); // known to Python, it may ask at no great cost
            }
            drop(sender); // so that there is an end
            let (mut done, mut seen) = (0, Instant::now());
            loop {
                match receiver.recv_timeout(LOOK.saturating_sub(seen.elapsed())) {
                    Ok(more) => done += more,
                    Err(RecvTimeoutError::Disconnected) => return Ok(()),
                    Err(RecvTimeoutError::Timeout) => {
                        Python::attach(|py| py.check_signals().and_then(|()| look(py, done)))?;
                        seen = Instant::now();
                    }
                }
            }
        })
    })
}

/// What is made of stretches, put together in their order by whichever thread comes with the next one.
#[derive(Default)]
pub struct InOrder<T> {
    waiting: Mutex<BTreeMap<usize, T>>, // by the stretch's number
    all: Mutex<(usize, T)>,             // the number of the next one
}

impl<T: Default> InOrder<T> {
    /// Take what was made of a stretch; nobody waits for a thread that is putting together.
    pub fn add(&self, number: usize, made: T, append: impl Fn(&mut T, T)) {
        self.lock().insert(number, made);
        if let Ok(mut all) = self.all.try_lock() {
            self.put_together(&mut all, append);
        }
    }

    /// All of them.
    pub fn finish(self, append: impl Fn(&mut T, T)) -> T {
        let mut all = self.all.lock().expect(PANIC);
        self.put_together(&mut all, append);
        std::mem::take(&mut all.1)
    }

    fn put_together(&self, (next, all): &mut (usize, T), append: impl Fn(&mut T, T)) {
        loop {
            let Some(made) = self.lock().remove(next) else { break };
            append(all, made);
            *next += 1;
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<usize, T>> {
        self.waiting.lock().expect(PANIC)
    }
}
