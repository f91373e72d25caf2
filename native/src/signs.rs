//! Whether Python has to look closer at a note: its text may give it a trait.
//!
//! The other half of `_trait_signs` of `batch/columns.py`. It may say yes too often, for Python decides; never too rarely.
use crate::text::is_space;
use memchr::memmem;

const WIDEST: usize = 20_000; // bytes of a tag, or of the name of a target: 5,000 characters
const ADDRESSES: [&[u8]; 4] = [b"href", b"rc", b"data", b"ter"]; // how src and poster end, whatever "s" it is

/// Whether a text may give its note a trait; `callouts`: some are hidden.
pub fn are_in(text: &str, callouts: bool) -> bool {
    let data = text.as_bytes();
    (callouts && memmem::find(data, b"[!").is_some())
        || may_hold_placeholder(text)
        || names_file_for_obsidian(text)
        || defines_target(data)
        || html_may_hold_address(data)
}

/// In a heading, marks may stand between the letters of what it says.
fn may_hold_placeholder(text: &str) -> bool {
    ["<%", "{{"].iter().any(|sign| memmem::find(text.as_bytes(), sign.as_bytes()).is_some())
}

/// Whether an address of Obsidian's own names a file.
fn names_file_for_obsidian(text: &str) -> bool {
    memmem::find_iter(text.as_bytes(), b"obsidian://").any(|at| {
        let address = &text[at + 11..];
        let end = address.find(|c| is_space(c) || "<>\"'()[]`".contains(c)).unwrap_or(address.len());
        let address = &address[..end];
        address.starts_with(['/']) || ["vault/", "file=", "path="].iter().any(|part| address.contains(part))
    })
}

/// Whether a line begins as the definition of a link's target does: "[name]: ".
fn defines_target(data: &[u8]) -> bool {
    memmem::find_iter(data, b"]:").any(|at| {
        let begin = memchr::memrchr(b'[', &data[at.saturating_sub(WIDEST)..at]).map(|b| at.saturating_sub(WIDEST) + b);
        begin.is_some_and(|begin| !matches!(data[begin + 1], b'^' | b']') && opens_line(data, begin))
    })
}

/// Whether an element of HTML has an address, or a block that it begins, up to a blank line, what a link looks like.
fn html_may_hold_address(data: &[u8]) -> bool {
    let mut behind = 0; // the last block
    memchr::memchr_iter(b'<', data).any(|start| {
        let name = if data.get(start + 1) == Some(&b'/') { start + 2 } else { start + 1 };
        if !data.get(name).is_some_and(u8::is_ascii_alphabetic) {
            return false;
        }
        let widest = &data[start..data.len().min(start + WIDEST)];
        let tag = &widest[..memchr::memchr(b'>', widest).unwrap_or(widest.len())];
        if memchr::memchr_iter(b'=', tag).any(|equals| ends_with_address(&tag[..equals])) {
            return true;
        }
        if start < behind || !opens_line(data, start) {
            return false;
        }
        behind = memmem::find(&data[start..], b"\n\n").map_or(data.len(), |length| start + length);
        memmem::find(&data[start..behind], b"[[").is_some()
    })
}

fn ends_with_address(text: &[u8]) -> bool {
    // where blanks stand that are no ASCII, the name is not looked for
    let text = text.trim_ascii_end();
    text.last().is_some_and(|last| !last.is_ascii() || matches!(last, 0x0b | 0x1c..=0x1f))
        || ADDRESSES
            .iter()
            .any(|name| text.len() >= name.len() && text[text.len() - name.len()..].eq_ignore_ascii_case(name))
}

/// Whether nothing but blanks and marks of quotes stands before this on its line.
fn opens_line(data: &[u8], at: usize) -> bool {
    let before = data[..at].iter().rev().find(|c| !matches!(c, b' ' | b'\t' | b'>'));
    before.is_none_or(|c| *c == b'\n')
}
