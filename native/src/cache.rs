//! The file of a cache, which a thread reads while Python does something else; `exporter.reader.batch.cache` writes it.
use pyo3::buffer::PyBuffer;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::thread::{JoinHandle, spawn};

const SIZE: usize = 8; // bytes of the checksum, and of the number before each block that says how long it is
const FIRST: u64 = 1; // with what a checksum begins, as Adler-32 does
const LANES: usize = 4; // words that are taken at once, as none of them waits for the one before it
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15; // odd, and as good as random: 2^64 by the golden ratio

/// A block that was read, until somebody takes what is in it.
#[pyclass]
pub struct Block(pub Vec<u8>);

#[pymethods]
impl Block {
    fn __bytes__<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.0)
    }
}

/// What stands in a file: its head, and the blocks behind it. Nothing: it is not there, or not whole.
type Content = Option<(Vec<u8>, Vec<Vec<u8>>)>;

/// The blocks of a file, as they are read.
#[pyclass]
pub struct Blocks(Option<JoinHandle<Content>>);

#[pymethods]
impl Blocks {
    /// Begin to read a file whose head has so many bytes.
    #[new]
    fn new(path: PathBuf, head: usize) -> Self {
        Blocks(Some(spawn(move || read(&path, head))))
    }

    /// The blocks, once they are all read; None: the file has another head, or is not whole. They are given once.
    fn take(&mut self, py: Python<'_>, head: &[u8]) -> Option<Vec<Block>> {
        let thread = self.0.take()?;
        let (its, blocks) = py.detach(|| thread.join().ok().flatten())?;
        (its == head).then(|| blocks.into_iter().map(Block).collect())
    }
}

fn read(path: &Path, head: usize) -> Content {
    let file = File::open(path).ok()?;
    let left = file.metadata().ok()?.len();
    let mut rest = Rest { file, left };
    let its = rest.take(head as u64)?;
    let wanted = to_number(&rest.take(SIZE as u64)?);
    let (mut sum, mut blocks) = (FIRST, vec![]);
    while rest.left > 0 {
        let size = rest.take(SIZE as u64)?;
        let block = rest.take(to_number(&size))?;
        sum = add(add(sum, &size), &block);
        blocks.push(block);
    }
    (sum == wanted).then_some((its, blocks))
}

/// What is left of a file.
struct Rest {
    file: File,
    left: u64, // bytes
}

impl Rest {
    /// The next bytes; None: there are fewer.
    fn take(&mut self, size: u64) -> Option<Vec<u8>> {
        self.left = self.left.checked_sub(size)?;
        let mut data = Vec::with_capacity(usize::try_from(size).ok()?);
        let count = self.file.by_ref().take(size).read_to_end(&mut data).ok()?;
        (count as u64 == size).then_some(data)
    }
}

/// A checksum that goes on from that of what stands before: it is to tell what is not whole, and nothing else.
#[pyfunction]
pub fn checksum(data: &[u8], before: u64) -> u64 {
    add(before, data)
}

fn add(before: u64, data: &[u8]) -> u64 {
    let mix = |sum: u64, word: u64| (sum ^ word).wrapping_mul(FACTOR).rotate_left(29);
    let mut lanes = [before; LANES];
    let mut rows = data.chunks_exact(LANES * SIZE);
    for row in &mut rows {
        for (lane, word) in lanes.iter_mut().zip(row.chunks_exact(SIZE)) {
            *lane = mix(*lane, to_number(word));
        }
    }
    let rest = rows.remainder().iter().fold(data.len() as u64, |sum, byte| mix(sum, u64::from(*byte)));
    lanes.into_iter().fold(rest, mix)
}

fn to_number(bytes: &[u8]) -> u64 {
    u64::from_be_bytes(bytes.try_into().expect("eight bytes"))
}

/// The bytes of a block, which is left empty, or of anything that has some.
pub struct Buffer(pub Vec<u8>);

impl<'py> FromPyObject<'_, 'py> for Buffer {
    type Error = PyErr;

    fn extract(data: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(block) = data.cast::<Block>() {
            return Ok(Buffer(std::mem::take(&mut block.try_borrow_mut()?.0)));
        }
        PyBuffer::<u8>::get(&data)?.to_vec(data.py()).map(Buffer)
    }
}
