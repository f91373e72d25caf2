//! Which links may lead to what is hidden; `exporter.reader.publish.visible` explains each.
use crate::sequences::{Numbers, Texts};
use pyo3::prelude::*;

const EXTERNAL: i32 = 2; // a flag of a link: it leads out of the vault

/// The links, by number, that lead to one of these files; those to no file, which may be names; those to addresses of files.
#[pyfunction]
pub fn find_hidden(files: Numbers, flags: Numbers, targets: Texts, hidden: Vec<usize>) -> [Vec<usize>; 3] {
    let mut is_hidden = vec![false; hidden.iter().max().map_or(0, |last| last + 1)];
    hidden.iter().for_each(|number| is_hidden[*number] = true);
    let [mut leading, mut names, mut addresses] = [vec![], vec![], vec![]];
    for (row, (file, flag)) in files.0.into_iter().zip(flags.0).enumerate() {
        if file >= 0 {
            if is_hidden.get(file as usize).copied().unwrap_or_default() {
                leading.push(row);
            }
            continue;
        }
        if flag & EXTERNAL == 0 {
            names.push(row);
        }
        if is_of_file(targets.get(row)) {
            addresses.push(row);
        }
    }
    [leading, names, addresses]
}

/// Whether an address may be that of a file of the vault.
fn is_of_file(address: &str) -> bool {
    if !address.starts_with(['f', 'F', 'o', 'O']) {
        return false;
    }
    let low = address.to_ascii_lowercase();
    let is_of_vault = |rest: &str| {
        rest.starts_with("///") || rest.starts_with("//vault/") || rest.contains("file=") || rest.contains("path=")
    };
    low.starts_with("file:") || low.strip_prefix("obsidian:").is_some_and(is_of_vault)
}
