//! What lies in a folder, where it is plain; `exporter.reader.vault.scan` looks at all else.
use pyo3::prelude::*;
use std::ffi::OsString;
use std::fs::read_dir;
use std::path::PathBuf;

/// The paths of the notes in a folder, in order: ordinary files whose names are text that ends in ".md" and does not begin with
/// ".", behind `prefix`; and the names of all else. None where the folder cannot be listed.
#[pyfunction]
pub fn list_folder(py: Python<'_>, folder: PathBuf, prefix: &str) -> Option<(Vec<String>, Vec<OsString>)> {
    py.detach(|| {
        let (mut notes, mut others) = (vec![], vec![]);
        for entry in read_dir(folder).ok()? {
            let entry = entry.ok()?;
            match entry.file_name().into_string() {
                Ok(name) if name.ends_with(".md") && !name.starts_with('.') && entry.file_type().ok()?.is_file() => {
                    notes.push(format!("{prefix}{name}"));
                }
                name => others.push(name.map_or_else(|name| name, OsString::from)),
            }
        }
        notes.sort_unstable();
        Some((notes, others))
    })
}
