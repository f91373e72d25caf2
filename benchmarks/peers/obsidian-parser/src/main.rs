//! What obsidian-parser does with a vault at its fastest: notes into memory and links into a graph, on all cores.

use std::{env, error::Error};

use obsidian_parser::prelude::*;
use rayon::prelude::*;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = env::args().nth(1).ok_or("name the vault's folder")?;
    let options = VaultOptions::new(&folder);
    let readable = VaultBuilder::new(&options)
        .into_par_iter()
        .filter_map(Result::ok);
    let vault: VaultInMemory = readable.build_vault(&options);
    let graph = vault.par_get_digraph()?;
    println!("{} notes, {} edges", graph.node_count(), graph.edge_count());
    Ok(())
}
